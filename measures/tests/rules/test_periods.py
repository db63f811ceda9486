"""Quarters, their names, and the days that follow from them."""

from datetime import date

import pytest

from measures.rules.periods import (
    Quarter,
    closes_on,
    due_on,
    is_late,
    mend_by,
    quarter_of,
)
from measures.tests.rules.calendar import AUTUMN_2026, NEW_YEAR_2019

QUARTERS = [
    # quarter, first day, last day, the slice, the range that accumulates
    (Quarter(2026, 1), date(2026, 1, 1), date(2026, 3, 31), "一季度", "2026年一季度"),
    (Quarter(2026, 2), date(2026, 4, 1), date(2026, 6, 30), "二季度", "2026年上半年"),
    (Quarter(2026, 3), date(2026, 7, 1), date(2026, 9, 30), "三季度", "2026年前三季度"),
    (Quarter(2026, 4), date(2026, 10, 1), date(2026, 12, 31), "四季度", "2026年全年"),
]


@pytest.mark.parametrize(("quarter", "first", "last", "slice_label", "label"), QUARTERS)
def test_a_quarter_has_its_days_and_names(quarter, first, last, slice_label, label):
    assert (quarter.starts_on, quarter.ends_on) == (first, last)
    assert (quarter.slice_label, quarter.label) == (slice_label, label)
    assert quarter_of(first) == quarter_of(last) == quarter


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
    # 8, 9, 10 (a Saturday that is worked), 12, 13 October: National Day lies between
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
    (None, date(2026, 10, 13), False),  # not filed at all is another word
]


@pytest.mark.parametrize(("first_submitted_on", "due", "expected"), LATE)
def test_late_is_after_the_due_day(first_submitted_on, due, expected):
    assert is_late(first_submitted_on, due) is expected
