"""What `tell` and `settle_asked` queue, in their own transaction."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from agencies.choices import AgencyMessage, MailChoice, OutboxAction, OutboxState
from agencies.inbox.messages import settle_asked, tell
from agencies.models import OutboxItem
from agencies.outbound.tests.factories import KIND, make_item, make_reader
from agencies.tests.factories import NOW, make_user
from measures.choices import MeasureMessage

pytestmark = pytest.mark.django_db
EVENING = NOW.replace(hour=20)
ASKS = MeasureMessage.REQUEST


def tell_one(person, kind=KIND, *, at=NOW, url="/me/", **more):
    tell([person], kind=kind, sentence="您的密码已重置：详情。", url=url, at=at, **more)


def queued() -> list[tuple[str, str]]:
    return list(OutboxItem.objects.order_by("pk").values_list("action", "state"))


def test_nothing_is_queued_until_it_is_configured():
    tell_one(make_reader())
    tell_one(make_user(), ASKS)
    settle_asked(ASKS, url="/me/", at=NOW)
    assert queued() == []


@pytest.mark.usefixtures("mail_on")
@pytest.mark.parametrize(
    ("choice", "fields", "expected"),
    [
        (MailChoice.AT_ONCE, {}, 1),
        (MailChoice.DIGEST, {}, 0),
        (MailChoice.NONE, {}, 0),
        (MailChoice.AT_ONCE, {"email": ""}, 0),
        (MailChoice.AT_ONCE, {"is_active": False}, 0),
    ],
)
def test_a_message_is_mailed_at_once_to_people_who_chose_that(choice, fields, expected):
    tell_one(make_reader(choice, **fields))
    assert queued() == [(OutboxAction.NOTIFY, OutboxState.QUEUED)] * expected


@pytest.mark.usefixtures("mail_on")
def test_a_kind_that_is_not_chosen_is_not_mailed():
    tell_one(make_reader(), AgencyMessage.HANDED_OVER)
    assert queued() == []


@pytest.mark.usefixtures("mail_on")
def test_a_message_outside_working_hours_waits_for_the_digest():
    tell_one(make_reader(), at=EVENING)
    assert queued() == []


@pytest.mark.usefixtures("mail_on")
def test_rolling_back_a_message_rolls_back_its_email():
    person = make_reader()
    with transaction.atomic():
        tell_one(person)
        transaction.set_rollback(True)
    assert (queued(), person.inbox.count()) == ([], 0)


@pytest.mark.usefixtures("mail_on", "webhook_on")
def test_the_queries_do_not_grow_with_the_people(django_assert_max_num_queries):
    people = [make_reader() for _ in range(30)]
    with django_assert_max_num_queries(6):
        tell(people, kind=KIND, sentence="您的密码已重置。", url="/me/", at=NOW)
    assert len(queued()) == 30


@pytest.mark.usefixtures("webhook_on")
@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        (ASKS, {}, 1),
        (ASKS, {"is_news": True}, 0),
        (ASKS, {"url": ""}, 0),  # no page for the action
        (MeasureMessage.ACCEPTED, {}, 0),
    ],
)
def test_a_message_that_asks_for_an_action_becomes_a_todo_elsewhere(kind, more, expected):
    tell_one(make_user(), kind, **more)
    assert queued() == [(OutboxAction.CREATE, OutboxState.QUEUED)] * expected


@pytest.mark.usefixtures("webhook_on")
def test_a_todo_is_created_within_working_hours():
    tell_one(make_user(), ASKS, at=EVENING)
    assert OutboxItem.objects.get().next_try_at == NOW.replace(hour=9) + timedelta(days=1)


@pytest.mark.usefixtures("webhook_on")
@pytest.mark.parametrize(
    ("is_void", "action"), [(False, OutboxAction.FINISH), (True, OutboxAction.CANCEL)]
)
def test_settling_a_message_ends_its_todo(is_void, action):
    tell_one(make_user(), ASKS)
    OutboxItem.objects.update(state=OutboxState.SENT, sent_at=NOW)
    settle_asked(ASKS, url="/me/", at=EVENING, is_void=is_void)
    settle_asked(ASKS, url="/me/", at=EVENING, is_void=is_void)
    begun, ended = OutboxItem.objects.order_by("pk")
    assert (ended.action, ended.begun, ended.next_try_at) == (action, begun, EVENING)
    assert ended.number == str(begun.key)


@pytest.mark.usefixtures("webhook_on")
@pytest.mark.parametrize("state", [OutboxState.QUEUED, OutboxState.FAILED, OutboxState.DEAD])
def test_a_todo_not_sent_yet_is_never_sent_after_settling(state):
    tell_one(make_user(), ASKS)
    OutboxItem.objects.update(state=state)
    settle_asked(ASKS, url="/me/", at=NOW)
    assert queued() == [(OutboxAction.CREATE, OutboxState.VOID)]


@pytest.mark.usefixtures("webhook_on")
def test_a_todo_being_sent_is_ended_too():
    """A worker that is sending it cannot be stopped."""
    tell_one(make_user(), ASKS)
    OutboxItem.objects.update(lease_until=NOW + timedelta(minutes=5), attempts=1)
    settle_asked(ASKS, url="/me/", at=NOW)
    states = [OutboxState.QUEUED] * 2
    assert queued() == list(zip([OutboxAction.CREATE, OutboxAction.FINISH], states, strict=True))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"channel": "webhook"}, "outboxitem_action_of_channel"),
        ({"day": NOW.date()}, "outboxitem_digest_has_a_day"),
        ({"state": "lost"}, "outboxitem_state_known"),
        ({"state": "sent"}, "outboxitem_sent_at_a_moment"),
        ({"state": "dead", "lease_until": NOW}, "outboxitem_held_while_unsent"),
        ({"failures": 1}, "outboxitem_failures_among_attempts"),
        ({"action": OutboxAction.FINISH}, "outboxitem_ends_what_it_began"),
    ],
)
def test_impossible_rows_are_refused_by_constraints(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        make_item(**fields)


def test_a_message_is_mailed_once():
    item = make_item()
    with pytest.raises(IntegrityError, match="outboxitem_once_a_message"):
        make_item(user=item.user, message=item.message)
