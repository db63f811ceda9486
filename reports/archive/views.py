"""报告: ask for one, see it being made, read it, take its files away."""

from functools import partial
from io import BytesIO

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from agencies.guards import allowed_to
from agencies.permissions import Perm
from lib.forms import fill_selects, status_of, submit
from lib.http import UserRequest
from lib.official.document import digest_of_words
from lib.official.edits import without_generated
from reports.archive import issue as issuing
from reports.archive.forms import FindForm, RequestForm, WithdrawForm
from reports.jobs import files
from reports.jobs.cancel import cancel_report, may_cancel
from reports.jobs.request import request_report
from reports.jobs.retry import retry_report
from reports.kinds import as_of, making_for
from reports.models import Report, ReportFile
from reports.rules.asking import READERS, may_ask
from reports.rules.editing import may_edit

PER_PAGE = 50
ISSUE = ("issue__issued_by", "issue__withdrawn_by")
SAME = "第{}号没有另外生成：数据与第{}号一致，以下就是这一份。"


@require_GET
@allowed_to(*READERS)
def reports(request: UserRequest) -> HttpResponse:
    return _list(request, RequestForm(user=request.user, wanted=request.GET))


@require_POST
@allowed_to(*READERS)
def report_request(request: UserRequest) -> HttpResponse:
    """Ask for a report; the one that is under way already is shown instead of a second."""
    form = RequestForm(request.POST, user=request.user)
    ask = partial(request_report, by=request.user, at=now())
    report = submit(request, form, lambda: ask(**form.cleaned_data))
    if report is None:
        return _list(request, form)
    messages.success(request, "报告正在生成。可以离开本页，完成后收件箱会有通知。")
    return redirect("reports:report", report.pk)


@require_GET
@allowed_to(*READERS)
def report(request: UserRequest, pk: int) -> HttpResponse:
    found = find(request, pk)
    if request.headers.get("HX-Request"):
        if not found.is_under_way:
            return HttpResponseClientRefresh()
        return render(request, "reports/archive/_state.html", {"report": found})
    if found.same_as_id:
        messages.info(request, SAME.format(pk, found.same_as_id))
        return redirect("reports:report", found.same_as_id)
    return report_page(request, found)


@require_POST
@allowed_to(*READERS)
def report_rerun(request: UserRequest, pk: int) -> HttpResponse:
    retry_report(find(request, pk), by=request.user, at=now())
    messages.success(request, "正在重新生成。可以离开本页，完成后收件箱会有通知。")
    return redirect("reports:report", pk)


@require_POST
@allowed_to(*READERS)
def report_cancel(request: UserRequest, pk: int) -> HttpResponse:
    cancel_report(find(request, pk), by=request.user, at=now())
    messages.success(request, "已取消生成。需要时可以随时重新申请。")
    return redirect("reports:report", pk)


@require_GET
@allowed_to(*READERS)
def report_file(request: UserRequest, pk: int, file_format: str) -> FileResponse:
    """A file, proved against its digest before a byte of it is sent."""
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
    return get_object_or_404(found.select_related("period", "requested_by", *ISSUE), pk=pk)


def report_page(
    request: UserRequest,
    report: Report,
    *,
    withdraw_form: WithdrawForm | None = None,
    status: int = 200,
) -> HttpResponse:
    making = making_for(report) if report.is_done else None
    document = making.document if making else None
    edits = may_edit(request.user, report.kind_choice, report.agency_id)
    sees_edits = edits or request.user.can(Perm.DRAFT_DOCUMENT)
    context = {
        "report": report,
        "issue": getattr(report, "issue", None),
        "may_cancel": report.is_under_way and may_cancel(report, request.user),
        "files": report.files.all(),
        "document": document if sees_edits or document is None else without_generated(document),
        "as_of": as_of(report),
        "previous": _previous(request, report) if report.is_done else None,
        "is_stale": bool(making and report.takes_edits and making.edits != report.edits_written),
        "may_edit": edits,
        "may_rerun": may_ask(request.user, report.kind_choice, report.agency_id),
        "may_issue": issuing.may_issue_now(report, request.user),
        "may_withdraw": issuing.may_withdraw_now(report, request.user),
        "seen": digest_of_words(document) if document else "",
        "withdraw_form": withdraw_form or WithdrawForm(),
    }
    return render(request, "reports/archive/report.html", context, status=status)


def _list(request: UserRequest, form: RequestForm) -> HttpResponse:
    chosen = FindForm(request.GET)
    rows = (
        Report.objects.visible_to(request.user)
        .shown()
        .matching(**chosen.found())
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
