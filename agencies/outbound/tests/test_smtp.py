"""Real conversations with a mail server: killed at any point, nothing is lost.

At most one e-mail arrives twice, and only where the worker died between the server's 250 and our
commit; both have the same Message-ID, and the log names it.
"""

import asyncio
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from threading import Event

import pytest
from aiosmtpd.controller import Controller
from celery import Celery
from django.db import connection

from agencies.choices import OutboxState
from agencies.inbox.messages import tell
from agencies.models import OutboxItem
from agencies.outbound.delivery import LEASE, deliver_due
from agencies.outbound.tests.factories import KIND, make_item, make_reader
from agencies.tests.factories import NOW
from lib import enqueue

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("mail_on")]
CERTIFICATE = Path(__file__).with_name("localhost.pem")
LATER = NOW + LEASE + timedelta(minutes=1)
# It sends what is due, and stops forever once the server has accepted the first.
WORKER = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "policy_tracker.settings_test"
import django
django.setup()
from datetime import datetime
from agencies.outbound.delivery import Run, deliver_due

def stop(self, *args, **fields):
    print("accepted", flush=True)
    time.sleep(60)

Run._end = stop
deliver_due(at=datetime.fromisoformat(sys.argv[1]))
"""


class PostOffice:
    """The handler of a mail server: what it accepts, and when it says so."""

    def __init__(self) -> None:
        self.mails: list = []
        self.arrived, self.may_answer, self.hung_up = Event(), Event(), Event()
        self.may_answer.set()
        self.answers: list[str] = []  # its answers instead of 250, in order

    async def handle_DATA(self, server, session, envelope) -> str:
        self.arrived.set()
        try:
            await asyncio.get_running_loop().run_in_executor(None, self.may_answer.wait)
        except asyncio.CancelledError:  # the client is gone: nothing was accepted
            self.hung_up.set()
            raise
        if self.answers:
            return self.answers.pop(0)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@pytest.fixture
def post() -> PostOffice:
    return PostOffice()


@pytest.fixture
def server(post, settings) -> Iterator[Controller]:
    controller = Controller(post, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "agencies.outbound.mail.CheckedEmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = controller.port
    settings.OUTBOUND_NETWORKS = ["127.0.0.1"]
    yield controller
    post.may_answer.set()
    if not controller.loop.is_closed():  # a test may have stopped it
        controller.stop()


@pytest.fixture(params=["starttls", "tls"])
def encrypted_server(request, post, settings, monkeypatch) -> Iterator[Controller]:
    """Start a server that requires TLS, with a certificate that the machine trusts."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    is_begun = request.param == "starttls"
    how = {"tls_context": context, "require_starttls": True} if is_begun else {}
    how = how or {"ssl_context": context}
    controller = Controller(post, hostname="127.0.0.1", port=free_port(), **how)
    controller.start()
    settings.EMAIL_BACKEND = "agencies.outbound.mail.CheckedEmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = is_begun, not is_begun
    settings.OUTBOUND_NETWORKS = ["127.0.0.1"]
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    yield controller
    controller.stop()


@pytest.fixture
def start(server, settings) -> Iterator[Callable[[], subprocess.Popen]]:
    """Start a worker, as a separate process, that begins to send what is due."""
    name = str(connection.settings_dict["NAME"])
    base, _, query = os.environ["DATABASE_URL"].partition("?")
    there = f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
    own = {
        "DATABASE_URL": there,
        "EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
        "MAIL_FROM": settings.DEFAULT_FROM_EMAIL,
        "SITE_URL": settings.SITE_URL,
        "OUTBOUND_NETWORKS": "127.0.0.1",
    }
    started = []

    def worker() -> subprocess.Popen:
        command = [sys.executable, "-c", WORKER, NOW.isoformat()]
        env = {**os.environ, **own}
        started.append(subprocess.Popen(command, env=env, stdout=subprocess.PIPE))
        return started[0]

    yield worker
    for process in started:
        kill(process)
        process.stdout.close()


