"""The light's thresholds: defaults, bounds, and which set is effective on a day. Pure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeVar

S = TypeVar("S")


class Thresholds(NamedTuple):
    """One set of thresholds. The defaults are explained in docs/light.md."""

    late_workdays: int = 5  # for an agency other than the lead: later than this is yellow
    lead_workdays: int = 20  # for the lead: one debt older than this is red
    lead_debts: int = 2  # for the lead: this many debts are red, whatever their age
    gap_yellow: Decimal = Decimal(10)  # percentage points behind the plan
    gap_red: Decimal = Decimal(30)  # more than this is red
    due_soon_workdays: int = 10
    milestone_workdays: int = 30  # a milestone overdue by more than this is red
    worse_percent: Decimal = Decimal(5)  # yellow if moved the wrong way by more
    stale_days: int = 120  # an indicator without a newer value is stale: a quarter and a month
    moved_periods: int = 2  # due periods without progress after the due date was put back
    unmoved_periods: int = 3  # the same if the date was not put back
    override_days: int = 180  # longest term of a light set by hand
    alternate_periods: int = 2  # closed periods, green and unchanged, before 隔期填报 is proposed


DEFAULTS = Thresholds()
# The smallest and largest sensible values, for forms and for the table's constraint.
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

Scale = Sequence[tuple[date, Thresholds]]  # each set with its first effective day, the oldest first


def thresholds_on(scale: Scale, day: date) -> Thresholds:
    """Return the set effective on a day; before the first one, the defaults."""
    return set_on(scale, day, default=DEFAULTS)


def set_on(scale: Sequence[tuple[date, S]], day: date, *, default: S) -> S:
    """Return the set effective on a day; before the first one, `default`.

    `scale`: the oldest first.
    """
    held = [one for since, one in scale if since <= day]
    return held[-1] if held else default
