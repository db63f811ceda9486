"""The state of an indicator: progress to its target, wrong movement, age of its value. Pure.

Decimals throughout; only displayed numbers are rounded (lib.numbers.figure).
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lib.numbers import figure
from measures.choices import Direction, IndicatorState
from measures.rules.thresholds import DEFAULTS

YES, NO = Decimal(1), Decimal(0)
HUNDRED = Decimal(100)


class DatedValue(NamedTuple):
    on: date
    value: Decimal


class Goal(NamedTuple):
    """A target value and its due day. Either is None while it is not known (待定)."""

    due_on: date | None
    value: Decimal | None


class Gauge(NamedTuple):
    """Everything that decides the state of an indicator. `points`: sorted by day, oldest first."""

    direction: Direction
    decimals: int = 0
    unit: str = ""
    is_cumulative: bool = False  # restarts at 0 on each 1 January
    baseline: DatedValue | None = None
    goals: tuple[Goal, ...] = ()
    points: tuple[DatedValue, ...] = ()


class Worsening(NamedTuple):
    """A newest value that moved the wrong way."""

    sentence: str
    percent: Decimal  # change in percent of the value before; 100 where that was 0 or 未实现
    moved: Decimal = Decimal(0)  # the difference; 0 for 实现与否


class Attainment(NamedTuple):
    state: IndicatorState
    newest: DatedValue | None
    goal: Goal | None  # the target it is compared with
    share: Decimal | None  # of the way from the baseline, in percent; None: unknown
    worsening: Worsening | None  # None if it does not move the wrong way
    age_days: int | None
    is_stale: bool

    @property
    def wrong_way(self) -> str:
        """A sentence saying that it moves the wrong way; empty if it does not."""
        return self.worsening.sentence if self.worsening else ""


def attainment_of(gauge: Gauge, *, on: date, stale_days: int = DEFAULTS.stale_days) -> Attainment:
    """Return the state of an indicator on a day; values as of later days do not count yet.

    `stale_days`: the newest value is stale if it is older than this (measures.rules.thresholds).
    """
    points = tuple(point for point in gauge.points if point.on <= on)
    newest = points[-1] if points else None
    goal = goal_on(gauge, on=on)
    age = (on - newest.on).days if newest else None
    return Attainment(
        state=_state(gauge, newest, goal, on),
        newest=newest,
        goal=goal,
        share=share_of_way(gauge, goal, newest),
        worsening=worsening_of(gauge._replace(points=points)),
        age_days=age,
        is_stale=age is not None and age > stale_days,
    )


def goal_value(
    value: Decimal | None, share: tuple[int, int] | None, baseline: Decimal | None
) -> Decimal | None:
    """Return a target's value: `value`, or `share` (numerator, denominator) of the baseline.

    None (待定) if that is not known yet.
    """
    if share is None:
        return value
    of, out_of = share
    return baseline * of / out_of if baseline is not None else None


def goal_on(gauge: Gauge, *, on: date) -> Goal | None:
    """Return the target to compare with on a day.

    The next one due, else one without a day, else the last one.
    """
    if gauge.direction == Direction.REACH:
        gauge = gauge._replace(goals=gauge.goals or (Goal(None, YES),))
    dated = sorted((goal.due_on, goal) for goal in gauge.goals if goal.due_on is not None)
    coming = [goal for due_on, goal in dated if due_on >= on]
    undated = [goal for goal in gauge.goals if goal.due_on is None]
    past = [goal for _, goal in reversed(dated)]
    return next(iter([*coming, *undated, *past]), None)


def share_of_way(gauge: Gauge, goal: Goal | None, newest: DatedValue | None) -> Decimal | None:
    """Return the share of the way to the target in percent: below 0 is backwards, above 100 beyond.

    A cumulative indicator starts each year at 0, any other at its baseline. None if value, baseline
    or target is missing, or if the target does not lie ahead of the start.
    """
    if gauge.direction == Direction.REACH or goal is None or goal.value is None or newest is None:
        return None
    if gauge.is_cumulative:
        start = Decimal(0)
    elif gauge.baseline is not None:
        start = gauge.baseline.value
    else:
        return None
    if not lies_ahead(gauge.direction, start, goal.value):
        return None
    return HUNDRED * (newest.value - start) / (goal.value - start)


def lies_ahead(direction: Direction, start: Decimal, target: Decimal) -> bool:
    """Whether the target lies in the direction in which the indicator should move."""
    return target > start if direction == Direction.UP else target < start


def is_reached(direction: Direction, target: Decimal, value: Decimal) -> bool:
    """Whether a value has reached the target; an equal value has."""
    return value <= target if direction == Direction.DOWN else value >= target


def worsening_of(gauge: Gauge) -> Worsening | None:
    """Return how the newest value moved the wrong way; None if it did not.

    It is compared with the value before it; the first one with the baseline. A
    cumulative indicator moves the wrong way if it falls within the year or is below the same day
    a year ago.
    """
    if not gauge.points:
        return None
    newest = gauge.points[-1]
    if gauge.direction == Direction.REACH:
        fell = len(gauge.points) > 1 and gauge.points[-2].value > newest.value
        words = f"{gauge.points[-2].on:%Y-%m-%d}已实现，现未实现" if fell else ""
        return Worsening(words, HUNDRED) if fell else None
    for before, words in _compared_with(gauge, newest):
        moved = newest.value - before.value
        if moved != 0 and (moved > 0) != (gauge.direction == Direction.UP):
            share = HUNDRED * abs(moved) / abs(before.value) if before.value else HUNDRED
            return Worsening(_wrong_words(gauge, before, moved, words), share, moved)
    return None


def shown(gauge: Gauge, value: Decimal) -> str:
    """Return a value in display form: 已实现 or 未实现, or the number with its unit."""
    if gauge.direction == Direction.REACH:
        return "已实现" if value >= YES else "未实现"
    return f"{figure(value, gauge.decimals)}{gauge.unit}"


def _state(gauge: Gauge, newest: DatedValue | None, goal: Goal | None, on: date) -> IndicatorState:
    if newest is None:
        return IndicatorState.NO_VALUE
    if goal is None or goal.value is None:
        return IndicatorState.NO_GOAL
    if is_reached(gauge.direction, goal.value, newest.value):
        return IndicatorState.REACHED
    # A value from before the due day does not show whether the target was met on it.
    is_over = goal.due_on is not None and goal.due_on < on and newest.on >= goal.due_on
    return IndicatorState.MISSED if is_over else IndicatorState.UNDER_WAY


def _compared_with(gauge: Gauge, newest: DatedValue) -> Sequence[tuple[DatedValue, str]]:
    earlier = gauge.points[:-1]
    if not gauge.is_cumulative:
        before = earlier[-1] if earlier else gauge.baseline
        return [(before, "")] if before is not None and before.on < newest.on else []
    same_year = [point for point in earlier if point.on.year == newest.on.year]
    found = [(point, "累计数") for point in same_year[-1:]]
    year_ago = (newest.on.year - 1, newest.on.month, newest.on.day)
    known = [*earlier, *([gauge.baseline] if gauge.baseline else [])]
    last_year = [p for p in known if (p.on.year, p.on.month, p.on.day) == year_ago]
    return [*found, *((point, "同比") for point in last_year[:1])]


def _wrong_words(gauge: Gauge, before: DatedValue, moved: Decimal, words: str) -> str:
    verb = "上升" if moved > 0 else "下降"
    old = shown(gauge, before.value)
    return f"较{before.on:%Y-%m-%d}的{old}{words}{verb}{shown(gauge, abs(moved))}，与目标方向相反"
