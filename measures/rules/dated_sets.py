"""Which set is effective on a day, where each holds from its day on until the next one's. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

S = TypeVar("S")


def set_on(scale: Sequence[tuple[date, S]], day: date, *, default: S) -> S:
    """Return the set of a day; before the first one, the default. `scale`: the oldest first."""
    held = [one for since, one in scale if since <= day]
    return held[-1] if held else default
