"""A responsibility from a future day takes effect by its dates; until then it can be undone."""

from datetime import date, timedelta

import pytest
import time_machine

from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError
from measures.access import lead_of
from measures.choices import FilingState, ResponsibilityRole
from measures.integrity import faults
from measures.lights.refresh import refresh_all_lights
from measures.models import Filing
from measures.periods.actions import open_period
from measures.responsibilities.actions import (
    add_responsibility,
    change_responsibility,
    end_responsibility,
    take_back_change,
)
from measures.rules.periods import Quarter
from measures.tests.asking import told
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_filing,
    make_period,
    make_responsibility,
    make_user,
)
from reports.matrix.data import matrix_for
from reports.period.shown import shown_period

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
S = FilingState
LEAD, _, RESPONSIBLE, SUPPORT = ResponsibilityRole
NEW_YEAR = date(2027, 1, 1)
NEW_YEARS_EVE = NEW_YEAR - timedelta(days=1)
SAID = {"duty": "", "reason": "市政府专题会议纪要明确。", "at": NOW}


@pytest.fixture
def other():
    return make_agency(name="市财政局")


@pytest.fixture
def by(people):
    return people.coordinator


def add(measure, agency, by, role=RESPONSIBLE, since=NEW_YEAR):
    return add_responsibility(measure, agency=agency, role=role, since=since, by=by, **SAID)


def change(row, by, role, since=NEW_YEAR):
    return change_responsibility(row, role=role, since=since, by=by, **SAID)


def end(row, by, since=NEW_YEAR):
    return end_responsibility(row, since=since, by=by, reason=SAID["reason"], at=NOW)


def rows(measure):
    found = measure.responsibilities.order_by("valid_from", "order", "pk")
    return [(r.agency, r.role, r.valid_from, r.valid_to, r.ended_at) for r in found]


def responsible(measure, on):
    return dict(measure.responsibilities.valid(on=on).values_list("agency", "role"))


def owing(period):
    return set(Filing.objects.filter(period=period).owed().values_list("agency", flat=True))


def test_a_new_lead_leads_from_its_day_and_the_old_one_until_then(measure, agency, other, by):
    add(measure, other, by, LEAD)
    assert responsible(measure, TODAY) == {agency.pk: LEAD}
    assert responsible(measure, NEW_YEARS_EVE) == {agency.pk: LEAD}
    assert responsible(measure, NEW_YEAR) == {agency.pk: RESPONSIBLE, other.pk: LEAD}
    assert lead_of(measure, on=NEW_YEARS_EVE) == agency
    assert lead_of(measure, on=NEW_YEAR) == other
    assert faults(on=TODAY) == []
    assert faults(on=NEW_YEAR) == []


def test_the_liaisons_of_both_are_told_at_once(measure, agency, other, by):
    liaisons = {make_user(Role.LIAISON, one) for one in (agency, other)}
    add(measure, other, by, LEAD)
    assert told("自2027-01-01起，市财政局为") >= liaisons


def test_no_period_that_is_over_before_it_begins_is_touched(measure, agency, other, by):
    """Filings of the third quarter are due in November, not from those who begin in January."""
    period = make_period()
    own = make_filing(measure=measure, period=period)
    add(measure, other, by, LEAD)
    own.refresh_from_db()
    assert (own.role, own.state) == (LEAD, S.PENDING)
    assert owing(period) == {agency.pk}


def test_another_change_does_not_bring_it_in_either(measure, agency, other, by):
    period = make_period()
    make_filing(measure=measure, period=period)
    add(measure, other, by)
    third = make_agency()
    with time_machine.travel(NOW + timedelta(days=45), tick=False):
        add_responsibility(
            measure,
            agency=third,
            role=SUPPORT,
            duty="",
            since=date(2027, 1, 7),
            by=by,
            reason="新的分工。",
            at=NOW + timedelta(days=45),
        )
    assert owing(period) == {agency.pk, third.pk}


def test_a_period_that_covers_the_day_asks_whoever_is_responsible_at_its_end(
    measure, agency, other, by
):
    """Whether the change comes before or after the opening, the filings are the same."""
    leaving = make_responsibility(measure, make_agency(), RESPONSIBLE)
    begun = make_period(Quarter(2026, 4), due_on=date(2027, 1, 15))
    open_period(begun, by=by, at=NOW)
    add(measure, other, by, since=date(2026, 12, 10))
    end(leaving, by, since=date(2026, 12, 20))
    assert owing(begun) == {agency.pk, other.pk}
    assert Filing.objects.get(period=begun, agency=other).due_on == date(2027, 1, 15)
    Filing.objects.all().delete()
    open_period(begun, by=by, at=NOW)
    assert owing(begun) == {agency.pk, other.pk}


