"""The open work of a period, counted by the step that it waits for.

Said before it closes, and shown afterwards until each is done.
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
# What becomes of each once its period has closed.
FATES = {
    OpenWork.WAITING: "照常审核，通过的计入本期",
    OpenWork.CORRECTING: "照常审核，通过前以已通过的版本为准",
    OpenWork.MENDING: "单位照常补正、重新报送，不计迟报",
    OpenWork.EXTENDED: "在各自截止日前仍可报送，算按时",
    OpenWork.OWED: "计为期满未报；单位仍须补报，补报另行标明",
}


class Leaving(NamedTuple):
    counts: Mapping[OpenWork, int] = {}  # what is none is left out

    @property
    def missed(self) -> int:
        """Past due and not in: 逾期未报, once the period has closed 期满未报."""
        return sum(self.counts.get(work, 0) for work in LATE)

    @property
    def drafted(self) -> int:
        return self.counts.get(OpenWork.DRAFTED, 0)

    @property
    def carried(self) -> dict[OpenWork, int]:
        """What closing carries on: all but what it counts as missed."""
        return {work: n for work in OpenWork if work not in LATE and (n := self.counts.get(work))}

    @property
    def told(self) -> list[tuple[OpenWork, int]]:
        """All of it as everybody is told."""
        return [*self.carried.items(), *([(OpenWork.OWED, self.missed)] if self.missed else [])]

    @property
    def fates(self) -> list[tuple[OpenWork, int, str]]:
        """The same, each with what becomes of it once the period has closed."""
        drafts = f"；其中{self.drafted}项单位已起草" if self.drafted else ""
        return [
            (work, count, FATES[work] + (drafts if work == OpenWork.OWED else ""))
            for work, count in self.told
        ]

    @property
    def digest(self) -> str:
        """The counts as a form carries them, to tell whether they have changed meanwhile."""
        return ".".join(f"{work}-{count}" for work, count in self.told)


def leaving_of(period: Period, *, on: date) -> Leaving:
    """Return what is left to be done in a period on a day; one query."""
    return leaving_in([period], on=on).get(period.pk, Leaving())


def leaving_in(periods: Iterable[Period], *, on: date) -> dict[int, Leaving]:
    """The same for several, by period; those in which nothing is left are left out."""
    filings = Filing.objects.filter(period__in=[one.pk for one in periods])
    return _leaving(_counted(filings.unsettled().with_open_work(on=on)))


def leaving_beside(periods: Collection[int], *, on: date) -> dict[int, Leaving]:
    """The same by their keys; drafts are not told apart."""
    return _leaving(_beside(on).rows([list(periods)]))


@lru_cache(maxsize=2)
def _beside(on: date) -> Prepared:
    others = Filing.objects.filter(period__in=among(-1)).unsettled()
    return prepared(_counted(others.with_open_work(on=on, tells_drafts=False)), "bigint[]")


def _counted(filings: Any) -> Any:
    return filings.order_by().values_list("period", "open_work").annotate(n=Count("pk"))


def _leaving(rows: Iterable[tuple[int, str | None, int]]) -> dict[int, Leaving]:
    found: defaultdict[int, dict[OpenWork, int]] = defaultdict(dict)
    for period, work, count in rows:
        if work is not None:
            found[period][OpenWork(work)] = count
    return {period: Leaving(counts) for period, counts in found.items()}
