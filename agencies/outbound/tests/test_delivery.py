import smtplib
from datetime import timedelta

import pytest
from django.core.mail.backends.locmem import EmailBackend

from agencies.choices import MailChoice, OutboxAction, OutboxState
from agencies.models import Event, OutboxItem
from agencies.outbound import delivery
from agencies.outbound.channels import NotNowError
from agencies.outbound.delivery import LEASE, Run, deliver_due
from agencies.outbound.rules import FAILURES_MOST
from agencies.outbound.tests.factories import KIND, make_item, make_reader
from agencies.tests.factories import NOW, make_message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_on")]
MINUTE = timedelta(minutes=1)


def refuse_with(monkeypatch, error: Exception) -> None:
    def refuse(self, messages):
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)


def response(code: int) -> smtplib.SMTPDataError:
    return smtplib.SMTPDataError(code, "张三的进展 reader@office.example".encode())


def test_an_email_leaves_out_quoted_text(mailoutbox):
    item = make_item()
    assert deliver_due(at=NOW) == {OutboxState.SENT: 1}
    (mail,) = mailoutbox
    assert mail.to == ["reader@office.example"]
    assert mail.from_email == "platform@office.example"
    assert mail.subject == "【扩大进口工作跟踪平台】账号"
    assert "您的密码已重置。" in mail.body
    assert "详情" not in mail.body
    assert "https://policy.example/me/" in mail.body
    assert mail.extra_headers["Message-ID"] == f"<{item.key}@office.example>"
    item.refresh_from_db()
    assert (item.state, item.sent_at is not None, item.lease_until) == ("sent", True, None)


def test_a_second_run_sends_nothing(mailoutbox):
    make_item()
    deliver_due(at=NOW)
    assert deliver_due(at=NOW + MINUTE) == {}
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        ({"created_at": NOW + 24 * 60 * MINUTE, "next_try_at": NOW + 24 * 60 * MINUTE}, 1),
        ({"created_at": NOW + 9 * MINUTE, "next_try_at": NOW + 9 * MINUTE}, 0),
        ({"lease_until": NOW + 24 * 60 * MINUTE, "attempts": 1}, 1),
        ({"lease_until": NOW + 5 * MINUTE, "attempts": 1}, 0),
    ],
)
def test_what_a_clock_that_was_set_back_wrote_later_does_not_wait_for_it(fields, sent, mailoutbox):
    item = make_item()
    OutboxItem.objects.filter(pk=item.pk).update(**fields)
    deliver_due(at=NOW)
    assert len(mailoutbox) == sent


def test_an_item_that_is_not_due_waits(mailoutbox):
    make_item(next_try_at=NOW + MINUTE)
    assert deliver_due(at=NOW) == {}


def test_no_email_is_sent_at_night(mailoutbox):
    make_item(at=NOW - MINUTE)
    assert deliver_due(at=NOW.replace(hour=18)) == {}
    assert deliver_due(at=NOW.replace(day=22)) == {}
    assert mailoutbox == []


def test_an_item_leased_by_another_worker_is_skipped(mailoutbox):
    make_item(lease_until=NOW + LEASE, attempts=1)
    assert deliver_due(at=NOW) == {}


def test_a_temporary_refusal_is_retried_after_a_pause(monkeypatch):
    item = make_item()
    refuse_with(monkeypatch, response(451))
    assert deliver_due(at=NOW) == {OutboxState.FAILED: 1}
    item.refresh_from_db()
    assert (item.failures, item.error) == (1, "邮件被拒收（451）")
    assert NOW + MINUTE / 2 <= item.next_try_at <= NOW + 2 * MINUTE


def test_a_pause_that_ends_at_night_lasts_until_the_morning(monkeypatch):
    item = make_item(failures=9, attempts=9)
    refuse_with(monkeypatch, response(451))
    deliver_due(at=NOW.replace(hour=17))
    item.refresh_from_db()
    assert item.next_try_at == NOW.replace(day=24, hour=9)


def test_after_the_last_failure_an_item_is_dead_and_recorded(monkeypatch):
    item = make_item(failures=FAILURES_MOST - 1, attempts=FAILURES_MOST - 1)
    refuse_with(monkeypatch, response(451))
    assert deliver_due(at=NOW) == {OutboxState.DEAD: 1}
    event = Event.objects.get(action="outbox.give_up")
    assert event.sentence == f"给{item.user.name}的消息邮件没有送达，不再重试：邮件被拒收（451）。"


