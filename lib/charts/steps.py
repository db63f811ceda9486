"""A value that stays until the next one, as a line over days: geometry only."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lib.charts.scale import Scale, Tick

WIDTH, HEIGHT = 440, 132
LEFT, RIGHT, TOP, BOTTOM = 72, 14, 12, 24  # room for the text at the edges


class HeldValue(NamedTuple):
    on: date
    value: Decimal
    label: str


class StepMark(NamedTuple):
    x: float
    y: float
    label: str


class StepLine(NamedTuple):
    path: str
    places: list[StepMark]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def step_line(
    held: Sequence[HeldValue], levels: Sequence[tuple[Decimal, str]], *, until: date
) -> StepLine | None:
    """Lay out values by day, the last up to `until`; `levels`: labelled heights, lowest first."""
    if not held:
        return None
    end = max(until, held[-1].on)
    xs = Scale(held[0].on, end, LEFT, WIDTH - RIGHT)
    ys = Scale(levels[0][0], levels[-1][0], HEIGHT - BOTTOM, TOP)
    places = [StepMark(xs.at(h.on), ys.at(h.value), h.label) for h in held]
    return StepLine(
        path=_path(places, float(WIDTH - RIGHT)),
        places=places,
        x_ticks=_days(held[0].on, end),
        y_ticks=[Tick(ys.at(value), label) for value, label in levels],
    )


def _path(places: Sequence[StepMark], end: float) -> str:
    first, *rest = places
    steps = "".join(f"H{place.x}V{place.y}" for place in rest)
    return f"M{first.x} {first.y}{steps}H{end}"


def _days(first: date, last: date) -> list[Tick]:
    ends = [Tick(float(LEFT), f"{first:%Y-%m-%d}", "start")]
    if last != first:
        ends.append(Tick(float(WIDTH - RIGHT), f"{last:%Y-%m-%d}", "end"))
    return ends
