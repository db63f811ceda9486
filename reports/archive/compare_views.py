"""两份报告对照: the differences between two reports of one kind."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from agencies.guards import allowed_to
from lib.http import UserRequest
from reports.archive.forms import CompareForm
from reports.documents.comparison import ReportComparison, compare_reports
from reports.kinds import making_for
from reports.models import Report
from reports.rules.asking import READERS


@require_GET
@allowed_to(*READERS)
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
