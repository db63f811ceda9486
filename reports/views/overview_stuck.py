"""Where it is stuck and who must move, for 总览 and 大屏."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.http import QueryDict

from measures.choices import Light
from measures.standing import Standing
from reports.choices import Order
from reports.data.overview_rows import Overview, Row, select_lines, sort_rows
from reports.views.choosing import address
from reports.views.overview_figures import Figure

STUCK = (Light.RED, Light.YELLOW)
STUCK_MOST = 6
MOVERS_MOST = 8
REVIEWER = "市商务委（审核）"


class Mover(NamedTuple):
    """Who must do something, and how much of what; each figure opens its list."""

    name: str
    marks: list[Figure]


def stuck_of(rows: Iterable[Row], *, most: int = STUCK_MOST) -> list[Row]:
    """The measures with a red or yellow light, the worst first."""
    return [row for row in sort_rows(rows, Order.LIGHT) if row.light in STUCK][:most]


def movers_of(
    data: Overview, query: QueryDict, named: Mapping[str, str], *, most: int = MOVERS_MOST
) -> list[Mover]:
    """Agencies that are late or have to mend, who owes most first; then who reviews."""
    owing = (Standing.MISSED if data.shown.is_over else Standing.LATE, Standing.MENDING)
    names = dict.fromkeys(line.agency for line in data.lines if line.standing in owing)
    found = [(name, [_mark(data, query, named, s, name) for s in owing]) for name in names]
    found.sort(key=lambda one: [-int(mark.value) for mark in one[1]])
    movers = [Mover(name, [mark for mark in marks if mark.value != "0"]) for name, marks in found]
    waiting = _mark(data, query, named, Standing.WAITING)
    return [*movers[:most], *([Mover(REVIEWER, [waiting])] if waiting.value != "0" else [])]


def _mark(
    data: Overview,
    query: QueryDict,
    named: Mapping[str, str],
    standing: Standing,
    agency: str = "",
) -> Figure:
    count = len(select_lines(data.lines, standing, agency))
    only = {"agency": agency} if agency else {}
    url = address(query, filing=standing, **only)
    return Figure(named[standing], standing.tone, str(count), url)
