"""外发记录 is kept for a time, except for what something depends on."""

from datetime import datetime, timedelta

import pytest

from agencies.choices import MailChoice, OutboxAction, OutboxState
from agencies.models import Event, Message, OutboxItem
from agencies.outbound.digests import people_due
from agencies.outbound.removal import remove_old_items
from agencies.outbound.tests.factories import KIND, make_item, make_reader
from agencies.tests.factories import NOW, make_message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_on")]
LONG_AGO = NOW - timedelta(days=181)


def sent(action: OutboxAction = OutboxAction.NOTIFY, **fields: object) -> OutboxItem:
    facts = {"state": OutboxState.SENT, "sent_at": LONG_AGO, "at": LONG_AGO}
    item = make_item(action, **facts | fields)
    Message.objects.filter(pk=item.message_id).update(read_at=NOW, settled_at=NOW)
    return item


def kept(*, at: datetime = NOW, days: int = 180) -> set[OutboxItem]:
    remove_old_items(days=days, at=at)
    return set(OutboxItem.objects.all())


def test_what_left_long_ago_goes_with_an_event():
    sent()
    sent(state=OutboxState.VOID, sent_at=None)
    assert remove_old_items(days=180, at=NOW) == 2
    event = Event.objects.get(action="outbox.clear")
    assert (event.actor, event.sentence) == (None, "清理外发记录2件：超过180天，已发送或不再发送。")
    assert remove_old_items(days=180, at=NOW) == 0
    assert Event.objects.filter(action="outbox.clear").count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"at": NOW - timedelta(days=179)},
        {"state": OutboxState.DEAD, "sent_at": None},  # waits for who sends it again
        {"state": OutboxState.FAILED, "sent_at": None},
    ],
)
def test_what_is_young_or_has_not_left_stays(fields):
    item = sent(**fields)
    assert kept() == {item}


def test_with_0_days_everything_stays():
    item = sent()
    assert kept(days=0) == {item}


def test_a_message_that_is_open_is_not_mailed_again_for_want_of_its_row():
    person = make_reader(MailChoice.DIGEST)
    notified = sent(user=person)
    digest = OutboxItem.objects.create(
        channel=notified.channel,
        action=OutboxAction.DIGEST,
        user=person,
        day=LONG_AGO.date(),
        state=OutboxState.SENT,
        created_at=LONG_AGO,
        next_try_at=LONG_AGO,
        sent_at=LONG_AGO,
    )
    Message.objects.update(read_at=None, settled_at=None)
    make_message(person, kind=KIND, created_at=LONG_AGO, digest=digest)
    assert kept() == {notified, digest}
    assert not people_due(at=NOW).exists()
    Message.objects.update(read_at=NOW)
    assert kept() == set()


def test_a_todo_elsewhere_goes_with_its_end_and_not_before_it():
    begun = sent(OutboxAction.CREATE)
    assert kept() == {begun}
    end = sent(OutboxAction.FINISH, message=begun.message, begun=begun, at=NOW)
    assert kept() == {begun, end}
    OutboxItem.objects.filter(pk=end.pk).update(created_at=LONG_AGO, state="dead", sent_at=None)
    assert kept() == {begun, end}
    OutboxItem.objects.filter(pk=end.pk).update(state="sent", sent_at=LONG_AGO)
    assert kept() == set()