def test_a_period_opened_later_asks_by_its_dates(measure, agency, other, by):
    make_responsibility(measure, make_agency(), RESPONSIBLE)
    end(measure.responsibilities.get(role=RESPONSIBLE), by)
    add(measure, other, by)
    spring = make_period(Quarter(2027, 1), state="draft", due_on=date(2027, 4, 10))
    open_period(spring, by=by, at=NOW + timedelta(days=130))
    assert owing(spring) == {agency.pk, other.pk}


def test_light_and_matrix_follow_on_the_day_without_a_job(measure, agency, other, by):
    make_period(Quarter(2026, 2), state="closed")
    make_filing(measure=measure, period=make_period(), state=S.ACCEPTED)
    add(measure, other, by, LEAD)
    refresh_all_lights(on=TODAY)
    for day, lead in ((TODAY, agency), (NEW_YEAR, other)):
        shown = shown_period(None, on=day)
        held = matrix_for(shown, on=day).held
        assert [one.mark.party.agency_id for one in held if one.mark.party.is_lead] == [lead.pk]


def test_until_it_begins_its_agencies_have_no_other_change(measure, agency, other, by):
    planned = add(measure, other, by, LEAD)
    own = measure.responsibilities.get(agency=agency, valid_from=None)
    for verb in (
        lambda: change(planned, by, SUPPORT),
        lambda: change(own, by, SUPPORT, since=TODAY),
        lambda: add(measure, make_agency(), by, LEAD, since=TODAY),
        lambda: end(measure.responsibilities.get(agency=agency, valid_from=NEW_YEAR), by),
    ):
        with pytest.raises(DomainError, match="已有尚未生效的变更，请先撤销"):
            verb()


@pytest.mark.parametrize("how", ["added", "lead", "changed", "ended"])
def test_taken_back_all_is_as_before(measure, agency, other, by, how):
    row = None if how == "added" else make_responsibility(measure, other, RESPONSIBLE)
    period = make_period(Quarter(2026, 4), due_on=date(2027, 1, 15))
    open_period(period, by=by, at=NOW)
    before, owed = rows(measure), owing(period)
    since = date(2026, 12, 15)
    if how == "added":
        planned = add(measure, other, by, since=since)
    elif how == "ended":
        planned = end(row, by, since=since) or row
    else:
        planned = change(row, by, LEAD if how == "lead" else SUPPORT, since=since)
    take_back_change(planned, by=by, at=NOW)
    assert rows(measure) == before
    assert owing(period) == owed
    roles = dict(Filing.objects.owed().values_list("agency", "role"))
    assert roles == responsible(measure, TODAY)
    event = Event.objects.filter(action="responsibility.take_back").get()
    assert event.sentence.startswith("撤销市财政局自2026-12-15起")
    assert faults(on=since) == []


def test_the_old_lead_s_move_goes_with_the_new_lead(measure, agency, other, by):
    add(measure, other, by, LEAD)
    moved = measure.responsibilities.get(agency=agency, valid_from=NEW_YEAR)
    with pytest.raises(DomainError, match="请在新的牵头单位一行中撤销"):
        take_back_change(moved, by=by, at=NOW)


def test_an_ending_of_today_is_taken_back_with_its_draft(measure, other, by):
    row = make_responsibility(measure, other, RESPONSIBLE)
    filing = make_filing(measure=measure, period=make_period(), agency=other, state=S.DRAFT)
    end(row, by, since=TODAY)
    filing.refresh_from_db()
    assert filing.state == S.WAIVED
    take_back_change(row, by=by, at=NOW + timedelta(hours=2))
    filing.refresh_from_db()
    assert filing.state == S.DRAFT
    assert responsible(measure, TODAY)[other.pk] == RESPONSIBLE


def test_not_on_another_day_and_not_over_what_came_after(measure, other, by):
    row = make_responsibility(measure, other, RESPONSIBLE)
    end(row, by, since=TODAY)
    with pytest.raises(DomainError, match="只有当日办理的终止"):
        take_back_change(row, by=by, at=NOW + timedelta(days=1))
    add(measure, other, by, SUPPORT, since=TODAY)
    with pytest.raises(DomainError, match="只有当日办理的终止"):
        take_back_change(row, by=by, at=NOW)


def test_what_holds_already_is_not_taken_back(measure, by):
    with pytest.raises(DomainError, match="只有当日办理的终止"):
        take_back_change(measure.responsibilities.get(), by=by, at=NOW)
