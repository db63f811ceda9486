"""Counting working days, over weekends and holidays."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.workdays import add_workdays, is_workday, next_workday, workdays_between

FRIDAY, SATURDAY, SUNDAY = date(2026, 11, 13), date(2026, 11, 14), date(2026, 11, 15)
MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)
HOLIDAY = {MONDAY: False}
WORKED_WEEKEND = {SATURDAY: True}


@pytest.mark.parametrize(
    ("day", "calendar", "expected"),
    [
        (FRIDAY, {}, True),
        (SATURDAY, {}, False),
        (SUNDAY, {}, False),
        (MONDAY, HOLIDAY, False),
        (SATURDAY, WORKED_WEEKEND, True),
    ],
)
def test_the_calendar_decides_workdays_otherwise_the_weekday(day, calendar, expected):
    assert is_workday(day, calendar) is expected


ADDED = [
    # start, count, calendar, result
    (FRIDAY, 0, {}, FRIDAY),
    (SATURDAY, 0, {}, SATURDAY),
    (FRIDAY, 1, {}, MONDAY),  # the count begins the day after
    (SATURDAY, 1, {}, MONDAY),
    (FRIDAY, 1, HOLIDAY, TUESDAY),
    (FRIDAY, 1, WORKED_WEEKEND, SATURDAY),
    (FRIDAY, 5, {}, date(2026, 11, 20)),
    (FRIDAY, 6, {}, date(2026, 11, 23)),
    (MONDAY, -1, {}, FRIDAY),
    (SUNDAY, -1, {}, FRIDAY),
    (TUESDAY, -1, HOLIDAY, FRIDAY),
]


@pytest.mark.parametrize(("start", "count", "calendar", "expected"), ADDED)
def test_working_days_are_added(start, count, calendar, expected):
    assert add_workdays(start, count, calendar) == expected


BETWEEN = [
    (FRIDAY, FRIDAY, {}, 0),
    (FRIDAY, SUNDAY, {}, 0),
    (FRIDAY, MONDAY, {}, 1),
    (FRIDAY, MONDAY, HOLIDAY, 0),
    (FRIDAY, MONDAY, WORKED_WEEKEND, 2),
    (FRIDAY, date(2026, 11, 23), {}, 6),
    (MONDAY, FRIDAY, {}, 0),  # backwards is nothing
]


@pytest.mark.parametrize(("start", "end", "calendar", "expected"), BETWEEN)
def test_working_days_between(start, end, calendar, expected):
    assert workdays_between(start, end, calendar) == expected


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(
    start=st.dates(date(2018, 1, 1), date(2030, 12, 31)),
    count=st.integers(1, 40),
    differing=st.dictionaries(st.integers(0, 60), st.booleans(), max_size=15),
)
def test_adding_and_counting_agree(start, count, differing):
    calendar = {start + timedelta(days=n): worked for n, worked in differing.items()}
    end = add_workdays(start, count, calendar)
    assert workdays_between(start, end, calendar) == count
    assert is_workday(end, calendar)


@pytest.mark.parametrize(
    ("day", "calendar", "expected"),
    [(FRIDAY, {}, FRIDAY), (SATURDAY, {}, MONDAY), (SATURDAY, HOLIDAY, TUESDAY)],
)
def test_the_next_working_day_can_be_the_day_itself(day, calendar, expected):
    assert next_workday(day, calendar) == expected
