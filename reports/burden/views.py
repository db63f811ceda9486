"""减负账: before a period opens, of a year, the list behind each number; and 红线."""

from datetime import date, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.guards import SAFE, allowed_to
from agencies.models import Agency
from agencies.permissions import Perm
from lib.http import UserRequest
from lib.marks import Option
from lib.workdays import workdays_between
from measures.choices import PeriodState
from measures.chosen_notice import offered_notices, turn_to
from measures.models import Period, Workday
from measures.periods.cost import CostLine, cost_of
from measures.periods.opening import opening_of
from measures.rules.burden import PAUSE_MINUTES, time_words
from reports.burden.data import (
    MORE,
    AskedRow,
    account_of,
    agencies_accounted,
    asked_for,
    lines_of,
    years_asked,
)
from reports.burden.red_lines import RED_LINES, SOURCE
from reports.choices import Asking
from reports.period.choosing import number_or_404

READERS = (Perm.READ_UNACCEPTED, Perm.FILE, Perm.APPROVE_IN_AGENCY)
PER_PAGE = 50


class AskedCell(NamedTuple):
    asking: Asking
    value: int
    url: str


class AccountLine(NamedTuple):
    row: AskedRow
    cells: list[AskedCell]


class CostBar(NamedTuple):
    """One agency of a period to come, with a bar as long as its share of the longest time."""

    line: CostLine
    percent: int


class RestCost(NamedTuple):
    """The agencies of a period to come that are not among the first, together."""

    asked: int
    words: str
    unchanged: int
    accepted: int


@allowed_to(*READERS, methods=SAFE)
def burden(request: UserRequest) -> HttpResponse:
    """The account of a year: all agencies for the commission, its own for an agency."""
    years, year = _years(request)
    account = account_of(year, agencies_accounted(request.user))
    context = {
        "years": [Option(str(one), f"{one}年", one == year) for one in years],
        "year": year,
        "lines": [_line(row, year) for row in account.rows],
        "total": _line(account.total, year),
        "kinds": list(Asking),
        "pause": PAUSE_MINUTES,
        "may_see_red_lines": request.user.can(Perm.READ_UNACCEPTED),
    }
    return render(request, "reports/burden/account.html", context)


@allowed_to(*READERS, methods=SAFE)
def burden_list(request: UserRequest, kind: str) -> HttpResponse:
    """What one number of the account counts."""
    asking = next((one for one in Asking if one.value == kind), None)
    if asking is None:
        raise Http404
    _, year = _years(request)
    seen = agencies_accounted(request.user)
    agency = None
    if (wanted := number_or_404(request.GET, "agency")) is not None:
        if seen is not None and wanted not in seen:
            raise Http404
        agency, seen = get_object_or_404(Agency, pk=wanted), [wanted]
    pages = Paginator(asked_for(asking, year, seen), PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "asking": asking,
        "more": MORE[asking],
        "year": year,
        "agency": agency,
        "page": page,
        "lines": lines_of(asking, list(page)),
        "names_notices": offered_notices(request).has_several,
    }
    return render(request, "reports/burden/list.html", context)


@allowed_to(Perm.KEEP_PERIODS, methods=SAFE)
def burden_period(request: UserRequest, pk: int) -> HttpResponse:
    """What opening a draft would cost; one that has opened has its own page."""
    found = Period.objects.visible_to(request.user).select_related("notice")
    period, on = get_object_or_404(found, pk=pk), localdate()
    if period.state != PeriodState.DRAFT:
        return redirect("measures:period", pk)
    turn_to(request, period.notice_id)
    cost = cost_of(opening_of(period, on=on))
    longest = max((line.spent for line in cost.lines), default=None)
    asked = account_of(on.year, None).total
    context = {
        "period": period,
        "cost": cost,
        "bars": [
            CostBar(line, round(100 * (line.spent / longest)) if longest else 0)
            for line in cost.lines
        ],
        "few": len(cost.top),
        "workdays": _workdays(period, on),
        "asked": _line(asked, on.year),
        "year": on.year,
        "pause": PAUSE_MINUTES,
        "rest": _rest(cost.rest),
    }
    return render(request, "reports/burden/period.html", context)


@allowed_to(Perm.READ_UNACCEPTED, methods=SAFE)
def red_lines(request: UserRequest) -> HttpResponse:
    context = {"lines": RED_LINES, "source": SOURCE}
    return render(request, "reports/burden/red_lines.html", context)


def _years(request: UserRequest) -> tuple[list[int], int]:
    """The years to choose from, and the one that was chosen; Http404 for any other."""
    years = years_asked(on=localdate())
    year = number_or_404(request.GET, "year") or years[0]
    if year not in years:
        raise Http404
    return years, year


def _line(row: AskedRow, year: int) -> AccountLine:
    chosen = {"year": str(year)} | ({"agency": str(row.agency.pk)} if row.agency else {})
    cells = [
        AskedCell(one, n, f"{reverse('reports:burden_list', args=[one])}?{urlencode(chosen)}")
        for one, n in row.cells
    ]
    return AccountLine(row, cells)


def _rest(lines: list[CostLine]) -> RestCost:
    return RestCost(
        sum(one.asked for one in lines),
        time_words(sum((one.spent for one in lines), timedelta())),
        sum(one.unchanged for one in lines),
        sum(one.accepted for one in lines),
    )


def _workdays(period: Period, on: date) -> int:
    """How many working days the agencies would have, if it were opened as planned."""
    start = max(period.opens_on, on)
    return workdays_between(start, period.due_on, Workday.objects.as_calendar())
