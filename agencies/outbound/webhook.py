"""Sends an adapter's signed request over HTTP, only to checked addresses."""

import http.client
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import cache
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.timezone import localtime

from agencies.choices import OutboxAction
from agencies.models import OutboxItem
from agencies.outbound.channels import NotNowError, UnreachableError
from agencies.outbound.todo_adapter import Answer, Call, OutsideToDo, ToDoAdapter
from lib.addresses import connect, networks_of
from lib.chinese import before_quote
from lib.text import printable_text

TIMEOUT = 10.0  # seconds, for each step of the exchange
ANSWER_MOST = 64 * 1024
REMOTE_ID_MOST = 200


class _CheckedConnection(http.client.HTTPConnection):
    """An unencrypted connection, allowed only to listed networks."""

    def connect(self) -> None:
        self.sock = _connect(self.host, self.port, only_listed=True)


class _CheckedTLSConnection(http.client.HTTPSConnection):
    def connect(self) -> None:
        # TLS checks the host name, not the address: the certificate is issued for the name.
        context = ssl.create_default_context()
        sock = _connect(self.host, self.port)
        self.sock = context.wrap_socket(sock, server_hostname=self.host)


def _connect(host: str, port: int, *, only_listed: bool = False) -> socket.socket:
    listed = networks_of(settings.OUTBOUND_NETWORKS)
    return connect(host, port, timeout=TIMEOUT, listed=listed, only_listed=only_listed)


def adapter() -> ToDoAdapter:
    return _adapter(settings.WEBHOOK_ADAPTER, settings.WEBHOOK_URL, settings.WEBHOOK_SECRET)


@cache
def _adapter(name: str, url: str, secret: str) -> ToDoAdapter:
    """Kept by the process, because the adapter keeps its access token."""
    made: ToDoAdapter = import_string(name)(url=url, secret=secret)
    return made


def todo_of(item: OutboxItem) -> OutsideToDo:
    """Return a row's 待办. Text that its sentence quotes, such as an opinion, is left out."""
    message = item.message
    assert message is not None  # only a digest has none
    return OutsideToDo(
        number=item.number,
        receiver=item.user.username,
        title=before_quote(message.sentence),
        kind=message.about.label,
        url=urljoin(settings.SITE_URL, message.url or reverse("agencies:inbox")),
        created_at=localtime(message.created_at).isoformat(),
        remote_id=item.begun.remote_id if item.begun else "",
    )


def send_todo(item: OutboxItem, *, at: datetime) -> str:
    """Send it; return the other side's number. Raises the errors of agencies.outbound.channels."""
    other = adapter()
    acts = {
        OutboxAction.CREATE: other.create,
        OutboxAction.FINISH: other.finish,
        OutboxAction.CANCEL: other.cancel,
    }
    with _nonsense_is(NotNowError("对方的应答读不出来")):
        other.sign_in(request)
    with _nonsense_is(NotNowError("适配器没有写成请求")):
        call = acts[item.what](todo_of(item), event=str(item.key), at=at)
    answer = request(call)
    with _nonsense_is(NotNowError("对方的应答读不出来")):
        remote_id = other.accepted(answer)
    return printable_text(remote_id)[:REMOTE_ID_MOST]


@contextmanager
def _nonsense_is(error: NotNowError) -> Iterator[None]:
    """What an adapter did not foresee stops neither the run nor what else is queued."""
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise error from None


def request(call: Call) -> Answer:
    """Send one request; return the answer, whatever its status. Raises UnreachableError."""
    try:
        parts = urlsplit(call.url)
        kind = _CheckedTLSConnection if parts.scheme == "https" else _CheckedConnection
        path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        with closing(kind(parts.hostname or "", parts.port, timeout=TIMEOUT)) as connection:
            connection.request(call.method, path, body=call.body, headers=dict(call.headers))
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(ANSWER_MOST))
    # ValueError: the port is not a number, or the path is not ASCII.
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise UnreachableError(f"政务平台连接不上（{type(error).__name__}）") from None
