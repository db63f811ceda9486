"""Filling a gap of the notice, revising it, and taking that back: each needs two people.

A coordinator enters text or agencies with their source; a second person of the commission, who
wrote none of it, confirms or returns it.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.inbox.messages import settle_asked, tell
from agencies.models import Agency, User
from agencies.permissions import Perm, Role
from lib.errors import DomainError, demand_reason
from measures.access import eligible_agencies
from measures.bars import CONFIRMATION
from measures.choices import ChangeKind, ChangeState, GapKind, LeadBasis, MeasureMessage
from measures.filings.evidence import described, store
from measures.models import Gap, Measure, Notice, NoticeChange, NoticeChangeFile, Section
from measures.notice_changes.filling_gaps import apply_change, demand_may_take_back, take_back
from measures.notice_changes.revising import (
    apply_revision,
    demand_revision,
    take_back_revision,
)
from measures.requests.actions import record
from measures.rules.notice_changes import ChangeStep, demand_change_step, demand_whole
from measures.rules.uploads import Upload

FILLED = "这一处已经核定，请刷新页面查看最新状态。"
TAKING_BACK = "这一处正在办理撤销，请刷新页面查看最新状态。"


class Entry(NamedTuple):
    """What a person enters for a gap; only the content of the gap's kind is used."""

    title: str = ""
    text: Sequence[str] = ()
    agencies: Sequence[Agency] = ()  # in the order of the source, the lead first
    supporting: Sequence[Agency] = ()  # after them
    lead_basis: str = LeadBasis.FIRST_NAMED
    moves_closing: bool = False
    source_document: str = ""
    source_place: str = ""
    source_on: date | None = None
    holds_from: date | None = None  # the first day of a revision
    ends: bool = False  # the revision ends its measure


# The first person ---------------------------------------------------------------------------------


@transaction.atomic
def save_draft(gap: Gap, *, by: User, entry: Entry, at: datetime) -> NoticeChange:
    """Save what is entered so far; it may be incomplete.

    Raises PermissionDenied without KEEP_NOTICE, DomainError if the gap is filled or its change
    waits to be confirmed, ValidationError for values that constraints refuse.
    """
    change, step = _enter(gap, "save", by=by, entry=entry, at=at)
    change.full_clean(exclude=["entered_by", "decided_by"])
    change.save()
    record(change, step, by=by, at=at, sentence=f"保存{change}的草稿。")
    return change


@transaction.atomic
def submit_change(
    gap: Gap,
    *,
    by: User,
    entry: Entry,
    uploads: Iterable[Upload] = (),
    stored: list[str],
    at: datetime,
) -> NoticeChange:
    """Enter what fills a gap, with its source and a file, and ask a second person to confirm it.

    `stored` collects the names of written files (no_file_left_behind). Raises as save_draft;
    DomainError also if content, source or file is missing.
    """
    change, step = _enter(gap, "submit", by=by, entry=entry, at=at)
    named = (*entry.agencies, *entry.supporting) if change.is_rest else entry.agencies
    demand_whole(GapKind(gap.kind), title=change.title, text=change.text, agencies=named)
    _hand_in(change, step, uploads, by=by, at=at, stored=stored)
    return change


@transaction.atomic
def submit_revision(
    place: Measure | Section,
    *,
    by: User,
    entry: Entry,
    uploads: Iterable[Upload] = (),
    stored: list[str],
    at: datetime,
) -> NoticeChange:
    """Enter how a later document changes a measure, or a new measure of a section.

    The entry has the complete title, text and list that are effective from its day on. Raises as
    submit_change, and DomainError if nothing changes, a closed period covers the day, or the part
    to be changed is missing in the notice (revising.demand_revision).
    """
    by.demand(Perm.KEEP_NOTICE)
    _lock_notice(place.notice_id).demand_open()
    section = place if isinstance(place, Section) else None
    measure = place if isinstance(place, Measure) else None
    change = revision_in_hand(place) or NoticeChange(notice=place.notice)
    step = demand_change_step("submit", change.state_choice)
    change.measure, change.section = measure, section
    if section is not None:
        change.kind = ChangeKind.ADD
    else:
        change.kind = ChangeKind.END if entry.ends else ChangeKind.REVISE
    _write_source(change, by=by, entry=entry, at=at)
    if entry.holds_from is None:
        raise DomainError("请填写自哪一天起。")
    change.holds_from = entry.holds_from
    change.title, change.text = entry.title.strip(), list(entry.text)
    _write_list(change, None if entry.ends else entry)
    demand_revision(change, section)
    _hand_in(change, step, uploads, by=by, at=at, stored=stored)
    return change


