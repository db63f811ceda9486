"""The views of the sign-off steps: 送审, 收回, 退回, 签发, 撤回."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import now

from agencies.guards import POST, allowed_to
from lib.forms import carry_out, status_of
from lib.http import UserRequest, redirect_with
from lib.official.document import Document
from reports.archive.forms import PaperReturnForm, WithdrawForm
from reports.archive.freshness import how_changed
from reports.archive.issue import issue_report, withdraw_report
from reports.archive.sign_off import issue_form, submit_form
from reports.archive.submit import check_step, return_report, submit_report, take_back_report
from reports.archive.views import find, report_page
from reports.jobs.request import First, first_of, first_to_know_of
from reports.kinds import making_for
from reports.models import Report
from reports.rules.asking import READERS
from reports.rules.signing import Step


@allowed_to(*READERS, methods=POST)
def report_submit(request: UserRequest, pk: int) -> HttpResponse:
    found, document, first = _at(request, pk, Step.SUBMIT)
    form = submit_form(found, document, first, request.POST)
    if carry_out(request, form, submit_report, found) is None:
        return report_page(request, found, status=status_of(request, form), submit=form)
    return redirect_with(request, "已送审，等待签发。签发前可以收回。", "reports:report", pk)


@allowed_to(*READERS, methods=POST)
def report_take_back(request: UserRequest, pk: int) -> HttpResponse:
    take_back_report(_issued(request, pk), by=request.user, at=now())
    return redirect_with(request, "已收回，可以继续修改，改好后再送审。", "reports:report", pk)


@allowed_to(*READERS, methods=POST)
def report_return(request: UserRequest, pk: int) -> HttpResponse:
    found = _issued(request, pk)
    form = PaperReturnForm(request.POST)
    if carry_out(request, form, return_report, found) is None:
        return report_page(request, found, status=status_of(request, form), returning=form)
    return redirect_with(request, "已退回，送审人会收到您的意见。", "reports:report", pk)


@allowed_to(*READERS, methods=POST)
def report_issue(request: UserRequest, pk: int) -> HttpResponse:
    found, document, first = _at(request, pk, Step.ISSUE)
    form = issue_form(found, document, first, how_changed(found), request.POST)
    issue = carry_out(request, form, issue_report, found)
    if issue is None:
        return report_page(request, found, status=status_of(request, form), issuing=form)
    return redirect_with(
        request,
        f"已签发，文号{issue.number}。正在写入文件，有关人员已收到通知。",
        "reports:report",
        pk,
    )


@allowed_to(*READERS, methods=POST)
def report_withdraw(request: UserRequest, pk: int) -> HttpResponse:
    found = _issued(request, pk)
    form = WithdrawForm(request.POST)
    if carry_out(request, form, withdraw_report, found) is None:
        return report_page(request, found, status=status_of(request, form), withdraw=form)
    return redirect_with(request, "已撤回。", "reports:report", pk)


def _at(request: UserRequest, pk: int, step: Step) -> tuple[Report, Document, First | None]:
    """Return a report, its text, and the first one on its period, if the step is allowed."""
    found = _issued(request, pk)
    check_step(found, step, by=request.user)
    first_here = first_of if step is Step.ISSUE else first_to_know_of
    return found, making_for(found).document, first_here(found.kind_choice, found.scope, but=pk)


def _issued(request: UserRequest, pk: int) -> Report:
    found = find(request, pk)
    get_object_or_404(Report, pk=found.pk, issue__isnull=False)
    return found
