"""审批: the open requests, one request, the chief's decision, and withdrawing."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST, require_safe

from agencies.guards import allowed_to
from agencies.models import User
from agencies.permissions import Perm
from lib.http import UserRequest, redirect_with
from measures.access import may_withdraw
from measures.approvals.forms import DecisionForm, ReopenMeasureForm
from measures.approvals.kinds import KINDS, RequestKind, settled_for, settled_states, waiting_for
from measures.approvals.page import requests_of
from measures.bars import DECISION, left_to_chief
from measures.chosen_notice import turn_to
from measures.lights.current import verdicts_for
from measures.models import ClosingRequest, Filing, Measure
from measures.models.request import ChiefRequest
from measures.periods.short_notice import waiting_short_notices
from measures.requests.actions import refuse_request, withdraw_request

HISTORY_MOST = 8


@require_GET
@allowed_to(Perm.DECIDE, Perm.REVIEW)
def approvals(request: UserRequest) -> HttpResponse:
    wanted = request.GET.get("kind", "")
    found = waiting_for(request.user, on=localdate())
    context = {
        "kinds": [(k, sum(w.kind is k for w in found), k.name == wanted) for k in KINDS.values()],
        "waiting": [one for one in found if wanted not in KINDS or one.kind.name == wanted],
        "total": len(found),
        "is_narrow": wanted in KINDS,
        "reviews": _left_to_review(request.user),
        "short_notices": waiting_short_notices(request.user).select_related("period"),
    }
    return render(request, "measures/approvals/approvals.html", context)


@require_GET
@allowed_to(Perm.DECIDE, Perm.REVIEW)
def approvals_settled(request: UserRequest) -> HttpResponse:
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    kind, state = kind if kind in KINDS else "", state if state in settled_states() else ""
    number = request.GET.get("page")
    settled = settled_for(request.user, kind=kind, state=state, number=number, on=localdate())
    context = {"settled": settled, "is_narrow": bool(kind or state)}
    return render(request, "measures/approvals/settled.html", context)


@require_safe
@allowed_to(Perm.READ)
def approval(request: UserRequest, kind: str, pk: int) -> HttpResponse:
    return _page(request, *_found(request.user, kind, pk))


@require_POST
@allowed_to(Perm.READ)
def approval_decide(request: UserRequest, kind: str, pk: int) -> HttpResponse:
    found_kind, found = _found(request.user, kind, pk)
    request.user.demand(Perm.DECIDE)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, found_kind, found, form)
    agrees = form.cleaned_data["decision"] == "agree"
    verb = found_kind.agree if agrees else refuse_request
    verb(found, by=request.user, note=form.cleaned_data["answer"], at=now())
    word = "同意" if agrees else "不同意"
    return redirect_with(request, f"已审批（{word}），结果已通知申请人。", "measures:approvals")


@require_POST
@allowed_to(Perm.READ)
def approval_withdraw(request: UserRequest, kind: str, pk: int) -> HttpResponse:
    found = _found(request.user, kind, pk)[1]
    withdraw_request(found, by=request.user, at=now())
    return redirect_with(request, "申请已撤回。", "measures:measure", found.measure_id)


def _left_to_review(user: User) -> int:
    """Return how many filings a chief must review because no coordinator may."""
    if user.can(Perm.REVIEW):
        return 0
    return Filing.objects.awaiting_review().filter(left_to_chief(on=localdate())).count()


def _found(user: User, name: str, pk: int) -> tuple[RequestKind, ChiefRequest]:
    kind = KINDS.get(name)
    if kind is None:
        raise Http404
    rows = kind.model.objects.visible_to(user, on=localdate()).with_people()
    return kind, get_object_or_404(rows, pk=pk)


def _page(
    request: UserRequest, kind: RequestKind, found: ChiefRequest, form: DecisionForm | None = None
) -> HttpResponse:
    user, on = request.user, localdate()
    measure = (
        Measure.objects.select_related("notice", "section")
        .with_gaps()
        .with_responsibilities(on=on)
        .get(pk=found.measure_id)
    )
    found.measure = measure
    turn_to(request, measure.notice_id)
    lists = user.can(Perm.DECIDE) or user.can(Perm.REVIEW)
    is_free = DECISION.allows(found, user)
    may_decide = found.is_open and is_free
    may_reopen = isinstance(found, ClosingRequest) and is_free
    context = {
        "kind": kind,
        "request_": found,
        "measure": measure,
        "verdict": verdicts_for([measure], on=on)[measure.pk],
        "requests": requests_of(measure, reader=user, leads=False, on=on),
        "updates": measure.status_updates.select_related("by", "period")[:HISTORY_MOST],
        "refusal": DECISION.refusal(found, user) if found.is_open and lists and not is_free else "",
        "form": (form or DecisionForm()) if may_decide else None,
        "reopen_form": ReopenMeasureForm(auto_id="reopen_%s") if may_reopen else None,
        "may_withdraw": found.is_open and may_withdraw(found, user),
        "lists": lists,
    } | kind.gather(found, user)
    return render(request, "measures/approvals/approval.html", context, status=422 if form else 200)
