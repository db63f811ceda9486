"""A number of 总览 and the list it opens."""

from typing import NamedTuple

from django.http import QueryDict

from measures.choices import Change
from reports.overview.rows import Overview, grouped
from reports.period.choosing import address

LIGHT_CHANGES = (Change.NEWLY_RED, Change.NEWLY_YELLOW, Change.RECOVERED)
NAMED_MOST = 5  # measures named behind a number


class LinkedFigure(NamedTuple):
    """A number and the list it opens."""

    label: str
    tone: str
    value: str
    url: str = ""
    help: str = ""


class ChangeFigure(NamedTuple):
    """How many lights changed so since the period before, and which."""

    change: Change
    value: int
    url: str
    marks: str  # （三）（五）, cut after a few


def change_figures(data: Overview, query: QueryDict) -> list[ChangeFigure]:
    """How the lights changed; what did not happen is left out."""
    changed = grouped(data.rows, "change")
    found = [(change, changed[change]) for change in LIGHT_CHANGES]
    return [
        ChangeFigure(
            change,
            len(rows),
            address(query, change=change),
            "".join(row.mark for row in rows[:NAMED_MOST]) + "等" * (len(rows) > NAMED_MOST),
        )
        for change, rows in found
        if rows
    ]
