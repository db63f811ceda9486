"""修订: the list of revisions by later documents, entering one, and one with its differences."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now

from agencies.guards import SAFE, allowed_to
from agencies.models import Agency
from agencies.permissions import Perm
from lib.chinese import listed
from lib.diff import MarkedText, marked_parts
from lib.forms import form_page, submit
from lib.http import UserRequest
from measures.access import eligible_agencies
from measures.choices import ChangeKind, ChangeState, ResponsibilityRole
from measures.chosen_notice import notice_choice, turn_to
from measures.fields import ReasonForm
from measures.filings.evidence import (
    forget_files,
    keep_files,
    kept_files,
    no_file_left_behind,
    remove_kept,
    with_kept,
)
from measures.models import KeptFile, Measure, NoticeChange, NoticeChangeFile, Section
from measures.notice_changes.actions import page_of, revision_in_hand, submit_revision
from measures.notice_changes.consequences import FilingConsequence, consequences_of, follow_from
from measures.notice_changes.forms import LISTS, DecideForm, RevisionForm
from measures.notice_changes.page import acts_for
from measures.notice_changes.revising import current_roles, open_roles, rows_of

FORM = "revise-"  # beside the request to close the same measure
LISTED_MOST = 200
PER_PAGE = 100  # measures that may be revised


class Words(NamedTuple):
    title: str = ""
    text: str = ""
    agencies: str = ""


class RevisionPage(NamedTuple):
    change: NoticeChange
    shown: NoticeChange  # the change with the content: for an undoing, the one it undoes
    before: Words
    after: Words
    parts: list[MarkedText]  # those that differ, from the old text to the new one
    files: list[NoticeChangeFile]
    consequences: list[FilingConsequence] | None  # of a waiting one, in each open period


def revision_page_of(change: NoticeChange, *, on: date) -> RevisionPage:
    shown = change.takes_back or change
    before, after = _before(shown, on), _after(shown, on)
    if shown.kind == ChangeKind.END:
        after = before
    labels = ("标题", "正文", "责任单位")
    parts = marked_parts(zip(labels, before, after, strict=True))
    files, changed = list(shown.files.all()), [one for one in parts if one.is_changed]
    consequences = consequences_of(change, on=on) if change.is_waiting else None
    return RevisionPage(change, shown, before, after, changed, files, consequences)


def _before(change: NoticeChange, on: date) -> Words:
    """Return the texts before the revision; for a waiting one, the measure's current ones."""
    measure, kept = change.measure, change.before
    if change.kind == ChangeKind.ADD or measure is None:
        return Words()
    ids, roles = _listed_before(change, measure)
    title, text = kept.get("title", measure.title), kept.get("text", measure.text)
    return Words(title, "\n".join(text), _named(ids, roles, on))


def _after(change: NoticeChange, on: date) -> Words:
    named = _named(change.agency_ids, change.roles, on)
    return Words(change.title, "\n".join(change.text), named)


def _listed_before(change: NoticeChange, measure: Measure) -> tuple[list[int], dict[int, str]]:
    """Return the agencies before the revision in order, and the role of each."""
    kept = change.before
    rows = kept["rows"] if "agency_ids" in kept else rows_of(measure)
    ids = kept["agency_ids"] if "agency_ids" in kept else [*current_roles(measure)]
    return ids, open_roles(rows)


def _named(ids: Sequence[int], roles: Mapping[int, str], on: date) -> str:
    """Return 市商务委（牵头）、重庆海关（责任）: with roles, which a revision may change."""
    found = Agency.objects.named(on=on).in_bulk(ids) if ids else {}
    return listed(
        f"{found[pk].name_then or found[pk].short_name}{_role_word(roles.get(pk))}"
        for pk in ids
        if pk in found
    )


def _role_word(role: str | None) -> str:
    return f"（{ResponsibilityRole(role).short}）" if role else ""


@allowed_to(Perm.READ, methods=SAFE)
def revisions(request: UserRequest) -> HttpResponse:
    """List revisions, newest first; ?state= filters."""
    state = request.GET.get("state", "")
    notice = notice_choice(request).pk
    found = NoticeChange.objects.visible_to(request.user).revisions().with_people()
    found = found.filter(notice=notice)
    found = found.filter(state=state) if state in ChangeState.values else found
    may_keep = request.user.can(Perm.KEEP_NOTICE)
    measures = Measure.objects.filter(notice=notice, completed_on=None).defer("text")
    pages = Paginator(measures.order_by("ordinal"), PER_PAGE)
    context = {
        "changes": list(found[:LISTED_MOST]),
        "is_narrow": state in ChangeState.values,
        "may_keep": may_keep,
        "measures": pages.get_page(request.GET.get("page")) if may_keep else None,
        "sections": Section.objects.filter(notice=notice) if may_keep else (),
    }
    return render(request, "measures/notice_changes/revisions.html", context)


