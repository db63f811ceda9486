"""报告: request one, watch its progress, read it, download its files, compare it with another."""

from functools import partial
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django_htmx.http import HttpResponseClientRefresh

from agencies.guards import GET, POST, allowed_to
from agencies.permissions import Perm
from lib.forms import fill_selects, status_of, submit
from lib.http import UserRequest, redirect_with
from lib.numbers import row_number
from lib.official.document import Document, digest_of_words
from lib.official.edits import without_generated
from measures.chosen_notice import notice_choice, turn_to
from measures.models import Period
from reports.archive.choice_form import Choosing, choosing_for
from reports.archive.forms import TO_RETRY, TO_SIGN, TO_SUBMIT, CompareForm, FindForm, RequestForm
from reports.archive.old_words import read_back
from reports.archive.sign_off import about_these_words, closed_sign_off_of, sign_off_of
from reports.archive.todo import waiting_reports
from reports.documents.comparison import ReportComparison, compare_reports
from reports.jobs import files
from reports.jobs.cancel import cancel_report, may_cancel_now
from reports.jobs.request import first_to_know_of, request_report
from reports.jobs.retry import retry_report
from reports.kinds import as_of, making_for
from reports.models import Report, ReportFile
from reports.rules.asking import READERS, may_ask
from reports.rules.editing import may_edit

PER_PAGE = 50
ISSUE = tuple(
    f"issue__{name}" for name in ("submitted_by", "returned_by", "issued_by", "withdrawn_by")
)
CHANGES = "changes"  # query parameter: show what changed in the data since the report was built
SAME = "编号{}没有另外生成：数据与编号{}的一致，以下就是这一份。"


@allowed_to(*READERS, methods=GET)
def reports(request: UserRequest) -> HttpResponse:
    notice = notice_choice(request).pk
    return _list(request, RequestForm(user=request.user, wanted=request.GET, notice=notice))


@allowed_to(*READERS, methods=POST)
def report_request(request: UserRequest) -> HttpResponse:
    """Request a report; if the same request is under way, show that one."""
    notice = _asked_about(request)
    form = RequestForm(request.POST, user=request.user, notice=notice)
    ask = partial(request_report, by=request.user, at=now())
    report = submit(request, form, lambda: ask(**form.cleaned_data))
    if report is None:
        return _list(request, form)
    return redirect_with(
        request, "报告正在生成。可以离开本页，完成后收件箱会有通知。", "reports:report", report.pk
    )


@allowed_to(*READERS, methods=GET)
def report(request: UserRequest, pk: int) -> HttpResponse:
    found = find(request, pk)
    if request.headers.get("HX-Request"):
        if found.is_done and CHANGES in request.GET:
            return _changes(request, found)
        if not found.is_under_way:
            return HttpResponseClientRefresh()
        return render(request, "reports/archive/_state.html", {"report": found})
    if found.same_as_id:
        messages.info(request, SAME.format(pk, found.same_as_id))
        return redirect("reports:report", found.same_as_id)
    return report_page(request, found)


@allowed_to(*READERS, methods=POST)
def report_rerun(request: UserRequest, pk: int) -> HttpResponse:
    retry_report(find(request, pk), by=request.user, at=now())
    return redirect_with(
        request, "正在重新生成。可以离开本页，完成后收件箱会有通知。", "reports:report", pk
    )


@allowed_to(*READERS, methods=POST)
def report_cancel(request: UserRequest, pk: int) -> HttpResponse:
    cancel_report(find(request, pk), by=request.user, at=now())
    return redirect_with(request, "已取消生成。需要时可以随时重新申请。", "reports:report", pk)


@allowed_to(*READERS, methods=GET)
def report_file(request: UserRequest, pk: int, file_format: str) -> FileResponse:
    """Download a file; its digest is checked before the response starts."""
    found = find(request, pk)
    file = get_object_or_404(
        ReportFile.objects.select_related("report"), report=found, format=file_format
    )
    content = files.read_file(file)
    files.record_download(file, by=request.user, at=now())
    return FileResponse(BytesIO(content), as_attachment=True, filename=file.name)


def _previous(request: UserRequest, report: Report) -> Report | None:
    done = Report.objects.visible_to(request.user).done()
    return done.before(report).select_related("period").without_dataset().first()


def find(request: UserRequest, pk: int) -> Report:
    found = Report.objects.visible_to(request.user)
    report = get_object_or_404(found.select_related("period", "requested_by", *ISSUE), pk=pk)
    turn_to(request, report.period.notice_id)
    return report


