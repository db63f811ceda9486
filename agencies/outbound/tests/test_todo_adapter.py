"""What every adapter must do, against a real HTTP server on this machine.

Besides the one that the product brings, two are made here in the manner of what the interface is
to fit, from what is published of such platforms. 渝快政 gives a 待办 a number of its own, by which
it is ended, and refuses with a 200 and a code. 企业微信 takes our number, and gives a code for one
update of the card, and wants an access token. They prove the interface; a real one is written
against an office's contract (docs/adapter.md).
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import NamedTuple

import pytest

from agencies.choices import MailChoice, OutboxAction, OutboxState
from agencies.models import OutboxItem
from agencies.outbound import webhook
from agencies.outbound.channels import NotNowError, RefusedError, UnreachableError
from agencies.outbound.delivery import deliver_due
from agencies.outbound.tests.factories import make_item, make_reader
from agencies.outbound.todo_adapter import (
    Answer,
    Call,
    OutsideToDo,
    Send,
    SignedJson,
    ToDoAdapter,
    demand_accepted,
    signature,
)
from agencies.outbound.webhook import request
from agencies.tests.factories import NOW

SECRET = "a-secret-of-the-two-sides"


def _json(url: str, said: object) -> Call:
    return Call(url, json.dumps(said).encode(), {"Content-Type": "application/json"})


class LikeYuKuaiZheng:
    """create → their number; finish and cancel by it; refusals are a 200 with a code."""

    def __init__(self, *, url: str, secret: str) -> None:
        self.url = url

    def sign_in(self, send: Send) -> None:
        """Do nothing: the gateway has already identified the caller."""

    def create(self, todo: OutsideToDo, *, event: str, at: datetime) -> Call:
        said = {"bizTaskId": todo.number, "assigneeId": todo.receiver, "subject": todo.title}
        return _json(f"{self.url}/task/create.json", said | {"pcUrl": todo.url})

    def finish(self, todo: OutsideToDo, *, event: str, at: datetime) -> Call:
        return self._end("finish", todo)

    def cancel(self, todo: OutsideToDo, *, event: str, at: datetime) -> Call:
        return self._end("cancel", todo)

    def _end(self, how: str, todo: OutsideToDo) -> Call:
        said = {"taskUuid": todo.remote_id, "userId": todo.receiver}
        return _json(f"{self.url}/task/{how}.json", said)

    def accepted(self, answer: Answer) -> str:
        demand_accepted(answer.status)
        said = json.loads(answer.body)
        if said["success"]:
            return str((said.get("content") or {}).get("taskUuid", ""))
        raise (
            NotNowError("对方暂时不能受理")
            if said["code"] == "busy"
            else RefusedError("对方拒绝受理")
        )


class LikeWeCom:
    """A card by our number; its end is an update, with the code that the card came back with."""

    EXPIRED = (40014, 42001)

    def __init__(self, *, url: str, secret: str) -> None:
        self.url, self.secret, self.token = url, secret, ""

    def sign_in(self, send: Send) -> None:
        if not self.token:
            answer = send(Call(f"{self.url}/gettoken?corpsecret={self.secret}", b"", {}, "GET"))
            demand_accepted(answer.status)
            said = json.loads(answer.body)
            if said["errcode"]:
                raise UnreachableError("对方不接受平台的身份")
            self.token = said["access_token"]

    def create(self, todo: OutsideToDo, *, event: str, at: datetime) -> Call:
        card = {"task_id": todo.number, "main_title": {"title": todo.title}, "url": todo.url}
        said = {"touser": todo.receiver, "msgtype": "template_card", "template_card": card}
        return _json(f"{self.url}/message/send?access_token={self.token}", said)

    def finish(self, todo: OutsideToDo, *, event: str, at: datetime) -> Call:
        return self._update(todo, "已办结")

    def cancel(self, todo: OutsideToDo, *, event: str, at: datetime) -> Call:
        return self._update(todo, "已取消")

    def _update(self, todo: OutsideToDo, words: str) -> Call:
        said = {"userids": [todo.receiver], "response_code": todo.remote_id}
        url = f"{self.url}/message/update_template_card?access_token={self.token}"
        return _json(url, said | {"button": {"replace_name": words}})

    def accepted(self, answer: Answer) -> str:
        demand_accepted(answer.status)
        said = json.loads(answer.body)
        if said["errcode"] == 0:
            return str(said.get("response_code", ""))
        if said["errcode"] in self.EXPIRED:
            self.token = ""  # the next attempt fetches a new one
            raise NotNowError("对方的令牌已过期")
        raise (
            NotNowError("对方暂时不能受理")
            if said["errcode"] == -1
            else RefusedError("对方拒绝受理")
        )


class Careless(SignedJson):
    """Fails for people who are not in its list."""

    RECEIVERS = {"zhangsan": "330001"}

    def create(self, todo: OutsideToDo, *, event: str, at: datetime) -> Call:
        receiver = self.RECEIVERS[todo.receiver]
        return super().create(todo._replace(receiver=receiver), event=event, at=at)


class Got(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes


class OtherSide:
    """A platform that stores 待办 by number, so that a repeated call has no further effect."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.todos: dict[str, str] = {}
        self.answers: list[tuple[int, bytes]] = []  # its answers instead, in order
        self.tokens = 0  # issued so far; only the last one is valid

    def is_ours(self, got: Got) -> bool:
        """Check the signature as docs/operations.md says: by secret, time and body."""
        said = f"{got.headers['X-Timestamp']}.".encode() + got.body
        expected = hmac.new(SECRET.encode(), said, hashlib.sha256).hexdigest()
        return hmac.compare_digest(got.headers["X-Signature"], f"sha256={expected}")

    def take(self, got: Got) -> tuple[int, bytes]:
        self.got.append(got)
        if "X-Signature" in got.headers and not self.is_ours(got):
            return 401, b""
        if self.answers:
            return self.answers.pop(0)
        return self.about_the_token(got) or self.keep(got)

    def about_the_token(self, got: Got) -> tuple[int, bytes] | None:
        if got.path.startswith("/gettoken"):
            self.tokens += 1
            return 200, b'{"errcode": 0, "access_token": "token-%d"}' % self.tokens
        if "access_token=" in got.path and not got.path.endswith(f"=token-{self.tokens}"):
            return 200, b'{"errcode": 42001}'
        return None

    def keep(self, got: Got) -> tuple[int, bytes]:
        said = json.loads(got.body)
        if "todo" in said:
            number = said["todo"]["number"]
            self.todos[number] = said["action"]
            return 200, json.dumps({"id": f"their-{number}"}).encode()
        if "bizTaskId" in said:
            self.todos[said["bizTaskId"]] = "create"
            content = {"taskUuid": f"their-{said['bizTaskId']}"}
            return 200, json.dumps({"success": True, "content": content}).encode()
        if "taskUuid" in said:
            how = got.path.rpartition("/")[2].removesuffix(".json")
            self.todos[said["taskUuid"].removeprefix("their-")] = how
            return 200, b'{"success": true, "content": null}'
        if "template_card" in said:
            number = said["template_card"]["task_id"]
            self.todos[number] = "create"
            return 200, json.dumps({"errcode": 0, "response_code": f"their-{number}"}).encode()
        how = {"已办结": "finish", "已取消": "cancel"}[said["button"]["replace_name"]]
        self.todos[said["response_code"].removeprefix("their-")] = how
        return 200, b'{"errcode": 0}'


