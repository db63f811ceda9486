"""Open work of a period: shown before it closes, and going on afterwards."""

from datetime import timedelta

import pytest

from lib.errors import DomainError
from measures.choices import FilingState, OpenWork, PeriodState
from measures.models import Filing
from measures.models.public_status import PublicStatus, public_status_of
from measures.periods.actions import close_period, turn_periods
from measures.periods.leaving import leaving_of
from measures.tests.asking import only_event, told
from measures.tests.factories import NOW, TODAY, make_filing, make_measure, make_period

pytestmark = pytest.mark.django_db
S = FilingState
LATER = TODAY + timedelta(days=5)


@pytest.fixture
def period(db):
    """Create an open period past its due date with open work of each kind."""
    period = make_period(due_on=TODAY - timedelta(days=20))
    for state in (S.SUBMITTED, S.SUBMITTED, S.RETURNED, S.DRAFT, S.PENDING, S.ACCEPTED):
        make_filing(measure=make_measure(), period=period, state=state)
    make_filing(measure=make_measure(), period=period, due_on=LATER)
    return period


def test_what_it_leaves_open_is_counted_by_the_act_it_waits_for(period):
    leaving = leaving_of(period, on=TODAY)
    assert leaving.counts == {
        OpenWork.WAITING: 2,
        OpenWork.MENDING: 1,
        OpenWork.EXTENDED: 1,
        OpenWork.DRAFTED: 1,
        OpenWork.OWED: 1,
    }
    assert leaving.missed == 2


def test_a_draft_is_told_to_others_only_as_owed(period):
    assert leaving_of(period, on=TODAY).told == [
        (OpenWork.WAITING, 2),
        (OpenWork.MENDING, 1),
        (OpenWork.EXTENDED, 1),
        (OpenWork.OWED, 2),
    ]


def test_closing_carries_it_on_and_says_so(period, people):
    seen = leaving_of(period, on=TODAY).digest
    close_period(period, by=people.coordinator, seen=seen, at=NOW)
    left = Filing.objects.left_open(on=TODAY)
    assert sorted(one.open_work for one in left) == sorted(
        [*[OpenWork.WAITING] * 2, OpenWork.MENDING, OpenWork.EXTENDED, OpenWork.DRAFTED]
    )
    event = only_event()
    assert event.sentence == (
        "关闭“2026年前三季度”填报，期满未报2项；继续办理：待审核2项、退回1项、未到截止日1项。"
    )
    assert event.after == {
        "state": "closed",
        "missed": 2,
        "left_open": {"waiting": 2, "mending": 1, "extended": 1},
    }


def test_who_closes_has_seen_what_stays_open(period, people):
    seen = leaving_of(period, on=TODAY).digest
    make_filing(measure=make_measure(), period=period, state=S.SUBMITTED)
    with pytest.raises(DomainError, match="未办结的情况有变化"):
        close_period(period, by=people.coordinator, seen=seen, at=NOW)
    period.refresh_from_db()
    assert period.state == PeriodState.OPEN


def test_what_was_put_off_is_not_missed_before_its_day(period, people):
    close_period(period, by=people.coordinator, at=NOW)
    filing = Filing.objects.get(due_on=LATER)
    assert public_status_of(filing, is_over=True, on=TODAY) == PublicStatus.AHEAD
    assert public_status_of(filing, is_over=True, on=LATER) == PublicStatus.AHEAD
    late = LATER + timedelta(days=1)
    assert public_status_of(filing, is_over=True, on=late) == PublicStatus.MISSED


def test_what_was_put_off_and_comes_by_its_day_is_no_late_filing(period, people):
    close_period(period, by=people.coordinator, at=NOW)
    filing = Filing.objects.select_related("period").get(due_on=LATER)
    filing.first_submitted_at = NOW + timedelta(days=2)
    assert not filing.is_backfilled
    filing.first_submitted_at = NOW + timedelta(days=9)
    assert filing.is_backfilled


def test_one_that_closes_by_plan_tells_the_coordinators_what_it_leaves(period, people):
    period.closes_by_itself, period.closes_on = True, TODAY - timedelta(days=1)
    period.save()
    assert turn_periods(at=NOW) == 1
    assert told() == {people.coordinator}
