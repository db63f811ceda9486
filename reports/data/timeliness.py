"""Whether a filing came in time. Pure."""

from datetime import date

from measures.choices import FilingState
from reports.choices import Timeliness


def timeliness_of(
    *, state: FilingState, due_on: date, submitted_on: date | None, is_over: bool, on: date
) -> Timeliness:
    """How a filing counts on a day: in time is having first left the agency by the due day.

    `is_over`: its period has closed. A later return never makes it late; due today is not late.
    """
    if state == FilingState.WAIVED:
        return Timeliness.WAIVED
    if submitted_on is not None:
        return Timeliness.IN_TIME if submitted_on <= due_on else Timeliness.LATE
    return Timeliness.MISSING if is_over or due_on < on else Timeliness.AWAITED
