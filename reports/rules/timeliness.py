"""Which part of the one cut a filing counts in, and whether it came in time."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate

from lib.numbers import share
from lib.workdays import end_of_week
from measures.choices import FilingState
from measures.models.filing import FilingFacts
from measures.models.public_status import UNFILED, PublicStatus
from reports.choices import DueIn, FilingPart, Timeliness

_PARTS = {
    PublicStatus.ACCEPTED: FilingPart.ACCEPTED,
    PublicStatus.WAITING: FilingPart.WAITING,
    PublicStatus.MENDING: FilingPart.MENDING,
    **dict.fromkeys(UNFILED, FilingPart.UNFILED),
    PublicStatus.WAIVED: FilingPart.WAIVED,
}
OWED = (FilingPart.ACCEPTED, FilingPart.WAITING, FilingPart.MENDING, FilingPart.UNFILED)


def part_of(status: PublicStatus) -> FilingPart:
    """The part that a filing of a status counts in."""
    return _PARTS[status]


def timeliness_of_filing(filing: FilingFacts, *, on: date) -> Timeliness:
    """How a filing counts on a day; what the agency took back counts as not in."""
    first = filing.first_submitted_at if filing.is_in else None
    return timeliness_of(
        state=FilingState(filing.state),
        due_on=filing.due_on,
        submitted_on=localdate(first) if first else None,
        on=on,
    )


def due_in(filing: FilingFacts, *, on: date) -> DueIn | None:
    """When an unfiled one is due; None where it is in, was given up, or is due after this week."""
    if filing.is_debt(on=on):
        return DueIn.PAST
    if filing.is_in or not filing.is_owed or not on <= filing.due_on <= end_of_week(on):
        return None
    return DueIn.TODAY if filing.due_on == on else DueIn.WEEK


def in_time_rate(counts: Mapping[Any, int]) -> Decimal | None:
    """按时率: what came in time of what is past its day or in, in percent with one decimal.

    `counts` are those of Timeliness; what is awaited or waived is left out. None where the rest
    is nothing.
    """
    in_time = counts.get(Timeliness.IN_TIME, 0)
    due = in_time + counts.get(Timeliness.LATE, 0) + counts.get(Timeliness.MISSING, 0)
    return share(in_time, due) if due else None


def timeliness_of(
    *, state: FilingState, due_on: date, submitted_on: date | None, on: date
) -> Timeliness:
    """How a filing counts on a day: in time is having first left the agency by the due day.

    A later return never makes it late; due today is not late, whether its period has closed or not.
    """
    if state == FilingState.WAIVED:
        return Timeliness.WAIVED
    if submitted_on is not None:
        return Timeliness.IN_TIME if submitted_on <= due_on else Timeliness.LATE
    return Timeliness.MISSING if due_on < on else Timeliness.AWAITED