@pytest.fixture
def other() -> OtherSide:
    return OtherSide()


@pytest.fixture
def url(other, settings) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = other.take(Got(self.path, dict(self.headers), body))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://169.254.169.254/")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    settings.OUTBOUND_NETWORKS = ["127.0.0.1"]
    settings.SITE_URL = "https://policy.example"
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


ADAPTERS = (SignedJson, LikeYuKuaiZheng, LikeWeCom)
OUTSIDE = OutsideToDo(
    number="5f0c2f9e",
    receiver="zhangsan",
    title="请于2026-11-30前报送。",
    kind="开始填报",
    url="https://policy.example/filings/",
    created_at=NOW.isoformat(),
)


@pytest.fixture(params=ADAPTERS, ids=lambda kind: kind.__name__)
def adapter(request, url, other) -> ToDoAdapter:
    made = request.param(url=url, secret=SECRET)
    made.sign_in(webhook.request)
    other.got.clear()
    return made


@pytest.mark.parametrize("end", ["finish", "cancel"])
def test_a_todo_is_made_and_ended_by_the_number_that_came_back(adapter, other, end):
    remote_id = adapter.accepted(request(adapter.create(OUTSIDE, event="1", at=NOW)))
    assert other.todos == {OUTSIDE.number: "create"}
    made = OUTSIDE._replace(remote_id=remote_id)
    adapter.accepted(request(getattr(adapter, end)(made, event="2", at=NOW)))
    assert other.todos == {OUTSIDE.number: end}


