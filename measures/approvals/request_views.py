"""Requesting another due date, requesting closing, and reopening a measure."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from agencies.guards import allowed_to
from agencies.permissions import Perm
from lib.forms import carry_out, form_page, submit
from lib.http import UserRequest, attachment, redirect_with
from measures.access import reader_for, reads_closing_files, speaks_for_lead
from measures.approvals import closing as closing_actions
from measures.approvals.due_dates import ask_due_date
from measures.approvals.forms import ClosingForm, DueDateForm, ReopenMeasureForm
from measures.approvals.page import Requests, checks_for, requests_of
from measures.chosen_notice import turn_to
from measures.filings.evidence import (
    forget_files,
    keep_files,
    kept_files,
    no_file_left_behind,
    read_evidence,
    remove_kept,
    with_kept,
)
from measures.models import ClosingFile, ClosingRequest, KeptFile, Measure


@allowed_to(Perm.READ)
def due_date(request: UserRequest, pk: int) -> HttpResponse:
    measure = _measure(request, pk)
    is_staff = request.user.can(Perm.KEEP_NOTICE)
    if not (is_staff or _leads(request, measure)):
        raise PermissionDenied
    typed = request.POST if request.method == "POST" else None
    form = DueDateForm(typed, measure=measure, is_staff=is_staff)
    if made := carry_out(request, form, ask_due_date, measure):
        said = "已申请，待商务委负责人审批。" if made.is_open else "新的时限已生效。"
        return redirect_with(request, said, "measures:measure", measure.pk)
    context = {"measure": measure, "form": form, "is_staff": is_staff}
    context["requests"] = _requests(request, measure)
    return form_page(request, "measures/approvals/due_date_form.html", context, form)


@allowed_to(Perm.READ)
def closing(request: UserRequest, pk: int) -> HttpResponse:
    measure = _measure(request, pk)
    if not _leads(request, measure):
        raise PermissionDenied
    if "remove_kept" in request.POST:
        return _closing_page(request, measure, _without_kept(request, measure))
    kept = kept_files(measure, by=request.user)
    typed = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ClosingForm(*typed, measure=measure, on=localdate(), kept=len(kept))
    if submit(request, form, lambda: _ask(request, measure, form, kept)) is not None:
        return redirect_with(
            request, "已申请，待商务委负责人审批。", "measures:measure", measure.pk
        )
    if typed:
        keep_files(measure, form.fit_uploads, by=request.user, at=now())
    return _closing_page(request, measure, form)


def _closing_page(request: UserRequest, measure: Measure, form: ClosingForm) -> HttpResponse:
    context = {"measure": measure, "form": form, "checks": checks_for(measure)}
    context["kept"] = kept_files(measure, by=request.user)
    context["requests"] = _requests(request, measure)
    return form_page(request, "measures/approvals/closing_form.html", context, form)


@require_POST
@allowed_to(Perm.DECIDE)
def closing_reopen(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ClosingRequest, pk=pk)
    form = ReopenMeasureForm(request.POST)
    if not form.is_valid():
        messages.error(request, "没有重新启动：请写明理由。")
        return redirect("measures:approval", found.slug, found.pk)
    reason = form.cleaned_data["ground"]
    closing_actions.reopen_measure(found, by=request.user, reason=reason, at=now())
    messages.success(request, f"已重新启动，{found.agency_name}将收到通知。")
    return redirect("measures:measure", found.measure_id)


@require_GET
@allowed_to(Perm.READ)
def closing_file(request: UserRequest, pk: int) -> FileResponse:
    """A file of a closing request; its digest is checked before a byte is sent."""
    found = get_object_or_404(ClosingFile.objects.select_related("request__measure"), pk=pk)
    if not reads_closing_files(reader_for(request.user, on=localdate()), found.request):
        raise Http404
    content = read_evidence(found)
    closing_actions.record_closing_download(found, by=request.user, at=now())
    return attachment(content, found.name, "application/octet-stream")


def _without_kept(request: UserRequest, measure: Measure) -> ClosingForm:
    """Remove a file of an earlier attempt; the form keeps what was typed."""
    wanted = request.POST["remove_kept"]
    rows = {str(row.pk): row for row in kept_files(measure, by=request.user)}
    if wanted in rows:
        remove_kept(measure, rows[wanted], by=request.user, at=now())
    return ClosingForm(measure=measure, on=localdate(), initial=request.POST.dict())


def _ask(
    request: UserRequest, measure: Measure, form: ClosingForm, kept: list[KeptFile]
) -> ClosingRequest:
    said = form.cleaned_data
    with no_file_left_behind() as stored:
        made = closing_actions.ask_closing(
            measure,
            by=request.user,
            result=said["result"],
            completed_on=said["completed_on"],
            uploads=with_kept(kept, said["evidence"]),
            stored=stored,
            at=now(),
        )
    forget_files(kept)
    return made


def _measure(request: UserRequest, pk: int) -> Measure:
    rows = Measure.objects.visible_to(request.user).select_related("notice", "section")
    measure = get_object_or_404(rows.with_responsibilities(on=localdate()), pk=pk)
    turn_to(request, measure.notice_id)
    return measure


def _leads(request: UserRequest, measure: Measure) -> bool:
    lead = measure.lead
    return lead is not None and speaks_for_lead(request.user, lead.agency, measure)


def _requests(request: UserRequest, measure: Measure) -> Requests:
    leads = _leads(request, measure)
    return requests_of(measure, reader=request.user, leads=leads, on=localdate())
