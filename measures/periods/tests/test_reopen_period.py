"""Reopening a closed period."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from lib.errors import DomainError
from measures.choices import FilingState, Light
from measures.filings.submission import submit_note
from measures.models import Snapshot
from measures.periods.actions import close_period, reopen_period
from measures.tests.asking import only_event, told
from measures.tests.factories import NOW, TODAY, make_agency, make_filing, make_measure, make_period

pytestmark = pytest.mark.django_db
S = FilingState


@pytest.fixture
def period(db):
    """Create a closed period, due some weeks ago."""
    day = TODAY - timedelta(days=30)
    return make_period(state="closed", due_on=day, closed_at=NOW - timedelta(days=5))


def reopen(period, by, reason="补报期满未报事项。"):
    return reopen_period(period, by=by, reason=reason, at=NOW)


def test_it_is_open_for_ten_working_days_and_due_as_before(period, people):
    due = period.due_on
    again = reopen(period, people.coordinator)
    again.refresh_from_db()
    assert (again.state, again.closed_at, again.due_on) == ("open", None, due)
    assert again.closes_on == date(2026, 12, 7)


def test_what_is_handed_in_then_is_taken_and_late(period, measure, people):
    filing = make_filing(measure=measure, period=period, state=S.DRAFT, author=people.liaison)
    reopen(period, people.coordinator)
    submit_note(filing, by=people.liaison, at=NOW)
    filing.refresh_from_db()
    assert filing.is_filed_late


def test_the_snapshot_stays_and_closing_again_adds_the_next(period, measure, people):
    make_filing(measure=measure, period=period)
    period.state = "open"
    period.save()
    (first,) = close_period(period, by=people.coordinator, at=NOW)
    before = Snapshot.objects.values().get()
    reopen(period, people.coordinator)
    (second,) = close_period(period, by=people.coordinator, at=NOW)
    assert (first.closing, second.closing) == (1, 2)
    assert Snapshot.objects.filter(pk=first.pk).values().get() == before


def test_lights_follow(period, measure, people):
    make_filing(measure=measure, period=period)
    reopen(period, people.coordinator)
    measure.refresh_from_db()
    assert measure.light == Light.RED  # overdue again, where it was 期满未报
    assert "逾期" in measure.light_sentence


def test_one_event_with_the_reason(period, people):
    reopen(period, people.coordinator)
    event = only_event()
    assert event.action == "period.reopen"
    assert event.sentence == "重新开放“2026年前三季度”填报：补报期满未报事项。"
    assert (event.before["state"], event.after["state"]) == ("closed", "open")
    assert event.after["reason"] == "补报期满未报事项。"


def test_only_those_who_still_owe_are_told(period, agency, people):
    other = make_agency()
    measure = make_measure(lead=agency, others=(other,))
    make_filing(measure=measure, period=period)
    make_filing(measure=measure, period=period, agency=other, state=S.ACCEPTED)
    reopen(period, people.coordinator)
    assert told("重新开放填报，尚未报送的请于2026-12-07前报送") == {people.liaison}


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_reason_is_needed(period, people, reason):
    with pytest.raises(DomainError, match="须写明理由"):
        reopen(period, people.coordinator, reason)


@pytest.mark.parametrize("state", ["draft", "open"])
def test_only_a_closed_one_is_reopened(people, state):
    with pytest.raises(DomainError, match="的填报期不能重新开放"):
        reopen(make_period(state=state), people.coordinator)


@pytest.mark.parametrize("who", ["liaison", "head", "chief", "leader", "system_admin", "auditor"])
def test_only_coordinators_reopen(period, people, who):
    with pytest.raises(PermissionDenied):
        reopen(period, getattr(people, who))
