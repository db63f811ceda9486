"""总览."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.guards import SAFE, allowed_to
from agencies.permissions import Perm
from lib.http import UserRequest
from measures.chosen_notice import choosing_address, offered_notices
from reports.overview.choices import NoticeForm, order_of
from reports.overview.data import overview_for
from reports.overview.large_notice import needs_rows
from reports.overview.page import page_of
from reports.period.choosing import filters_of, shown_or_404, word


@allowed_to(Perm.READ, methods=SAFE)
def overview(request: UserRequest) -> HttpResponse:
    """The overview page, or a redirect to a notice that was searched for."""
    reader = request.user
    if word(request.GET, "find"):
        return _turned_to(NoticeForm(request.GET), request)
    shown, filters = shown_or_404(request), filters_of(request.GET)
    data = overview_for(
        shown,
        on=localdate(),
        reader=reader,
        filters=filters,
        needs_rows=needs_rows(filters, order_of(request.GET)),
    )
    choice = offered_notices(request)
    if choice.is_own:  # then the head of the page has the tabs
        offered = {one.pk for one in choice.offered} | {choice.pk}
        data = data._replace(notices=tuple(one for one in data.notices if one[0] in offered))
    context = {
        "page": page_of(data, request.GET),
        "shown": data.shown,
        "may_ask": reader.can(Perm.ASK_REPORT),
        "may_watch": reader.can(Perm.READ_TROUBLE),
        "keeps_periods": reader.can(Perm.KEEP_PERIODS),
    }
    return render(request, "reports/overview/page.html", context)


def _turned_to(form: NoticeForm, request: HttpRequest) -> HttpResponse:
    """Redirect to the notice that was searched for, if it exists."""
    found = form.found() if form.is_valid() else None
    if found is None:
        messages.warning(request, "没有文号或标题含这几个字的文件，请换一个词再找。")
        return redirect("reports:overview")
    return redirect(choosing_address(reverse("reports:overview"), found.pk))
