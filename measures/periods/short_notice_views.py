"""The page on which a special period's short notice is requested, and decided by a chief."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate

from agencies.guards import GET, POST, allowed_to
from agencies.permissions import Perm
from lib.forms import carry_out, form_page
from lib.http import UserRequest, redirect_with
from measures.choices import PeriodKind, PeriodState
from measures.models import Period
from measures.periods.common import unasked_in
from measures.periods.cost import cost_of
from measures.periods.forms import AskShortNoticeForm, DecideShortNoticeForm
from measures.periods.opening import opening_of
from measures.periods.short_notice import (
    ask_short_notice,
    decide_short_notice,
    lacks_word,
    workdays_left,
)
from measures.rules.periods import NOTICE_WORKDAYS


@allowed_to(Perm.KEEP_PERIODS, Perm.DECIDE, methods=GET + POST)
def short_notice(request: UserRequest, pk: int) -> HttpResponse:
    """Show the period and the reason; people who manage periods request the chief's consent."""
    period = _find(pk)
    form = AskShortNoticeForm(request.POST if request.method == "POST" else None)
    if carry_out(request, form, ask_short_notice, period) is not None:
        return redirect_with(request, f"已提请负责人同意“{period}”。", "measures:period", pk)
    return _page(request, period, form, None)


@allowed_to(Perm.DECIDE, methods=POST)
def short_notice_decide(request: UserRequest, pk: int) -> HttpResponse:
    period = _find(pk)
    form = DecideShortNoticeForm(request.POST)
    row = carry_out(request, form, decide_short_notice, period)
    if row is not None:
        how = "同意" if row.is_agreed else "不同意"
        messages.success(request, f"已{how}“{period}”少于{NOTICE_WORKDAYS}个工作日。")
        return redirect("measures:short_notice", pk)
    return _page(request, period, None, form)


def _find(pk: int) -> Period:
    return get_object_or_404(
        Period.objects.filter(kind=PeriodKind.SPECIAL).select_related("notice"), pk=pk
    )


def _page(
    request: UserRequest,
    period: Period,
    asking: AskShortNoticeForm | None,
    deciding: DecideShortNoticeForm | None,
) -> HttpResponse:
    on = max(localdate(), period.opens_on)
    rows = list(period.short_notices.select_related("asked_by", "decided_by"))
    waits = any(row.is_agreed is None for row in rows)
    may_ask = request.user.can(Perm.KEEP_PERIODS) and not waits and bool(lacks_word(period, on=on))
    is_draft = period.state == PeriodState.DRAFT
    context = {
        "period": period,
        "days": workdays_left(period, on=on),
        "least": NOTICE_WORKDAYS,
        "cost": cost_of(opening_of(period, on=localdate())) if is_draft else None,
        "measures": period.measures.all(),
        "unasked": unasked_in(period),
        "rows": rows,
        "asking": (asking or AskShortNoticeForm()) if may_ask else None,
        "deciding": (deciding or DecideShortNoticeForm())
        if waits and request.user.can(Perm.DECIDE)
        else None,
    }
    return form_page(request, "measures/periods/short_notice.html", context, asking, deciding)
