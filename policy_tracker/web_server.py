"""The web server: `python -m policy_tracker.web_server` runs one process.

waitress receives whole requests and sends whole responses in one I/O thread. So a slow or silent
connection does not occupy a thread that renders pages (docs/adr/0075-waitress.md).
"""

import argparse
import signal
import socket
import time
from collections.abc import Mapping, Sequence
from threading import Event
from typing import Any
from wsgiref.types import WSGIApplication

from django.conf import settings
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ErrorTask, Task, WSGITask
from waitress.utilities import RequestEntityTooLarge

from lib.command_line import in_chinese, whole_number
from policy_tracker.wsgi import application

# Below 1024, the default limit of open files; slow connections only wait, they use no thread.
CONNECTIONS_MOST = 800
IDLE_SECONDS = 75
# Seconds for requests in progress when the server must stop.
GRACE = 8.0


class TooLargeTask(WSGITask):
    """Answers a request that is too large with our own page, without reading its body."""

    def execute(self) -> None:
        self.set_close_on_finish()
        super().execute()


class Channel(HTTPChannel):
    @staticmethod
    def error_task_class(channel: HTTPChannel, request: Any) -> Task:
        is_too_large = isinstance(request.error, RequestEntityTooLarge)
        return (TooLargeTask if is_too_large else ErrorTask)(channel, request)


@in_chinese()
def _read_options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m policy_tracker.web_server", description="一个网页进程。"
    )
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--fd", type=whole_number, nargs="+", help="继承的监听套接字的编号")
    where.add_argument("--unix", metavar="PATH", help="Unix 套接字，供同组的代理使用")
    where.add_argument("--listen", metavar="ADDRESS:PORT", help="供另一台机器上的代理使用")
    parser.add_argument("--threads", type=whole_number, default=4, help="线程数，默认 4")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    options = _read_options(words)
    place: dict[str, Any]
    if options.listen:
        place = {"listen": options.listen}
    elif options.unix:
        place = {"unix_socket": options.unix, "unix_socket_perms": "660"}
    else:
        place = {"sockets": [socket.socket(fileno=number) for number in options.fd]}
    serve(application, threads=options.threads, **place)


def serve(app: WSGIApplication, **adjustments: Any) -> None:
    """Serve until SIGTERM; then finish the requests in progress."""
    sockets: dict[int, wasyncore.dispatcher] = {}
    server = create_server(
        app,
        map=sockets,
        connection_limit=CONNECTIONS_MOST,
        asyncore_use_poll=True,
        channel_timeout=IDLE_SECONDS,
        max_request_body_size=settings.UPLOAD_REQUEST_MB * 1024 * 1024,
        # Our own settings decide which proxies are trusted about the client's address.
        clear_untrusted_proxy_headers=False,
        ident=None,
        **adjustments,
    )
    for one in sockets.values():
        if isinstance(one, BaseWSGIServer):
            one.channel_class = Channel
    stopping = Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    while not stopping.is_set():
        wasyncore.loop(timeout=0.5, use_poll=True, map=sockets, count=1)
    _finish(sockets)
    server.task_dispatcher.shutdown(timeout=1)


def _finish(sockets: dict[int, wasyncore.dispatcher]) -> None:
    """Accept no more connections; continue until all responses are sent or GRACE is over."""
    deadline = time.monotonic() + GRACE
    for one in list(sockets.values()):
        if isinstance(one, BaseWSGIServer):
            one.del_channel()
    while _is_busy(sockets) and time.monotonic() < deadline:
        wasyncore.loop(timeout=0.1, use_poll=True, map=sockets, count=1)


def _is_busy(sockets: Mapping[int, Any]) -> bool:
    """Whether a connection waits for its response, or for a part of it."""
    channels = (one for one in sockets.values() if isinstance(one, HTTPChannel))
    return any(one.requests or one.total_outbufs_len for one in channels)


if __name__ == "__main__":
    main()
