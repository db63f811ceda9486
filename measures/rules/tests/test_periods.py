"""The slices of each kind, their names, the computed days, and the steps of a period."""

from datetime import date
from typing import NamedTuple

import pytest

from lib.errors import DomainError
from lib.workdays import next_workday
from measures.choices import PeriodKind, PeriodState
from measures.rules.periods import (
    PERIOD_STEPS,
    SLICES,
    Half,
    Month,
    Quarter,
    Special,
    Year,
    closes_on,
    compared_with,
    demand_period_step,
    due_on,
    is_late,
    mend_by,
    period_steps_from,
    slice_label_of,
)
from measures.rules.tests.calendar import AUTUMN_2026, NEW_YEAR_2019

QUARTERS = [
    # quarter, first day, last day, the slice, the range that accumulates
    (Quarter(2026, 1), date(2026, 1, 1), date(2026, 3, 31), "一季度", "2026年一季度"),
    (Quarter(2026, 2), date(2026, 4, 1), date(2026, 6, 30), "二季度", "2026年上半年"),
    (Quarter(2026, 3), date(2026, 7, 1), date(2026, 9, 30), "三季度", "2026年前三季度"),
    (Quarter(2026, 4), date(2026, 10, 1), date(2026, 12, 31), "四季度", "2026年度"),
]


@pytest.mark.parametrize(("quarter", "first", "last", "slice_label", "label"), QUARTERS)
def test_a_quarter_has_its_days_and_names(quarter, first, last, slice_label, label):
    assert (quarter.starts_on, quarter.ends_on) == (first, last)
    assert (quarter.slice_label, quarter.label) == (slice_label, label)
    assert Quarter.holding(first) == Quarter.holding(last) == quarter


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (Quarter(2026, 1), Quarter(2026, 2)),
        (Quarter(2026, 3), Quarter(2026, 4)),
        (Quarter(2025, 4), Quarter(2026, 1)),
    ],
)
def test_quarters_follow_each_other(earlier, later):
    assert earlier.next == later
    assert later.previous == earlier


DUE = [
    # quarter, calendar, due, closes
    (Quarter(2026, 2), {}, date(2026, 7, 7), date(2026, 7, 21)),
    # 8, 9, 10 (a working Saturday), 12, 13 October: after National Day
    (Quarter(2026, 3), AUTUMN_2026, date(2026, 10, 13), date(2026, 10, 27)),
    # The last day of the quarter is itself off; counting begins on 2 January
    (Quarter(2018, 4), NEW_YEAR_2019, date(2019, 1, 8), date(2019, 1, 22)),
]


@pytest.mark.parametrize(("quarter", "calendar", "due", "closes"), DUE)
def test_a_period_is_due_on_the_5th_working_day_and_closes_10_later(quarter, calendar, due, closes):
    assert due_on(quarter, calendar) == due
    assert closes_on(due, calendar) == closes


MENDING = [
    (date(2026, 11, 23), date(2026, 11, 26)),  # Monday to Thursday
    (date(2026, 11, 26), date(2026, 12, 1)),  # over a weekend
    (date(2026, 11, 28), date(2026, 12, 2)),  # returned on a Saturday
    (date(2026, 9, 30), date(2026, 10, 10)),  # over National Day, to a Saturday that is worked
]


@pytest.mark.parametrize(("returned", "until"), MENDING)
def test_three_working_days_to_mend(returned, until):
    assert mend_by(returned, AUTUMN_2026) == until


LATE = [
    # first left the agency on, due on, is late
    (date(2026, 10, 12), date(2026, 10, 13), False),
    (date(2026, 10, 13), date(2026, 10, 13), False),  # on the day is in time
    (date(2026, 10, 14), date(2026, 10, 13), True),
    (date(2026, 10, 17), date(2026, 10, 16), True),  # a Saturday is later than its Friday
    (None, date(2026, 10, 13), False),  # not filed at all is not called late
]


@pytest.mark.parametrize(("first_submitted_on", "due", "expected"), LATE)
def test_late_is_after_the_due_day(first_submitted_on, due, expected):
    assert is_late(first_submitted_on, due) is expected


