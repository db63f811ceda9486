"""The audit trail, for the auditor alone."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from agencies.audit.forms import AuditFilter
from agencies.audit.lines import line_of
from agencies.guards import allowed_to
from agencies.models import Event
from agencies.permissions import Perm
from lib.http import UserRequest

PER_PAGE = 50


@require_GET
@allowed_to(Perm.READ_AUDIT)
def audit_trail(request: UserRequest) -> HttpResponse:
    """What was done and refused, newest first; what cannot be read of the filter is left out."""
    form = AuditFilter(request.GET)
    form.is_valid()
    asked = dict(form.cleaned_data)
    days = asked.pop("first", None), asked.pop("last", None)
    events = list(Event.objects.between(*days).matching(**asked)[: PER_PAGE + 1])
    context = {
        "form": form,
        "lines": [line_of(event) for event in events[:PER_PAGE]],
        "next_before": events[PER_PAGE - 1].pk if len(events) > PER_PAGE else None,
        "is_filtered": any(value for name, value in form.cleaned_data.items() if name != "before"),
    }
    return render(request, "agencies/audit/page.html", context)