def test_what_arrives_twice_is_one_todo(adapter, other):
    for _ in range(2):
        adapter.accepted(request(adapter.create(OUTSIDE, event="1", at=NOW)))
    assert len(other.todos) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (302, RefusedError),
        (400, RefusedError),
        (401, UnreachableError),
        (403, UnreachableError),
        (404, RefusedError),
        (429, NotNowError),
        (500, NotNowError),
        (503, NotNowError),
    ],
)
def test_what_is_not_accepted_is_an_error_in_our_words(adapter, other, status, error):
    other.answers = [(status, "张三的进展".encode())]
    with pytest.raises(error) as caught:
        adapter.accepted(request(adapter.create(OUTSIDE, event="1", at=NOW)))
    assert "张三" not in str(caught.value)
    assert len(other.got) == 1  # a redirect is not followed


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        (LikeYuKuaiZheng, b'{"success": false, "code": "busy"}', NotNowError),
        (LikeYuKuaiZheng, b'{"success": false, "code": "no such user"}', RefusedError),
        (LikeWeCom, b'{"errcode": -1}', NotNowError),
        (LikeWeCom, b'{"errcode": 40013}', RefusedError),
    ],
)
def test_a_refusal_may_come_with_a_200(url, other, kind, body, error):
    other.answers = [(200, body)]
    own = kind(url=url, secret=SECRET)
    with pytest.raises(error):
        own.accepted(request(own.create(OUTSIDE, event="1", at=NOW)))


def test_the_signature_is_over_the_moment_and_the_body(url, other):
    own = SignedJson(url=f"{url}/todos?from=policy", secret=SECRET)
    own.accepted(request(own.create(OUTSIDE, event="17", at=NOW)))
    (got,) = other.got
    moment = str(int(NOW.timestamp()))
    expected = hmac.new(SECRET.encode(), f"{moment}.".encode() + got.body, hashlib.sha256)
    assert got.path == "/todos?from=policy"
    assert got.headers["X-Timestamp"] == moment
    assert got.headers["X-Signature"] == f"sha256={expected.hexdigest()}"
    said = json.loads(got.body)
    assert said == {"event": "17", "action": "create", "todo": OUTSIDE._asdict()}
    assert SECRET not in f"{got}"


def test_what_is_signed_with_another_secret_is_refused_and_made_nowhere(url, other):
    own = SignedJson(url=url, secret="a-secret-of-somebody-else")
    with pytest.raises(UnreachableError, match="签名"):
        own.accepted(request(own.create(OUTSIDE, event="1", at=NOW)))
    assert other.todos == {}


def test_another_body_moment_or_secret_gives_another_signature():
    own = signature(b"secret", "1", b"body")
    others = [(b"secret", "1", b"bodi"), (b"secret", "2", b"body"), (b"secres", "1", b"body")]
    assert own not in [signature(*other) for other in others]


def test_a_private_address_must_be_listed(url, other, settings):
    settings.OUTBOUND_NETWORKS = []
    with pytest.raises(UnreachableError, match="AddressRefusedError"):
        request(SignedJson(url=url, secret=SECRET).create(OUTSIDE, event="1", at=NOW))
    assert other.got == []


def test_what_is_no_json_is_accepted_without_a_number(url, other):
    other.answers = [(204, b""), (200, b"ok"), (200, b"[1]")]
    own = SignedJson(url=url, secret=SECRET)
    for _ in range(3):
        assert own.accepted(request(own.create(OUTSIDE, event="1", at=NOW))) == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "number"),
    [
        (b'{"id": "a\\u0000b\\ud800"}', "ab"),
        (json.dumps({"id": "9" * 300}).encode(), "9" * 200),
        (b'{"id": ' + b"9" * 5000 + b"}", ""),
        (b"[" * 60_000, ""),
        (b"\xff\xfe", ""),
    ],
    ids=["no text", "too long", "too many digits", "too deep", "no Unicode"],
)
def test_whatever_number_comes_back_what_was_accepted_is_sent_once(
    url, other, settings, answer, number
):
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = url, SECRET
    item = make_item(OutboxAction.CREATE, user=make_reader(MailChoice.NONE))
    other.answers = [(200, answer)]
    assert deliver_due(at=NOW) == {OutboxState.SENT: 1}
    item.refresh_from_db()
    assert item.remote_id == number


@pytest.mark.django_db
@pytest.mark.parametrize("answer", [b"<html>", b"[]", b"{}", b'{"success": true, "content": 1}'])
def test_an_answer_that_is_not_the_platforms_is_tried_again(url, other, settings, answer):
    settings.WEBHOOK_URL = url
    settings.WEBHOOK_ADAPTER = f"{__name__}.LikeYuKuaiZheng"
    item = make_item(OutboxAction.CREATE, user=make_reader(MailChoice.NONE))
    other.answers = [(200, answer)]
    assert deliver_due(at=NOW) == {OutboxState.FAILED: 1}
    item.refresh_from_db()
    assert (item.failures, item.error) == (1, "对方的应答读不出来")


