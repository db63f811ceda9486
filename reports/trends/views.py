"""趋势: how it went from period to period."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from reports.period.choosing import reader_of
from reports.period.shown import shown_period
from reports.trends.data import trends_for
from reports.trends.page import page_of


@require_safe
def trends(request: HttpRequest) -> HttpResponse:
    """Lights, stages, sections, flow and filings over the last periods."""
    reader_of(request)
    shown = shown_period(None, on=localdate())
    assert shown is not None  # without a choice there always is one
    page = page_of(trends_for(shown, on=localdate()))
    return render(request, "reports/trends/page.html", {"page": page})
