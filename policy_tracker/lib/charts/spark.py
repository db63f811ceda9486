"""A small line over periods, on a scale from 0 to 100: geometry only, the template draws it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from policy_tracker.lib.charts.scale import Scale

WIDTH, HEIGHT = 220, 72
SIDE, TOP, BOTTOM = 14, 16, 8


class Dot(NamedTuple):
    """One value at its place."""

    x: float
    y: float
    value: Decimal
    name: str  # of the period


class Spark(NamedTuple):
    """All that the template draws; the line is broken where a period has no value."""

    runs: list[str]
    dots: list[Dot]
    width: int = WIDTH
    height: int = HEIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM

    @property
    def last(self) -> Dot | None:
        """The newest value, which is written out."""
        return self.dots[-1] if self.dots else None


def spark(values: Sequence[Decimal | None], names: Sequence[str]) -> Spark:
    """Lay out one value a period, evenly apart; a single one stands in the middle."""
    xs = Scale(Decimal(0), Decimal(max(len(values) - 1, 0)), SIDE, WIDTH - SIDE)
    ys = Scale(Decimal(0), Decimal(100), HEIGHT - BOTTOM, TOP)
    dots: list[Dot] = []
    runs: list[list[Dot]] = []
    run: list[Dot] = []
    for number, (value, name) in enumerate(zip(values, names, strict=True)):
        if value is None:
            runs, run = [*runs, run], []
            continue
        dots.append(Dot(xs.at(Decimal(number)), ys.at(value), value, name))
        run = [*run, dots[-1]]
    lines = [" ".join(f"{dot.x},{dot.y}" for dot in one) for one in [*runs, run] if len(one) > 1]
    return Spark(lines, dots)
