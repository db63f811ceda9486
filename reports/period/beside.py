"""What other periods than the one shown still wait for."""

from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from lib.http import address_of
from measures.models import Period
from measures.periods.leaving import Leaving, leaving_beside
from reports.period.shown import Shown


class LeftNumber(NamedTuple):
    """How many filings wait for one thing, and their list."""

    label: str
    value: int
    url: str


class PeriodBeside(NamedTuple):
    """Another period: one that is open, or what a closed one left to be done."""

    period: Period
    is_past: bool  # its due day is behind
    leaving: Leaving

    @property
    def left(self) -> list[LeftNumber]:
        """Each thing that its filings wait for."""
        is_over = self.period.is_closed
        return [
            LeftNumber(
                work.label_when_over if is_over else str(work.label),
                count,
                list_of_left(self.period, work),
            )
            for work, count in self.leaving.told
        ]


def list_of_left(period: Period, work: str) -> str:
    """The address of the period's filings about which the same is to be done."""
    return f"{address_of('reports:status')}?{urlencode({'period': period.pk, 'left': work})}"


def periods_beside(shown: Shown, *, on: date) -> tuple[PeriodBeside, ...]:
    """The other open periods, and the closed ones that left something; one query."""
    others = [one for one in shown.periods if one != shown.period]
    left = leaving_beside([one.pk for one in others], on=on) if others else {}
    return tuple(
        PeriodBeside(one, one.due_on < on, left.get(one.pk, Leaving()))
        for one in others
        if one.is_open or one.pk in left
    )
