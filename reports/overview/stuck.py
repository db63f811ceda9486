"""Where it is stuck and who must move, for 总览 and 大屏."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.http import QueryDict

from measures.choices import Light
from measures.models.public_status import PublicStatus
from reports.choices import Order
from reports.overview.figures import LinkedFigure
from reports.overview.rows import MeasureRow, Overview, select_lines, sort_rows
from reports.period.choosing import address

STUCK = (Light.RED, Light.YELLOW)
STUCK_MOST = 6
MOVERS_MOST = 15
REVIEWER = "市商务委（审核）"


class Mover(NamedTuple):
    """Who must do something, and how much of what; each figure opens its list."""

    name: str
    marks: list[LinkedFigure]

    @property
    def total(self) -> int:
        """How many filings wait for them."""
        return sum(int(mark.value) for mark in self.marks)


class Movers(NamedTuple):
    """All who must move: those there is room for, and the rest, who are counted and unfold."""

    shown: list[Mover]
    folded: list[Mover]

    @property
    def rest(self) -> str:
        """另有3家5项; empty where nobody is folded."""
        if not self.folded:
            return ""
        return f"另有{len(self.folded)}家{sum(mover.total for mover in self.folded)}项"


def stuck_of(rows: Iterable[MeasureRow], *, most: int = STUCK_MOST) -> list[MeasureRow]:
    """The measures with a red or yellow light, the worst first."""
    return [row for row in sort_rows(rows, Order.LIGHT) if row.light in STUCK][:most]


def movers_of(
    data: Overview, query: QueryDict, named: Mapping[str, str], *, most: int = MOVERS_MOST
) -> Movers:
    """Agencies that are late or have to mend, then who reviews.

    First who leads a red or yellow measure, then in protocol order. Nobody is left out: their
    figures add up to those above.
    """
    owing = (PublicStatus.MISSED if data.shown.is_over else PublicStatus.LATE, PublicStatus.MENDING)
    leads = {row.lead for row in data.rows if row.light in STUCK}
    lines = [line for line in data.lines if line.status in owing]
    lines.sort(key=lambda line: (line.agency not in leads, line.agency_order))
    found = [
        Mover(name, _marks(data, query, named, owing, name))
        for name in dict.fromkeys(line.agency for line in lines)
    ]
    waiting = _marks(data, query, named, (PublicStatus.WAITING,))
    return Movers(found[:most] + ([Mover(REVIEWER, waiting)] if waiting else []), found[most:])


def _marks(
    data: Overview,
    query: QueryDict,
    named: Mapping[str, str],
    statuses: Iterable[PublicStatus],
    agency: str = "",
) -> list[LinkedFigure]:
    """What stands so, without the noughts; of one agency or all."""
    only = {"agency": agency} if agency else {}
    counts = {one: len(select_lines(data.lines, one, agency)) for one in statuses}
    return [
        LinkedFigure(named[one], one.tone, str(count), address(query, filing=one, **only))
        for one, count in counts.items()
        if count
    ]
