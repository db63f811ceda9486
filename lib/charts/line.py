"""A line over days, with levels to be reached: geometry only, the template draws it."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lib.charts.scale import Scale, Tick, nice_ticks

WIDTH, HEIGHT = 360, 190
LEFT, RIGHT, TOP, BOTTOM = 44, 14, 14, 26  # room for the words at the edges
MOST_TICKS = 5

Point = tuple[date, Decimal]


class Place(NamedTuple):
    x: float
    y: float
    on: date
    value: Decimal


class Level(NamedTuple):
    """A level from the left to a day, or right through where it has none."""

    y: float
    x_end: float
    value: Decimal
    on: date | None


class LineChart(NamedTuple):
    width: int
    height: int
    left: int
    right: float
    bottom: float
    runs: list[str]  # points of a polyline each
    places: list[Place]
    levels: list[Level]
    base: float | None  # the baseline's height
    x_ticks: list[Tick]
    y_ticks: list[Tick]


def line_chart(
    runs: Sequence[Sequence[Point]],
    *,
    levels: Iterable[tuple[date | None, Decimal]] = (),
    baseline: Point | None = None,
) -> LineChart | None:
    """Lay out runs of points, each in the order of its days; None where there is no point.

    Between runs the line is broken, as where a count begins anew. A level's day widens the chart
    to it; a single day stands in the middle.
    """
    points = [point for run in runs for point in run]
    if not points:
        return None
    levels = list(levels)
    days = [day for day, _ in points] + [day for day, _ in levels if day is not None]
    values = [value for _, value in [*points, *levels]]
    if baseline is not None:
        days, values = [*days, baseline[0]], [*values, baseline[1]]
    ticks = nice_ticks(min(values), max(values))
    xs = Scale(min(days), max(days), LEFT, WIDTH - RIGHT)
    ys = Scale(ticks[0], ticks[-1], HEIGHT - BOTTOM, TOP)
    start = [baseline] if baseline is not None else []
    drawn = [[*start, *run] if number == 0 else list(run) for number, run in enumerate(runs)]
    return LineChart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        bottom=HEIGHT - BOTTOM,
        runs=[" ".join(f"{xs.at(d)},{ys.at(v)}" for d, v in run) for run in drawn if run],
        places=[Place(xs.at(day), ys.at(value), day, value) for day, value in points],
        levels=[_level(day, value, xs, ys) for day, value in levels],
        base=ys.at(baseline[1]) if baseline is not None else None,
        x_ticks=[Tick(xs.at(day), f"{day:%Y-%m}") for day in _spread(days)],
        y_ticks=[Tick(ys.at(tick), f"{tick:f}") for tick in ticks],
    )


def _level(day: date | None, value: Decimal, xs: Scale, ys: Scale) -> Level:
    end = xs.at(day) if day is not None else float(WIDTH - RIGHT)
    return Level(ys.at(value), end, value, day)


def _spread(days: Iterable[date]) -> list[date]:
    """A few days to be named under the chart, first and last among them, none twice a month."""
    months = {(day.year, day.month): day for day in sorted(days)}
    found = list(months.values())
    if len(found) <= MOST_TICKS:
        return _apart(found)
    step = (len(found) - 1) / (MOST_TICKS - 1)
    return _apart([found[round(number * step)] for number in range(MOST_TICKS)])


def _apart(days: list[date]) -> list[date]:
    """Without those whose words would run into the ones before; the last day always stays."""
    if not days:
        return []
    room = max((days[-1] - days[0]).days, 1) * 0.2
    kept = [days[0]]
    for day in days[1:-1]:
        if (day - kept[-1]).days >= room and (days[-1] - day).days >= room:
            kept.append(day)
    return [*kept, days[-1]] if len(days) > 1 else kept
