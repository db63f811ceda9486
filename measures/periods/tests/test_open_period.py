"""Opening a period: one filing for each measure and responsible agency."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from agencies.models import AgencyName, Event
from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import FilingState, PeriodState, ResponsibilityRole, Stage
from measures.lights.refresh import refresh_all_lights
from measures.models import Filing, Gap, Measure, Responsibility
from measures.periods.actions import open_period
from measures.rules.periods import Quarter
from measures.tests.asking import only_event, told
from measures.tests.factories import (
    NOW,
    TODAY,
    join,
    make_agency,
    make_filing,
    make_measure,
    make_period,
    make_user,
)

pytestmark = pytest.mark.django_db
IN_TIME = TODAY + timedelta(days=14)  # for a special period, too


@pytest.fixture
def period(db):
    """Create a period that has not begun."""
    return make_period(state=PeriodState.DRAFT)


def test_each_agency_of_each_measure_owes_a_filing(period, agency, people):
    other = make_agency(name="重庆海关")
    one, two = make_measure(lead=agency, others=(other,)), make_measure(lead=other)
    assert open_period(period, by=people.coordinator, at=NOW) == 3
    period.refresh_from_db()
    assert (period.state, period.opened_at) == (PeriodState.OPEN, NOW)
    owed = {(f.measure, f.agency, f.role, f.agency_name) for f in Filing.objects.all()}
    assert owed == {
        (one, agency, "lead", "市农业农村委"),
        (one, other, "responsible", "重庆海关"),
        (two, other, "lead", "重庆海关"),
    }
    assert {(f.state, f.due_on) for f in Filing.objects.all()} == {
        (FilingState.PENDING, period.due_on)
    }


def test_opening_again_makes_none_and_leaves_no_second_event(period, measure, people):
    open_period(period, by=people.coordinator, at=NOW)
    assert open_period(period, by=people.coordinator, at=NOW) == 0
    assert Filing.objects.count() == 1
    event = only_event()
    assert event.action == "period.open"
    assert event.sentence == "开始“2026年前三季度”填报，布置1项填报任务。"


def test_opening_again_adds_what_was_confirmed_since(period, measure, agency, people):
    lost = make_measure(lead=agency)
    gap = Gap.objects.create(notice=lost.notice, measure=lost, kind="agencies")
    assert open_period(period, by=people.coordinator, at=NOW) == 1
    gap.confirmed_by, gap.confirmed_at, gap.source = people.coordinator, NOW, "市政府公报"
    gap.save()
    assert open_period(period, by=people.coordinator, at=NOW) == 1
    assert Filing.objects.filter(measure=lost).count() == 1
    assert Event.objects.count() == 2


def test_what_is_done_owes_nothing(period, people):
    make_measure(stage=Stage.DONE, completed_on=TODAY)
    assert open_period(period, by=people.coordinator, at=NOW) == 0


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "expected"),
    [
        (None, TODAY, 1),
        (None, TODAY - timedelta(days=1), 0),
        (TODAY, None, 1),
        (TODAY + timedelta(days=1), None, 0),
    ],
)
def test_only_who_is_responsible_that_day_owes(period, people, valid_from, valid_to, expected):
    make_measure()
    Responsibility.objects.update(valid_from=valid_from, valid_to=valid_to)
    assert open_period(period, by=people.coordinator, at=NOW) == expected


def test_a_filing_bears_the_name_of_the_periods_time(period, measure, agency, people):
    agency.names.update(valid_to=date(2026, 10, 1))
    AgencyName.objects.create(
        agency=agency, short_name="新名称", full_name="新名称", valid_from=date(2026, 10, 2)
    )
    open_period(period, by=people.coordinator, at=NOW)
    assert Filing.objects.get().agency_name == "市农业农村委"


def test_the_liaisons_who_owe_something_are_told_once(period, agency, people):
    make_measure(lead=agency)
    make_measure(lead=agency)
    deputy = make_user(Role.LIAISON, agency)
    open_period(period, by=people.coordinator, at=NOW)
    open_period(period, by=people.coordinator, at=NOW)
    assert told("“2026年前三季度”开始填报，请于2026-11-24前报送。") == {people.liaison, deputy}
    assert people.liaison.inbox.count() == 1


def test_a_former_liaison_is_not_told(period, measure, agency, people):
    """Though still a liaison of an agency that owes nothing."""
    join(people.other_liaison, Role.LIAISON, agency, valid_to=TODAY - timedelta(days=1))
    gone = make_user(Role.LIAISON, agency, is_active=False)
    open_period(period, by=people.coordinator, at=NOW)
    assert told() == {people.liaison}
    assert not gone.inbox.exists()


@pytest.mark.parametrize("who", ["liaison", "head", "chief", "leader", "system_admin", "auditor"])
def test_only_coordinators_open(period, people, who):
    with pytest.raises(PermissionDenied):
        open_period(period, by=getattr(people, who), at=NOW)


def test_a_closed_period_is_not_opened_again(people):
    closed = make_period(state=PeriodState.CLOSED)
    with pytest.raises(DomainError, match="^“已关闭”的填报期不能开始填报，"):
        open_period(closed, by=people.coordinator, at=NOW)


def test_support_owes_a_filing_too(period, measure, people):
    Responsibility.objects.update(role=ResponsibilityRole.SUPPORT, lead_basis="")
    assert open_period(period, by=people.coordinator, at=NOW) == 1


def test_a_special_period_asks_only_about_its_own_measures(people):
    asked, _ = make_measure(), make_measure()
    special = make_period(
        state=PeriodState.DRAFT, kind="special", label="进博会成果落实", due_on=IN_TIME
    )
    special.measures.set([asked])
    assert open_period(special, by=people.coordinator, at=NOW) == 1
    assert Filing.objects.get().measure == asked


@pytest.mark.parametrize("kind", ["special", "monthly"])
def test_only_the_main_kind_works_out_lights(measure, people, kind):
    period = make_period(state=PeriodState.DRAFT, kind=kind, due_on=IN_TIME)
    period.measures.set([measure] if kind == "special" else [])
    open_period(period, by=people.coordinator, at=NOW)
    measure.refresh_from_db()
    assert measure.light_on is None


def test_a_period_that_is_not_due_leaves_the_lights_of_the_day(period, measure, people):
    """They are not computed again; a period already due counts at once."""
    late = make_period(Quarter(2026, 2), due_on=TODAY - timedelta(days=20))
    make_filing(measure=measure, period=late)
    accepted = make_measure(lead=make_agency())
    make_filing(measure=accepted, period=late, state=FilingState.ACCEPTED)
    refresh_all_lights(on=TODAY)
    before = list(Measure.objects.order_by("pk").values())
    open_period(period, by=people.coordinator, at=NOW)
    assert list(Measure.objects.order_by("pk").values()) == before
    refresh_all_lights(on=TODAY)
    assert list(Measure.objects.order_by("pk").values()) == before
    due = make_period(Quarter(2026, 1), state=PeriodState.DRAFT, due_on=TODAY - timedelta(days=9))
    open_period(due, by=people.coordinator, at=NOW)
    accepted.refresh_from_db()
    assert "未报" in accepted.light_sentence
