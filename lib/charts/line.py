"""A line over days beside its target: geometry only, the template draws it.

Drawn at its full size (WIDTH by HEIGHT pixels), so that its text keeps its size on a phone.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from lib.charts.scale import Scale, Tick, nice_ticks
from lib.numbers import figure

WIDTH, HEIGHT = 280, 136
RIGHT, TOP, BOTTOM = 272, 22, 112
DIGIT = 7  # about how wide a digit is
INSET = (18, 20)  # distance of the first and the last point from the edges, for their text
GAPS = 3  # about how many steps lie between the first labelled height and the last
HEADROOM = Decimal("0.12")  # above the highest value, for its words
ROOM = 32.0  # the text of points that are closer would overlap
STEEP = 0.6  # a steeper line runs through the text above its points
YEAR = 500  # days: a longer span is labelled by years
MOST_TICKS = 5
ROOM_FOR_GOAL = 84.0  # room for the text of the target

Point = tuple[date, Decimal]
Window = tuple[date, date]


class ValueLabel(NamedTuple):
    """A value written beside its point; `anchor` as in SVG."""

    x: float
    y: float
    words: str
    anchor: str


class Place(NamedTuple):
    """Where a value is drawn; it has no text where that would overlap another."""

    x: float
    y: float
    on: date
    words: str
    label: ValueLabel | None
    is_newest: bool


class GoalBand(NamedTuple):
    """The target: its height, the side on which it is reached, and where its text is written."""

    y: float
    top: float
    height: float
    label: ValueLabel


class Silence(NamedTuple):
    """The days since the newest value, if they are too many."""

    x0: float
    x1: float
    y: float
    label: ValueLabel


class LineChart(NamedTuple):
    left: int
    runs: list[str]  # points of a polyline each
    places: list[Place]
    goal: GoalBand | None
    levels: list[float]  # other targets
    silence: Silence | None
    cut_at: str  # where the heights begin, if not at 0: the axis is marked
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    right: int = RIGHT
    bottom: int = BOTTOM

    @property
    def span(self) -> int:
        return self.right - self.left


class Target(NamedTuple):
    """The value to reach, and whether the line must rise to it; the chart extends to day `on`."""

    value: Decimal
    on: date | None
    is_up: bool
    words: str


def line_chart(
    runs: Sequence[Sequence[Point]],
    *,
    decimals: int = 0,
    target: Target | None = None,
    levels: Sequence[Decimal] = (),
    from_zero: bool = False,
    silent_until: date | None = None,
    window: Window | None = None,
) -> LineChart | None:
    """Lay out runs of points, each run sorted by day. Returns None if there is no point.

    The line is broken between runs, for example where a count starts again, and ends at the newest
    point. `silent_until`: the day up to which no newer value came. `from_zero`: the axis begins at
    0 even if all values lie far above. `window`: the days that the chart must show at least.
    """
    points = [point for run in runs for point in run]
    if not points:
        return None
    first, last = _days(points, target, silent_until, window)
    ticks = _ticks([value for _, value in points], target, levels, from_zero=from_zero)
    left = max(DIGIT * max(len(f"{tick:f}") for tick in ticks) + 12, 30)
    xs = Scale(_number(first), _number(last), left + INSET[0], RIGHT - INSET[1])
    ys = Scale(ticks[0], ticks[-1], BOTTOM, TOP)
    at = [(xs.at(_number(day)), ys.at(value)) for day, value in points]
    places = _places(points, at, decimals)
    return LineChart(
        left=left,
        runs=[" ".join(f"{xs.at(_number(d))},{ys.at(v)}" for d, v in run) for run in runs if run],
        places=places,
        goal=_goal(target, ys, at, left) if target else None,
        levels=[ys.at(value) for value in levels],
        silence=_silence(places[-1], xs, silent_until) if silent_until else None,
        cut_at=f"{ticks[0]:f}" if ticks[0] > 0 else "",
        x_ticks=[Tick(xs.at(_number(day)), words) for day, words in _named_days(first, last)],
        y_ticks=[Tick(ys.at(tick), f"{tick:f}") for tick in ticks],
    )


def _days(
    points: Iterable[Point], target: Target | None, silent_until: date | None, window: Window | None
) -> Window:
    days = [day for day, _ in points]
    days += [target.on] if target and target.on else []
    days += [silent_until] if silent_until else []
    days += window or ()
    return min(days), max(days)


def _ticks(
    values: Sequence[Decimal], target: Target | None, levels: Sequence[Decimal], *, from_zero: bool
) -> list[Decimal]:
    """The labelled heights: from 0, or from just below the values if 0 would flatten the line."""
    values = [*values, *([target.value] if target else []), *levels]
    low, high = min(values), max(values)
    is_from_zero = low >= 0 and (from_zero or low == high or low * 2 <= high)
    room = (high - low) * HEADROOM or abs(high) * HEADROOM
    return nice_ticks(Decimal(0) if is_from_zero else low - room, high + room, gaps=GAPS)


def _places(
    points: Sequence[Point], at: Sequence[tuple[float, float]], decimals: int
) -> list[Place]:
    """Lay out the values: the newest is always written, older ones if there is room."""
    found: list[Place] = []
    taken = float("inf")
    for number in reversed(range(len(points))):
        (x, y), (day, value) = at[number], points[number]
        words = figure(value, decimals)
        is_written = taken - x >= max(ROOM, DIGIT * len(words) + 4)
        label = _label(at, number, words) if is_written else None
        taken = x if is_written else taken
        found.append(Place(x, y, day, words, label, number == len(points) - 1))
    return list(reversed(found))


def _label(at: Sequence[tuple[float, float]], number: int, words: str) -> ValueLabel:
    """Put text above its point, beside a steep line, or below if both would cross the line."""
    x, y = at[number]
    falls = number > 0 and _slope(at[number - 1], at[number]) > STEEP
    rises = number + 1 < len(at) and _slope(at[number], at[number + 1]) < -STEEP
    if falls and rises:
        return ValueLabel(x, y + 18, words, "middle")
    if falls or rises:
        return ValueLabel(x + (4 if falls else -4), y - 8, words, "start" if falls else "end")
    return ValueLabel(x, y - 9, words, "middle")


def _slope(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The slope from left to right; positive where the line falls on the screen."""
    return (other[1] - one[1]) / max(other[0] - one[0], 1)