def revision_in_hand(place: Measure | Section) -> NoticeChange | None:
    """Return the revision of a measure, or of a new one in a section, that is not confirmed yet."""
    opened = NoticeChange.objects.open().revisions().with_people()
    if isinstance(place, Section):
        return opened.filter(section=place).first()
    return opened.filter(measure=place, takes_back=None).first()


@transaction.atomic
def ask_take_back(change: NoticeChange, *, by: User, reason: str, at: datetime) -> NoticeChange:
    """Ask a second person to undo a confirmed change; return the new change that waits.

    Raises PermissionDenied without KEEP_NOTICE, DomainError if it is not in force, a period has
    closed since, it was changed again, or there is no reason.
    """
    by.demand(Perm.KEEP_NOTICE)
    change, reason = lock_change(change), demand_reason(reason, "撤销")
    change.notice.demand_open()
    demand_change_step("take_back", change.state_choice)
    demand_may_take_back(change)
    if NoticeChange.objects.open().filter(takes_back=change).exists():
        raise DomainError(TAKING_BACK)
    asked = NoticeChange(
        notice=change.notice,
        kind=ChangeKind.TAKE_BACK,
        gap=change.gap,
        measure=change.measure,
        takes_back=change,
        reason=reason,
        state=ChangeState.WAITING,
        writers=[by.pk],
        entered_by=by,
        entered_at=at,
    )
    asked.full_clean()
    asked.save()
    step = demand_change_step("submit", ChangeState.DRAFT)
    sentence = f"申请撤销{change}，请第二人确认：{reason}"
    record(asked, step, by=by, at=at, sentence=sentence, after={"reason": reason})
    _ask_second(asked, f"{by.name}申请撤销{change}，请确认或退回。", at=at)
    return asked


@transaction.atomic
def withdraw_change(change: NoticeChange, *, by: User, at: datetime) -> NoticeChange:
    """Withdraw a change to a draft before it is confirmed; one that undoes another is dropped.

    Raises PermissionDenied without KEEP_NOTICE, DomainError if it does not wait any more.
    """
    by.demand(Perm.KEEP_NOTICE)
    change = lock_change(change)
    step = demand_change_step("withdraw", change.state_choice)
    change.state = ChangeState.DROPPED if change.is_taking_back else ChangeState.DRAFT
    change.save(update_fields=["state"])
    _settle(change, at)
    record(change, step, by=by, at=at, sentence=f"撤回待确认的{change}。")
    return change


@transaction.atomic
def drop_change(change: NoticeChange, *, by: User, at: datetime) -> NoticeChange:
    """Drop a draft or a returned change; the notice does not change.

    Raises as withdraw_change.
    """
    by.demand(Perm.KEEP_NOTICE)
    change = lock_change(change)
    step = demand_change_step("drop", change.state_choice)
    change.state = ChangeState.DROPPED
    change.save(update_fields=["state"])
    record(change, step, by=by, at=at, sentence=f"放弃{change}。")
    return change


# The second person --------------------------------------------------------------------------------


@transaction.atomic
def return_change(change: NoticeChange, *, by: User, note: str, at: datetime) -> NoticeChange:
    """Return a change to the person who entered it, with a reason.

    Raises PermissionDenied for people who wrote it and for all but the commission's coordinators
    and chiefs, DomainError if it does not wait any more or there is no reason.
    """
    change, step = _lock_as_second(change, "return", by=by)
    note = demand_reason(note, step.label)
    change.state, change.decided_by, change.decided_at = ChangeState.RETURNED, by, at
    change.decision_note = note
    change.full_clean(exclude=["entered_by"])
    change.save()
    _settle(change, at)
    sentence = f"退回{change}：{note}"
    record(change, step, by=by, at=at, sentence=sentence, after={"decision_note": note})
    _tell_writer(change, f"{by.name}退回了您录入的{change}：{note}", by=by, at=at)
    return change


