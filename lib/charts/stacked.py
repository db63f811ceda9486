"""One bar of parts: geometry only, the template draws it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class StackedPart(NamedTuple):
    """What a part of the bar stands for, and the list it opens."""

    key: str
    label: str
    tone: str
    shape: str = ""
    url: str = ""


class Segment(NamedTuple):
    """One part, laid out: where it begins and how wide it is."""

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
    """Lay out one stacked bar, left to right in the order of `parts`.

    Takes counts by key; a key that is missing counts 0. Where all are 0 every segment has no
    width. The segments fill the width exactly but for rounding to hundredths.
    """
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
