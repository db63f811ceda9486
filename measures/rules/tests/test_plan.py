"""The plan of milestones: a step function, and when a milestone is overdue."""

from datetime import date
from decimal import Decimal

import pytest

from lib.errors import DomainError
from measures.rules.plan import demand_rising, is_overdue, percent_by_plan, plan_of

JUNE, SEPTEMBER, DECEMBER = date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)
PLAN = plan_of([(SEPTEMBER, 70), (JUNE, 40), (DECEMBER, 100), (date(2026, 8, 1), None)])

CASES = [
    (date(2026, 1, 1), 0),
    (JUNE, 0),  # due today is not late
    (date(2026, 7, 1), 40),
    (date(2026, 9, 29), 40),
    (SEPTEMBER, 40),
    (date(2026, 10, 1), 70),
    (DECEMBER, 70),
    (date(2027, 1, 1), 100),
    (date(2030, 1, 1), 100),
]


@pytest.mark.parametrize(("on", "percent"), CASES)
def test_a_step_is_expected_from_the_day_after_its_own(on, percent):
    found = percent_by_plan(PLAN, on=on)
    assert (found, type(found)) == (Decimal(percent), Decimal)


def test_a_plan_is_in_the_order_of_its_days_and_knows_percents_only():
    assert ((JUNE, Decimal(40)), (SEPTEMBER, Decimal(70)), (DECEMBER, Decimal(100))) == PLAN


def test_two_on_one_day_make_one_step_of_the_higher_percent():
    assert plan_of([(JUNE, 40), (JUNE, 50), (JUNE, None)]) == ((JUNE, Decimal(50)),)


def test_no_plan_expects_nothing():
    assert percent_by_plan((), on=DECEMBER) == 0
    assert plan_of([(JUNE, None)]) == ()


@pytest.mark.parametrize("points", [[], [(JUNE, 0)], [(JUNE, 40), (SEPTEMBER, 40)]])
def test_a_plan_may_stand_still(points):
    demand_rising(plan_of(points))


def test_a_plan_that_falls_is_refused_with_both_days():
    with pytest.raises(DomainError, match="2026-06-30已计划41%，2026-09-30不能只计划40%"):
        demand_rising(plan_of([(SEPTEMBER, 40), (JUNE, 41)]))


@pytest.mark.parametrize(
    ("due_on", "is_done", "overdue"),
    [
        (date(2026, 11, 22), False, True),
        (date(2026, 11, 23), False, False),  # today
        (date(2026, 11, 24), False, False),
        (date(2026, 11, 22), True, False),
    ],
)
def test_a_milestone_is_overdue_from_the_day_after_until_it_is_done(due_on, is_done, overdue):
    assert is_overdue(due_on=due_on, is_done=is_done, on=date(2026, 11, 23)) == overdue
