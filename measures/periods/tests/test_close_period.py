"""Closing a period, and the snapshots it takes."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.models import AgencyName
from lib.errors import DomainError
from measures.choices import FilingState, Light, PeriodState
from measures.models import Snapshot
from measures.periods.actions import close_period
from measures.rules.periods import Quarter
from measures.tests.asking import only_event, told
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_dated_measure,
    make_filing,
    make_measure,
    make_period,
)

pytestmark = pytest.mark.django_db
S = FilingState


@pytest.fixture
def period(db):
    """Create an open period that was due some weeks ago."""
    return make_period(due_on=TODAY - timedelta(days=20))


def test_it_is_closed(period, people):
    close_period(period, by=people.coordinator, at=NOW)
    period.refresh_from_db()
    assert (period.state, period.closed_at) == (PeriodState.CLOSED, NOW)
    assert told() == set()


DAYS = [
    # due in how many days, the filing, whether it closes
    (1, S.PENDING, False),
    (0, S.DRAFT, False),  # due today is not missed
    (-1, S.PENDING, True),
    (1, S.SUBMITTED, True),  # nothing is missing
    (1, S.RETURNED, True),
    (1, S.WAIVED, True),
]


@pytest.mark.parametrize(("days", "state", "closes"), DAYS)
def test_nobody_misses_what_is_not_due(people, days, state, closes):
    period = make_period(due_on=TODAY + timedelta(days=days))
    make_filing(period=period, state=state)
    if closes:
        close_period(period, by=people.coordinator, at=NOW)
    else:
        with pytest.raises(DomainError, match="还有1项未报送而且没有到期，不能关闭"):
            close_period(period, by=people.coordinator, at=NOW)
    period.refresh_from_db()
    assert (period.state == PeriodState.CLOSED) is closes


def test_one_that_was_put_off_is_not_waited_for_and_not_missed(period, people):
    make_filing(period=period, due_on=TODAY + timedelta(days=1))
    make_filing(period=period)
    close_period(period, by=people.coordinator, at=NOW)
    assert only_event().after == {"state": "closed", "missed": 1, "left_open": {"extended": 1}}


def test_each_measure_is_kept_as_it_stands(period, agency, people):
    customs = make_agency(name="重庆海关")
    one = make_measure(lead=agency, others=(customs,))
    make_filing(measure=one, period=period, state=S.SUBMITTED)
    make_filing(measure=one, period=period, agency=customs)
    dated = make_dated_measure(lead=agency, percent=89)
    first, second = close_period(period, by=people.coordinator, at=NOW)
    assert (first.measure, first.closing, first.taken_at) == (one, 1, NOW)
    assert (first.stage, first.stage_label, first.percent) == ("under_way", "推进中", None)
    assert (first.filed, first.owed) == (1, 2)
    assert (first.light, first.light_label) == (Light.YELLOW, "预警")
    assert first.sentence == "重庆海关三季度进展未报，逾期14个工作日"
    assert first.agencies == [
        {"name": "市农业农村委", "role": "lead"},
        {"name": "重庆海关", "role": "responsible"},
    ]
    assert (second.measure, second.percent, second.light) == (dated, 89, Light.GREY)
    assert (second.filed, second.owed) == (0, 0)


def test_nature_date_and_each_filing_are_kept_in_the_words_of_the_day(period, agency, people):
    customs = make_agency(name="重庆海关")
    one = make_measure(lead=agency, others=(customs,))
    filed = make_filing(measure=one, period=period, state=S.ACCEPTED)
    missed = make_filing(measure=one, period=period, agency=customs)
    make_dated_measure(lead=agency, due_on=date(2026, 12, 31))
    first, second = close_period(period, by=people.coordinator, at=NOW)
    assert (first.nature, first.nature_label, first.due_on) == ("ongoing", "长期坚持", None)
    assert (second.nature, second.nature_label) == ("dated", "有时限")
    assert (second.due_on, second.filings) == (date(2026, 12, 31), [])
    day = f"{period.due_on:%Y-%m-%d}"
    assert first.filings == [
        {
            "filing": filed.pk,
            "agency": agency.pk,
            "name": "市农业农村委",
            "role": "lead",
            "role_label": "牵头单位",
            "standing": "accepted",
            "standing_label": "已通过",
            "due_on": day,
            "filed_on": f"{TODAY - timedelta(days=1):%Y-%m-%d}",
            "never_filed": False,
        },
        {
            "filing": missed.pk,
            "agency": customs.pk,
            "name": "重庆海关",
            "role": "responsible",
            "role_label": "责任单位",
            "standing": "missed",
            "standing_label": "期满未报",
            "due_on": day,
            "filed_on": None,
            "never_filed": True,
        },
    ]


def test_who_filed_once_before_has_not_never_filed(period, agency, people):
    one = make_measure(lead=agency)
    earlier = make_period(Quarter(2026, 2), state="closed", due_on=date(2026, 7, 7))
    make_filing(measure=one, period=earlier, state=S.SUBMITTED)
    make_filing(measure=one, period=period)
    (snapshot,) = close_period(period, by=people.coordinator, at=NOW)
    assert [kept["never_filed"] for kept in snapshot.filings] == [False]


def test_what_was_routine_keeps_that_word(period, people):
    make_measure(stage="done", completed_on=TODAY)
    (snapshot,) = close_period(period, by=people.coordinator, at=NOW)
    assert snapshot.stage_label == "常态化"


def test_the_snapshot_has_the_names_of_the_periods_time(period, measure, agency, people):
    agency.names.update(valid_to=date(2026, 10, 1))
    AgencyName.objects.create(
        agency=agency, short_name="新名称", full_name="新名称", valid_from=date(2026, 10, 2)
    )
    (snapshot,) = close_period(period, by=people.coordinator, at=NOW)
    assert snapshot.agencies == [{"name": "市农业农村委", "role": "lead"}]


def test_a_later_change_does_not_alter_the_snapshot(period, measure, people):
    close_period(period, by=people.coordinator, at=NOW)
    before = Snapshot.objects.values().get()
    measure.stage, measure.title = "nearly_done", "别的"
    measure.save()
    assert Snapshot.objects.values().get() == before


def test_what_was_not_filed_stays_pending_and_counts_as_missed(period, agency, people):
    for state in (S.PENDING, S.DRAFT, S.SUBMITTED, S.WAIVED):
        make_filing(measure=make_measure(lead=agency), period=period, state=state)
    close_period(period, by=people.coordinator, at=NOW)
    states = set(period.filings.values_list("state", flat=True))
    assert states == {S.PENDING, S.DRAFT, S.SUBMITTED, S.WAIVED}
    event = only_event()
    assert event.action == "period.close"
    assert event.sentence == ("关闭“2026年前三季度”填报，期满未报2项；继续办理：待审核1项。")
    assert event.after == {"state": "closed", "missed": 2, "left_open": {"waiting": 1}}


@pytest.mark.parametrize("who", ["liaison", "head", "chief", "leader", "system_admin", "auditor"])
def test_only_coordinators_close(period, people, who):
    with pytest.raises(PermissionDenied):
        close_period(period, by=getattr(people, who), at=NOW)


@pytest.mark.parametrize(("state", "label"), [("draft", "未开始"), ("closed", "已关闭")])
def test_only_an_open_period_is_closed(period, people, state, label):
    period.state = state
    period.save()
    with pytest.raises(DomainError, match=f"^“{label}”的填报期不能关闭，请刷新页面查看最新状态。$"):
        close_period(period, by=people.coordinator, at=NOW)
    assert not Snapshot.objects.exists()


def test_closing_costs_the_same_for_many(period, people):
    assert people.coordinator.roles  # read once a request

    def cost():
        with CaptureQueriesContext(connection) as queries:
            close_period(period, by=people.coordinator, at=NOW)
        return len(queries)

    make_filing(measure=make_measure(), period=period)
    one = cost()
    for _ in range(30):
        make_filing(measure=make_measure(), period=period)
    period.state = PeriodState.OPEN
    period.save()
    assert cost() == one
    assert set(Snapshot.objects.values_list("closing", flat=True)) == {1, 2}


@pytest.mark.parametrize("kind", ["special", "monthly"])
def test_only_the_main_kind_leaves_snapshots_and_touches_lights(measure, people, kind):
    other = make_period(kind=kind, due_on=TODAY - timedelta(days=20))
    make_filing(measure=measure, period=other)
    assert close_period(other, by=people.coordinator, at=NOW) == []
    measure.refresh_from_db()
    assert measure.light_on is None
    assert only_event().after == {"state": "closed", "missed": 1}
