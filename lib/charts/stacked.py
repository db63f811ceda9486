"""One bar of parts: geometry only, the template draws it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


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