OTHERS = [
    # slice, first day, last day, the slice in a sentence, its label
    (Month(2026, 1), date(2026, 1, 1), date(2026, 1, 31), "1月", "2026年1月"),
    (Month(2024, 2), date(2024, 2, 1), date(2024, 2, 29), "2月", "2024年1—2月"),
    (Month(2026, 5), date(2026, 5, 1), date(2026, 5, 31), "5月", "2026年1—5月"),
    (Month(2026, 12), date(2026, 12, 1), date(2026, 12, 31), "12月", "2026年1—12月"),
    (Half(2026, 1), date(2026, 1, 1), date(2026, 6, 30), "上半年", "2026年上半年"),
    (Half(2026, 2), date(2026, 7, 1), date(2026, 12, 31), "下半年", "2026年度"),
    (Year(2026), date(2026, 1, 1), date(2026, 12, 31), "全年", "2026年度"),
]


@pytest.mark.parametrize(("covering", "first", "last", "slice_label", "label"), OTHERS)
def test_the_other_slices_have_their_days_and_names(covering, first, last, slice_label, label):
    assert (covering.starts_on, covering.ends_on) == (first, last)
    assert (covering.slice_label, covering.label) == (slice_label, label)
    assert covering.cumulative_from == date(first.year, 1, 1)
    assert slice_label_of(covering.kind, first, label) == slice_label
    assert covering.holding(first) == covering.holding(last) == covering


@pytest.mark.parametrize("part", SLICES.values())
def test_the_slices_of_a_kind_cover_three_years_without_a_gap(part):
    covering, last = part(2025), part.holding(date(2027, 12, 31))
    while covering != last:
        assert covering.next.previous == covering
        assert (covering.next.starts_on - covering.ends_on).days == 1
        covering = covering.next
    assert covering.number == len(part.names)


def test_a_special_one_adds_up_nothing_and_is_called_by_its_own_name():
    special = Special("进博会成果落实", date(2026, 3, 1), date(2026, 8, 31))
    assert special.cumulative_from == special.starts_on
    assert slice_label_of(special.kind, special.starts_on, special.label) == special.label
    assert special.kind == PeriodKind.SPECIAL


SET = [
    # what somebody sets as due, what it becomes
    (date(2018, 12, 28), date(2018, 12, 28)),
    (date(2018, 12, 29), date(2018, 12, 29)),  # a Saturday that is worked
    (date(2018, 12, 30), date(2019, 1, 2)),
    (date(2018, 12, 31), date(2019, 1, 2)),  # a Monday off
    (date(2019, 1, 1), date(2019, 1, 2)),
]


@pytest.mark.parametrize(("day", "becomes"), SET)
def test_a_day_off_moves_to_the_next_working_day(day, becomes):
    assert next_workday(day, NEW_YEAR_2019) == becomes


MAY = {
    PeriodState.DRAFT: {"open", "delete"},
    PeriodState.OPEN: {"open", "take_back", "extend", "close"},
    PeriodState.CLOSED: {"reopen"},
}


@pytest.mark.parametrize("state", PeriodState)
def test_a_period_may_do_what_the_table_says(state):
    assert period_steps_from(state) == MAY[state]
    for name in PERIOD_STEPS:
        if name in MAY[state]:
            demand_period_step(state, name)
        else:
            with pytest.raises(DomainError, match=f"“{state.label}”的填报期不能"):
                demand_period_step(state, name)


class Days(NamedTuple):
    """The fields of a period that the rules read."""

    covers_from: date
    due_on: date
    is_closed: bool = True
    kind: str = PeriodKind.QUARTERLY

    @property
    def covers_to(self) -> date:
        return self.due_on

    @property
    def is_open(self) -> bool:
        return not self.is_closed


def test_what_changed_goes_on_being_told_until_something_is_due():
    second = Days(date(2026, 4, 1), date(2026, 7, 8))
    third = Days(date(2026, 7, 1), date(2026, 10, 15))
    fourth = Days(date(2026, 10, 1), date(2027, 1, 8), is_closed=False)
    periods = [fourth, third, second]
    told = [
        compared_with(fourth, periods=periods, on=on) for on in (fourth.due_on, date(2027, 1, 9))
    ]
    assert told == [second, third]
    assert compared_with(fourth, periods=[fourth, third], on=fourth.due_on) == third
    assert compared_with(second, periods=[second], on=second.due_on) is None
