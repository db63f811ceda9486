"""原文核对: the gaps of the captured notice, and how they are filled and confirmed."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now

from agencies.guards import GET, POST, SAFE, allowed_to
from agencies.permissions import Perm
from lib.forms import form_page, submit
from lib.http import UserRequest, attachment, redirect_with
from measures.access import eligible_agencies
from measures.bars import CONFIRMATION
from measures.choices import ChangeState, GapKind
from measures.chosen_notice import notice_choice, turn_to
from measures.fields import ReasonForm
from measures.filings.evidence import (
    forget_files,
    keep_files,
    kept_files,
    no_file_left_behind,
    read_evidence,
    remove_kept,
    with_kept,
)
from measures.models import Gap, Notice, NoticeChange, NoticeChangeFile
from measures.notice_changes import actions
from measures.notice_changes.filling_gaps import Consequence, consequences_of
from measures.notice_changes.forms import LISTS, DecideForm, GapForm
from measures.notice_changes.page import GapPage, acts_for, gap_page_of
from measures.notice_changes.revising import current_roles
from measures.notice_changes.revision_views import revision_page

# The states of a gap, by which the list can be filtered, besides its kind.
STATES = {
    "todo": "待录入",
    ChangeState.WAITING.value: "待确认",
    ChangeState.RETURNED.value: "已退回",
    "filled": "已核定",
}


@allowed_to(Perm.READ, methods=SAFE)
def gaps(request: UserRequest) -> HttpResponse:
    """List gaps with the text around them and what is shown instead; ?kind= and ?state= filter."""
    in_hand = NoticeChange.objects.visible_to(request.user).open().filter(gap=OuterRef("pk"))
    notice = Notice.objects.filter(pk=notice_choice(request).pk or 0).first()
    found = Gap.objects.visible_to(request.user).filter(notice=notice)
    found = found.select_related("section", "measure", "measure__section")
    columns = {"change_state": Subquery(in_hand.values("state")[:1])}
    everything = list(found.annotate(**columns))
    for one in everything:
        one.step = _step_of(one)
    opened = [one for one in everything if one.confirmed_at is None]
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    shown = [one for one in everything if one.step == state] if state else opened
    context = {
        "notice": notice,
        "total": len(opened),
        "kinds": [(k, sum(gap.kind == k for gap in opened)) for k in GapKind],
        "states": [
            (name, label, number)
            for name, label in STATES.items()
            if name != "todo" and (number := sum(one.step == name for one in everything))
        ],
        "kind": kind,
        "state": state,
        "gaps": [gap for gap in shown if kind in ("", gap.kind)],
        "may_keep": request.user.can(Perm.KEEP_NOTICE),
    }
    return render(request, "measures/notice_changes/gaps.html", context)


@allowed_to(Perm.READ)
def gap(request: UserRequest, pk: int) -> HttpResponse:
    """One gap; a coordinator enters its content here; files of a refused form are kept."""
    found = _gap(request, pk)
    if request.method != "POST":
        return _page(request, found)
    request.user.demand(Perm.KEEP_NOTICE)
    if "remove_kept" in request.POST:
        return _page(request, found, typed=_without_kept(request, found))
    entry = _Entry(request, found, gap_page_of(found, reader=request.user, on=localdate()))
    form = entry.form(request.POST, request.FILES)
    if submit(request, form, lambda: _enter(request, entry, form)) is not None:
        is_final = form.is_final
        messages.success(request, "已提交，请第二人确认。" if is_final else "草稿已保存。")
        return redirect("measures:gap", found.pk)
    keep_files(found, form.fit_uploads, by=request.user, at=now())
    return _page(request, found, form=form)


@allowed_to(Perm.READ, methods=POST)
def change_decide(request: UserRequest, pk: int) -> HttpResponse:
    found = _change(request, pk)
    CONFIRMATION.demand(found, request.user)
    form = DecideForm(request.POST, change=found)
    if not form.is_valid():
        return _change_page(request, found, decide_form=form)
    if form.cleaned_data["decision"] == "confirm":
        actions.confirm_change(found, by=request.user, at=now())
        messages.success(request, "已确认，措施、填报任务和预警灯已随之更新。")
    else:
        note = form.cleaned_data["note"]
        actions.return_change(found, by=request.user, note=note, at=now())
        messages.success(request, "已退回，录入人将收到通知。")
    return redirect(actions.page_of(found))


@allowed_to(Perm.KEEP_NOTICE, methods=POST)
def change_withdraw(request: UserRequest, pk: int) -> HttpResponse:
    found = actions.withdraw_change(_change(request, pk), by=request.user, at=now())
    return redirect_with(request, "已撤回。", actions.page_of(found))


@allowed_to(Perm.KEEP_NOTICE, methods=POST)
def change_drop(request: UserRequest, pk: int) -> HttpResponse:
    found = actions.drop_change(_change(request, pk), by=request.user, at=now())
    return redirect_with(request, "已放弃。", actions.page_of(found))


@allowed_to(Perm.KEEP_NOTICE, methods=POST)
def change_take_back(request: UserRequest, pk: int) -> HttpResponse:
    found = _change(request, pk)
    form = ReasonForm(request.POST, name="take_back")
    asked = submit(
        request,
        form,
        lambda: actions.ask_take_back(
            found, by=request.user, reason=form.cleaned_data["ground"], at=now()
        ),
    )
    if asked is None:
        return _change_page(request, found, take_back_form=form)
    return redirect_with(request, "已申请撤销，请第二人确认。", actions.page_of(asked))


@allowed_to(Perm.READ, methods=GET)
def change_file(request: UserRequest, pk: int) -> FileResponse:
    """A file of a change; its digest is checked before a byte is sent."""
    rows = NoticeChangeFile.objects.select_related("change__gap__measure", "change__notice")
    visible = NoticeChange.objects.visible_to(request.user)
    found = get_object_or_404(rows.filter(change__in=visible), pk=pk)
    content = read_evidence(found)
    actions.record_file_download(found, by=request.user, at=now())
    return attachment(content, found.name, "application/octet-stream")


class _Entry:
    """The data for the form of a gap, each read once."""

    def __init__(self, request: UserRequest, found: Gap, page: GapPage) -> None:
        user, on = request.user, localdate()
        self.gap, self.is_final = found, request.POST.get("step") != "save"
        self.change, self.files = page.entered, page.files
        self.kept = kept_files(found, by=user)
        self.consequences = consequences_of(found, on=on)
        self.agencies = eligible_agencies(on=on) if found.is_list else []
        if found.kind == GapKind.OTHERS and found.measure is not None:
            there = current_roles(found.measure)
            self.agencies = [one for one in self.agencies if one.pk not in there]

    def form(self, *typed: Any, **options: Any) -> GapForm:
        return GapForm(
            *typed,
            gap=self.gap,
            change=self.change,
            agencies=self.agencies,
            is_final=self.is_final,
            is_late=any(one.is_past_closing for one in self.consequences),
            behind=len(self.files) + len(self.kept),
            **options,
        )


def _enter(request: UserRequest, entry: _Entry, form: GapForm) -> NoticeChange:
    found, by = entry.gap, request.user
    if not form.is_final:
        change = actions.save_draft(found, by=by, entry=form.entry(), at=now())
        keep_files(found, form.fit_uploads, by=by, at=now())
        return change
    with no_file_left_behind() as stored:
        change = actions.submit_change(
            found,
            by=by,
            entry=form.entry(),
            uploads=with_kept(entry.kept, form.cleaned_data["evidence"]),
            stored=stored,
            at=now(),
        )
    forget_files(entry.kept)
    return change


def _page(
    request: UserRequest,
    found: Gap,
    *,
    form: GapForm | None = None,
    typed: dict[str, Any] | None = None,
    decide_form: DecideForm | None = None,
    take_back_form: ReasonForm | None = None,
) -> HttpResponse:
    user, on = request.user, localdate()
    page = gap_page_of(found, reader=user, on=on)
    change = page.change
    may_keep = user.can(Perm.KEEP_NOTICE)
    is_waiting = change is not None and change.is_waiting
    entry = None
    if may_keep and not page.is_filled and not is_waiting:
        entry = _Entry(request, found, page)
        form = form or entry.form(initial=typed or {})
    context = {
        "page": page,
        "form": form if entry else None,
        "kept": entry.kept if entry else [],
        "consequences": entry.consequences if entry else _consequences(found, change, on),
        **acts_for(user, change, decide_form, take_back_form),
    }
    forms = (form if form is not None and form.is_bound else None, decide_form, take_back_form)
    return form_page(request, "measures/notice_changes/gap.html", context, *forms)


def _change_page(request: UserRequest, found: NoticeChange, **forms: Any) -> HttpResponse:
    """Show the page of a change again, with a refused form."""
    if found.gap_id is None:
        return revision_page(request, found, **forms)
    return _page(request, _gap(request, found.gap_id), **forms)


def _consequences(found: Gap, change: NoticeChange | None, on: date) -> list[Consequence]:
    """Return the effects shown to the second person before confirming; none for an undoing."""
    if change is None or not change.is_waiting or change.is_taking_back:
        return []
    return consequences_of(found, on=on)


def _without_kept(request: UserRequest, found: Gap) -> dict[str, Any]:
    """Remove a file of an earlier attempt; return what was typed, for the form."""
    wanted = request.POST["remove_kept"]
    rows = {str(row.pk): row for row in kept_files(found, by=request.user)}
    if wanted in rows:
        remove_kept(found, rows[wanted], by=request.user, at=now())
    typed: dict[str, Any] = request.POST.dict()
    return typed | {name: request.POST.getlist(name) for name in LISTS}


def _gap(request: UserRequest, pk: int) -> Gap:
    rows = Gap.objects.visible_to(request.user)
    rows = rows.select_related("section", "measure__section", "notice")
    found: Gap = get_object_or_404(rows, pk=pk)
    turn_to(request, found.notice_id)
    return found


def _change(request: UserRequest, pk: int) -> NoticeChange:
    return get_object_or_404(NoticeChange.objects.visible_to(request.user).with_people(), pk=pk)


def _step_of(one: Gap) -> str:
    """Return which of STATES a gap is in; one whose change is being undone waits too."""
    state = one.change_state
    if state in (ChangeState.WAITING, ChangeState.RETURNED):
        return str(state)
    return "todo" if one.confirmed_at is None else "filled"
