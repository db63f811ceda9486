"""Stacked bars, alone or one below the other: geometry only, the template draws them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

WIDTH = 440
LABEL = 118  # room for the row's name
BAR, GAP = 18, 8
ROOM_FOR_NUMBER = 32.0  # for a shape and a number
DIGIT, INSET = 8.0, 6.0  # about how wide a digit is, and the distance of words from the edge
SIGN = 12.5  # about how wide a Chinese character is


class StackedPart(NamedTuple):
    key: str
    label: str
    tone: str
    shape: str = ""
    url: str = ""


class Segment(NamedTuple):
    label: str
    tone: str
    shape: str
    url: str
    value: int
    x: float
    width: float


def stacked_bar(
    counts: Mapping[str, int], parts: Sequence[StackedPart], *, width: float = 600
) -> list[Segment]:
    """Lay out one bar in the order of `parts`; a missing count is 0, widths are in hundredths."""
    total = sum(counts.get(part.key, 0) for part in parts)
    segments, x = [], 0.0
    for part in parts:
        value = counts.get(part.key, 0)
        span = width * value / total if total else 0.0
        segments.append(
            Segment(part.label, part.tone, part.shape, part.url, value, round(x, 2), round(span, 2))
        )
        x += span
    return segments


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
    """Lay out rows of (label, counts, parts) as bars of equal length; no counts, no parts."""
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
    """The longest that fits: shape, name and number; shape and number; the number; nothing."""
    shape = f"{segment.shape} " if segment.shape else ""
    named = f"{segment.label} {segment.value}"
    if segment.width >= SIGN * len(segment.shape + named):
        return shape + named
    if segment.width >= ROOM_FOR_NUMBER:
        return f"{shape}{segment.value}"
    number = str(segment.value)
    return number if segment.width >= DIGIT * len(number) + INSET else ""