@pytest.mark.parametrize(
    "error",
    [
        response(552),
        smtplib.SMTPSenderRefused(553, b"no", "platform@office.example"),
        smtplib.SMTPRecipientsRefused({"reader@office.example": (550, b"no such user")}),
    ],
)
def test_a_permanent_refusal_is_not_retried(monkeypatch, error):
    make_item()
    refuse_with(monkeypatch, error)
    assert deliver_due(at=NOW) == {OutboxState.DEAD: 1}


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(111, "reader@office.example"),
        TimeoutError(),
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPConnectError(421, "too busy"),
        smtplib.SMTPAuthenticationError(535, b"platform:password"),
        smtplib.SMTPNotSupportedError("no STARTTLS"),
    ],
)
def test_an_unreachable_server_does_not_count_as_an_attempt(monkeypatch, mailoutbox, error):
    """The run ends at the first; the others are not tried."""
    first, second = make_item(), make_item()
    with monkeypatch.context() as away:
        refuse_with(away, error)
        for minute in range(30):
            deliver_due(at=NOW + minute * MINUTE)
    for item in (first, second):
        item.refresh_from_db()
        assert (item.state in ("queued", "failed"), item.failures) == (True, 0)
    deliver_due(at=NOW + 31 * MINUTE)
    assert len(mailoutbox) == 2


def test_no_log_and_no_row_has_the_servers_words_or_an_address(monkeypatch, caplog):
    item = make_item()
    for code in (451, 552):
        refuse_with(monkeypatch, response(code))
        deliver_due(at=NOW + code * MINUTE / 10)
    item.refresh_from_db()
    assert item.state == OutboxState.DEAD
    for text in (caplog.text, item.error, *Event.objects.values_list("sentence", flat=True)):
        assert "reader@office.example" not in text
        assert "进展" not in text
        assert "密码" not in text
    assert str(item.key) in caplog.text


@pytest.mark.parametrize(
    ("fields", "why"),
    [({"email": ""}, "收件人没有填邮箱"), ({"is_active": False}, "收件人已停用")],
)
def test_no_email_is_sent_to_switched_off_accounts(mailoutbox, fields, why):
    item = make_item(user=make_reader(**fields))
    assert deliver_due(at=NOW) == {OutboxState.VOID: 1}
    item.refresh_from_db()
    assert (item.error, mailoutbox) == (why, [])


def test_a_message_settled_in_the_meantime_is_not_sent(mailoutbox):
    person = make_reader()
    settled = make_message(person, kind=KIND, read_at=NOW, settled_at=NOW)
    make_item(user=person, message=settled)
    assert deliver_due(at=NOW) == {OutboxState.VOID: 1}
    assert mailoutbox == []


def test_an_attempt_with_an_expired_lease_does_not_overwrite_a_later_one(monkeypatch):
    item = make_item()
    run = Run(at=NOW)
    slow = run._take()
    assert deliver_due(at=NOW + LEASE + MINUTE) == {OutboxState.SENT: 1}
    monkeypatch.setattr(Run, "_send", lambda self, item: (_ for _ in ()).throw(NotNowError("慢")))
    assert run._deliver(slow) == "lost"
    item.refresh_from_db()
    assert (item.state, item.attempts) == (OutboxState.SENT, 2)


def test_a_todo_is_ended_only_after_it_was_created(monkeypatch, webhook_on):
    sent = []
    monkeypatch.setattr(
        delivery.webhook, "send_todo", lambda item, *, at: sent.append(item.action) or "77"
    )
    person = make_reader(MailChoice.NONE)
    begun = make_item(OutboxAction.CREATE, user=person, next_try_at=NOW + MINUTE)
    make_item(OutboxAction.FINISH, user=person, message=begun.message, begun=begun)
    assert deliver_due(at=NOW) == {}
    deliver_due(at=NOW + MINUTE)
    assert sent == ["create", "finish"]
    begun.refresh_from_db()
    assert begun.remote_id == "77"


def test_ending_a_todo_that_was_never_created_is_not_sent(webhook_on):
    person = make_reader(MailChoice.NONE)
    begun = make_item(OutboxAction.CREATE, user=person, state=OutboxState.DEAD)
    make_item(OutboxAction.FINISH, user=person, message=begun.message, begun=begun)
    assert deliver_due(at=NOW) == {OutboxState.VOID: 1}


def test_only_ends_of_todos_are_sent_at_night(monkeypatch, webhook_on):
    sent = []
    monkeypatch.setattr(
        delivery.webhook, "send_todo", lambda item, *, at: sent.append(item.action) or ""
    )
    person, at = make_reader(MailChoice.NONE), NOW.replace(hour=22)
    begun = make_item(
        OutboxAction.CREATE, user=person, state=OutboxState.SENT, sent_at=NOW, attempts=1
    )
    make_item(OutboxAction.CANCEL, user=person, message=begun.message, begun=begun)
    make_item(OutboxAction.CREATE, user=person)
    deliver_due(at=at)
    assert sent == ["cancel"]


def test_queued_items_wait_while_the_channel_is_off(settings, mailoutbox):
    make_item()
    settings.EMAIL_IS_ON = False
    assert deliver_due(at=NOW) == {}
    assert OutboxItem.objects.unsent().count() == 1
