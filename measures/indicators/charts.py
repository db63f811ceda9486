"""The charts of an indicator, from its reading."""

from itertools import groupby
from typing import NamedTuple

from lib.charts.bullet import Bullet, bullet
from lib.charts.line import LineChart, line_chart
from measures.choices import Direction
from measures.indicators.readings import Reading


class Charted(NamedTuple):
    reading: Reading
    line: LineChart | None
    bullet: Bullet | None


def charted(reading: Reading) -> Charted:
    """Lay out both charts: the line breaks where a count begins anew with the year."""
    gauge, share = reading.gauge, reading.attainment.share
    if gauge.direction == Direction.REACH:
        return Charted(reading, None, None)
    points = [(point.on, point.value) for point in gauge.points]
    if gauge.is_cumulative:
        runs = [list(run) for _, run in groupby(points, key=lambda point: point[0].year)]
    else:
        runs = [points] if points else []
    goals = [(goal.due_on, goal.value) for goal in gauge.goals if goal.value is not None]
    baseline = None if gauge.is_cumulative else gauge.baseline
    is_single = len(points) + (baseline is not None) < 2  # one value is told in words
    line = None if is_single else line_chart(runs, levels=goals, baseline=baseline)
    return Charted(reading, line, bullet(share) if share is not None else None)
