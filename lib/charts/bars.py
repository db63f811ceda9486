"""Bars of parts one below the other, a row a period: geometry only, the template draws it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lib.charts.stacked import Segment, StackedPart, stacked_bar

WIDTH = 440
LABEL = 118  # room for the row's name
BAR, GAP = 18, 8
ROOM_FOR_NUMBER = 32.0  # for a shape and a number
DIGIT, INSET = 8.0, 6.0  # about how wide a digit is, and what words keep from the edge
SIGN = 12.5  # about how wide a Chinese sign is


class BarPart(NamedTuple):
    """One part of one row, moved to its place; `words` is empty where there is no room."""

    segment: Segment
    x: float
    words: str


class BarRow(NamedTuple):
    label: str
    y: int
    middle: float
    parts: list[BarPart]


class Bars(NamedTuple):
    width: int
    height: int
    label_x: int
    bar_x: int
    bar_width: int
    bar_height: int
    rows: list[BarRow]


def bars(rows: Sequence[tuple[str, Mapping[str, int], Sequence[StackedPart]]]) -> Bars:
    """Lay out rows of (label, counts, parts), equally long; without counts there are no parts."""
    width = WIDTH - LABEL
    laid = [
        _row(label, stacked_bar(counts, parts, width=width), number * (BAR + GAP))
        for number, (label, counts, parts) in enumerate(rows)
    ]
    height = max(len(rows) * (BAR + GAP) - GAP, 0)
    return Bars(WIDTH, height, LABEL - 8, LABEL, width, BAR, laid)


def _row(label: str, segments: Sequence[Segment], y: int) -> BarRow:
    parts = [
        BarPart(segment, round(LABEL + segment.x, 2), _words(segment))
        for segment in segments
        if segment.value
    ]
    return BarRow(label, y, y + BAR / 2, parts)


def _words(segment: Segment) -> str:
    """Shape, name and number, shape and number, or the number: as much as fits, if any."""
    shape = f"{segment.shape} " if segment.shape else ""
    named = f"{segment.label} {segment.value}"
    if segment.width >= SIGN * len(segment.shape + named):
        return shape + named
    if segment.width >= ROOM_FOR_NUMBER:
        return f"{shape}{segment.value}"
    number = str(segment.value)
    return number if segment.width >= DIGIT * len(number) + INSET else ""
