"""The parts in which a period's filings are counted, and their timeliness.

应报＝已通过＋待审核＋退回＋未报; 免报 is separate.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

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
    """Return the part to which a filing with this status belongs."""
    return _PARTS[status]


def timeliness_of_filing(filing: FilingFacts, *, on: date) -> Timeliness:
    """Return a filing's timeliness on a day; a withdrawn one counts as not submitted."""
    first = filing.first_submitted_at if filing.is_in else None
    return timeliness_of(
        state=FilingState(filing.state),
        due_on=filing.due_on,
        submitted_on=localdate(first) if first else None,
        on=on,
    )


def due_in(filing: FilingFacts, *, on: date) -> DueIn | None:
    """Return when an unfiled filing is due; None if filed, written off or due after this week."""
    if filing.is_debt(on=on):
        return DueIn.PAST
    if filing.is_in or not filing.is_owed or not on <= filing.due_on <= end_of_week(on):
        return None
    return DueIn.TODAY if filing.due_on == on else DueIn.WEEK


def in_time_rate(counts: Mapping[Any, int]) -> Decimal | None:
    """Return 按时率: filings in time ÷ those submitted or past due, in percent with one decimal.

    `counts` are by Timeliness; awaited and waived ones are left out. None if there are no others.
    """
    in_time = counts.get(Timeliness.IN_TIME, 0)
    due = in_time + counts.get(Timeliness.LATE, 0) + counts.get(Timeliness.MISSING, 0)
    return share(in_time, due) if due else None


def timeliness_of(
    *, state: FilingState, due_on: date, submitted_on: date | None, on: date
) -> Timeliness:
    """Return a filing's timeliness on a day: in time if it first left the agency by the due day.

    A later return does not make it late; due today is not late, even if its period has closed.
    """
    if state == FilingState.WAIVED:
        return Timeliness.WAIVED
    if submitted_on is not None:
        return Timeliness.IN_TIME if submitted_on <= due_on else Timeliness.LATE
    return Timeliness.MISSING if due_on < on else Timeliness.AWAITED


class Cut(NamedTuple):
    counts: Mapping[FilingPart, int]

    @property
    def owed(self) -> int:
        """The owed filings: all but the waived ones."""
        return sum(self.counts[part] for part in OWED)

    @property
    def filed(self) -> int:
        """The owed filings that were submitted."""
        return self.owed - self.counts[FilingPart.UNFILED]

    @property
    def filed_rate(self) -> Decimal | None:
        """报送率: the submitted share of the owed filings; None if there are none."""
        return share(self.filed, self.owed) if self.owed else None

    @property
    def rate(self) -> Decimal | None:
        """通过率: the accepted share of the owed filings; None if there are none."""
        return share(self.counts[FilingPart.ACCEPTED], self.owed) if self.owed else None


def cut_of(statuses: Iterable[PublicStatus]) -> Cut:
    return Cut(Counter(part_of(status) for status in statuses))
