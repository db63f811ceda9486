"""填报期: coordinators create, open, extend, close and reopen periods."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now

from agencies.guards import GET, POST, SAFE, allowed_to
from agencies.models import Event
from agencies.permissions import Perm
from lib.forms import carry_out, form_page
from lib.http import UserRequest, redirect_with
from measures.bars import review_shares
from measures.choices import OpenWork, PeriodKind, PeriodState
from measures.chosen_notice import notice_choice, turn_to
from measures.models import Filing, Measure, Notice, Period, Responsibility, Workday
from measures.models.filing import FilingQuerySet
from measures.periods import actions, extensions
from measures.periods.alternate_filing import proposals_in
from measures.periods.common import asked_in, unasked_in, without_liaison
from measures.periods.cost import cost_of
from measures.periods.difference import difference_in, difference_of
from measures.periods.forms import (
    ClosePeriodForm,
    ExtendFilingForm,
    ExtendForm,
    PeriodFilter,
    ReopenPeriodForm,
    SliceForm,
    SpecialForm,
)
from measures.periods.leaving import leaving_in, leaving_of
from measures.periods.opening import opening_of
from measures.periods.short_notice import lacks_word
from measures.periods.taking_back import take_back_opening, why_begun

PER_PAGE = 20


@allowed_to(Perm.KEEP_PERIODS, methods=SAFE)
def periods(request: UserRequest) -> HttpResponse:
    form = PeriodFilter(request.GET)
    form.is_valid()
    said = form.cleaned_data
    found = Period.objects.visible_to(request.user).with_counts().select_related("notice")
    found = (
        found.filter(notice=notice_choice(request).pk)
        .of_kind(said.get("kind", ""))
        .of_year(said.get("year"))
        .newest_first()
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    left = leaving_in((one for one in page if one.is_closed), on=localdate())
    drafts = (one.state == PeriodState.DRAFT for one in page)
    duties = Responsibility.objects.valid(on=localdate())
    context = {
        "page": page,
        "rows": [(one, left.get(one.pk)) for one in page],
        "form": form,
        "published": Workday.objects.published_years(),
        "deaf": without_liaison(duties, on=localdate()) if any(drafts) else [],
    }
    return render(request, "measures/periods/periods.html", context)


@allowed_to(Perm.KEEP_PERIODS, methods=GET + POST)
def period_create(request: UserRequest) -> HttpResponse:
    kind = _kind(request)
    notice = get_object_or_404(Notice.objects.open(), pk=notice_choice(request).pk)
    form = _plan_form(request, notice, kind)
    period = carry_out(request, form, actions.create_period, notice)
    if period is None:
        context = {"form": form, "kind": kind, "kinds": PeriodKind}
        return form_page(request, "measures/periods/period_form.html", context, form)
    due = f"{period.due_on:%Y-%m-%d}"
    return redirect_with(
        request, f"已新建“{period}”，{due}截止，尚未开始填报。", "measures:period", period.pk
    )


@allowed_to(Perm.KEEP_PERIODS, methods=SAFE)
def period(request: UserRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


@allowed_to(Perm.KEEP_PERIODS, methods=POST)
def period_open(request: UserRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    made = actions.open_period(found, by=request.user, at=now())
    difference = difference_of(_find(request, pk), on=localdate())
    more = f"{difference.sentence}。" if difference and difference.sentence else ""
    messages.success(request, f"{found}：新布置{made}项填报任务。{more}")
    if unasked := unasked_in(found):
        messages.warning(request, f"{unasked}；核对后请“补发填报任务”。")
    if deaf := without_liaison(asked_in(found, on=localdate()), on=localdate()):
        names = "、".join(one.short_name for one in deaf)
        messages.warning(
            request, f"{names}还没有联络员，没有人收到通知，请联系安全管理员授予角色。"
        )
    return redirect("measures:period", pk)


@allowed_to(Perm.KEEP_PERIODS, methods=GET + POST)
def period_close(request: UserRequest, pk: int) -> HttpResponse:
    """Show the open work, and ask whether to close nevertheless."""
    shown = Period.objects.visible_to(request.user).with_counts().select_related("notice")
    found, on = get_object_or_404(shown, pk=pk), localdate()
    turn_to(request, found.notice_id)
    form = ClosePeriodForm(request.POST if request.method == "POST" else None)
    kept = carry_out(request, form, actions.close_period, found)
    if kept is not None:
        tail = "，各项措施当日情况已留存" if kept else ""
        return redirect_with(request, f"{found}已关闭{tail}。", "measures:period", pk)
    leaving = leaving_of(found, on=on)
    context = {
        "period": found,
        "leaving": leaving,
        "fates": leaving.fates,
        "waiting": review_shares(found.filings.all(), request.user, on=on),
        "may_close": "close" in found.steps and not found.is_waited_for(on=on),
        "form": form,
    }
    return form_page(request, "measures/periods/closing.html", context, form)


@allowed_to(Perm.KEEP_PERIODS, methods=POST)
def period_extend(request: UserRequest, pk: int) -> HttpResponse:
    found, form = _find(request, pk), ExtendForm(request.POST)
    moved = carry_out(request, form, extensions.extend_period, found)
    if moved is None:
        return _page(request, pk, extend_form=form)
    return redirect_with(
        request, f"{moved}报送截止已延至{moved.due_on:%Y-%m-%d}。", "measures:period", pk
    )


@allowed_to(Perm.KEEP_PERIODS, methods=POST)
def period_reopen(request: UserRequest, pk: int) -> HttpResponse:
    found, form = _find(request, pk), ReopenPeriodForm(request.POST)
    again = carry_out(request, form, actions.reopen_period, found)
    if again is None:
        return _page(request, pk, reopen_form=form)
    messages.success(request, f"{again}已重新开放填报，{again.closes_on:%Y-%m-%d}关闭。")
    return redirect("measures:period", pk)


@allowed_to(Perm.KEEP_PERIODS, methods=POST)
def period_delete(request: UserRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    actions.delete_draft_period(found, by=request.user, at=now())
    return redirect_with(request, f"已删除“{found}”。", "measures:periods")


@allowed_to(Perm.KEEP_PERIODS, methods=POST)
def period_take_back(request: UserRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    number = take_back_opening(found, by=request.user, at=now())
    return redirect_with(
        request, f"“{found}”已撤回开始，{number}项填报任务一并撤回。", "measures:period", pk
    )


@allowed_to(Perm.KEEP_PERIODS, methods=GET + POST)
def filing_extend(request: UserRequest, pk: int) -> HttpResponse:
    rows = Filing.objects.visible_to(request.user).select_related("measure", "period")
    filing = get_object_or_404(rows, pk=pk)
    form = ExtendFilingForm(request.POST if request.method == "POST" else None)
    moved = carry_out(request, form, extensions.extend_filing, filing)
    if moved is None:
        context = {"filing": filing, "form": form}
        return form_page(request, "measures/periods/period_filing.html", context, form)
    words = f"{filing.agency_name}{filing.measure}"
    messages.success(request, f"{words}的报送截止已延至{moved.due_on:%Y-%m-%d}。")
    return redirect("measures:period", filing.period_id)


def _proposed(period: Period, *, on: date) -> list[Measure]:
    """Return measures for which 隔期填报 could begin with a draft of the main kind."""
    is_to_open = period.state == PeriodState.DRAFT and period.kind == period.notice.main_kind
    return proposals_in(period.notice_id, on=on) if is_to_open else []


def _find(request: UserRequest, pk: int) -> Period:
    return get_object_or_404(Period.objects.visible_to(request.user), pk=pk)


def _open_work(request: UserRequest) -> OpenWork | None:
    """Return the kind of open work named in the URL; None: missing filings."""
    try:
        return OpenWork(request.GET.get("left", "")).told
    except ValueError:
        return None


def _listed(period: Period, work: OpenWork | None, on: date) -> FilingQuerySet:
    """Return the filings of that kind of open work, else all missing ones."""
    if period.state == PeriodState.DRAFT:
        return Filing.objects.none()
    rows = period.filings.select_related("measure", "period")
    if work is not None:
        return rows.waiting_for(work, on=on)
    return rows.missing().filter(due_on__lt=on) if period.is_closed else rows.missing()


def _kind(request: UserRequest) -> PeriodKind:
    try:
        return PeriodKind(request.GET.get("kind", PeriodKind.QUARTERLY))
    except ValueError:
        raise Http404 from None


def _plan_form(request: UserRequest, notice: Notice, kind: PeriodKind) -> SliceForm | SpecialForm:
    data = request.POST if request.method == "POST" else None
    on, calendar = localdate(), Workday.objects.as_calendar()
    if kind is PeriodKind.SPECIAL:
        return SpecialForm(data, on=on, calendar=calendar, measures=notice.measures.all())
    taken = notice.periods.filter(kind=kind).values_list("covers_from", flat=True)
    return SliceForm(data, kind=kind, on=on, calendar=calendar, taken=set(taken))


def _page(
    request: UserRequest,
    pk: int,
    *,
    extend_form: Form | None = None,
    reopen_form: Form | None = None,
) -> HttpResponse:
    shown = Period.objects.visible_to(request.user).with_counts().select_related("notice")
    period, on = get_object_or_404(shown, pk=pk), localdate()
    turn_to(request, period.notice_id)
    work = _open_work(request)
    opening = opening_of(period, on=on) if period.state == PeriodState.DRAFT else None
    history = Event.objects.filter(target_type="measures.period", target_id=pk)
    context = {
        "period": period,
        "lacks_word": lacks_word(period, on=max(on, period.opens_on)),
        "skipped": opening.skipped if opening else period.skipped.all(),
        "proposed": _proposed(period, on=on),
        "asked": period.measures.all() if period.is_special else None,
        "unasked": unasked_in(period),
        "is_published": period.due_on.year in Workday.objects.published_years(),
        "may_take_back": "take_back" in period.steps and not why_begun(period),
        "is_over": period.is_closed,
        "left": leaving_of(period, on=on) if period.is_closed else None,
        "work": work,
        "page": Paginator(_listed(period, work, on), PER_PAGE).get_page(request.GET.get("page")),
        "difference": difference_in(opening) if opening else difference_of(period, on=on),
        "cost": cost_of(opening) if opening else None,
        "deaf": opening.deaf if opening else [],
        "history": history.order_by("at", "id"),
        "extend_form": extend_form or ExtendForm(),
        "reopen_form": reopen_form or ReopenPeriodForm(auto_id="reopen_%s"),
    }
    return form_page(request, "measures/periods/period.html", context, extend_form, reopen_form)
