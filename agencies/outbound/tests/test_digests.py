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


def test_one_a_day_and_a_second_run_makes_none():
    person = make_reader(MailChoice.DIGEST)
    told(person)
    assert send_digests(at=NOW) == 1
    told(person, created_at=NOW + timedelta(minutes=10))
    assert send_digests(at=NOW + timedelta(minutes=20)) == 0
    assert send_digests(at=NOW + DAY) == 1
    assert [item.digested.count() for item in digests()] == [1, 1]


def test_time_moved_day_by_day_tells_each_message_once(mailoutbox):
    """Two weeks, with the job away from Thursday to the next Wednesday."""
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
def test_nobody_is_written_to_outside_working_hours(at):
    told(make_reader(MailChoice.DIGEST), created_at=NOW - 2 * DAY)
    assert send_digests(at=at) == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"read_at": NOW},
        {"read_at": NOW, "settled_at": NOW},
        {"kind": "handed_over"},  # not wanted by e-mail
        {"created_at": NOW.replace(year=2017)},  # told before it was wanted
    ],
)
def test_what_is_not_told(fields):
    told(make_reader(MailChoice.DIGEST), **fields)
    assert send_digests(at=NOW) == 0


@pytest.mark.parametrize(("choice", "count"), [(None, 1), ("none", 0)])
def test_what_is_asked_of_others_comes_unless_it_is_chosen_otherwise(choice, count):
    person = make_reader(MailChoice.DIGEST)
    told(person, kind="coordination")
    if choice:
        MailSetting.objects.create(user=person, kind="coordination", choice=choice, since=NOW)
    assert send_digests(at=NOW) == count


@pytest.mark.parametrize("fields", [{"email": ""}, {"is_active": False}])
def test_who_is_not_told(fields):
    told(make_reader(MailChoice.DIGEST, **fields))
    assert send_digests(at=NOW) == 0


def test_what_was_wanted_at_once_and_came_at_night_is_in_it():
    person = make_reader(MailChoice.AT_ONCE)
    tell([person], kind=KIND, sentence="您的账号已启用。", at=NOW.replace(hour=22))
    tell([person], kind=KIND, sentence="您的账号已停用。", at=NOW + DAY)
    assert send_digests(at=NOW + DAY) == 1
    (item,) = digests()
    assert [one.sentence for one in item.digested.all()] == ["您的账号已启用。"]


def test_what_went_out_at_once_is_not_told_again():
    item = make_item()
    assert send_digests(at=NOW) == 0
    assert item.message.digest is None


def test_it_leaves_out_what_was_read_before_it_left(mailoutbox):
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


def test_with_everything_read_it_does_not_leave_at_all(mailoutbox):
    person = make_reader(MailChoice.DIGEST)
    told(person)
    send_digests(at=NOW)
    person.inbox.update(read_at=NOW)
    deliver_due(at=NOW)
    assert [item.state for item in digests()] == [OutboxState.VOID]
    assert mailoutbox == []


def test_a_long_one_is_cut(mailoutbox):
    person = make_reader(MailChoice.DIGEST)
    for _ in range(35):
        told(person)
    send_digests(at=NOW)
    deliver_due(at=NOW)
    assert "30. " in mailoutbox[0].body
    assert "31. " not in mailoutbox[0].body
    assert "另有5条，见收件箱。" in mailoutbox[0].body


def test_switched_off_there_are_none(settings):
    settings.EMAIL_IS_ON = False
    told(make_reader(MailChoice.DIGEST))
    assert send_digests(at=NOW) == 0
    assert MailSetting.objects.exists()
