"""文件导入: pages for a notice that is being imported, for people who may keep notices."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django_htmx.http import HttpResponseClientRedirect, replace_url

from agencies.guards import GET, POST, SAFE, allowed_to
from agencies.permissions import Perm
from lib.errors import DomainError, StaleError
from lib.forms import carry_out, form_page
from lib.http import UserRequest, redirect_with
from lib.numbers import row_number
from measures.intake.work import Work, day_of
from measures.intake_page import actions
from measures.intake_page.confirming import confirm_draft, missing_of, same_notice, sums_of
from measures.intake_page.forms import ConfirmForm, StartForm, act_said
from measures.intake_page.page import context_of
from measures.models import IntakeDraft, Workday
from measures.notice.directory import directory_on

DRAFTS_MOST = 50


@allowed_to(Perm.KEEP_NOTICE, methods=GET + POST)
def intake(request: UserRequest) -> HttpResponse:
    """Start from a text or a file, or continue with a draft."""
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = StartForm(*data)
    draft = carry_out(request, form, actions.start_draft)
    if draft is not None:
        return redirect("measures:intake_draft", draft.pk)
    drafts = IntakeDraft.objects.visible_to(request.user).without_text()
    context = {
        "form": form,
        "drafts": drafts.unfinished().select_related("saved_by")[:DRAFTS_MOST],
        "done": drafts.filter(notice__isnull=False).select_related("notice", "confirmed_by")[:10],
    }
    return form_page(request, "measures/intake/start.html", context, form)


@allowed_to(Perm.KEEP_NOTICE, methods=SAFE)
def draft(request: UserRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    if found.notice_id:
        return redirect("measures:intake")
    item, doubt = (row_number(request.GET.get(name, "")) or 0 for name in ("item", "doubt"))
    return _page(request, found, actions.work_in(found), item=item, doubt=doubt)


@allowed_to(Perm.KEEP_NOTICE, methods=POST)
def draft_act(request: UserRequest, pk: int) -> HttpResponse:
    """Carry out one correction; answer with the new page, with the same item chosen."""
    found = _find(request, pk)
    item = row_number(request.POST.get("item", "")) or 0
    item = row_number(request.POST.get("stay", "")) or item
    try:
        work = actions.work_in(found)
        act = act_said(request.POST, directory_on(day_of(work.issued_on)).name_of | work.new_names)
        after = actions.act_on(found, act, seen=_seen(request), by=request.user, at=now())
    except DomainError as error:
        return _refused(request, found, error, item)
    if act["do"] in ("make", "split"):
        item = max(one.id for one in after.items)
    return _after(request, pk, after, item)


@allowed_to(Perm.KEEP_NOTICE, methods=POST)
def draft_undo(request: UserRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    item = row_number(request.POST.get("item", "")) or 0
    try:
        work = actions.undo(found, seen=_seen(request), by=request.user, at=now())
    except DomainError as error:
        return _refused(request, found, error, item)
    return _after(request, pk, work, item)


@allowed_to(Perm.KEEP_NOTICE, methods=GET + POST)
def draft_drop(request: UserRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    if request.method == "POST":
        actions.drop_draft(found, by=request.user, at=now())
        return redirect_with(request, "已放弃这份草稿，没有生成任何内容。", "measures:intake")
    return render(request, "measures/intake/drop.html", {"draft": found})


@allowed_to(Perm.KEEP_NOTICE, methods=GET + POST)
def draft_confirm(request: UserRequest, pk: int) -> HttpResponse:
    """Ask with a summary of what will be created; then create the notice, and its period."""
    found = _find(request, pk)
    work = actions.work_in(found)
    form = ConfirmForm(
        request.POST if request.method == "POST" else None,
        on=localdate(),
        calendar=Workday.objects.as_calendar(),
        seen=found.revision,
        made=work.new_names,
    )
    made = carry_out(request, form, confirm_draft, found)
    if made is not None:
        more = f"“{made.period}”开始填报，布置{made.filings}项填报任务。" if made.period else ""
        messages.success(request, f"已确认{made.notice}，生成{len(work.items)}项措施。{more}")
        if made.period:
            return redirect("measures:period", made.period.pk)
        return redirect("measures:measure", made.notice.measures.earliest("ordinal").pk)
    context = {
        "draft": found,
        "work": work,
        "sums": sums_of(work),
        "missing": missing_of(work),
        "same": same_notice(work),
        "settled": [one for one in work.doubts if one.answer],
        "form": form,
    }
    return form_page(request, "measures/intake/confirm.html", context, form)


def _find(request: UserRequest, pk: int) -> IntakeDraft:
    rows = IntakeDraft.objects.visible_to(request.user).select_related("saved_by")
    return get_object_or_404(rows, pk=pk)


def _seen(request: HttpRequest) -> int:
    return row_number(request.POST.get("revision", "")) or 0


def _page(
    request: UserRequest,
    found: IntakeDraft,
    work: Work,
    *,
    item: int = 0,
    doubt: int = 0,
    refusal: str = "",
    said: QueryDict | None = None,
    status: int = 200,
) -> HttpResponse:
    directory = directory_on(day_of(work.issued_on))
    context = context_of(found, work, directory, item=item, doubt=doubt)
    context |= {"refusal": refusal, "said": said or {}}
    is_fragment = _is_fragment(request)
    template = "measures/intake/_work.html" if is_fragment else "measures/intake/work.html"
    return render(request, template, context, status=status)


def _is_fragment(request: HttpRequest) -> bool:
    asks = request.headers.get("HX-Request")
    return bool(asks) and not request.headers.get("HX-History-Restore-Request")


def _after(request: UserRequest, pk: int, work: Work, item: int) -> HttpResponse:
    """Answer with the new fragment if scripts run, else the page with the same item chosen."""
    if work.item(item) is None:
        item = 0
    address = reverse("measures:intake_draft", args=[pk]) + (f"?item={item}" if item else "")
    if not _is_fragment(request):
        return redirect(address)
    return replace_url(_page(request, _find(request, pk), work, item=item), address)


def _refused(
    request: UserRequest, found: IntakeDraft, error: DomainError, item: int
) -> HttpResponse:
    """Answer with the current page, the refusal's sentence, and the text that was typed."""
    request.refusal = error.audited  # type: ignore[attr-defined]
    fresh = IntakeDraft.objects.select_related("saved_by").filter(pk=found.pk).first()
    if fresh is None or fresh.notice_id:
        messages.error(request, str(error))
        address = reverse("measures:intake")
        is_fragment = _is_fragment(request)
        return HttpResponseClientRedirect(address) if is_fragment else redirect(address)
    status = 409 if isinstance(error, StaleError) else 422
    return _page(
        request,
        fresh,
        actions.work_in(fresh),
        item=item,
        doubt=row_number(request.POST.get("doubt", "")) or 0,
        refusal=str(error),
        said=request.POST,
        status=status,
    )