def report_page(
    request: UserRequest,
    report: Report,
    *,
    choosing: Choosing | None = None,
    status: int = 200,
    **sent: Any,
) -> HttpResponse:
    """The report's page; `sent`: refused forms of the block 签发, by step."""
    if report.is_done and report.keeps_files_only:
        return _old_page(request, report, status=status, **sent)
    making = making_for(report) if report.is_done else None
    document = making.document if making else None
    if document and status == 409:
        about_these_words(sent.values(), document)
    kind, user = report.kind_choice, request.user
    edits = may_edit(user, kind, report.agency_id)
    sees_edits = edits or user.can(Perm.DRAFT_DOCUMENT)
    asks = CHANGES in request.GET
    sign_off = sign_off_of(report, document, user, with_changes=asks) if document else None
    context = {
        "report": report,
        "sign_off": sign_off._replace(**sent) if sign_off else None,
        "may_cancel": may_cancel_now(report, user),
        "files": report.files.all(),
        "document": document if sees_edits or document is None else without_generated(document),
        "has_contents": bool(
            document and (document.annexes or any(part.heading for part in document.parts))
        ),
        "as_of": as_of(report),
        "previous": _previous(request, report) if report.is_done else None,
        "is_stale": bool(document and report.takes_edits and _files_say_else(report, document)),
        "may_edit": report.takes_edits
        and may_edit(user, kind, report.agency_id, report.issue_state),
        "may_draft_anew": edits and report.final_at,
        "first": first_to_know_of(kind, report.scope) if edits and report.final_at else None,
        "may_rerun": may_ask(user, kind, report.agency_id),
        "choosing": choosing or choosing_for(report, user),
    }
    return render(request, "reports/archive/report.html", context, status=status)


def _changes(request: UserRequest, report: Report) -> HttpResponse:
    """The changed data, for drafters; empty if the report's text was not stored."""
    sign_off = None
    if not report.keeps_files_only:
        document = making_for(report).document
        sign_off = sign_off_of(report, document, request.user, with_changes=True)
    context = {"report": report, "sign_off": sign_off}
    return render(request, "reports/archive/_changed.html", context)


def _files_say_else(report: Report, document: Document) -> bool:
    """Whether its text has changed since its files were written, by edits or by newer code."""
    return report.words_written != digest_of_words(document)


def _old_page(request: UserRequest, report: Report, *, status: int, **sent: Any) -> HttpResponse:
    """The page of a report that became final before texts were stored: from its Word file."""
    kind = report.kind_choice
    edits = may_edit(request.user, kind, report.agency_id)
    sign_off = closed_sign_off_of(report, request.user)
    context = {
        "report": report,
        "sign_off": sign_off._replace(**sent) if sign_off else None,
        "files": report.files.all(),
        "old": read_back(report),
        "as_of": as_of(report),
        "may_draft_anew": edits,
        "has_edits": edits and report.edits.exists(),
        "first": first_to_know_of(kind, report.scope),
    }
    return render(request, "reports/archive/old_report.html", context, status=status)


def _asked_about(request: UserRequest) -> int | None:
    """Return the notice of the submitted form; the person may have switched to another since."""
    periods = Period.objects.opened().filter(pk=row_number(request.POST.get("period", "")) or 0)
    if notice := periods.values_list("notice", flat=True).first():
        turn_to(request, notice)
    return notice_choice(request).pk


def _list(request: UserRequest, form: RequestForm) -> HttpResponse:
    notice = notice_choice(request).pk
    chosen = FindForm(request.GET, user=request.user, notice=notice)
    shown = Report.objects.visible_to(request.user).shown().filter(period__notice=notice)
    found = chosen.found()
    if found.get("state") in (TO_SIGN, TO_SUBMIT, TO_RETRY):
        shown = waiting_reports(request.user, found.pop("state"))
    rows = (
        shown.matching(**found)
        .in_order(chosen.order)
        .without_dataset()
        .select_related("period", "requested_by", "issue")
        .prefetch_related("files")
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    fill_selects(form, chosen)
    context = {
        "page": page,
        "form": form,
        "chosen": chosen,
        "kinds": form.kinds,
        "orders": chosen.orders(),
    }
    status = status_of(request, form)
    return render(request, "reports/archive/list.html", context, status=status)


@allowed_to(*READERS, methods=GET)
def reports_compare(request: UserRequest) -> HttpResponse:
    form = CompareForm(request.GET or None, user=request.user)
    context: dict[str, object] = {"form": form, "choices": len(form.rows)}
    if form.is_valid():
        before, after = form.pair()
        context |= {"before": before, "after": after, "found": _compared(before, after)}
        context["without_words"] = before.keeps_files_only or after.keeps_files_only
    status = 422 if form.errors else 200
    return render(request, "reports/archive/compare.html", context, status=status)


def _compared(before: Report, after: Report) -> ReportComparison:
    # For reports that became final before their text was stored, only the data are compared:
    # today's code may generate other text than the issued one.
    if before.keeps_files_only or after.keeps_files_only:
        return compare_reports(before.dataset or {}, after.dataset or {}, words=None)
    words = making_for(before).document, making_for(after).document
    return compare_reports(before.dataset or {}, after.dataset or {}, words=words)
