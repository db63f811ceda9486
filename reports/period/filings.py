"""Counts of a period's filings, grouped by equal status, read from the kept totals."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.timezone import make_aware

from measures.models import FilingTotal
from measures.models.filing import FilingFacts
from measures.models.public_status import public_status_of

ONE_DAY = timedelta(days=1)
# The columns that decide the status and the timeliness of a filing.
DECIDING = ("state", "due_on", "is_accepted", "is_returned", "came_in_time")


class AlikeFilings(FilingFacts):
    """A group of filings with equal facts, in the form that the rules take for one filing.

    The totals do not hold whether filings are written off, so is_debt() fails instead of giving a
    wrong result.
    """

    def __init__(
        self,
        state: str,
        due_on: date,
        is_accepted: bool,
        is_returned: bool,
        came_in_time: bool | None,
    ) -> None:
        came_on = due_on if came_in_time else due_on + ONE_DAY
        self.state, self.due_on = state, due_on
        self.accepted_note_id = 0 if is_accepted else None
        self.mend_by = due_on if is_returned else None
        self.first_submitted_at = (
            None if came_in_time is None else make_aware(datetime.combine(came_on, time(12)))
        )


def alike_in(periods: Any, *keys: str) -> Any:
    """Return the totals of one or more periods by `keys` and DECIDING, each with its count."""
    which = "period__in" if isinstance(periods, Iterable) else "period"
    return FilingTotal.objects.filter(**{which: periods}).summed(*keys, *DECIDING)


def told_alike(row: Sequence[Any]) -> tuple[list[Any], AlikeFilings, int]:
    """Split a row of alike_in() into its keys, the facts of its filings, and their number."""
    *keys, state, due_on, is_accepted, is_returned, came_in_time, number = row
    return keys, AlikeFilings(state, due_on, is_accepted, is_returned, came_in_time), number


def by_status(rows: Iterable[Sequence[Any]], *, is_over: bool, on: date) -> Counter[tuple]:
    """Return the number of filings by (keys of alike_in() …, status)."""
    found: Counter[tuple] = Counter()
    for keys, filings, number in map(told_alike, rows):
        found[*keys, public_status_of(filings, is_over=is_over, on=on)] += number
    return found
