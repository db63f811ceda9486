"""Who may not review: one table of cases for the rule and for its query condition."""

import pytest

from agencies.permissions import Role
from measures.bars import REVIEW, bars_review
from measures.choices import FilingState as S
from measures.models import Note
from measures.reviews.queue import queue_for, waiting_for
from measures.rules.periods import Quarter
from measures.tests.factories import (
    NOW,
    TODAY,
    join,
    make_filing,
    make_measure,
    make_note,
    make_period,
    make_user,
)
from measures.tests.request_factories import make_objection

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def nothing(user, filing):
    """The person has nothing to do with the agency."""


def wrote(user, filing):
    Note.objects.filter(pk=another_note(filing).pk).update(author=user)


def wrote_before_another_did(user, filing):
    note = another_note(filing)
    Note.objects.filter(pk=note.pk).update(author=user)
    Note.objects.filter(pk=note.pk).update(author=note.author)


def handed_in(user, filing):
    another_filing = make_filing(measure=make_measure(lead=filing.agency), period=filing.period)
    make_note(another_filing, author=user, submitted=True)


def approved(user, filing):
    other = make_filing(measure=make_measure(lead=filing.agency), period=filing.period)
    make_note(other, submitted=True, approved_by=user)


def wrote_last_period(user, filing):
    earlier = make_period(Quarter(2026, 2), state="closed")
    make_note(make_filing(measure=filing.measure, period=earlier), author=user)


def wrote_for_another_agency(user, filing):
    make_note(make_filing(measure=make_measure(), period=filing.period), author=user)


def is_liaison(user, filing):
    join(user, Role.LIAISON, filing.agency)


def is_head(user, filing):
    join(user, Role.AGENCY_HEAD, filing.agency)


def was_liaison(user, filing):
    join(user, Role.LIAISON, filing.agency, valid_to=TODAY.replace(day=1))


def returned_it_wrongly(user, filing):
    make_objection(filing, contested_by=user, state="upheld", **answered())


def returned_it_rightly(user, filing):
    make_objection(filing, contested_by=user, state="dismissed", **answered())


def answered():
    return {"answer": "已复核。", "decided_by": make_user(Role.CHIEF), "decided_at": NOW}


def another_note(filing):
    """Create a draft of the same agency in the same period."""
    other = make_filing(measure=make_measure(lead=filing.agency), period=filing.period)
    return make_note(other)


@pytest.mark.parametrize(
    ("tie", "barred"),
    [
        (nothing, False),
        (wrote, True),
        (wrote_before_another_did, True),
        (handed_in, True),
        (approved, True),
        (is_liaison, True),
        (is_head, True),
        (was_liaison, False),
        (wrote_last_period, False),
        (wrote_for_another_agency, False),
        (returned_it_wrongly, True),
        (returned_it_rightly, False),
    ],
)
def test_the_verb_and_the_queue_bar_the_same_people(tie, barred):
    filing, chief = make_filing(state=S.SUBMITTED), make_user(Role.CHIEF)
    user = make_user(Role.COORDINATOR)
    tie(user, filing)
    queue = queue_for(user, on=TODAY)
    assert bars_review(filing, user) is barred
    assert queue.barred == int(barred)
    assert [waiting.pk for waiting in queue.items] == ([] if barred else [filing.pk])
    left = [filing.pk] if barred else []
    assert [waiting.pk for waiting in queue_for(chief, on=TODAY).items] == left
    assert [waiting.pk for waiting in waiting_for(chief, on=TODAY)] == left


def test_what_bars_a_person_is_found_once_for_all_that_waits():
    period, user = make_period(), make_user(Role.COORDINATOR)
    for _ in range(5):
        make_note(make_filing(measure=make_measure(), period=period, state=S.SUBMITTED))
    waiting = waiting_for(user, on=TODAY).order_by()
    assert waiting.count() == 5
    # PostgreSQL fills the hash of a subplan before the first row, and asks it for each.
    assert waiting.explain().count("hashed SubPlan") == 2


@pytest.mark.parametrize(
    ("ties", "is_left"),
    [
        ((), True),  # nobody is a coordinator
        ((nothing,), False),
        ((wrote, nothing), False),
        ((is_liaison, was_liaison), False),
        ((returned_it_wrongly, returned_it_rightly), False),
        ((wrote, returned_it_wrongly), True),
        ((is_liaison, handed_in), True),
        ((approved, is_head), True),
    ],
)
def test_it_is_left_to_the_chief_where_every_coordinator_is_barred(ties, is_left):
    filing, chief = make_filing(state=S.SUBMITTED), make_user(Role.CHIEF)
    for tie in ties:
        tie(make_user(Role.COORDINATOR), filing)
    left = [filing.pk] if is_left else []
    assert [waiting.pk for waiting in waiting_for(chief, on=TODAY)] == left
    assert [waiting.pk for waiting in queue_for(chief, on=TODAY).items] == left


def test_nobody_is_looked_up_filing_by_filing_where_no_coordinator_had_a_part():
    period, chief = make_period(), make_user(Role.CHIEF)
    make_user(Role.COORDINATOR)
    for _ in range(5):
        make_note(make_filing(measure=make_measure(), period=period, state=S.SUBMITTED))
    waiting = waiting_for(chief, on=TODAY).order_by()
    assert waiting.count() == 0
    assert "never executed" in waiting.explain(analyze=True)


def test_people_who_may_act_are_read_with_their_posts_at_once(django_assert_num_queries):
    filing = make_filing()
    people = [make_user(Role.COORDINATOR) for _ in range(3)]
    with django_assert_num_queries(1 + len(people)):  # and for each, what they wrote
        found = REVIEW.who_acts(filing)
    assert set(found) == set(people)
    with django_assert_num_queries(0):
        assert {role for one in found for role in one.roles} == {Role.COORDINATOR}