def _goal(target: Target, ys: Scale, at: Sequence[tuple[float, float]], left: int) -> GoalBand:
    """Lay out the target; its text is written in the band, at the end that has no point."""
    y = ys.at(target.value)
    top, height = (TOP - 6, y - TOP + 6) if target.is_up else (y, BOTTOM - y)
    words_y = round(y - 5 if target.is_up else y + 14, 2)
    # A point takes up the room of its own text above it.
    near = [x for x, point in at if words_y - 14 < point < words_y + 24]
    is_right = not any(x > RIGHT - ROOM_FOR_GOAL for x in near)
    x, anchor = (float(RIGHT - 2), "end") if is_right else (float(left + 2), "start")
    return GoalBand(y, top, round(height, 2), ValueLabel(x, words_y, target.words, anchor))


def _silence(newest: Place, xs: Scale, until: date) -> Silence:
    end = xs.at(_number(until))
    days = (until - newest.on).days
    below = newest.y + 17 if newest.y + 17 < BOTTOM else newest.y - 24
    middle = round((newest.x + end) / 2, 2)
    return Silence(newest.x, end, newest.y, ValueLabel(middle, below, f"{days}天无数据", "middle"))


def _number(day: date) -> Decimal:
    return Decimal(day.toordinal())


def _named_days(first: date, last: date) -> list[tuple[date, str]]:
    """The labelled days: ends of quarters; of years if the chart is long; else both its ends."""
    ends = [day for day in _quarter_ends(first, last) if first <= day <= last]
    if (last - first).days > YEAR:
        years = [day for day in ends if day.month == 12]
        step = -(-len(years) // MOST_TICKS) if years else 1
        found = [(day, f"{day.year}年末") for day in reversed(years[::-1][::step])]
    else:
        found = [(day, _quarter_words(day, last)) for day in ends]
    if len(found) > 1 or first == last:
        return found or [(first, f"{first:%m-%d}")]
    return [(first, f"{first:%m-%d}"), (last, f"{last:%m-%d}")]


def _quarter_words(day: date, last: date) -> str:
    is_past_year = day.month == 12 and day.year < last.year
    return f"{day.year}年末" if is_past_year else f"{day.month}月"


def _quarter_ends(first: date, last: date) -> Iterator[date]:
    year, month = first.year, (first.month - 1) // 3 * 3 + 3
    while (year, month) <= (last.year, last.month + 2):
        after = date(year + month // 12, month % 12 + 1, 1)
        yield after - timedelta(days=1)
        year, month = (year, month + 3) if month < 12 else (year + 1, 3)
