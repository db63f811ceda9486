"""Quarters as government practice counts them: the slice, and the range that accumulates."""

from datetime import date, timedelta
from typing import NamedTuple

from policy_tracker.lib.workdays import Calendar, add_workdays

SLICES = ("一季度", "二季度", "三季度", "四季度")
CUMULATIVE = ("一季度", "上半年", "前三季度", "全年")
DUE_AFTER_WORKDAYS = 5  # 每季度终了后第5个工作日
CLOSES_AFTER_WORKDAYS = 10  # after due_on
MENDING_WORKDAYS = 3  # to mend what was returned


class Quarter(NamedTuple):
    """One quarter of a year, 1 to 4."""

    year: int
    number: int

    @property
    def starts_on(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def ends_on(self) -> date:
        """Its last day."""
        return self.next.starts_on - timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        """The quarter after it."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def previous(self) -> "Quarter":
        """The quarter before it."""
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)

    @property
    def slice_label(self) -> str:
        """What the slice is called: 三季度."""
        return SLICES[self.number - 1]

    @property
    def label(self) -> str:
        """What reports call the range from 1 January: 2026年前三季度."""
        return f"{self.year}年{CUMULATIVE[self.number - 1]}"


def quarter_of(day: date) -> Quarter:
    """The quarter a day lies in."""
    return Quarter(day.year, (day.month + 2) // 3)


def due_on(quarter: Quarter, calendar: Calendar) -> date:
    """The last day to file in time: the 5th working day after the quarter ends."""
    return add_workdays(quarter.ends_on, DUE_AFTER_WORKDAYS, calendar)


def closes_on(due: date, calendar: Calendar) -> date:
    """The last day on which a first submission is still taken."""
    return add_workdays(due, CLOSES_AFTER_WORKDAYS, calendar)


def mend_by(returned_on: date, calendar: Calendar) -> date:
    """The last day to mend a returned note: the 3rd working day after the return."""
    return add_workdays(returned_on, MENDING_WORKDAYS, calendar)


def is_late(first_submitted_on: date | None, due_on: date) -> bool:
    """迟报: it first left the agency after the due day. What never left is not late but missing."""
    return first_submitted_on is not None and first_submitted_on > due_on
