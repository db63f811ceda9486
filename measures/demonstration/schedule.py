"""The days of the demonstration's three periods, for any day of loading. Pure."""

from datetime import date
from typing import NamedTuple

from lib.workdays import (
    Calendar,
    add_workdays,
    is_workday,
    next_workday,
    workdays_between,
)
from measures.rules import periods as rule
from measures.rules.periods import Quarter
from measures.rules.thresholds import DEFAULTS

LATE_WORKDAYS = 3  # so that a lead without a filing is yellow
OPEN_WORKDAYS = 8  # a period is opened at most so long before its due date


class PeriodSpan(NamedTuple):
    """One period's days; nothing happens in it before `opened_on` or after `last_on`."""

    quarter: Quarter
    opened_on: date
    due_on: date
    last_on: date  # the day it is closed, or for the open one the last working day before today
    is_closed: bool


def spans(on: date, calendar: Calendar) -> tuple[PeriodSpan, PeriodSpan, PeriodSpan]:
    """Return two closed quarters and the open one after them, oldest first, relative to `on`."""
    quarter, due = _open_quarter(on, calendar)
    newest = PeriodSpan(
        quarter, _opened_on(quarter, due, calendar), due, add_workdays(on, -1, calendar), False
    )
    middle = _closed(quarter.previous, calendar)
    return _closed(quarter.previous.previous, calendar), middle, newest


def _open_quarter(on: date, calendar: Calendar) -> tuple[Quarter, date]:
    """Return the newest quarter that can be overdue by a few working days, and its due date.

    The date follows the rule if that makes it late enough and not too late; otherwise it is set.
    """
    newest = on if is_workday(on, calendar) else add_workdays(on, -1, calendar)
    set_so = add_workdays(newest, -LATE_WORKDAYS, calendar)
    quarter = Quarter.holding(set_so).previous
    if next_workday(quarter.ends_on, calendar) >= set_so:  # no day left for filing
        quarter = quarter.previous
    by_rule = rule.due_on(quarter, calendar)
    is_fit = 1 <= workdays_between(by_rule, on, calendar) <= DEFAULTS.late_workdays
    return quarter, by_rule if is_fit else set_so


def _closed(quarter: Quarter, calendar: Calendar) -> PeriodSpan:
    due = rule.due_on(quarter, calendar)
    closes = rule.closes_on(due, calendar)
    return PeriodSpan(quarter, _opened_on(quarter, due, calendar), due, closes, True)


def _opened_on(quarter: Quarter, due: date, calendar: Calendar) -> date:
    return max(next_workday(quarter.ends_on, calendar), add_workdays(due, -OPEN_WORKDAYS, calendar))
