"""Extending a due date: of a whole period, and of one filing."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from lib.errors import DomainError
from measures.choices import FilingState, Light
from measures.models import Workday
from measures.periods.extensions import extend_filing, extend_period
from measures.tests.asking import only_event, told
from measures.tests.factories import NOW, TODAY, make_filing, make_measure, make_period

pytestmark = pytest.mark.django_db
S = FilingState
FRIDAY = date(2026, 12, 4)
REASON = "数据核对需要时间。"


@pytest.fixture
def period(db):
    """Create an open period, due tomorrow, that closes two weeks later."""
    return make_period()


def extend(thing, by, due_on=FRIDAY, reason=REASON):
    verb = extend_period if thing._meta.model_name == "period" else extend_filing
    return verb(thing, by=by, due_on=due_on, reason=reason, at=NOW)


def test_every_filing_gets_the_new_date_whatever_its_state(period, agency, people):
    states = (S.PENDING, S.DRAFT, S.IN_AGENCY, S.SUBMITTED, S.RETURNED, S.WAIVED)
    filings = {
        state: make_filing(measure=make_measure(lead=agency), period=period, state=state)
        for state in states
    }
    extend(period, people.coordinator)
    moved = {s for s, f in filings.items() if type(f).objects.get(pk=f.pk).due_on == FRIDAY}
    assert moved == set(states)


def test_what_came_before_the_new_date_is_not_late(measure, people):
    period = make_period(due_on=TODAY - timedelta(days=3), closes_on=FRIDAY)
    filing = make_filing(measure=measure, period=period, state=S.SUBMITTED)
    assert filing.is_filed_late
    extend(period, people.coordinator)
    filing.refresh_from_db()
    assert not filing.is_filed_late


def test_the_closing_day_moves_by_rule(period, people):
    extend(period, people.coordinator)
    period.refresh_from_db()
    assert (period.due_on, period.closes_on) == (FRIDAY, date(2026, 12, 18))


def test_a_later_closing_day_stays(people):
    period = make_period(closes_on=date(2027, 3, 1))
    extend(period, people.coordinator)
    period.refresh_from_db()
    assert period.closes_on == date(2027, 3, 1)


def test_a_filing_that_was_put_off_further_keeps_its_day(period, measure, people):
    filing = make_filing(measure=measure, period=period, due_on=FRIDAY + timedelta(days=3))
    extend(period, people.coordinator)
    filing.refresh_from_db()
    assert filing.due_on == FRIDAY + timedelta(days=3)


def test_lights_follow_at_once(measure, people):
    period = make_period(due_on=TODAY - timedelta(days=20), closes_on=FRIDAY)
    make_filing(measure=measure, period=period)
    extend(period, people.coordinator)
    measure.refresh_from_db()
    assert measure.light == Light.GREY  # no period is due yet


def test_a_day_off_moves_to_the_next_working_day(period, people):
    Workday.objects.create(date=date(2026, 12, 7), is_workday=False, source="通知")
    assert extend(period, people.coordinator, date(2026, 12, 5)).due_on == date(2026, 12, 8)


def test_one_event_and_whoever_owes_is_told(period, measure, people):
    make_filing(measure=measure, period=period)
    extend(period, people.coordinator)
    event = only_event()
    assert event.action == "period.extend"
    assert event.sentence == (
        "“2026年前三季度”报送截止由2026-11-24延至2026-12-04，"
        "涉及1项尚未报送的填报：数据核对需要时间。"
    )
    assert event.before == {"due_on": "2026-11-24", "closes_on": "2026-12-08"}
    assert event.after["filings"] == 1
    assert told("“2026年前三季度”报送截止延至2026-12-04") == {people.liaison}


def test_one_filing_is_put_off_alone(period, agency, people):
    one, other = (make_filing(measure=make_measure(lead=agency), period=period) for _ in "ab")
    extend(one, people.coordinator)
    one.refresh_from_db()
    other.refresh_from_db()
    period.refresh_from_db()
    assert (one.due_on, other.due_on) == (FRIDAY, period.due_on)
    event = only_event()
    assert (event.action, event.target_id) == ("filing.extend", one.pk)
    assert event.sentence.endswith("报送截止由2026-11-24延至2026-12-04：数据核对需要时间。")
    assert told("报送截止延至2026-12-04") == {people.liaison}


def test_a_filing_cannot_be_put_off_past_the_closing_day(period, measure, people):
    filing = make_filing(measure=measure, period=period)
    assert extend(filing, people.coordinator, period.closes_on).due_on == period.closes_on
    with pytest.raises(DomainError, match="不能晚于这一天"):
        extend(filing, people.coordinator, period.closes_on + timedelta(days=1))


@pytest.mark.parametrize("state", [S.SUBMITTED, S.ACCEPTED, S.RETURNED, S.WAIVED])
def test_a_filing_that_has_left_or_need_not_is_not_put_off(period, measure, people, state):
    filing = make_filing(measure=measure, period=period, state=state)
    with pytest.raises(DomainError, match="不需要延期"):
        extend(filing, people.coordinator)


@pytest.fixture(params=["period", "filing"])
def thing(request, period, measure):
    """Return either of the two."""
    filing = make_filing(measure=measure, period=period)
    return filing if request.param == "filing" else period


@pytest.mark.parametrize("due_on", [TODAY, TODAY + timedelta(days=1)])
def test_the_new_day_must_be_later(thing, people, due_on):
    with pytest.raises(DomainError, match="延期须填写更晚的日期"):
        extend(thing, people.coordinator, due_on)


def test_a_reason_is_needed(thing, people):
    with pytest.raises(DomainError, match="须写明理由"):
        extend(thing, people.coordinator, reason=" ")


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_the_period_must_be_open(thing, period, people, state):
    period.state = state
    period.save()
    with pytest.raises(DomainError, match="的填报期不能延期"):
        extend(thing, people.coordinator)


@pytest.mark.parametrize("who", ["liaison", "head", "chief", "leader", "system_admin", "auditor"])
def test_only_coordinators_extend(thing, people, who):
    with pytest.raises(PermissionDenied):
        extend(thing, getattr(people, who))
