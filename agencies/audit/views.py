"""The audit trail, only for the auditor; its seals also for the system administrator."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_safe

from agencies.audit.export import csv_lines, record_export
from agencies.audit.forms import MOST_KEY, AuditFilter
from agencies.audit.lines import line_of, target_words
from agencies.choices import TrailAction
from agencies.documents import documents_of
from agencies.guards import allowed_to
from agencies.models import Event, Seal
from agencies.models.audit import EventQuerySet
from agencies.permissions import Perm
from lib.csv_file import csv_answer
from lib.http import UserRequest

PER_PAGE = 15


@require_GET
@allowed_to(Perm.READ_AUDIT)
def audit_trail(request: UserRequest) -> HttpResponse:
    """The list of actions and refusals, newest first; invalid filter values are ignored."""
    form = AuditFilter(request.GET)
    form.is_valid()
    context = _page(form.events(), form) | {
        "form": form,
        "asked": form.words(),
        "hides_sign_ins": not (
            form.cleaned_data.get("sign_ins") or form.cleaned_data.get("action")
        ),
    }
    return render(request, "agencies/audit/page.html", context)


@require_GET
@allowed_to(Perm.READ_AUDIT)
def audit_object(request: UserRequest, target_type: str, pk: int) -> HttpResponse:
    """All events about one object, sign-ins included; 404 if there are none."""
    form = AuditFilter(request.GET)
    form.is_valid()
    events = Event.objects.about(target_type, min(pk, MOST_KEY))
    context = _page(events, form)
    if not context["lines"]:
        raise Http404
    asked = QueryDict(mutable=True)
    asked.update({"target": target_type, "number": str(pk), "sign_ins": "on"})
    context |= {"what": target_words(target_type, pk), "export": asked.urlencode(), "is_own": True}
    return render(request, "agencies/audit/object.html", context)


@require_safe
@allowed_to(Perm.READ_SEALS)
def audit_seals(request: UserRequest) -> HttpResponse:
    """The end of the sealed part, and the last verification's result; only numbers."""
    seals = Seal.objects.without_digests().order_by("-number")
    page = Paginator(seals, PER_PAGE).get_page(request.GET.get("page"))
    verified = Event.objects.last_verification().first()
    context = {
        "page": page,
        "newest": seals.first(),
        "unsealed": Event.objects.unsealed().count(),
        "verified": verified,
        "found": TrailAction(verified.action) if verified else None,
    }
    return render(request, "agencies/audit/seals.html", context)


def _page(found: EventQuerySet, form: AuditFilter) -> dict[str, Any]:
    before = form.page_before
    events = list(found.newest_first(before=before)[: PER_PAGE + 1])
    shown = events[:PER_PAGE]
    documents = documents_of((one.target_type, one.target_id) for one in shown if one.target_id)
    lines = [
        line_of(one)._replace(document=documents.get((one.target_type, one.target_id), ""))
        for one in shown
    ]
    next_before = events[PER_PAGE - 1].pk if len(events) > PER_PAGE else None
    return {"lines": lines, "before": before, "next_before": next_before}


@require_GET
@allowed_to(Perm.READ_AUDIT)
def audit_export(request: UserRequest) -> HttpResponseBase:
    """Stream the rows of the list as CSV, and record the export as an event.

    An invalid filter redirects to the page that says so. Otherwise the file would hold more than
    was asked for, and its event would name the filter.
    """
    form = AuditFilter(request.GET)
    if not form.is_valid():
        return redirect(f"{reverse('agencies:audit')}?{request.GET.urlencode()}")
    record_export(form.words(), by=request.user, at=now())
    return csv_answer(csv_lines(form.events()), f"审计记录{localdate():%Y%m%d}.csv")
