"""本期应报: everything that an agency owes this period on one page; evidence files."""

import re
from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now

from agencies.guards import GET, POST, SAFE, allowed_to
from agencies.permissions import ACTING, Perm
from lib.forms import ask_once
from lib.http import UserRequest, attachment, redirect_with
from lib.numbers import row_number
from measures.access import reader_for, reads_note_whole
from measures.filings import drafts
from measures.filings import submission as actions
from measures.filings.at_once import AtOnce, submit_seen
from measures.filings.evidence import (
    forget_files,
    kept_files,
    place_for,
    read_evidence,
    record_evidence_download,
    remove_evidence,
    remove_kept,
    with_kept,
)
from measures.filings.forms import NoteForm
from measures.filings.locking import page_with
from measures.filings.page import owed_filings
from measures.filings.responses import (
    bound_form,
    is_script,
    keeps_all,
    own_filing,
    page,
    refused_page,
    saved_line,
    shown_period,
    tell_copies,
)
from measures.filings.unchanged import sent_page, unchanged_page
from measures.models import Evidence, Filing, KeptFile, Note, Period
from measures.rules.workflow import OPEN_TO_LIAISON

_SEEN = re.compile(r"(\d{1,18}):(\d{1,9})", re.ASCII)


@allowed_to(*ACTING, methods=SAFE)
def my_filings(request: UserRequest) -> HttpResponse:
    return page(request, shown_period(request))


@allowed_to(*ACTING, methods=POST)
@keeps_all
def filing_save(request: UserRequest, pk: int) -> HttpResponse:
    """Save a draft with its files; the autosave script gets a one-line response."""
    form = bound_form(request, own_filing(request, pk))
    if not form.is_valid():
        return refused_page(request, form)
    save(request, form)
    if is_script(request):
        return saved_line(request, form.filing)
    return redirect_with(
        request, f"已保存{form.filing.measure}的草稿，尚未提交。", page_with(form.filing)
    )


@allowed_to(*ACTING, methods=POST)
@keeps_all
def filing_submit(request: UserRequest, pk: int) -> HttpResponse:
    form = bound_form(request, own_filing(request, pk), is_final=True)
    if not form.is_valid():
        return refused_page(request, form)
    try:
        note = save(request, form, partial(actions.hand_in_note, is_sure=form.is_sure))
    except actions.UnmendedError as doubt:
        ask_once(form, str(doubt), "确认原样重新提交")
        return refused_page(request, form)
    except actions.UnconfirmedError as doubt:
        form.add_error("is_confirmed", str(doubt))
        form.carried = doubt.carried
        return refused_page(request, form)
    return redirect_with(
        request, f"{form.filing.measure}{_whither(note)}。", page_with(form.filing)
    )


@allowed_to(*ACTING, methods=POST)
@keeps_all
def filing_unchanged(request: UserRequest, pk: int) -> HttpResponse:
    form = bound_form(request, own_filing(request, pk), lacks_news=True)
    if not form.is_valid():
        return refused_page(request, form)
    drafts.report_unchanged(
        form.filing,
        by=request.user,
        content=form.content(),
        reason=form.words,
        revision=form.cleaned_data["revision"],
        at=now(),
    )
    return redirect_with(
        request, f"{form.filing.measure}已填为本期无新进展，尚未提交。", page_with(form.filing)
    )


@allowed_to(*ACTING, methods=POST)
def filing_withdraw(request: UserRequest, pk: int) -> HttpResponse:
    filing = own_filing(request, pk)
    actions.withdraw_note(filing, by=request.user, at=now())
    return redirect_with(
        request,
        f"已撤回{filing.measure}的填报，原版本保留，可继续修改后重新提交。",
        page_with(filing),
    )


@allowed_to(Perm.FILE, methods=SAFE + POST)
def filings_unchanged(request: UserRequest) -> HttpResponse:
    """Ask once to confirm the last period's problems and plans, then save all as drafts.

    Very many come page by page: each is saved before the next one is shown.
    """
    period, agencies = _period_sent(request), request.user.agencies_where(Perm.FILE)
    owed = owed_filings(agencies, period, on=localdate())
    is_sent = request.method == "POST"
    if is_sent:
        asked = sent_page(owed, request.POST)
    else:
        after = row_number(request.GET.get("after", ""))
        asked = unchanged_page(owed, after=after, by=request.user)
    if not is_sent or not asked.is_valid():
        context = {"period": period, "asked": asked, "several": len(agencies)}
        status = 422 if is_sent else 200
        return render(request, "measures/filings/unchanged.html", context, status=status)
    made = drafts.report_rest_unchanged(
        asked.confirmed(), by=request.user, reason=asked.reasons.words, at=now()
    )
    if made:
        messages.success(request, f"已将{len(made)}项填为本期无新进展，尚未提交。")
    else:
        messages.info(request, "没有勾选“本期无新进展”的事项，没有填入。")
    if asked.rest:
        return redirect(f"{request.path}?period={period.pk}&after={asked.last}")
    return redirect(f"{reverse('measures:my_filings')}?period={period.pk}")


