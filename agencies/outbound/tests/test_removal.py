"""外发记录 is kept for some time; rows that something depends on are kept longer."""

from datetime import datetime, timedelta

import pytest

from agencies.choices import MailChoice, OutboxAction, OutboxState
from agencies.models import Event, Message, OutboxItem
from agencies.outbound.actions import remove_old_items
from agencies.outbound.digests import people_due
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


def test_old_sent_items_are_deleted_with_an_event():
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
        {"state": OutboxState.DEAD, "sent_at": None},  # may be resent
        {"state": OutboxState.FAILED, "sent_at": None},
    ],
)
def test_new_or_unsent_items_are_kept(fields):
    item = sent(**fields)
    assert kept() == {item}


def test_with_0_days_everything_is_kept():
    item = sent()
    assert kept(days=0) == {item}


def test_an_open_messages_row_is_kept_so_that_it_is_not_mailed_again():
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


def test_a_todos_rows_are_deleted_together_after_its_end():
    begun = sent(OutboxAction.CREATE)
    assert kept() == {begun}
    end = sent(OutboxAction.FINISH, message=begun.message, begun=begun, at=NOW)
    assert kept() == {begun, end}
    OutboxItem.objects.filter(pk=end.pk).update(created_at=LONG_AGO, state="dead", sent_at=None)
    assert kept() == {begun, end}
    OutboxItem.objects.filter(pk=end.pk).update(state="sent", sent_at=LONG_AGO)
    assert kept() == set()
