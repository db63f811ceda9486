"""填报情况: who has filed, who is late, and how that was before."""

from typing import NamedTuple

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from agencies.guards import allowed_to
from agencies.permissions import Perm
from lib.http import UserRequest
from measures.models import Period
from measures.models.public_status import PublicStatus
from reports.choices import Timeliness
from reports.filing_status.data import (
    COUNTED,
    AgencyLine,
    FilingLine,
    FilingStatus,
    Past,
    filing_status_for,
)
from reports.filing_status.sorting import orders_of, sorted_as
from reports.period.choosing import address, period_options, shown_or_404, word


class TimelinessCount(NamedTuple):
    """A count, and the address of the list it counts."""

    choice: Timeliness
    value: int
    url: str


class Before(NamedTuple):
    """How an agency did in an earlier period; None where it owed nothing."""

    period: Period
    past: Past | None


class AgencyTimeliness(NamedTuple):
    """One agency with its figures and its past."""

    agency: AgencyLine
    figures: list[TimelinessCount]
    url: str
    past: list[Before]


@require_safe
@allowed_to(Perm.READ)
def filing_status(request: UserRequest) -> HttpResponse:
    """By agency; ?show= and ?agency= open the list that a figure counts."""
    data = filing_status_for(shown_or_404(request.GET), on=localdate())
    listed = _listed(data, request.GET)
    agencies = sorted_as(request.GET, data.agencies, lambda line: line.lateness)
    context = {
        "data": data,
        "shown": data.shown,
        "periods": period_options(data.shown, request.GET),
        "figures": _figures(data.totals, request.GET),
        "waived": _figure(Timeliness.WAIVED, data.totals, request.GET),
        "rows": [_row(agency, data, request.GET) for agency in agencies],
        "orders": orders_of(request.GET),
        "statuses": _statuses(data),
        "listed": listed,
        "listed_label": _label(listed, request.GET),
        "whole_url": address(request.GET),
    }
    return render(request, "reports/filing_status/page.html", context)


def _statuses(data: FilingStatus) -> list[PublicStatus]:
    """Those that any filing of the period has, for the legend."""
    used = {line.status for line in data.lines}
    return [status for status in PublicStatus if status in used]


def _row(agency: AgencyLine, data: FilingStatus, query: QueryDict) -> AgencyTimeliness:
    key = str(agency.agency_id)
    past = [Before(p, data.history.get((agency.agency_id, p.pk))) for p in data.periods]
    return AgencyTimeliness(
        agency, _figures(agency.counts, query, agency=key), address(query, agency=key), past
    )


def _figures(counts, query: QueryDict, **more: str) -> list[TimelinessCount]:
    return [_figure(choice, counts, query, **more) for choice in COUNTED]


def _figure(choice: Timeliness, counts, query: QueryDict, **more: str) -> TimelinessCount:
    return TimelinessCount(choice, counts[choice], address(query, show=choice.value, **more))


def _listed(data: FilingStatus, query: QueryDict) -> list[FilingLine] | None:
    """The lines a figure counts; None where the address asks for no list."""
    show, agency = word(query, "show"), word(query, "agency")
    if not show and not agency:
        return None
    return [
        line
        for line in data.lines
        if show in ("", line.timeliness) and agency in ("", str(line.agency_id))
    ]


def _label(listed: list[FilingLine] | None, query: QueryDict) -> str:
    """What the list is of, in words."""
    show, agency = word(query, "show"), word(query, "agency")
    name = listed[0].agency if listed and agency else ""
    state = Timeliness(show).label if show in Timeliness.values else ""
    return f"{name}{state}"
