"""大屏: the overview for a wall, which refreshes itself."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_safe

from agencies.guards import allowed_to
from agencies.permissions import Perm
from lib.http import UserRequest
from measures.choices import Change
from reports.overview.data import overview_for
from reports.overview.page import OverviewPage, page_of
from reports.overview.rows import MeasureRow, Overview, select
from reports.overview.stuck import STUCK, stuck_of
from reports.period.choosing import shown_or_404

EVERY = 60  # seconds between two refreshings
STUCK_MOST = 6


class Moved(NamedTuple):
    """A change and the measures that it befell."""

    change: Change
    marks: list[str]


class Screen(NamedTuple):
    """What the screen shows."""

    page: OverviewPage
    stuck: list[MeasureRow]
    more_stuck: int  # for which there is no room
    moved: list[Moved]
    at: datetime


@require_safe
@allowed_to(Perm.READ_TROUBLE)
def overview_screen(request: UserRequest) -> HttpResponse:
    """The whole page; for its own script the part that changes."""
    data = overview_for(shown_or_404(QueryDict()), on=localdate(), reader=request.user)
    is_part = request.headers.get("HX-Request") == "true"
    template = "reports/overview/_screen.html" if is_part else "reports/overview/screen.html"
    return render(request, template, {"screen": screen_of(data, at=now()), "every": EVERY})


def screen_of(data: Overview, *, at: datetime) -> Screen:
    """The overview without choices, cut to what fits on a wall; the worst stands first."""
    page = page_of(data, QueryDict())
    stuck = stuck_of(data.rows, most=STUCK_MOST)
    return Screen(
        page=page,
        stuck=stuck,
        more_stuck=sum(row.light in STUCK for row in data.rows) - len(stuck),
        moved=_moved(data.rows),
        at=at,
    )


def _moved(rows: Iterable[MeasureRow]) -> list[Moved]:
    found = [(change, select(rows, {"change": change})) for change in Change]
    return [Moved(change, [row.mark for row in told]) for change, told in found if told]
