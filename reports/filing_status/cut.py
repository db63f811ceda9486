"""The one cut of a period's filings: 应报＝已通过＋待审核＋退回＋未报, and 免报 beside it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from lib.numbers import share
from measures.models.public_status import PublicStatus
from reports.choices import FilingPart
from reports.rules.timeliness import OWED, part_of


class Cut(NamedTuple):
    """How many filings are in each part."""

    counts: Mapping[FilingPart, int]

    @property
    def owed(self) -> int:
        """What was asked for: all but the waived."""
        return sum(self.counts[part] for part in OWED)

    @property
    def filed(self) -> int:
        """What has come of what is owed."""
        return self.owed - self.counts[FilingPart.UNFILED]

    @property
    def filed_rate(self) -> Decimal | None:
        """报送率: the share that has come of what is owed; None where nothing is."""
        return share(self.filed, self.owed) if self.owed else None

    @property
    def rate(self) -> Decimal | None:
        """通过率: the share accepted of what is owed; None where nothing is."""
        return share(self.counts[FilingPart.ACCEPTED], self.owed) if self.owed else None


def cut_of(statuses: Iterable[PublicStatus]) -> Cut:
    """Count filings by the part that each of them is in."""
    return Cut(Counter(part_of(status) for status in statuses))
