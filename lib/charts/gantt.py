"""Bars and marks over days, one lane for each thing: geometry only, the template draws it."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from lib.charts.scale import Scale, Tick

WIDTH, LANE, AXIS = 720, 30, 36
BAR = 10  # how thick a bar is
ROOM_FOR_QUARTER = 44.0  # a narrower quarter is not named
ROOM_FOR_YEAR = 44.0
ROOM_FOR_TODAY = 20.0  # on either side of its line
QUARTERS = ("一季度", "二季度", "三季度", "四季度")
# Drawn around (0, 0), so that a template only has to move them.
SHAPES = {
    "■": "M-5-5h10v10h-10z",
    "▲": "M0-6 6 5-6 5z",
    "○": "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
    "◆": "M0-7 6 0 0 7-6 0z",
    "◇": "M0-7 6 0 0 7-6 0z",
}


class GanttPoint(NamedTuple):
    on: date
    shape: str
    tone: str
    label: str
    moved_from: date | None = None


class Lane(NamedTuple):
    start: date
    end: date | None
    points: tuple[GanttPoint, ...] = ()
    is_overrun: bool = False  # past its end, and still going on


class GanttBar(NamedTuple):
    x: float
    width: float
    goes_on: bool


class PlacedMark(NamedTuple):
    x: float
    path: str
    tone: str
    is_hollow: bool
    label: str
    moved_x: float | None


class PlacedLane(NamedTuple):
    """One lane, laid out; fields are None if nothing of them falls into the window."""

    bar: GanttBar | None
    overrun: GanttBar | None
    marks: list[PlacedMark]
    words: str  # all points, in the order of their days


class Gantt(NamedTuple):
    years: list[Tick]
    quarters: list[Tick]
    grid: str  # one path through all lanes
    today: float
    lanes: list[PlacedLane]
    width: int = WIDTH
    lane: int = LANE
    axis: int = AXIS
    bar_y: float = (LANE - BAR) / 2
    bar: int = BAR
    middle: float = LANE / 2


def quarter_start(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def next_quarter(day: date) -> date:
    return quarter_start(quarter_start(day) + timedelta(days=100))


def window_of(lanes: Iterable[Lane], *, today: date, back: int | None = None) -> tuple[date, date]:
    """The quarters to draw: they hold all points and ends of the lanes, with room on both sides.

    With `back`, starts do not count, and nothing before the last `back` quarters is drawn.
    """
    days = [today]
    for lane in lanes:
        days += [point.on for point in lane.points]
        days += [point.moved_from for point in lane.points if point.moved_from]
        days += [lane.end] if lane.end else []
        days += [lane.start] if back is None else []
    first = quarter_start(quarter_start(min(days)) - timedelta(days=1))
    if back is not None:
        first = max(first, quarter_start(today - timedelta(days=91 * back)))
    return first, next_quarter(next_quarter(max(days)))


def gantt(lanes: Sequence[Lane], *, today: date, window: tuple[date, date]) -> Gantt:
    """Lay out lanes over the quarters of `window`, whose second day is the first not drawn."""
    first, last = window
    xs = Scale(first, last, 0, WIDTH)
    starts = _quarters(first, last)
    ends = [*starts[1:], last]
    return Gantt(
        years=[tick for tick in _years(starts, xs) if _is_free(tick, xs.at(today))],
        quarters=[
            Tick(round((xs.at(a) + xs.at(b)) / 2, 2), QUARTERS[(a.month - 1) // 3])
            for a, b in zip(starts, ends, strict=True)
            if xs.at(b) - xs.at(a) >= ROOM_FOR_QUARTER
        ],
        grid="".join(f"M{xs.at(day):g} 0V{LANE}" for day in starts[1:]),
        today=xs.at(today),
        lanes=[_lane(lane, xs, window, today) for lane in lanes],
    )


def _quarters(first: date, last: date) -> list[date]:
    found = [first]
    while (after := next_quarter(found[-1])) < last:
        found.append(after)
    return found


def _years(starts: Sequence[date], xs: Scale) -> list[Tick]:
    found = [Tick(xs.at(day), f"{day.year}年") for day in starts if day.month == 1]
    if starts[0].month != 1 and (not found or found[0].at >= ROOM_FOR_YEAR):
        found.insert(0, Tick(0.0, f"{starts[0].year}年"))
    return found


def _is_free(tick: Tick, today: float) -> bool:
    """Whether a year can be written without being cut off or running into 今天."""
    end = tick.at + ROOM_FOR_YEAR
    return end <= WIDTH and (end <= today - ROOM_FOR_TODAY or tick.at >= today + ROOM_FOR_TODAY)


def _lane(lane: Lane, xs: Scale, window: tuple[date, date], today: date) -> PlacedLane:
    first, last = window
    bar = _bar(lane.start, lane.end, xs, window)
    overrun = _bar(lane.end, today, xs, window) if lane.is_overrun and lane.end else None
    points = sorted(lane.points, key=lambda point: point.on)
    marks = [_mark(point, xs, first) for point in points if first <= point.on < last]
    return PlacedLane(bar, overrun, marks, "；".join(point.label for point in points))


def _bar(start: date, end: date | None, xs: Scale, window: tuple[date, date]) -> GanttBar | None:
    first, last = window
    if start >= last or (end is not None and end < first):
        return None
    left = xs.at(max(start, first))
    goes_on = end is None or end >= last
    right = float(WIDTH) if end is None or end >= last else xs.at(end)
    return GanttBar(left, round(right - left, 2), goes_on)


def _mark(point: GanttPoint, xs: Scale, first: date) -> PlacedMark:
    moved = point.moved_from
    return PlacedMark(
        x=xs.at(point.on),
        path=SHAPES[point.shape],
        tone=point.tone,
        is_hollow=point.shape in "○◇",
        label=point.label,
        moved_x=xs.at(max(moved, first)) if moved and moved != point.on else None,
    )
