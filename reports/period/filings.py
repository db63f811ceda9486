"""The filings of a period by what stands alike: of the kept totals, for any number of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.timezone import make_aware

from measures.models import FilingTotal
from measures.models.filing import FilingFacts
from measures.models.public_status import public_status_of

ONE_DAY = timedelta(days=1)
# What decides the status of a filing, and whether it came in time.
DECIDING = ("state", "due_on", "is_accepted", "is_returned", "came_in_time")


class AlikeFilings(FilingFacts):
    """Filings that stand alike, as the rules of status and timeliness take one of them.

    Written off or not is not kept, so that is_debt() fails rather than answers for all of them.
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
    """The totals of one or more periods by some columns and DECIDING, each with how many."""
    which = "period__in" if isinstance(periods, Iterable) else "period"
    return FilingTotal.objects.filter(**{which: periods}).summed(*keys, *DECIDING)


def told_alike(row: Sequence[Any]) -> tuple[list[Any], AlikeFilings, int]:
    """A row of alike_in(): its keys, what its filings are, and how many."""
    *keys, state, due_on, is_accepted, is_returned, came_in_time, number = row
    return keys, AlikeFilings(state, due_on, is_accepted, is_returned, came_in_time), number


def by_status(rows: Iterable[Sequence[Any]], *, is_over: bool, on: date) -> Counter[tuple]:
    """How many filings there are by (the columns of alike_in() …, status)."""
    found: Counter[tuple] = Counter()
    for keys, filings, number in map(told_alike, rows):
        found[*keys, public_status_of(filings, is_over=is_over, on=on)] += number
    return found
