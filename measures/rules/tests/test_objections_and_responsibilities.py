"""The clock of an objection, and from which day a responsibility may change."""

from datetime import date

import pytest

from lib.errors import DomainError
from measures.rules.periods import decide_by
from measures.rules.responsibilities import demand_day, due_on

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
        (date(2026, 11, 24), None, None, "最晚从今日（2026-11-23）起"),
        (date(2026, 9, 30), date(2026, 9, 30), None, "2026-09-30以前的填报期已关闭"),
        (date(2026, 10, 1), date(2026, 9, 30), None, None),
        (date(2026, 10, 1), None, date(2026, 10, 1), None),
        (date(2026, 9, 30), None, date(2026, 10, 1), "这一责任自2026-10-01起"),
    ],
)
def test_the_day_of_a_change(day, told_until, began, refusal):
    if refusal is None:
        demand_day(day, told_until=told_until, began=began, on=MONDAY)
        return
    with pytest.raises(DomainError, match=refusal):
        demand_day(day, told_until=told_until, began=began, on=MONDAY)
