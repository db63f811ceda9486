"""The page 指标与趋势."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate

from agencies.guards import SAFE, allowed_to
from agencies.permissions import Perm
from lib.http import UserRequest
from reports.period.choosing import current_shown
from reports.trends.data import trends_for
from reports.trends.page import page_of


@allowed_to(Perm.READ, methods=SAFE)
def trends(request: UserRequest) -> HttpResponse:
    """Lights, stages, sections, flow and filings over the last periods."""
    page = page_of(trends_for(current_shown(request), on=localdate()), request.GET)
    return render(request, "reports/trends/page.html", {"page": page})
