"""单位: who has what to do, and one agency with its record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from agencies.models import Agency
from reports.data.agency import agency_data, agency_rows
from reports.views.choosing import period_options, reader_of, shown_or_404


@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """All agencies that answer for a measure, with what they owe in the period shown."""
    reader_of(request)
    shown, on = shown_or_404(request.GET), localdate()
    context = {
        "rows": agency_rows(shown, on=on),
        "shown": shown,
        "periods": period_options(shown, request.GET),
        "on": on,
    }
    return render(request, "reports/agencies.html", context)


@require_safe
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    """One agency: its measures, its filings, its record, whom to ask."""
    reader_of(request)
    found = get_object_or_404(Agency, pk=pk)
    shown, on = shown_or_404(request.GET), localdate()
    context = {
        "data": agency_data(found, shown, on=on),
        "shown": shown,
        "periods": period_options(shown, request.GET),
        "on": on,
    }
    return render(request, "reports/agency.html", context)