@transaction.atomic
def confirm_change(change: NoticeChange, *, by: User, at: datetime) -> NoticeChange:
    """Confirm a change: the notice's text, its agencies and their filings change at once.

    Raises PermissionDenied as return_change, DomainError if it does not wait any more, an agency
    has ended, or it would undo a change that can no longer be undone.
    """
    change, step = _lock_as_second(change, "confirm", by=by)
    change.state, change.decided_by, change.decided_at = step.target or change.state, by, at
    if change.takes_back is not None:
        undone = lock_change(change.takes_back)
        undo = take_back_revision if undone.is_revision else take_back
        undo(undone, reason=change.reason, by=by, at=at)
        undone.state = ChangeState.TAKEN_BACK
        undone.save(update_fields=["state"])
        after: dict[str, object] = {}
        sentence = f"确认撤销{undone}：{change.reason}"
    else:
        since = max(localdate(at), change.holds_from or localdate(at))
        agencies = _demand_agencies(change.agency_ids, on=since)
        apply = apply_revision if change.is_revision else apply_change
        after = apply(change, agencies, by=by, at=at)
        sentence = f"确认{change}：依据{change.source}"
    change.full_clean(exclude=["entered_by"])
    change.save()
    _settle(change, at)
    after = {**after, **_content_of(change)}
    record(change, step, by=by, at=at, sentence=sentence, before=change.before, after=after)
    _tell_writer(change, f"{by.name}确认了您录入的{change}。", by=by, at=at)
    return change


@transaction.atomic
def record_file_download(file: NoticeChangeFile, *, by: User, at: datetime) -> None:
    change = file.change
    after = {"name": file.name, "size": file.size, "sha256": file.sha256}
    trail.record(
        "notice_change.download",
        change.event_target,
        by=by,
        at=at,
        sentence=f"下载{change}的“{file.name}”。",
        after=after,
    )


# Helpers ------------------------------------------------------------------------------------------


def lock_change(change: NoticeChange) -> NoticeChange:
    """Lock the notice and the change; return it. So a notice has one change at a time."""
    _lock_notice(change.notice_id)
    rows: QuerySet[NoticeChange] = NoticeChange.objects.with_people()
    found = rows.select_for_update(of=("self",), no_key=True).get(pk=change.pk)
    if found.measure is not None:
        found.measure.notice = found.notice
    return found


def _lock_notice(pk: int) -> Notice:
    return Notice.objects.select_for_update(no_key=True).get(pk=pk)


def _lock_as_second(
    change: NoticeChange, name: str, *, by: User
) -> tuple[NoticeChange, ChangeStep]:
    """Lock the change, check the person, whatever its state, then the step; return both."""
    change = lock_change(change)
    CONFIRMATION.demand(change, by)
    return change, demand_change_step(name, change.state_choice)


def _enter(
    gap: Gap, name: str, *, by: User, entry: Entry, at: datetime
) -> tuple[NoticeChange, ChangeStep]:
    """Return the gap's open change, or a new one, with what was entered; not saved."""
    by.demand(Perm.KEEP_NOTICE)
    _lock_notice(gap.notice_id).demand_open()
    gap.refresh_from_db()
    if gap.confirmed_at is not None:
        raise DomainError(FILLED)
    rows = NoticeChange.objects.open().filter(gap=gap).select_for_update(no_key=True)
    change = rows.first()
    if change is None:
        change = NoticeChange(
            notice=gap.notice, gap=gap, measure=gap.measure, entered_by=by, entered_at=at
        )
    change.gap = gap  # with its place, as the caller has it
    step = demand_change_step(name, change.state_choice)
    _write_source(change, by=by, entry=entry, at=at)
    change.title = entry.title.strip() if gap.kind == GapKind.TITLE else ""
    change.text = list(entry.text) if gap.kind == GapKind.TEXT else []
    _write_list(change, entry if gap.is_list else None)
    change.moves_closing = gap.is_list and entry.moves_closing
    return change, step


def _write_source(change: NoticeChange, *, by: User, entry: Entry, at: datetime) -> None:
    change.entered_by, change.entered_at = by, at
    change.writers = sorted({*change.writers, by.pk})
    change.source_document = entry.source_document.strip()
    change.source_place = entry.source_place.strip()
    change.source_on = entry.source_on


