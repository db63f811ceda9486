"""A small line over periods, on a scale from 0 to 100: geometry only, the template draws it."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from lib.charts.scale import Scale

WIDTH, HEIGHT = 220, 84
SIDE, TOP, BOTTOM = 14, 16, 20
NAMED_MOST = 3  # of more periods only the first and the last are named


class Dot(NamedTuple):
    x: float
    y: float
    value: Decimal
    name: str  # of the period


class Name(NamedTuple):
    x: float
    words: str
    anchor: str  # empty at the left edge, middle, or end at the right one


class Spark(NamedTuple):
    """All that the template draws; the line is broken where a period has no value."""

    runs: list[str]
    dots: list[Dot]
    names: list[Name]
    width: int = WIDTH
    height: int = HEIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM

    @property
    def last(self) -> Dot | None:
        return self.dots[-1] if self.dots else None

    @property
    def is_line(self) -> bool:
        return len(self.dots) > 1


def spark(values: Sequence[Decimal | None], names: Sequence[str]) -> Spark:
    """Lay out one value a period, evenly apart; a single one stands in the middle."""
    xs = Scale(Decimal(0), Decimal(max(len(values) - 1, 0)), SIDE, WIDTH - SIDE)
    ys = Scale(Decimal(0), Decimal(100), HEIGHT - BOTTOM, TOP)
    dots = [
        Dot(xs.at(Decimal(number)), ys.at(value), value, name) if value is not None else None
        for number, (value, name) in enumerate(zip(values, names, strict=True))
    ]
    runs = [[dot for dot in run if dot] for _, run in groupby(dots, key=bool)]
    lines = [" ".join(f"{dot.x},{dot.y}" for dot in run) for run in runs if len(run) > 1]
    return Spark(lines, [dot for dot in dots if dot], _names(xs, names))


def _names(xs: Scale, names: Sequence[str]) -> list[Name]:
    last = len(names) - 1
    between = range(1, last) if len(names) <= NAMED_MOST else ()
    found = [Name(xs.at(Decimal(n)), names[n], "middle") for n in between]
    if last > 0:
        found = [Name(0, names[0], ""), *found, Name(WIDTH, names[last], "end")]
    return found
