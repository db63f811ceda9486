"""The deadline of an objection, and from which day a responsibility may change."""

from datetime import date

import pytest

from lib.errors import DomainError
from measures.rules.periods import decide_by
from measures.rules.responsibilities import demand_day, due_on, duty_day, may_take_back

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("raised_on", "expected"),
    [
        (MONDAY, date(2026, 11, 30)),
        (date(2026, 11, 27), date(2026, 12, 4)),  # a Friday
        (date(2026, 11, 28), date(2026, 12, 4)),  # a Saturday: counted from the next working day
    ],
)
def test_an_objection_is_answered_by_the_fifth_working_day(raised_on, expected):
    assert decide_by(raised_on, {}) == expected


def test_a_holiday_is_not_counted():
    assert decide_by(MONDAY, {date(2026, 11, 24): False}) == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("period_due_on", "expected"),
    [
        (date(2026, 11, 23), date(2026, 11, 30)),
        (date(2026, 11, 30), date(2026, 11, 30)),
        (date(2026, 12, 1), date(2026, 12, 1)),
    ],
)
def test_what_is_handed_out_in_the_middle_leaves_five_working_days(period_due_on, expected):
    assert due_on(period_due_on, MONDAY, {}) == expected


@pytest.mark.parametrize(
    ("day", "told_until", "began", "refusal"),
    [
        (MONDAY, None, None, None),
        (date(2027, 1, 1), None, None, None),
        (date(2026, 9, 30), date(2026, 9, 30), None, "2026-09-30以前的填报期已关闭"),
        (date(2026, 10, 1), date(2026, 9, 30), None, None),
        (date(2026, 10, 1), None, date(2026, 10, 1), None),
        (date(2026, 9, 30), None, date(2026, 10, 1), "这一责任自2026-10-01起"),
    ],
)
def test_the_day_of_a_change(day, told_until, began, refusal):
    if refusal is None:
        demand_day(day, told_until=told_until, began=began)
        return
    with pytest.raises(DomainError, match=refusal):
        demand_day(day, told_until=told_until, began=began)


@pytest.mark.parametrize(
    ("covers_to", "expected"),
    [
        (date(2026, 9, 30), MONDAY),
        (MONDAY, MONDAY),
        (date(2026, 12, 31), date(2026, 12, 31)),
    ],
)
def test_a_period_asks_those_responsible_on_its_last_day_or_today(covers_to, expected):
    assert duty_day(covers_to=covers_to, on=MONDAY) == expected


@pytest.mark.parametrize(
    ("valid_to", "ended_on", "expected"),
    [
        (None, None, False),
        (date(2026, 11, 22), MONDAY, True),  # ended today, from today
        (date(2026, 10, 1), MONDAY, True),  # ended today, from an earlier day
        (date(2026, 11, 22), date(2026, 11, 22), False),
        (date(2026, 11, 22), None, False),
        (MONDAY, date(2026, 11, 2), True),  # its last day
        (date(2026, 12, 31), date(2026, 11, 2), True),
    ],
)
def test_an_ending_is_taken_back_on_its_day_or_before_it_begins(valid_to, ended_on, expected):
    assert may_take_back(valid_to, ended_on=ended_on, on=MONDAY) is expected