def _write_list(change: NoticeChange, entry: Entry | None) -> None:
    """Set who is responsible and who supports; nobody without an entry."""
    change.support_ids = [one.pk for one in entry.supporting] if entry else []
    named = [one.pk for one in entry.agencies] if entry else []
    change.agency_ids = named + change.support_ids
    change.lead_basis = entry.lead_basis if entry and not change.is_rest else ""


def _hand_in(
    change: NoticeChange,
    step: ChangeStep,
    uploads: Iterable[Upload],
    *,
    by: User,
    at: datetime,
    stored: list[str],
) -> None:
    """Save a change with its files, and ask the second person to confirm it."""
    change.state = ChangeState.WAITING
    change.decided_by = change.decided_at = None
    change.decision_note = ""
    change.full_clean(exclude=["entered_by", "decided_by"])
    change.save()
    names = _attach(change, uploads, by=by, at=at, stored=stored)
    sentence = f"录入{change}，请第二人确认：{change.source}"
    after = {**_content_of(change), "files": names, "basis": change.source}
    record(change, step, by=by, at=at, sentence=sentence, after=after)
    _ask_second(change, f"{by.name}提交了{change}，请核对来源后确认或退回。", at=at)


def _demand_agencies(ids: Sequence[int], *, on: date) -> list[Agency]:
    """Return the agencies in the source's order. Raises DomainError if one has ended."""
    there = {agency.pk: agency for agency in eligible_agencies(on=on)} if ids else {}
    if gone := [pk for pk in ids if pk not in there]:
        names = "、".join(Agency.objects.filter(pk__in=gone).values_list("short_name", flat=True))
        raise DomainError(f"{names}在{on:%Y-%m-%d}不存在，请退回后改选承接单位。")
    return [there[pk] for pk in ids]


def _attach(
    change: NoticeChange, uploads: Iterable[Upload], *, by: User, at: datetime, stored: list[str]
) -> list[str]:
    """Write the files; return the names of all the change's files."""
    there = {row.sha256: row.name for row in change.files.all()}
    for upload in uploads:
        row = described(NoticeChangeFile(change=change), upload, by=by, at=at)
        if row.sha256 in there:
            continue
        row.file.name = store(upload, stored)
        row.full_clean(exclude=["file"])
        row.save(force_insert=True)
        there[row.sha256] = row.name
    if not there:
        raise DomainError("须上传证明材料，例如公布文本该页的扫描件，请至少上传一份。")
    if len(there) > settings.EVIDENCE_PER_NOTE:
        raise DomainError(f"最多上传{settings.EVIDENCE_PER_NOTE}份证明材料，请合并后再上传。")
    return list(there.values())


def _content_of(change: NoticeChange) -> dict[str, object]:
    """Return what was entered, as text, for the event."""
    names = dict(Agency.objects.filter(pk__in=change.agency_ids).values_list("pk", "short_name"))
    content = {
        "title": change.title,
        "text": "\n".join(change.text),
        "agencies": [
            names[pk] + "（配合）" * (pk in change.support_ids)
            for pk in change.agency_ids
            if pk in names
        ],
    }
    return {name: value for name, value in content.items() if value}


def page_of(change: NoticeChange) -> str:
    """Return the URL of the page that shows a change: its gap's, or its own."""
    if change.gap_id is not None:
        return reverse("measures:gap", args=[change.gap_id])
    return reverse("measures:change", args=[change.pk])


def _ask_second(change: NoticeChange, sentence: str, *, at: datetime) -> None:
    people = User.objects.holding(Role.COORDINATOR, Role.CHIEF, on=localdate(at))
    asked = people.exclude(pk__in=change.writers)
    tell(asked, kind=MeasureMessage.CONFIRMATION, sentence=sentence, url=page_of(change), at=at)


def _settle(change: NoticeChange, at: datetime) -> None:
    settle_asked(MeasureMessage.CONFIRMATION, url=page_of(change), at=at)


def _tell_writer(change: NoticeChange, sentence: str, *, by: User, at: datetime) -> None:
    people = User.objects.active().filter(pk__in=change.writers).exclude(pk=by.pk)
    tell(people, kind=MeasureMessage.NOTICE_CHANGE, sentence=sentence, url=page_of(change), at=at)
