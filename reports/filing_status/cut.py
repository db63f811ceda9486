"""The one cut of a period's filings: 应报＝已通过＋待审核＋退回＋未报, and 免报 beside it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from measures.models.public_status import PublicStatus
from reports.choices import FilingPart

OWED = (FilingPart.ACCEPTED, FilingPart.WAITING, FilingPart.MENDING, FilingPart.UNFILED)
PARTS = {
    PublicStatus.ACCEPTED: FilingPart.ACCEPTED,
    PublicStatus.WAITING: FilingPart.WAITING,
    PublicStatus.MENDING: FilingPart.MENDING,
    PublicStatus.LATE: FilingPart.UNFILED,
    PublicStatus.MISSED: FilingPart.UNFILED,
    PublicStatus.AHEAD: FilingPart.UNFILED,
    PublicStatus.WAIVED: FilingPart.WAIVED,
}


class Cut(NamedTuple):
    """How many filings are in each part."""

    counts: Mapping[FilingPart, int]

    @property
    def owed(self) -> int:
        """What was asked for: all but the waived."""
        return sum(self.counts[part] for part in OWED)

    @property
    def rate(self) -> Decimal | None:
        """通过率: the share accepted of what is owed; None where nothing is."""
        return percent_of(self.counts[FilingPart.ACCEPTED], self.owed)


def cut_of(statuses: Iterable[PublicStatus]) -> Cut:
    """Count filings by the part that each of them is in."""
    return Cut(Counter(PARTS[status] for status in statuses))


def percent_of(part: int, whole: int) -> Decimal | None:
    """A share in percent with one decimal, half up; None where there is nothing to share."""
    if not whole:
        return None
    return (Decimal(100) * part / whole).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
