"""本期应报: all that an agency owes this period, on one page."""

from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_POST

from agencies.models import User
from agencies.permissions import Perm
from measures.actions import filings as actions
from measures.desk import Card, card_for, current_period, desk_for
from measures.forms.filings import NoteForm
from measures.models import Filing, Notice, Period
from policy_tracker.lib.http import UserRequest


class OpenCard(NamedTuple):
    """A card with its form, where the person may write."""

    card: Card
    form: NoteForm | None


def my_filings(request: UserRequest) -> HttpResponse:
    """The page, for the period in the address or the current one."""
    _demand_desk(request)
    periods = list(Period.objects.visible_to(request.user).newest_first())
    period = _chosen(request, periods)
    return _page(request, periods, period)


@require_POST
def filing_save(request: UserRequest, pk: int) -> HttpResponse:
    """Save a draft."""
    filing = _own_filing(request, pk)
    form = _form(request, filing)
    if not form.is_valid():
        return _refused(request, filing, form)
    revision = form.cleaned_data["revision"]
    actions.save_note(filing, by=request.user, content=form.content(), revision=revision, at=now())
    messages.success(request, f"已保存{filing.measure}的草稿，尚未提交。")
    return redirect(_place(filing))


@require_POST
def filing_submit(request: UserRequest, pk: int) -> HttpResponse:
    """Save what was typed and hand it in."""
    filing = _own_filing(request, pk)
    form = _form(request, filing, is_final=True)
    if not form.is_valid():
        return _refused(request, filing, form)
    revision = form.cleaned_data["revision"]
    note = actions.hand_in_note(
        filing, by=request.user, content=form.content(), revision=revision, at=now()
    )
    where = "已报送市商务委" if note.left_at else "已提交本单位审核"
    messages.success(request, f"{filing.measure}{where}。")
    return redirect(_place(filing))


@require_POST
def filing_withdraw(request: UserRequest, pk: int) -> HttpResponse:
    """Take back what was handed in and not looked at yet."""
    filing = _own_filing(request, pk)
    actions.withdraw_note(filing, by=request.user, at=now())
    messages.success(request, f"已撤回{filing.measure}的填报，原版本保留，可继续修改后重新提交。")
    return redirect(_place(filing))


def _demand_desk(request: UserRequest) -> None:
    user = request.user
    if not (user.can_anywhere(Perm.FILE) or user.can_anywhere(Perm.APPROVE_IN_AGENCY)):
        raise PermissionDenied


def _own_filing(request: UserRequest, pk: int) -> Filing:
    """A filing the person may know of; the verb decides whether they may write it."""
    _demand_desk(request)
    own = request.user.agencies_where(Perm.FILE) + request.user.agencies_where(
        Perm.APPROVE_IN_AGENCY
    )
    return get_object_or_404(
        Filing.objects.owed_by([agency.pk for agency in own])
        .select_related("measure", "agency", "period")
        .with_notes(),
        pk=pk,
    )


def _form(request: UserRequest, filing: Filing, *, is_final: bool = False) -> NoteForm:
    draft = card_for(filing, on=localdate()).draft
    return NoteForm(request.POST, filing=filing, note=draft, is_final=is_final)


def _chosen(request: UserRequest, periods: list[Period]) -> Period | None:
    wanted = request.GET.get("period")
    if wanted is None:
        notice = Notice.objects.first()
        return current_period(notice, periods=periods) if notice else None
    if not wanted.isdecimal():
        return get_object_or_404(Period.objects.none())
    return get_object_or_404(Period.objects.visible_to(request.user), pk=wanted)


def _refused(request: UserRequest, filing: Filing, form: NoteForm) -> HttpResponse:
    periods = list(Period.objects.visible_to(request.user).newest_first())
    return _page(request, periods, filing.period, refused=form)


def _page(
    request: UserRequest,
    periods: list[Period],
    period: Period | None,
    *,
    refused: NoteForm | None = None,
) -> HttpResponse:
    user = request.user
    agencies = user.agencies_where(Perm.FILE) or user.agencies_where(Perm.APPROVE_IN_AGENCY)
    desk = desk_for(agencies, period, on=localdate()) if period else None
    context = {
        "agencies": agencies,
        "periods": periods,
        "period": period,
        "desk": desk,
        "cards": [_open(user, card, refused) for card in desk.cards] if desk else [],
        "refused": refused,
        "headed": user.agencies_where(Perm.APPROVE_IN_AGENCY),
        "on": localdate(),
    }
    status = 422 if refused else 200
    return render(request, "measures/my_filings.html", context, status=status)


def _open(user: User, card: Card, refused: NoteForm | None) -> OpenCard:
    if refused is not None and refused.filing.pk == card.filing.pk:
        return OpenCard(card, refused)
    may_write = user.can(Perm.FILE, card.filing.agency_id)
    if "save" not in card.steps or not may_write or _is_shut(card):
        return OpenCard(card, None)
    # A returned version is frozen: its words are where the next version begins.
    form = NoteForm(filing=card.filing, note=card.note)
    if card.draft is None:
        form.fields["revision"].initial = 0
        form.initial["revision"] = 0
    return OpenCard(card, form)


def _is_shut(card: Card) -> bool:
    """Closing bars first submissions only."""
    return card.filing.first_submitted_at is None and card.filing.period.state != "open"


def _place(filing: Filing) -> str:
    return f"{reverse('measures:my_filings')}?period={filing.period_id}#filing-{filing.pk}"
