"""大屏: the overview for a wall, which refreshes itself."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import NamedTuple

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.timezone import localdate, now

from agencies.guards import SAFE, allowed_to
from agencies.permissions import Perm
from lib.http import UserRequest
from measures.choices import Light
from reports.overview.data import overview_for
from reports.overview.page import CAUSE_LINE, OverviewPage, page_of
from reports.overview.rows import STUCK, MeasureRow, Overview
from reports.period.choosing import current_shown

EVERY = 60  # seconds between refreshes
STUCK_MOST = 10
LINES_MOST = 23  # with at most so many lines of causes, at least two per row, one more row fits
# If few measures need action, the others are below them in two columns, else beside in one.
STUCK_FEW, CALM_BELOW, CALM_BESIDE = 6, 16, 7


class Screen(NamedTuple):
    """What the screen shows."""

    page: OverviewPage
    stuck: list[MeasureRow]
    more_stuck: int  # how many do not fit
    calm: list[MeasureRow]  # all others, by light
    more_calm: int
    at: datetime

    @property
    def is_calm_beside(self) -> bool:
        """Whether the others are beside the table, because it needs the whole height."""
        return len(self.stuck) > STUCK_FEW


@allowed_to(Perm.READ_TROUBLE, methods=SAFE)
def overview_screen(request: UserRequest) -> HttpResponse:
    """The whole page; for its script only the part that changes."""
    data = overview_for(
        current_shown(request), on=localdate(), reader=request.user, needs_rows=False
    )
    is_part = request.headers.get("HX-Request") == "true"
    template = "reports/overview/_screen.html" if is_part else "reports/overview/screen.html"
    return render(request, template, {"screen": screen_of(data, at=now()), "every": EVERY})


def screen_of(data: Overview, *, at: datetime) -> Screen:
    """Return the overview without choices, cut to what fits on the screen; the worst first."""
    page = page_of(data, QueryDict())
    stuck_total, calm = page.figures.stuck_total, list[MeasureRow]()
    most = CALM_BESIDE if stuck_total > STUCK_FEW else CALM_BELOW
    for light in (one for one in Light if one not in STUCK):
        rows, _ = data.meeting({"light": light})
        calm += rows[: most - len(calm)]
    shown = STUCK_MOST + 1 if _has_room_for_one_more(page.figures.stuck) else STUCK_MOST
    return Screen(
        page=page,
        stuck=page.hands[:shown],
        more_stuck=max(stuck_total - shown, 0),
        calm=data.whole(calm),
        more_calm=len(data.rows) - stuck_total - len(calm),
        at=at,
    )


def _has_room_for_one_more(stuck: Sequence[MeasureRow]) -> bool:
    """Whether the one measure that would be left out fits after all."""
    lines = sum(max(ceil(len(row.sentence) / CAUSE_LINE), 2) for row in stuck)
    return len(stuck) == STUCK_MOST + 1 and lines <= LINES_MOST
