"""The light's thresholds: their defaults, their bounds, and which set holds on a day. Pure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeVar

S = TypeVar("S")


class Thresholds(NamedTuple):
    """One set. The defaults are those of the domain (docs/light.md)."""

    late_workdays: int = 5  # an agency that does not lead: more working days late is yellow
    lead_workdays: int = 20  # the lead: one debt that is older is red
    lead_debts: int = 2  # the lead: as many debts are red, whatever their age
    gap_yellow: Decimal = Decimal(10)  # percentage points behind the plan
    gap_red: Decimal = Decimal(30)  # more than this is red
    due_soon_workdays: int = 10
    milestone_workdays: int = 30  # an overdue milestone: more working days late is red
    worse_percent: Decimal = Decimal(5)  # an indicator moved the wrong way by more than this
    stale_days: int = 120  # an indicator whose newest value is older: a quarter and a month
    moved_periods: int = 2  # due periods without progress after the due date was put back
    unmoved_periods: int = 3  # the same where it was not
    override_days: int = 180  # how long a light set by hand holds at most
    alternate_periods: int = 2  # closed periods unchanged and green: every second one is proposed


DEFAULTS = Thresholds()
# The least and the most that is sensible, for forms and for the table's constraint.
BOUNDS: dict[str, tuple[int, int]] = {
    "late_workdays": (1, 60),
    "lead_workdays": (1, 120),
    "lead_debts": (1, 8),
    "gap_yellow": (1, 99),
    "gap_red": (1, 99),
    "due_soon_workdays": (0, 60),
    "milestone_workdays": (1, 250),
    "worse_percent": (0, 100),
    "stale_days": (30, 730),
    "moved_periods": (1, 8),
    "unmoved_periods": (1, 12),
    "override_days": (1, 366),
    "alternate_periods": (1, 8),
}

Scale = Sequence[tuple[date, Thresholds]]  # from which day each set holds, the oldest first


def thresholds_on(scale: Scale, day: date) -> Thresholds:
    """Return the set effective on a day; before the first one, the defaults."""
    return set_on(scale, day, default=DEFAULTS)


def set_on(scale: Sequence[tuple[date, S]], day: date, *, default: S) -> S:
    """Return the set of a day; before the first one, the default. `scale`: the oldest first."""
    held = [one for since, one in scale if since <= day]
    return held[-1] if held else default
