"""Saving whom a circular praises and names."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from agencies.guards import allowed_to
from lib.errors import StaleError
from lib.http import UserRequest
from reports.archive import choices as actions
from reports.archive.choice_form import choosing_for
from reports.archive.views import find, report_page
from reports.rules.asking import READERS


@require_POST
@allowed_to(*READERS)
def report_choose(request: UserRequest, pk: int) -> HttpResponse:
    report = find(request, pk)
    actions.demand_open(report, by=request.user)
    choosing = choosing_for(report, request.user, request.POST)
    assert choosing is not None  # it is open to this person
    assert choosing.form is not None
    form = choosing.form
    if not form.is_valid():
        return report_page(request, report, choosing=choosing, status=422)
    chosen = form.cleaned_data
    seen = chosen.pop("version")
    try:
        actions.choose_agencies(report, **chosen, seen=seen, by=request.user, at=now())
    except StaleError as error:
        form.add_error(None, str(error))
        return report_page(request, report, choosing=choosing, status=409)
    messages.success(request, "已保存。下面的文字已按选择写成；重新生成文件或签发后写入文件。")
    return redirect("reports:report", pk)
