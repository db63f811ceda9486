"""The open work of a period, counted by the next step.

Shown before it closes, and afterwards until everything is done.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Count

from lib.arrays import among
from lib.prepared import Prepared, prepared
from measures.choices import OpenWork
from measures.models import Filing, Period

LATE = (OpenWork.DRAFTED, OpenWork.OWED)
# What happens to each after its period has closed.
FATES = {
    OpenWork.WAITING: "照常审核，通过的计入本期",
    OpenWork.CORRECTING: "照常审核，通过前以已通过的版本为准",
    OpenWork.CONTESTED: "照常答复；成立的重新审核，不成立的由单位补正，不计迟报",
    OpenWork.MENDING: "单位照常补正、重新报送，不计迟报",
    OpenWork.EXTENDED: "在各自截止日前仍可报送，算按时",
    OpenWork.OWED: "计为期满未报；单位仍须补报，补报另行标明",
}


class Leaving(NamedTuple):
    counts: Mapping[OpenWork, int] = {}  # without zero counts

    @property
    def missed(self) -> int:
        """Filings past due and not submitted: 逾期未报; after the closing 期满未报."""
        return sum(self.counts.get(work, 0) for work in LATE)

    @property
    def drafted(self) -> int:
        return self.counts.get(OpenWork.DRAFTED, 0)

    @property
    def carried(self) -> dict[OpenWork, int]:
        """The work that goes on after closing: all except filings counted as missed."""
        return {work: n for work in OpenWork if work not in LATE and (n := self.counts.get(work))}

    @property
    def told(self) -> list[tuple[OpenWork, int]]:
        """All of it as shown outside the agencies."""
        return [*self.carried.items(), *([(OpenWork.OWED, self.missed)] if self.missed else [])]

    @property
    def fates(self) -> list[tuple[OpenWork, int, str]]:
        """The same, each with what happens to it after the period has closed."""
        drafts = f"；其中{self.drafted}项单位已起草" if self.drafted else ""
        return [
            (work, count, FATES[work] + (drafts if work == OpenWork.OWED else ""))
            for work, count in self.told
        ]

    @property
    def digest(self) -> str:
        """The counts as a form value, to detect changes between page and request."""
        return ".".join(f"{work}-{count}" for work, count in self.told)


def leaving_of(period: Period, *, on: date) -> Leaving:
    """Return the open work of a period on a day; one query."""
    return leaving_in([period], on=on).get(period.pk, Leaving())


def leaving_in(periods: Iterable[Period], *, on: date) -> dict[int, Leaving]:
    """The same for several periods, by id; without periods that have none."""
    filings = Filing.objects.filter(period__in=[one.pk for one in periods])
    return _leaving(_counted(filings.unsettled().with_open_work(on=on)))


def leaving_beside(shown: int, others: Collection[int], *, on: date) -> dict[int, Leaving]:
    """The same for the ids of other periods; of the one shown, only CONTESTED is counted.

    Drafts are counted as OWED.
    """
    return _leaving(_beside(on).rows([list(others), shown]))


@lru_cache(maxsize=2)
def _beside(on: date) -> Prepared:
    others = Filing.objects.filter(period__in=among(-1)).unsettled()
    shown = Filing.objects.filter(period=-2).contested()
    counted = [_counted(one.with_open_work(on=on, tells_drafts=False)) for one in (others, shown)]
    return prepared(counted[0].union(counted[1], all=True), "bigint[]", "bigint")


def _counted(filings: Any) -> Any:
    return filings.order_by().values_list("period", "open_work").annotate(n=Count("pk"))


def _leaving(rows: Iterable[tuple[int, str | None, int]]) -> dict[int, Leaving]:
    found: defaultdict[int, dict[OpenWork, int]] = defaultdict(dict)
    for period, work, count in rows:
        if work is not None:
            found[period][OpenWork(work)] = count
    return {period: Leaving(counts) for period, counts in found.items()}
