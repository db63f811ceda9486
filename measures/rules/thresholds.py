"""The light's thresholds: their defaults, their bounds, and which set holds on a day. Pure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple


class Thresholds(NamedTuple):
    """One set. The defaults are those of the domain (docs/light.md)."""

    late_workdays: int = 5  # working days late; more is red
    gap_yellow: Decimal = Decimal(10)  # percentage points behind the plan
    gap_red: Decimal = Decimal(30)  # more than this is red
    due_soon_workdays: int = 10
    silent_periods: int = 2  # closed periods running without a word of the lead
    override_days: int = 180  # how long a light set by hand holds at most


DEFAULTS = Thresholds()
# The least and the most that is sensible, for forms and for the table's constraint.
BOUNDS: dict[str, tuple[int, int]] = {
    "late_workdays": (1, 60),
    "gap_yellow": (1, 99),
    "gap_red": (1, 99),
    "due_soon_workdays": (0, 60),
    "silent_periods": (1, 8),
    "override_days": (1, 366),
}

Scale = Sequence[tuple[date, Thresholds]]  # from which day each set holds, the oldest first


def thresholds_on(scale: Scale, day: date) -> Thresholds:
    """Return the set effective on a day; before the first one, the defaults."""
    held = [thresholds for since, thresholds in scale if since <= day]
    return held[-1] if held else DEFAULTS
