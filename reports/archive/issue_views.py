"""Making a circular or a letter official, and taking it back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from agencies.guards import allowed_to
from lib.http import UserRequest
from reports.archive import issue as issuing
from reports.archive.forms import WithdrawForm
from reports.archive.views import find, report_page
from reports.models import Report
from reports.rules.asking import READERS


@require_POST
@allowed_to(*READERS)
def report_issue(request: UserRequest, pk: int) -> HttpResponse:
    found = _issued(request, pk)
    seen = request.POST.get("seen", "")
    issue = issuing.issue_report(found, by=request.user, seen=seen, at=now())
    messages.success(request, f"已签发，文号{issue.number}。正在写入文件，有关单位已收到通知。")
    return redirect("reports:report", pk)


@require_POST
@allowed_to(*READERS)
def report_withdraw(request: UserRequest, pk: int) -> HttpResponse:
    found = _issued(request, pk)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return report_page(request, found, withdraw_form=form, status=422)
    reason = form.cleaned_data["reason"]
    issuing.withdraw_report(found, by=request.user, reason=reason, at=now())
    messages.success(request, "已撤回。")
    return redirect("reports:report", pk)


def _issued(request: UserRequest, pk: int) -> Report:
    found = find(request, pk)
    get_object_or_404(Report, pk=found.pk, issue__isnull=False)
    return found
