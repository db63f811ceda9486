"""待办 on another platform: the interface, and the adapter that sends signed JSON.

An adapter turns an action on a 待办 into one HTTP request and interprets the response. It reads no
table and opens no connection. WEBHOOK_ADAPTER names the one in use; docs/adapter.md says how to
write one, and agencies/outbound/tests/test_todo_adapter.py tests what every adapter must do.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from agencies.outbound.channels import NotNowError, RefusedError, UnreachableError

# Temporary, and not caused by this item.
FOR_NOW = (408, 425, 429)
OURSELVES = (401, 403)  # our signature or account is refused, so any other item would be too


class OutsideToDo(NamedTuple):
    """A 待办 as sent to another platform. No business text but its one sentence."""

    number: str  # ours, the same when it is created and when it is ended
    receiver: str  # the person's username
    title: str
    kind: str
    url: str
    created_at: str  # ISO 8601
    remote_id: str = ""  # the other side's number, known after it was created there


class Call(NamedTuple):
    url: str
    body: bytes
    headers: Mapping[str, str]
    method: str = "POST"


class Answer(NamedTuple):
    status: int
    body: bytes


# Sends one more request, to checked addresses only. Raises UnreachableError.
Send = Callable[[Call], Answer]


class ToDoAdapter(Protocol):
    """What agencies.outbound needs from another platform. One adapter serves a whole process.

    It is made from the settings: `Adapter(url=WEBHOOK_URL, secret=WEBHOOK_SECRET)`.
    """

    def sign_in(self, send: Send) -> None:
        """Called before each action: fetch and keep an access token if the platform needs one.

        Raises what `accepted` raises.
        """

    def create(self, todo: OutsideToDo, *, event: str, at: datetime) -> Call:
        """Return the request. `event`: the action's number, equal at every attempt; `at`: now."""

    def finish(self, todo: OutsideToDo, *, event: str, at: datetime) -> Call: ...

    def cancel(self, todo: OutsideToDo, *, event: str, at: datetime) -> Call: ...

    def accepted(self, answer: Answer) -> str:
        """Return the other side's number of the 待办, or an empty string.

        Raises RefusedError, NotNowError or UnreachableError if it was not accepted. Other errors
        of parsing the answer (ValueError, LookupError, TypeError …) are treated as NotNowError.
        """


class SignedJson:
    """POSTs JSON to one address, signed with HMAC-SHA256 over the time and the body."""

    def __init__(self, *, url: str, secret: str) -> None:
        self.url, self._secret = url, secret.encode()

    def sign_in(self, send: Send) -> None:
        """Each request is signed by itself."""

    def create(self, todo: OutsideToDo, *, event: str, at: datetime) -> Call:
        return self._call("create", todo, event, at)

    def finish(self, todo: OutsideToDo, *, event: str, at: datetime) -> Call:
        return self._call("finish", todo, event, at)

    def cancel(self, todo: OutsideToDo, *, event: str, at: datetime) -> Call:
        return self._call("cancel", todo, event, at)

    def accepted(self, answer: Answer) -> str:
        demand_accepted(answer.status)
        try:
            said = json.loads(answer.body)
        except (ValueError, RecursionError):  # an answer without JSON is allowed
            return ""
        return str(said.get("id") or "") if isinstance(said, dict) else ""

    def _call(self, action: str, todo: OutsideToDo, event: str, at: datetime) -> Call:
        said = {"event": event, "action": action, "todo": todo._asdict()}
        body = json.dumps(said, ensure_ascii=False).encode()
        moment = str(int(at.timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Timestamp": moment,
            "X-Signature": f"sha256={signature(self._secret, moment, body)}",
        }
        return Call(self.url, body, headers)


def signature(secret: bytes, moment: str, body: bytes) -> str:
    """Return HMAC-SHA256 over `moment`.`body` in hexadecimal; the time reveals a replay."""
    return hmac.new(secret, moment.encode() + b"." + body, hashlib.sha256).hexdigest()


def demand_accepted(status: int) -> None:
    """Raise the error for an HTTP status other than 2xx."""
    if 200 <= status < 300:
        return
    if status in OURSELVES:
        raise UnreachableError(f"对方不接受平台的签名或身份（{status}）")
    if status in FOR_NOW or status >= 500:
        raise NotNowError(f"对方暂时不能受理（{status}）")
    if 300 <= status < 400:
        raise RefusedError(f"对方转向其他地址，不予跟随（{status}）")
    raise RefusedError(f"对方拒绝受理（{status}）")
