from datetime import timedelta

import pytest

from agencies.choices import MailChoice, OutboxAction, OutboxState
from agencies.inbox.messages import tell
from agencies.models import MailSetting, OutboxItem
from agencies.outbound.delivery import deliver_due
from agencies.outbound.digests import send_digests
from agencies.outbound.tests.factories import KIND, make_item, make_reader
from agencies.tests.factories import NOW, make_message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_on")]
DAY = timedelta(days=1)


def told(person, **fields):
    return make_message(person, **{"kind": KIND, "sentence": "您的账号已启用。"} | fields)


def digests() -> list[OutboxItem]:
    return list(OutboxItem.objects.filter(action=OutboxAction.DIGEST).order_by("day"))


def test_a_person_gets_one_digest_a_day():
    person = make_reader(MailChoice.DIGEST)
    told(person)
    assert send_digests(at=NOW) == 1
    told(person, created_at=NOW + timedelta(minutes=10))
    assert send_digests(at=NOW + timedelta(minutes=20)) == 0
    assert send_digests(at=NOW + DAY) == 1
    assert [item.digested.count() for item in digests()] == [1, 1]


def test_over_two_weeks_each_message_is_in_one_digest(mailoutbox):
    """Two weeks, in which the job does not run from Thursday to the next Wednesday."""
    person = make_reader(MailChoice.DIGEST)
    for number in range(14):
        day = NOW + number * DAY
        told(person, sentence=f"第{number}日的消息。", created_at=day.replace(hour=20))
        if 2 <= number <= 8:
            continue
        for hour in (8, 9, 13, 19):
            moment = (day + DAY).replace(hour=hour)
            send_digests(at=moment)
            deliver_due(at=moment)
    said = "".join(mail.body for mail in mailoutbox)
    assert [said.count(f"第{number}日的消息。") for number in range(14)] == [1] * 14
    days = [item.day for item in digests()]
    assert len(days) == len(set(days)) == len(mailoutbox)
    assert all(day.weekday() < 5 for day in days)
    assert {item.created_at.hour for item in digests()} == {1}  # nine in Beijing


@pytest.mark.parametrize(
    "at", [NOW.replace(hour=8), NOW.replace(hour=18), NOW - DAY], ids=["early", "late", "Sunday"]
)
def test_no_digest_is_queued_outside_working_hours(at):
    told(make_reader(MailChoice.DIGEST), created_at=NOW - 2 * DAY)
    assert send_digests(at=at) == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"read_at": NOW},
        {"read_at": NOW, "settled_at": NOW},
        {"kind": "handed_over"},  # not wanted by e-mail
        {"created_at": NOW.replace(year=2017)},  # sent before the choice
    ],
)
def test_which_messages_are_not_in_a_digest(fields):
    told(make_reader(MailChoice.DIGEST), **fields)
    assert send_digests(at=NOW) == 0


@pytest.mark.parametrize(("choice", "count"), [(None, 1), ("none", 0)])
def test_a_default_kind_is_in_the_digest_unless_declined(choice, count):
    person = make_reader(MailChoice.DIGEST)
    told(person, kind="coordination")
    if choice:
        MailSetting.objects.create(user=person, kind="coordination", choice=choice, since=NOW)
    assert send_digests(at=NOW) == count


@pytest.mark.parametrize("fields", [{"email": ""}, {"is_active": False}])
def test_who_gets_no_digest(fields):
    told(make_reader(MailChoice.DIGEST, **fields))
    assert send_digests(at=NOW) == 0


def test_a_message_wanted_at_once_but_sent_at_night_is_in_the_digest():
    person = make_reader(MailChoice.AT_ONCE)
    tell([person], kind=KIND, sentence="您的账号已启用。", at=NOW.replace(hour=22))
    tell([person], kind=KIND, sentence="您的账号已停用。", at=NOW + DAY)
    assert send_digests(at=NOW + DAY) == 1
    (item,) = digests()
    assert [one.sentence for one in item.digested.all()] == ["您的账号已启用。"]


def test_a_message_sent_at_once_is_not_in_the_digest():
    item = make_item()
    assert send_digests(at=NOW) == 0
    assert item.message.digest is None


def test_messages_read_before_sending_are_left_out(mailoutbox):
    person = make_reader(MailChoice.DIGEST)
    told(person, sentence="读过的。")
    told(person, sentence="没读的。")
    send_digests(at=NOW)
    person.inbox.filter(sentence="读过的。").update(read_at=NOW)
    deliver_due(at=NOW)
    (mail,) = mailoutbox
    assert "没读的。" in mail.body
    assert "读过的。" not in mail.body
    assert mail.subject == "【扩大进口工作跟踪平台】1条未读消息"


def test_a_digest_with_everything_read_is_not_sent(mailoutbox):
    person = make_reader(MailChoice.DIGEST)
    told(person)
    send_digests(at=NOW)
    person.inbox.update(read_at=NOW)
    deliver_due(at=NOW)
    assert [item.state for item in digests()] == [OutboxState.VOID]
    assert mailoutbox == []


def test_a_long_digest_is_shortened(mailoutbox):
    person = make_reader(MailChoice.DIGEST)
    for _ in range(35):
        told(person)
    send_digests(at=NOW)
    deliver_due(at=NOW)
    assert "30. " in mailoutbox[0].body
    assert "31. " not in mailoutbox[0].body
    assert "另有5条，见收件箱。" in mailoutbox[0].body


def test_there_are_no_digests_while_email_is_off(settings):
    settings.EMAIL_IS_ON = False
    told(make_reader(MailChoice.DIGEST))
    assert send_digests(at=NOW) == 0
    assert MailSetting.objects.exists()