@pytest.mark.django_db
def test_an_access_token_is_fetched_once_and_again_when_it_has_expired(url, other, settings):
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = url, SECRET
    settings.WEBHOOK_ADAPTER = f"{__name__}.LikeWeCom"
    for _ in range(2):
        make_item(OutboxAction.CREATE, user=make_reader(MailChoice.NONE))
        assert deliver_due(at=NOW) == {OutboxState.SENT: 1}
    assert other.tokens == 1
    other.tokens += 1  # the earlier one is no longer valid
    make_item(OutboxAction.CREATE, user=make_reader(MailChoice.NONE))
    assert deliver_due(at=NOW) == {OutboxState.FAILED: 1}
    OutboxItem.objects.unsent().update(next_try_at=NOW)
    assert deliver_due(at=NOW) == {OutboxState.SENT: 1}
    assert (other.tokens, len(other.todos)) == (3, 3)


@pytest.mark.django_db
@pytest.mark.parametrize("answer", [(200, b'{"errcode": 40001}'), (500, b""), (200, b"<html>")])
def test_without_a_token_nothing_is_sent_and_nothing_lost(url, other, settings, answer):
    settings.WEBHOOK_URL, settings.WEBHOOK_ADAPTER = url, f"{__name__}.LikeWeCom"
    make_item(OutboxAction.CREATE, user=make_reader(MailChoice.NONE))
    other.answers = [answer]
    assert deliver_due(at=NOW) == {OutboxState.FAILED: 1}
    assert [got.path.partition("?")[0] for got in other.got] == ["/gettoken"]
    assert "secret" not in OutboxItem.objects.get().error


@pytest.mark.django_db
def test_a_fault_of_an_adapter_holds_up_nothing_else(url, other, settings):
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = url, SECRET
    settings.WEBHOOK_ADAPTER = f"{__name__}.Careless"
    for name in ("lisi", "zhangsan"):
        make_item(OutboxAction.CREATE, user=make_reader(MailChoice.NONE, username=name))
    assert deliver_due(at=NOW) == {OutboxState.FAILED: 1, OutboxState.SENT: 1}
    assert OutboxItem.objects.get(user__username="lisi").error == "适配器没有写成请求"
    assert [json.loads(got.body)["todo"]["receiver"] for got in other.got] == ["330001"]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_gateway_that_hangs_is_left_alone(settings, monkeypatch, hung, scheme):
    settings.OUTBOUND_NETWORKS = ["127.0.0.1"]
    monkeypatch.setattr(webhook, "TIMEOUT", 0.5)
    own = SignedJson(url=f"{scheme}://127.0.0.1:{hung}/", secret=SECRET)
    with pytest.raises(UnreachableError, match="TimeoutError"):
        request(own.create(OUTSIDE, event="1", at=NOW))


@pytest.mark.parametrize(
    "url", ["https://gateway.example:port/", "https://.gateway.example/", "http://127.0.0.1/接口"]
)
def test_an_address_that_is_none_is_an_error_in_our_words(url, settings):
    settings.OUTBOUND_NETWORKS = ["127.0.0.1"]
    with pytest.raises(UnreachableError, match="政务平台连接不上"):
        request(SignedJson(url=url, secret=SECRET).create(OUTSIDE, event="1", at=NOW))


@pytest.mark.django_db
def test_from_the_row_to_the_other_side_and_back(url, other, settings, caplog):
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = url, SECRET
    person = make_reader(MailChoice.NONE, username="zhangsan")
    begun = make_item(OutboxAction.CREATE, user=person)
    other.answers = [(503, b"")]
    assert deliver_due(at=NOW) == {OutboxState.FAILED: 1}
    OutboxItem.objects.update(next_try_at=NOW)
    assert deliver_due(at=NOW) == {OutboxState.SENT: 1}
    begun.refresh_from_db()
    assert begun.remote_id == f"their-{begun.key}"
    make_item(OutboxAction.FINISH, user=person, message=begun.message, begun=begun)
    assert deliver_due(at=NOW) == {OutboxState.SENT: 1}
    assert other.todos == {str(begun.key): "finish"}
    told = json.loads(other.got[1].body)["todo"]
    assert (told["receiver"], told["title"]) == ("zhangsan", "您的密码已重置。")
    assert told["url"] == "https://policy.example/me/"
    assert json.loads(other.got[2].body)["todo"]["remote_id"] == f"their-{begun.key}"
    assert len({json.loads(got.body)["event"] for got in other.got}) == 2
    assert SECRET not in caplog.text
    assert "密码" not in caplog.text