def kill(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_an_email_arrives_whole_and_readable(server, post):
    item = make_item(user=make_reader(name="张三"))
    assert deliver_due(at=NOW) == {OutboxState.SENT: 1}
    (mail,) = post.mails
    assert mail["Subject"] == "【扩大进口工作跟踪平台】账号"
    assert mail["To"] == "reader@office.example"
    assert mail["Message-ID"] == f"<{item.key}@office.example>"
    assert "张三，您好" in mail.get_content()


def test_many_go_over_one_connection(server, post):
    for _ in range(5):
        make_item()
    assert deliver_due(at=NOW) == {OutboxState.SENT: 5}
    assert len({mail["Message-ID"] for mail in post.mails}) == 5


@pytest.mark.slow
def test_killed_between_the_servers_250_and_our_commit_one_arrives_twice(start, post, caplog):
    item = make_item()
    other = make_item()
    worker = start()
    assert worker.stdout.readline() == b"accepted\n"
    kill(worker)
    item.refresh_from_db()
    assert (item.state, item.attempts) == (OutboxState.QUEUED, 1)
    assert deliver_due(at=NOW) == {OutboxState.SENT: 1}  # the other; the lease still holds
    assert deliver_due(at=LATER) == {OutboxState.SENT: 1}
    assert deliver_due(at=LATER + LEASE) == {}
    numbers = [mail["Message-ID"] for mail in post.mails]
    assert sorted(numbers) == sorted(
        [f"<{item.key}@office.example>"] * 2 + [f"<{other.key}@office.example>"]
    )
    assert f"outbox {item.key} (notify): attempt 1 ended without a word" in caplog.text
    assert str(other.key) not in caplog.text


@pytest.mark.slow
def test_killed_before_the_servers_250_nothing_is_lost_and_nothing_doubled(start, post):
    post.may_answer.clear()
    item = make_item()
    worker = start()
    assert post.arrived.wait(60)
    kill(worker)
    assert post.hung_up.wait(60)
    post.may_answer.set()
    assert deliver_due(at=NOW) == {}
    assert deliver_due(at=LATER) == {OutboxState.SENT: 1}
    assert [mail["Message-ID"] for mail in post.mails] == [f"<{item.key}@office.example>"]


def test_a_server_that_is_gone_for_a_while_loses_nothing(server, post, settings):
    for _ in range(3):
        make_item()
    server.stop()
    for minute in range(3):
        assert deliver_due(at=NOW + timedelta(minutes=minute)) == {OutboxState.FAILED: 1}
    again = Controller(post, hostname="127.0.0.1", port=settings.EMAIL_PORT)
    again.start()
    try:
        assert deliver_due(at=NOW + timedelta(minutes=5)) == {OutboxState.SENT: 3}
    finally:
        again.stop()
    assert len(post.mails) == 3


def test_a_server_that_hangs_is_left_alone_and_loses_nothing(server, post, settings, hung):
    there, settings.EMAIL_PORT = settings.EMAIL_PORT, hung
    settings.EMAIL_TIMEOUT = 0.5
    for _ in range(3):
        make_item()
    assert deliver_due(at=NOW) == {OutboxState.FAILED: 1}
    assert [item.failures for item in OutboxItem.objects.all()] == [0, 0, 0]
    settings.EMAIL_PORT = there
    assert deliver_due(at=NOW + timedelta(minutes=5)) == {OutboxState.SENT: 3}


def test_a_refusal_in_the_middle_of_a_run_holds_up_nobody(server, post):
    for _ in range(3):
        make_item()
    post.answers = ["552 too much for this mailbox", "451 try again later"]
    assert deliver_due(at=NOW) == {
        OutboxState.DEAD: 1,
        OutboxState.FAILED: 1,
        OutboxState.SENT: 1,
    }


def test_a_mail_server_at_a_private_address_must_be_listed(server, post, settings):
    settings.OUTBOUND_NETWORKS = []
    item = make_item()
    assert deliver_due(at=NOW) == {OutboxState.FAILED: 1}
    item.refresh_from_db()
    assert item.error == "邮件服务器连接不上（AddressRefusedError）"
    assert post.mails == []


def test_an_email_goes_encrypted(encrypted_server, post):
    make_item()
    assert deliver_due(at=NOW) == {OutboxState.SENT: 1}
    assert len(post.mails) == 1


def test_a_server_that_nobody_vouches_for_gets_nothing(encrypted_server, post, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", os.devnull)
    item = make_item()
    assert deliver_due(at=NOW) == {OutboxState.FAILED: 1}
    item.refresh_from_db()
    assert item.error == "邮件服务器连接不上（SSLCertVerificationError）"
    assert post.mails == []


def test_what_is_told_while_broker_and_server_are_gone_leaves_once_they_are_back(
    server, post, settings, monkeypatch
):
    """Telling needs neither; no job starts meanwhile, and the next one finds everything."""
    dead = Celery("dead", broker="redis+socket:///nowhere/valkey.sock", set_as_current=False)
    monkeypatch.setattr(enqueue, "current_app", dead)
    server.stop()
    reader = make_reader()
    for _ in range(3):
        tell([reader], kind=KIND, sentence="您的密码已重置。", url="/me/", at=NOW)
    assert enqueue.enqueue("agencies.tasks.deliver_outbox") is False
    assert OutboxItem.objects.unsent().count() == 3
    again = Controller(post, hostname="127.0.0.1", port=settings.EMAIL_PORT)
    again.start()
    try:
        assert deliver_due(at=NOW + timedelta(hours=2)) == {OutboxState.SENT: 3}
    finally:
        again.stop()
    assert len({mail["Message-ID"] for mail in post.mails}) == 3
