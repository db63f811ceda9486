"""The audit trail, for the auditor alone."""

from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET

from agencies.audit.export import csv_lines, record_export
from agencies.audit.forms import AuditFilter
from agencies.audit.lines import line_of
from agencies.documents import documents_of
from agencies.guards import allowed_to
from agencies.permissions import Perm
from lib.http import UserRequest

PER_PAGE = 30


@require_GET
@allowed_to(Perm.READ_AUDIT)
def audit_trail(request: UserRequest) -> HttpResponse:
    """What was done and refused, newest first; what cannot be read of the filter is left out."""
    form = AuditFilter(request.GET)
    form.is_valid()
    found = form.events().newest_first(before=form.page_before)
    events = list(found[: PER_PAGE + 1])
    shown = events[:PER_PAGE]
    documents = documents_of((one.target_type, one.target_id) for one in shown if one.target_id)
    context = {
        "form": form,
        "lines": [
            line_of(one)._replace(document=documents.get((one.target_type, one.target_id), ""))
            for one in shown
        ],
        "next_before": events[PER_PAGE - 1].pk if len(events) > PER_PAGE else None,
        "asked": form.words(),
        "hides_sign_ins": not (
            form.cleaned_data.get("sign_ins") or form.cleaned_data.get("action")
        ),
    }
    return render(request, "agencies/audit/page.html", context)


@require_GET
@allowed_to(Perm.READ_AUDIT)
def audit_export(request: UserRequest) -> HttpResponseBase:
    """The rows of the list as CSV, written while they are read; an event itself.

    Days out of order lead to the page that says so.
    """
    form = AuditFilter(request.GET)
    form.is_valid()
    if form.is_out_of_order:
        return redirect(f"{reverse('agencies:audit')}?{request.GET.urlencode()}")
    record_export(form.words(), by=request.user, at=now())
    lines = csv_lines(form.events())
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = quote(f"审计记录{localdate():%Y%m%d}.csv")
    answer["Content-Disposition"] = f"attachment; filename=\"audit.csv\"; filename*=UTF-8''{name}"
    return answer
