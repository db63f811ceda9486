"""总览."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from agencies.permissions import Perm
from reports.data.overview import overview_for
from reports.views.choosing import reader_of, shown_of_notice_or_404
from reports.views.overview_parts import page_of


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """How far each measure has got, and where it is stuck."""
    reader = reader_of(request)
    data = overview_for(shown_of_notice_or_404(request.GET), on=localdate(), reader=reader)
    context = {
        "page": page_of(data, request.GET),
        "shown": data.shown,
        "may_ask": reader.can(Perm.ASK_REPORT),
        "may_watch": reader.can(Perm.READ_TROUBLE),
        "keeps_periods": reader.can(Perm.KEEP_PERIODS),
    }
    return render(request, "reports/overview.html", context)