@allowed_to(Perm.READ, methods=SAFE)
def change(request: UserRequest, pk: int) -> HttpResponse:
    rows = NoticeChange.objects.visible_to(request.user).with_people()
    found = get_object_or_404(rows, pk=pk)
    return redirect(page_of(found)) if found.gap_id else revision_page(request, found)


@allowed_to(Perm.KEEP_NOTICE)
def revise(request: UserRequest, pk: int) -> HttpResponse:
    """Enter how a later document changes a measure."""
    rows = Measure.objects.visible_to(request.user).select_related("notice", "section")
    return _entry(request, get_object_or_404(rows, pk=pk))


@allowed_to(Perm.KEEP_NOTICE)
def measure_add(request: UserRequest, pk: int) -> HttpResponse:
    """Enter a measure that a later document adds to a section."""
    return _entry(request, get_object_or_404(Section.objects.select_related("notice"), pk=pk))


def revision_page(
    request: UserRequest,
    found: NoticeChange,
    *,
    decide_form: DecideForm | None = None,
    take_back_form: ReasonForm | None = None,
) -> HttpResponse:
    turn_to(request, found.notice_id)
    context = {
        "page": revision_page_of(found, on=localdate()),
        **acts_for(request.user, found, decide_form, take_back_form),
    }
    forms = (decide_form, take_back_form)
    return form_page(request, "measures/notice_changes/revision.html", context, *forms)


def _entry(request: UserRequest, place: Measure | Section) -> HttpResponse:
    user = request.user
    turn_to(request, place.notice_id)
    found = revision_in_hand(place)
    if found is not None and found.is_waiting:
        return redirect(page_of(found))
    kept = kept_files(place, by=user, form=FORM)
    files = list(found.files.all()) if found else []
    options: dict[str, Any] = {
        "place": place,
        "change": found,
        "agencies": eligible_agencies(on=localdate()),
        "behind": len(files) + len(kept),
    }
    context: dict[str, Any] = {
        "place": place,
        "is_new": isinstance(place, Section),
        "change": found,
    }
    context |= {"files": files, "consequences": None}
    typed_in = (request.POST, request.FILES) if request.method == "POST" else ()
    form = RevisionForm(*typed_in, **options)
    is_asking = bool({"remove_kept", "preview"} & request.POST.keys())
    if not is_asking:
        made = submit(request, form, lambda: _enter(request, place, form, kept))
        if made is not None:
            messages.success(request, "已提交，请第二人确认。")
            return redirect(page_of(made))
    if typed_in:
        context["consequences"] = _consequences(place, form)
        keep_files(place, form.fit_uploads, by=user, at=now(), form=FORM)
    if is_asking:
        _remove(request, place, kept)
        typed = request.POST.dict() | {name: request.POST.getlist(name) for name in LISTS}
        form = RevisionForm(initial=typed, **options)
    context |= {"form": form, "kept": kept_files(place, by=user, form=FORM)}
    return form_page(request, "measures/notice_changes/revise.html", context, form)


def _consequences(place: Measure | Section, form: RevisionForm) -> list[FilingConsequence] | None:
    """Return the effects of the form's agencies and first day, as far as they are valid."""
    roles, since = form.roles_since()
    if roles is None or since is None:
        return None
    measure = place if isinstance(place, Measure) else Measure(notice=place.notice)
    return follow_from(measure, roles, since, on=localdate())


def _enter(
    request: UserRequest, place: Measure | Section, form: RevisionForm, kept: list[KeptFile]
) -> NoticeChange:
    with no_file_left_behind() as stored:
        made = submit_revision(
            place,
            by=request.user,
            entry=form.entry(),
            uploads=with_kept(kept, form.cleaned_data["evidence"]),
            stored=stored,
            at=now(),
        )
    forget_files(kept)
    return made


def _remove(request: UserRequest, place: Measure | Section, kept: list[KeptFile]) -> None:
    for row in kept:
        if str(row.pk) == request.POST.get("remove_kept"):
            remove_kept(place, row, by=request.user, at=now())
