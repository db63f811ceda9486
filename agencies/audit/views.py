"""The audit trail, for the auditor alone; its seals for the system administrator too."""

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
    """What was done and refused, newest first; what cannot be read of the filter is left out."""
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
    """All that was ever done to one thing, signing in and out too; 404 where nothing was."""
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
    """Until when the trail is sealed, and what the last verification found; numbers only."""
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
    """A page of lines, as its template takes them."""
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
    """The rows of the list as CSV, written while they are read; an event itself.

    A filter that cannot be read leads to the page that says so: the file would hold more than was
    asked for, and its record would name the filter.
    """
    form = AuditFilter(request.GET)
    if not form.is_valid():
        return redirect(f"{reverse('agencies:audit')}?{request.GET.urlencode()}")
    record_export(form.words(), by=request.user, at=now())
    return csv_answer(csv_lines(form.events()), f"审计记录{localdate():%Y%m%d}.csv")
