"""The plan formed by a measure's milestones, and when a milestone is overdue. Pure.

A plan is a list of planned percents sorted by day: tuple[(day, percent), …]. It replaces the
share of time passed as the measure of 序时进度 (measures.rules.light).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from lib.errors import DomainError

Plan = tuple[tuple[date, Decimal], ...]


def plan_of(points: Iterable[tuple[date, int | None]]) -> Plan:
    """Return the plan of a measure's milestones, given as (due day, planned percent).

    Milestones without a percent are left out; two on one day make one step, of the higher percent.
    """
    steps: dict[date, Decimal] = {}
    for day, percent in points:
        if percent is not None:
            steps[day] = max(Decimal(percent), steps.get(day, Decimal(0)))
    return tuple(sorted(steps.items()))


def plan_read(rows: Iterable[Mapping[str, Any]]) -> Plan:
    """Return the plan from database rows with `day` in ISO format and `percent`."""
    return plan_of((date.fromisoformat(row["day"]), row["percent"]) for row in rows)


def percent_by_plan(plan: Plan, *, on: date) -> Decimal:
    """Return the percent that a plan expects on a day: a step function, 0 before the first step.

    A step counts from the day after its due day: due today is not late.
    """
    return max((percent for day, percent in plan if day < on), default=Decimal(0))


def demand_rising(plan: Plan) -> None:
    """Raise DomainError if a later day has a lower percent than an earlier one; names both."""
    for (day, percent), (later, less) in pairwise(plan):
        if less < percent:
            raise DomainError(
                f"计划进度须随日期递增：{day:%Y-%m-%d}已计划{percent}%，"
                f"{later:%Y-%m-%d}不能只计划{less}%，请改日期或比例。"
            )


class LateMilestone(NamedTuple):
    title: str
    due_on: date


def is_overdue(*, due_on: date, is_done: bool, on: date) -> bool:
    """Whether a milestone's day has passed and it is not done. Due today is not late."""
    return not is_done and due_on < on
