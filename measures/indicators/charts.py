"""The chart of an indicator, from its reading."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby
from typing import NamedTuple

from lib.charts.line import YEAR, LineChart, Point, Target, Window, line_chart
from lib.numbers import figure
from measures.choices import Direction
from measures.indicators.readings import Reading


class Charted(NamedTuple):
    """A reading with its line, which is None if there is nothing to draw."""

    reading: Reading
    line: LineChart | None


def charted(reading: Reading, *, window: Window | None = None) -> Charted:
    """Lay out a reading's line, broken where a yearly count begins again.

    `window`: days that the line shows at least.
    """
    gauge, attainment = reading.gauge, reading.attainment
    if gauge.direction == Direction.REACH:
        return Charted(reading, None)
    silent_until = None
    if attainment.newest and attainment.age_days and attainment.is_stale:
        silent_until = attainment.newest.on + timedelta(days=attainment.age_days)
    goals = [goal.value for goal in gauge.goals if goal != attainment.goal]
    line = line_chart(
        _runs(reading),
        decimals=gauge.decimals,
        target=_target(reading),
        levels=[value for value in goals if value is not None],
        from_zero=gauge.is_cumulative,
        silent_until=silent_until,
        window=window,
    )
    return Charted(reading, line)


def window_of(readings: Iterable[Reading]) -> Window | None:
    """Return the days that all charts of a page show; None if their days are too far apart."""
    days = []
    for reading in readings:
        goal = reading.attainment.goal
        days += [day for run in _runs(reading) for day, _ in run]
        days += [goal.due_on] if goal and goal.due_on else []
    if not days or (max(days) - min(days)).days > YEAR:
        return None
    return min(days), max(days)


def _runs(reading: Reading) -> list[list[Point]]:
    """Return the values, by year if counted by the year, else as one run from the baseline."""
    gauge = reading.gauge
    points = [(point.on, point.value) for point in gauge.points]
    if not points or gauge.direction == Direction.REACH:
        return []
    if gauge.is_cumulative:
        return [list(run) for _, run in groupby(points, key=lambda point: point[0].year)]
    start = gauge.baseline
    return [[(start.on, start.value), *points] if start and start.on < points[0][0] else points]


def _target(reading: Reading) -> Target | None:
    gauge, goal = reading.gauge, reading.attainment.goal
    if goal is None or goal.value is None:
        return None
    words = f"目标{figure(goal.value, gauge.decimals)}"
    return Target(goal.value, goal.due_on, gauge.direction == Direction.UP, words)
