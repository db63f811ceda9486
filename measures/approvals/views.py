"""审批: requesting another due date or closing; the open requests, deciding and withdrawing one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now

from agencies.guards import GET, POST, SAFE, allowed_to
from agencies.models import User
from agencies.permissions import Perm
from lib.forms import carry_out, form_page, submit
from lib.http import UserRequest, attachment, redirect_with
from measures.access import may_withdraw, reader_for, reads_closing_files, speaks_for_lead
from measures.approvals import closing as closing_actions
from measures.approvals.due_dates import ask_due_date
from measures.approvals.forms import ClosingForm, DecisionForm, DueDateForm, ReopenMeasureForm
from measures.approvals.kinds import KINDS, RequestKind, settled_for, settled_states, waiting_for
from measures.approvals.page import Requests, checks_for, requests_of
from measures.bars import DECISION, left_to_chief
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
from measures.lights.current import verdicts_for
from measures.models import ClosingFile, ClosingRequest, Filing, KeptFile, Measure
from measures.models.request import ChiefRequest
from measures.periods.short_notice import waiting_short_notices
from measures.requests.actions import refuse_request, withdraw_request

HISTORY_MOST = 8


@allowed_to(Perm.DECIDE, Perm.REVIEW, methods=GET)
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


@allowed_to(Perm.DECIDE, Perm.REVIEW, methods=GET)
def approvals_settled(request: UserRequest) -> HttpResponse:
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    kind, state = kind if kind in KINDS else "", state if state in settled_states() else ""
    number = request.GET.get("page")
    settled = settled_for(request.user, kind=kind, state=state, number=number, on=localdate())
    context = {"settled": settled, "is_narrow": bool(kind or state)}
    return render(request, "measures/approvals/settled.html", context)


@allowed_to(Perm.READ, methods=SAFE)
def approval(request: UserRequest, kind: str, pk: int) -> HttpResponse:
    return _page(request, *_found(request.user, kind, pk))


@allowed_to(Perm.READ, methods=POST)
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


@allowed_to(Perm.READ, methods=POST)
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


@allowed_to(Perm.DECIDE, methods=POST)
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


@allowed_to(Perm.READ, methods=GET)
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
