"""The site's address: a free port, and the host names it accepts."""

import errno
import http.client
import socket

from dev.console import Refusal, say

TRIES = 50
# Long enough for a busy machine.
ANSWER_WITHIN = 10.0
_ALL = {"0.0.0.0", "::"}  # noqa: S104 - to tell them from others, not to bind
_HERE = {"127.0.0.1", "localhost", "::1"}


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket on `port`, or on the next free one, with a printed line.

    The web server inherits it, so that nobody else can take the port, and requests wait instead of
    failing while the web server restarts.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + TRIES, 65536)):
        try:
            listening = socket.create_server((host, candidate), family=family, backlog=512)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Refusal(
                    f"不能在 {host} 的 {candidate} 端口上监听：{_reason(error)}。"
                ) from None
            continue
        if candidate != port:
            say(f"端口 {port} 已被占用，改用 {candidate}")
        return listening
    raise Refusal(f"从 {port} 起的 {TRIES} 个端口都被占用，请用 --port 另指定一个。")


def _reason(error: OSError) -> str:
    known = {
        errno.EACCES: "没有权限，1024 以下的端口通常只有 root 能用",
        errno.EADDRNOTAVAIL: "本机没有这个地址",
    }
    return known.get(error.errno or 0) or str(error.strerror)


def names_of(host: str) -> list[str]:
    names = ["127.0.0.1", "localhost", "[::1]"]
    if host in _HERE:
        return names
    names += [socket.gethostname()] if host in _ALL else [_bracketed(host)]
    if host in _ALL:
        found = socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_STREAM)
        names += [_bracketed(str(entry[4][0]).split("%")[0]) for entry in found]
        names += [_address_towards_others()]
    return list(dict.fromkeys(name for name in names if name))


def url(host: str, port: int) -> str:
    shown = _address_towards_others() or "127.0.0.1" if host in _ALL else host
    return f"http://{_bracketed(shown)}:{port}/"


def is_here(host: str) -> bool:
    """Return whether only this machine can reach a host."""
    return host in _HERE


def status_of_page(port: int, *, allowed_hosts: str) -> int | None:
    """Return the HTTP status of the login page on a port of this machine; None without answer."""
    allowed = allowed_hosts.split(",")[0].strip().lstrip(".")
    name = allowed if allowed not in ("", "*") else "localhost"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_WITHIN)
    try:
        connection.request("GET", "/login/", headers={"Host": name})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _address_towards_others() -> str:
    """Return our address in the network. Sends nothing: connecting a UDP socket only routes."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        try:
            line.connect(("192.0.2.1", 9))
        except OSError:
            return ""
        return str(line.getsockname()[0])
