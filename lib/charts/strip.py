"""A stacked bar in percent of the width it has: its text keeps its size on any screen."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lib.charts.bars import StackedPart

LEAST = 6.0  # percent of the width that a shape and a number need, even on a phone
WIDE, NARROW = 400, 340  # about how many pixels a bar has, on a desktop and on a phone
SIGN, DIGIT, SPACE, INSET = 12.0, 7.0, 3.5, 4.0  # about how wide text is, at 12 px


class StripPart(NamedTuple):
    """One part of the bar; `short` is the text that fits on a phone."""

    part: StackedPart
    value: int
    x: float
    width: float
    words: str
    short: str

    @property
    def middle(self) -> float:
        """The centre of its text."""
        return round(self.x + self.width / 2, 2)


def strip(counts: Mapping[str, int], parts: Sequence[StackedPart]) -> list[StripPart]:
    """Lay out the parts whose count is not 0, in their order, over 100 percent.

    A part is as wide as its share, but never too narrow for its number.
    """
    some = [(part, counts[part.key]) for part in parts if counts.get(part.key)]
    widths = _widths([value for _, value in some])
    laid, x = [], 0.0
    for (part, value), width in zip(some, widths, strict=True):
        words = [_words(part, value, width * room / 100) for room in (WIDE, NARROW)]
        laid.append(StripPart(part, value, round(x, 2), round(width, 2), *words))
        x += width
    return laid


def _widths(values: Sequence[int]) -> list[float]:
    """Widths in percent; parts wider than LEAST give up, by their shares, what narrow ones gain."""
    shares = [100 * value / sum(values) for value in values]
    narrow = [share < LEAST for share in shares]
    left = sum(share for share, is_narrow in zip(shares, narrow, strict=True) if not is_narrow)
    if not any(narrow) or not left:
        return shares
    scale = (100 - LEAST * sum(narrow)) / left
    return [
        LEAST if is_narrow else share * scale
        for share, is_narrow in zip(shares, narrow, strict=True)
    ]


def _words(part: StackedPart, value: int, room: float) -> str:
    """Shape, name and number if that fits, else shape and number; the number is never left out."""
    name = part.label.rpartition("·")[2]
    number = DIGIT * len(str(value))
    if SIGN * len(part.shape + name) + SPACE + number + INSET <= room:
        return f"{part.shape}{name} {value}"
    if SIGN * len(part.shape) + number <= room:
        return f"{part.shape}{value}"
    return str(value)
