"""Creating a filing period of each kind."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from measures.choices import PeriodState
from measures.models import Filing, Period
from measures.notice.load import load_workdays
from measures.periods.actions import create_period
from measures.rules.periods import Half, Month, Quarter, Special, Year
from measures.tests.asking import only_event
from measures.tests.factories import NOW, make_measure, make_notice

pytestmark = pytest.mark.django_db
THIRD = Quarter(2026, 3)
EXPO = Special("进博会成果落实", date(2026, 11, 1), date(2026, 11, 30), "市政府部署。")


def create(by, covering=THIRD, **fields):
    return create_period(make_notice(), by=by, covering=covering, at=NOW, **fields)


def test_a_quarters_days_follow_from_the_calendar(people):
    load_workdays()
    period = create(people.coordinator)
    assert (period.label, period.slice_label, period.state) == (
        "2026年前三季度",
        "三季度",
        PeriodState.DRAFT,
    )
    assert (period.covers_from, period.covers_to) == (date(2026, 7, 1), date(2026, 9, 30))
    assert period.cumulative_from == date(2026, 1, 1)
    assert period.opens_on == date(2026, 9, 30)
    assert period.due_on == date(2026, 10, 13)  # over National Day, 10 October is worked
    assert period.closes_on == date(2026, 10, 27)
    assert (period.opens_by_itself, period.closes_by_itself) == (False, False)
    assert not Filing.objects.exists()


KINDS = [
    # what is covered, kind, label, the slice in a sentence, due
    (Month(2026, 5), "monthly", "2026年1—5月", "5月", date(2026, 6, 5)),
    (Half(2026, 1), "half", "2026年上半年", "上半年", date(2026, 7, 7)),
    (Year(2018), "yearly", "2018年度", "全年", date(2019, 1, 8)),
]


@pytest.mark.parametrize(("covering", "kind", "label", "slice_label", "due"), KINDS)
def test_the_other_kinds_follow_the_same_rule(people, covering, kind, label, slice_label, due):
    load_workdays()
    period = create(people.coordinator, covering)
    assert (period.kind, period.label, period.slice_label) == (kind, label, slice_label)
    assert (period.covers_from, period.covers_to) == (covering.starts_on, covering.ends_on)
    assert period.cumulative_from == date(covering.year, 1, 1)
    assert period.due_on == due


def test_a_special_one_has_its_own_name_days_and_measures(people):
    measure = make_measure()
    period = create(people.coordinator, EXPO, measures=[measure], due_on=date(2026, 11, 20))
    assert (period.kind, period.label, period.slice_label) == ("special", EXPO.label, EXPO.label)
    assert period.cumulative_from == period.covers_from == EXPO.starts_on
    assert (period.due_on, period.opens_on) == (date(2026, 11, 20), date(2026, 11, 20))
    assert list(period.measures.all()) == [measure]
    assert only_event().after["measures"] == ["（一）"]


GIVEN = [
    # what staff set, what it becomes
    (date(2018, 12, 29), date(2018, 12, 29)),  # a Saturday that is worked
    (date(2018, 12, 30), date(2019, 1, 2)),  # a Sunday, then two days off
    (date(2018, 12, 31), date(2019, 1, 2)),  # a Monday off
    (date(2019, 1, 2), date(2019, 1, 2)),
    (date(2019, 1, 5), date(2019, 1, 7)),  # a Saturday
]


@pytest.mark.parametrize(("given", "becomes"), GIVEN)
def test_a_due_date_on_a_day_off_moves_to_the_next_working_day(people, given, becomes):
    load_workdays()
    assert create(people.coordinator, Quarter(2018, 3), due_on=given).due_on == becomes


def test_its_plan_may_be_given(people):
    period = create(
        people.coordinator,
        due_on=date(2026, 10, 16),
        opens_on=date(2026, 10, 9),
        opens_by_itself=True,
        closes_by_itself=True,
    )
    period.refresh_from_db()
    assert (period.opens_on, period.due_on) == (date(2026, 10, 9), date(2026, 10, 16))
    assert period.closes_on == date(2026, 10, 30)
    assert period.opens_by_itself
    assert period.closes_by_itself


def test_one_event_is_left(people):
    create(people.coordinator, due_on=date(2026, 10, 16))
    event = only_event()
    assert event.action == "period.create"
    assert event.sentence == "新建季度填报期“2026年前三季度”，2026-10-16截止。"
    assert event.after == {
        "opens_on": "2026-09-30",
        "due_on": "2026-10-16",
        "closes_on": "2026-10-30",
        "opens_by_itself": False,
        "closes_by_itself": False,
    }


@pytest.mark.parametrize("who", ["liaison", "head", "chief", "leader", "system_admin", "auditor"])
def test_only_coordinators_make_periods(people, who):
    with pytest.raises(PermissionDenied):
        create(getattr(people, who))


def test_the_same_quarter_is_refused(people):
    create(people.coordinator)
    with pytest.raises(ValidationError, match="这一时段已有同类填报期。"):
        create(people.coordinator)
    assert Period.objects.count() == 1


def test_the_next_quarter_is_not(people):
    create(people.coordinator)
    create(people.coordinator, Quarter(2026, 4))
    assert [p.label for p in Period.objects.newest_first()] == ["2026年度", "2026年前三季度"]


def test_another_kind_in_the_same_days_is_not(people):
    for covering in (THIRD, Month(2026, 9), Half(2026, 2), Year(2026)):
        create(people.coordinator, covering)
    assert Period.objects.count() == 4


def test_special_ones_may_lie_beside_each_other_under_names_of_their_own(people):
    asked = [make_measure()]
    create(people.coordinator, EXPO, measures=asked)
    create(people.coordinator, replace(EXPO, label="通关便利化"), measures=asked)
    with pytest.raises(ValidationError, match="已有同名的专项填报期"):
        create(people.coordinator, EXPO, measures=asked)


@pytest.mark.parametrize("label", ["", " "])
def test_a_special_one_must_be_named(people, label):
    with pytest.raises(ValidationError):
        create(people.coordinator, replace(EXPO, label=label), measures=[make_measure()])


def test_a_special_one_needs_measures_and_no_other_kind_takes_any(people):
    with pytest.raises(ValidationError, match="须选定涉及的措施"):
        create(people.coordinator, EXPO)
    with pytest.raises(ValidationError, match="不另选定"):
        create(people.coordinator, THIRD, measures=[make_measure()])


def test_dates_out_of_order_are_refused(people):
    with pytest.raises(ValidationError, match="日期次序有误"):
        create(people.coordinator, opens_on=date(2026, 12, 1), due_on=date(2026, 10, 16))
