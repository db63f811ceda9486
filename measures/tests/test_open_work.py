"""Work that a closed period left open, and which of it is only owed."""

from datetime import timedelta

import pytest

from measures.choices import FilingState, ObjectionState, OpenWork, PeriodState
from measures.models import Filing
from measures.tests.factories import (
    NOW,
    TODAY,
    make_filing,
    make_measure,
    make_note,
    make_period,
    make_user,
)
from measures.tests.request_factories import make_objection

pytestmark = pytest.mark.django_db
S = FilingState
PAST, AHEAD = TODAY - timedelta(days=20), TODAY + timedelta(days=3)

CASES = [
    # state, due, more, open work
    (S.SUBMITTED, PAST, {}, OpenWork.WAITING),
    (S.RETURNED, PAST, {}, OpenWork.MENDING),
    (S.DRAFT, PAST, {"first_submitted_at": NOW, "mend_by": TODAY}, OpenWork.MENDING),
    (S.PENDING, AHEAD, {}, OpenWork.EXTENDED),
    (S.PENDING, TODAY, {}, OpenWork.EXTENDED),  # due today is not late
    (S.DRAFT, AHEAD, {}, OpenWork.EXTENDED),
    (S.DRAFT, PAST, {}, OpenWork.DRAFTED),
    (S.IN_AGENCY, PAST, {}, OpenWork.DRAFTED),
    (S.DRAFT, PAST, {"first_submitted_at": NOW}, OpenWork.DRAFTED),  # taken back
    (S.PENDING, PAST, {}, None),  # owed, and nothing begun
    (S.ACCEPTED, PAST, {}, None),
    (S.WAIVED, AHEAD, {}, None),
]


@pytest.mark.parametrize(("state", "due", "more", "work"), CASES)
def test_each_filing_is_left_open_in_one_way(state, due, more, work):
    closed = make_period(state=PeriodState.CLOSED, due_on=PAST)
    filing = make_filing(period=closed, state=state, due_on=due, **more)
    left = Filing.objects.left_open(on=TODAY)
    assert [(one.pk, one.open_work) for one in left] == ([(filing.pk, work)] if work else [])


def test_a_correction_waits_beside_the_accepted_note():
    closed = make_period(state=PeriodState.CLOSED, due_on=PAST)
    filing = make_filing(period=closed, state=S.ACCEPTED)
    filing.state = S.DRAFT
    filing.save()
    assert not Filing.objects.left_open(on=TODAY).exists()
    filing.state = S.SUBMITTED
    filing.save()
    assert Filing.objects.left_open(on=TODAY).get().open_work == OpenWork.CORRECTING


@pytest.mark.parametrize(
    ("state", "answer", "work"),
    [
        (S.RETURNED, ObjectionState.OPEN, OpenWork.CONTESTED),
        (S.RETURNED, ObjectionState.DISMISSED, OpenWork.MENDING),
        (S.DRAFT, ObjectionState.OPEN, OpenWork.MENDING),  # the agency corrects it all the same
        (S.SUBMITTED, ObjectionState.UPHELD, OpenWork.WAITING),
        (S.SUBMITTED, ObjectionState.OPEN, OpenWork.WAITING),
    ],
)
def test_a_return_waits_for_the_commission_while_an_objection_to_it_is_open(state, answer, work):
    closed = make_period(state=PeriodState.CLOSED, due_on=PAST)
    filing = make_filing(
        period=closed, state=state, first_submitted_at=NOW, mend_by=TODAY, due_on=PAST
    )
    is_open = answer == ObjectionState.OPEN
    decided = {} if is_open else {"answer": "已核。", "decided_by": make_user(), "decided_at": NOW}
    make_objection(filing, state=answer, **decided)
    assert Filing.objects.left_open(on=TODAY).get().open_work == work
    assert list(Filing.objects.waiting_for(work, on=TODAY)) == [filing]


def test_a_draft_without_a_word_and_one_written_off_leave_nothing():
    closed = make_period(state=PeriodState.CLOSED, due_on=PAST)
    measure = make_measure()
    empty = make_filing(measure=measure, period=closed)
    make_note(empty, progress="")
    empty.state = S.DRAFT
    empty.save()
    gone = {
        "written_off_reason": "机构已撤并。",
        "written_off_by": make_user(),
        "written_off_at": NOW,
    }
    make_filing(period=closed, state=S.DRAFT, **gone)
    assert not Filing.objects.left_open(on=TODAY).exists()


def test_what_is_drafted_and_what_is_owed_are_the_debts():
    closed = make_period(state=PeriodState.CLOSED, due_on=PAST)
    for state, due, more, _ in CASES:
        make_filing(measure=make_measure(), period=closed, state=state, due_on=due, **more)
    late = Filing.objects.with_open_work(on=TODAY).filter(open_work__in=["drafted", "owed"])
    assert set(late) == set(Filing.objects.debts(on=TODAY))
    assert late.count() == 4


def test_an_open_period_has_left_nothing_yet():
    make_filing(period=make_period(due_on=PAST), state=S.SUBMITTED)
    assert not Filing.objects.left_open(on=TODAY).exists()
    (filing,) = Filing.objects.with_open_work(on=TODAY)
    assert filing.open_work == OpenWork.WAITING