@allowed_to(Perm.FILE, methods=POST)
def filings_submit(request: UserRequest) -> HttpResponse:
    """全部提交: submit all drafts that were ready on the page, in the revisions shown."""
    period, owed = _all_owed(request)
    found = {str(filing.pk): filing for filing in owed}
    sent = ",".join(request.POST.getlist("seen")).split(",")
    pairs = [match.groups() for one in sent if (match := _SEEN.fullmatch(one))]
    seen = {found[pk]: int(revision) for pk, revision in pairs if pk in found}
    _tell(request, submit_seen(seen, by=request.user, at=now()))
    return redirect(f"{reverse('measures:my_filings')}?period={period.pk}")


@allowed_to(Perm.READ, methods=GET)
def evidence(request: UserRequest, pk: int) -> FileResponse:
    """Send a file as a download, after checking its digest; never displayed in the page."""
    found = get_object_or_404(Evidence.objects.select_related("note__filing__measure"), pk=pk)
    reader = reader_for(request.user, on=localdate())
    if not reads_note_whole(reader, found.note.filing, found.note):
        raise Http404
    content = read_evidence(found)
    record_evidence_download(found, by=request.user, at=now())
    return attachment(content, found.name, "application/octet-stream")


@allowed_to(*ACTING, methods=POST)
def evidence_remove(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Evidence.objects.select_related("note__filing"), pk=pk)
    return _remove(request, found.note.filing_id, found=found)


@allowed_to(*ACTING, methods=POST)
@keeps_all
def kept_file_remove(request: UserRequest, pk: int, kept: int) -> HttpResponse:
    """Remove a kept file; text typed on a writable card is saved."""
    filing = own_filing(request, pk)
    row = get_object_or_404(KeptFile, pk=kept, uploaded_by=request.user, place=place_for(filing))
    remove_kept(filing, row, by=request.user, at=now())
    messages.success(request, f"已移除“{row.name}”。")
    form = bound_form(request, filing)
    if form.add_prefix("revision") in request.POST:
        if not form.is_valid():
            return refused_page(request, form)
        save(request, form)
    return redirect(page_with(filing))


@keeps_all
def _remove(request: UserRequest, pk: int, *, found: Evidence) -> HttpResponse:
    """Save the typed text if possible, and remove the file."""
    form = bound_form(request, own_filing(request, pk))
    is_sound = form.is_valid()
    if is_sound:
        save(request, form)
    remove_evidence(found, by=request.user, at=now())
    messages.success(request, f"已移除“{found.name}”。")
    return redirect(page_with(form.filing)) if is_sound else refused_page(request, form)


def save(
    request: UserRequest, form: NoteForm, action: Callable[..., Note] = drafts.save_note
) -> Note:
    """Save the form with the person's kept files.

    Adds messages about files already attached and about names that mention a grade of secrecy.
    """
    shown = form.add_prefix("kept") in request.POST  # the script does not send them
    waiting = kept_files(form.filing, by=request.user) if shown else []
    note = action(
        form.filing,
        by=request.user,
        content=form.content(),
        revision=form.cleaned_data["revision"],
        uploads=with_kept(waiting, form.cleaned_data["evidence"]),
        at=now(),
    )
    if waiting:
        forget_files(waiting)
    tell_copies(request, form)
    for name, word in form.marked_secret:
        messages.warning(
            request,
            f"“{name}”的文件名含有“{word}”。本系统为非涉密系统，如属涉密文件请立即移除，"
            "并按保密规定报告。",
        )
    return note


def _period_sent(request: UserRequest) -> Period:
    wanted = (request.POST if request.method == "POST" else request.GET).get("period", "")
    return get_object_or_404(Period.objects.visible_to(request.user), pk=row_number(wanted))


def _all_owed(request: UserRequest) -> tuple[Period, list[Filing]]:
    """Return the period sent, and the filings in it that the person's agencies may still write."""
    agencies, period = request.user.agencies_where(Perm.FILE), _period_sent(request)
    owed = Filing.objects.filter(period=period, state__in=OPEN_TO_LIAISON)
    owed = owed.owed_by([agency.pk for agency in agencies])
    return period, list(owed.select_related("measure", "period"))


def _tell(request: UserRequest, done: AtOnce) -> None:
    unchanged = sum(note.is_unchanged for note in done.went)
    if done.went:
        news = f"，其中无新进展{unchanged}项" if unchanged else ""
        messages.success(request, f"{len(done.went)}项{_whither(done.went[0])}{news}。")
    elif not done.stayed:
        messages.info(request, "没有填好待提交的项目，请先填写或按“本期无新进展”。")
    for filing, sentence in done.stayed:
        messages.warning(request, f"{filing.measure}没有提交：{sentence}")


def _whither(note: Note) -> str:
    if not note.left_at:
        return "已提交本单位审核"
    is_first = note.left_at == note.filing.first_submitted_at
    return "已补报市商务委" if is_first and note.filing.is_backfilled else "已报送市商务委"
