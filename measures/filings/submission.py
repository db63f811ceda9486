"""The filing agency's actions: submit, approve inside the agency, withdraw."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby

from django.db import transaction
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.models import Agency, User
from agencies.permissions import Perm
from lib.errors import DomainError, StaleError
from measures.choices import Decision, FilingState, MeasureMessage
from measures.filings.card import Carried, carried_in, newest_and_last
from measures.filings.content import (
    WRITTEN_FIELDS,
    copied,
    corrects_nothing,
    keep,
    repeated_in,
    saved_entry,
    says_same,
    worded,
)
from measures.filings.evidence import attach, no_file_left_behind
from measures.filings.figures import demand_figures
from measures.filings.locking import (
    demand_newest,
    demand_step,
    last_decision,
    lock_all,
    move,
    take,
    tell_filers,
    tell_next,
)
from measures.models import Filing, Note, Review, Workday
from measures.rules.notes import to_confirm
from measures.rules.periods import mend_by
from measures.rules.uploads import Upload
from measures.rules.workflow import STEPS

# Its words may be changed in the same step.
HANDED_IN_FIELDS = (*WRITTEN_FIELDS, "submitted_by", "submitted_at", "left_at")


class UnconfirmedError(DomainError):
    """Repeated text of an earlier period is not confirmed or changed yet: `carried`."""

    def __init__(self, sentence: str, carried: list[Carried]) -> None:
        super().__init__(sentence)
        self.carried = carried


class UnmendedError(DomainError):
    """A returned note is submitted again unchanged and unanswered, or a correction is unchanged."""


@transaction.atomic
def submit_note(
    filing: Filing,
    *,
    by: User,
    revision: int | None = None,
    is_sure: bool = False,
    calls: bool = True,
    at: datetime,
) -> Note:
    """Submit the draft: to the agency's own head if the agency requires it, else to the commission.

    Raises DomainError if there is no draft, it is empty, or repeated text is not confirmed;
    UnmendedError if it repeats the returned note or the note it should correct, unless `is_sure`;
    StaleError if it was saved after the `revision` seen (None: submit it as it is now).
    `calls`: whether to notify the next person; else the caller does.
    """
    (filing,) = lock_all([filing.pk])
    demand_step(filing, _hand_in_step(filing), by=by)
    newest, last = newest_and_last(filing)
    note = _demand_words(filing, newest)
    if revision not in (None, note.revision):
        raise StaleError(f"{filing.measure}在您打开页面后又有保存，请查看后再提交。")
    entry = _hand_in(filing, note, by=by, is_sure=is_sure, last=last, at=at)
    trail.record_all([entry], by=by, at=at)
    if calls:
        tell_next(filing, at)
    return note


@transaction.atomic
def hand_in_note(
    filing: Filing,
    *,
    by: User,
    content: Mapping[str, object],
    revision: int,
    uploads: Sequence[Upload] = (),
    is_sure: bool = False,
    at: datetime,
) -> Note:
    """Save typed content and submit it, both or neither. Raises as save_note and submit_note."""
    filing, _ = take(filing, "save", by=by)
    earlier, last = newest_and_last(filing)
    said = worded(filing, earlier, by=by, content=content, revision=revision, last=last, at=at)
    note = _demand_words(filing, said or earlier)
    entries = [saved_entry(said)] if said else []
    with no_file_left_behind() as stored:
        begins = said is not None and (said.pk is None and earlier or said.figures_wanted)
        if uploads or begins:
            # Save it as a draft first: evidence and figures of a submitted note are frozen.
            keep(note, earlier)
            trail.record_all(entries, by=by, at=at)
            attach(note, uploads, by=by, at=at, stored=stored)
            entries = []
        entries.append(_hand_in(filing, note, by=by, is_sure=is_sure, last=last, at=at))
    trail.record_all(entries, by=by, at=at)
    tell_next(filing, at)
    return note


def _demand_words(filing: Filing, note: Note | None) -> Note:
    if note is None or not note.progress.strip():
        raise DomainError(f"{filing.measure}尚未填写进展情况，请填写后再提交。")
    return note


def _demand_confirmed(filing: Filing, note: Note, last: Filing | None, on: date) -> None:
    """Check again: the draft may repeat a note accepted after the draft was saved."""
    names = repeated_in(note, filing, last)
    open_ = to_confirm(names, confirmed=note.carried if note.is_confirmed else ())
    if not open_ or last is None:
        return
    carried = carried_in(note, names, filing.period, last, on=on)
    asked = [one for one in carried if one.name in open_]
    parts = [
        f"{'、'.join(one.label for one in alike)}{likeness}"
        for likeness, alike in groupby(asked, key=lambda one: one.likeness)
    ]
    raise UnconfirmedError(
        f"{filing.measure}的{'，'.join(parts)}，请核对：仍适用的请确认，否则请修改。", carried
    )


def _unmended(filing: Filing, note: Note) -> Note | None:
    """Return the returned version that a draft repeats without a change; None if changed."""
    last = last_decision(filing) if note.version > 1 else None
    if last is None or last.decision != Decision.RETURN or not says_same(note, last.note):
        return None
    return last.note


def _demand_change(filing: Filing, note: Note, repeated: Note | None) -> None:
    if repeated is not None and not note.answer:
        raise UnmendedError(
            f"{filing.measure}与退回的第{repeated.version}版完全相同，"
            "请修改，或在“对退回意见的答复”中说明。"
        )
    if corrects_nothing(note, filing) and (accepted := filing.accepted_note):
        raise UnmendedError(
            f"{filing.measure}的更正与已通过的第{accepted.version}版完全相同，"
            "请修改；不须更正的，请放弃更正。"
        )


def _hand_in(
    filing: Filing, note: Note, *, by: User, is_sure: bool, last: Filing | None, at: datetime
) -> trail.AuditEntry:
    """Mark a draft as submitted and move the filing; return the event."""
    filing.period.notice.demand_open()
    demand_figures(filing, note)
    _demand_confirmed(filing, note, last, localdate(at))
    repeated = _unmended(filing, note)
    if not is_sure:
        _demand_change(filing, note, repeated)
    step = STEPS[_hand_in_step(filing)]
    is_inner = step.target == FilingState.IN_AGENCY
    note.submitted_by, note.submitted_at, note.left_at = by, at, None if is_inner else at
    note.save_checked(update_fields=None if note.pk is None else HANDED_IN_FIELDS)
    move(filing, step, at=at)
    return trail.AuditEntry(
        "filing.submit",
        filing,
        f"{'提交本单位审核' if is_inner else _handed_in_word(filing)}{filing}第{note.version}版"
        f"{f'，与退回的第{repeated.version}版相同' if repeated else ''}。",
        after={"state": filing.state, "version": note.version},
    )


def _handed_in_word(filing: Filing) -> str:
    """Return 补报 if it is first submitted after its period has closed, else 报送."""
    return "补报" if filing.is_backfilled else "报送"


def _hand_in_step(filing: Filing) -> str:
    return "hand_in" if filing.agency.needs_inner_approval else "submit"


@transaction.atomic
def approve_note(
    filing: Filing, *, by: User, seen: int | None = None, calls: bool = True, at: datetime
) -> Note:
    """Approve a note, as the agency's head, for submission to the commission; never an own note.

    `calls`: whether to notify the next person; else the caller does.
    """
    filing, step = take(filing, "approve", by=by, seen=seen)
    note = demand_newest(filing)
    _bar_own(note, by)
    note.approved_by, note.left_at = by, at
    note.save(update_fields=["approved_by", "left_at"])
    move(filing, step, at=at)
    trail.record(
        "filing.approve",
        filing,
        by=by,
        at=at,
        sentence=f"同意{_handed_in_word(filing)}{filing}第{note.version}版。",
        after={"state": filing.state},
    )
    if calls:
        tell_next(filing, at)
    return note


@transaction.atomic
def send_back_note(
    filing: Filing, *, by: User, comment: str, seen: int | None = None, at: datetime
) -> Review:
    """Return the note, as the agency's head, to its author with a comment."""
    filing, step = take(filing, "send_back", by=by, seen=seen)
    note = demand_newest(filing)
    _bar_own(note, by)
    comment = comment.strip()
    review = Review(
        note=note,
        begun_by=by,
        begun_at=at,
        decided_by=by,
        decided_at=at,
        decision=Decision.RETURN,
        comment=comment,
    )
    review.save_checked()
    if filing.first_submitted_at is None or filing.mend_by is None:
        # A day set by the commission stays, however often the note is sent back inside the agency.
        filing.mend_by = mend_by(localdate(at), Workday.objects.as_calendar())
    move(filing, step, at=at)
    trail.record(
        "filing.send_back",
        filing,
        by=by,
        at=at,
        sentence=f"本单位退回{filing}第{note.version}版：{comment}",
        after={"state": filing.state, "comment": comment},
    )
    tell_filers(filing, MeasureMessage.RETURNED, f"本单位领导退回{filing.measure}：{comment}", at)
    return review


@transaction.atomic
def withdraw_note(filing: Filing, *, by: User, at: datetime) -> Note:
    """Withdraw a submitted note, until its review has begun; the next version is a copy of it."""
    filing, step = take(filing, "withdraw", by=by)
    note = demand_newest(filing)
    if Review.objects.filter(note=note).exists():
        raise DomainError("市商务委已开始审核，不能撤回；需要修改的，可以留言请审核人放回或退回。")
    if by.pk not in (note.author_id, note.submitted_by_id):
        raise DomainError("只有填写人或提交人可以撤回。")
    copy = copied(note, by=by, at=at)
    filing.mend_by = _still_to_mend(filing)
    move(filing, step, at=at)
    trail.record(
        "filing.withdraw",
        filing,
        by=by,
        at=at,
        sentence=f"撤回{filing}第{note.version}版，另存为第{copy.version}版草稿。",
        after={"state": filing.state},
    )
    return copy


def _still_to_mend(filing: Filing) -> date | None:
    """Return the day by which the commission's last return must be corrected; for withdrawals."""
    last = last_decision(filing, note__left_at__isnull=False)
    if last is None or last.decision != Decision.RETURN or last.decided_at is None:
        return None
    return mend_by(localdate(last.decided_at), Workday.objects.as_calendar())


@transaction.atomic
def set_inner_approval(agency: Agency, *, by: User, needed: bool, at: datetime) -> Agency:
    """Switch inner approval on or off, as the agency's head; submitted notes are not affected."""
    by.demand(Perm.APPROVE_IN_AGENCY, agency.pk)
    agency = Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    before = {"needs_inner_approval": agency.needs_inner_approval}
    agency.needs_inner_approval = needed
    agency.save(update_fields=["needs_inner_approval"])
    trail.record(
        "agency.inner_approval",
        agency,
        by=by,
        at=at,
        sentence=f"{agency}{'启用' if needed else '停用'}报送前本单位审核。",
        before=before,
        after={"needs_inner_approval": needed},
    )
    return agency


def _bar_own(note: Note, by: User) -> None:
    if by.pk in (note.author_id, note.submitted_by_id):
        raise DomainError(
            "不能审核本人填写或提交的进展，请本单位其他分管领导办理；"
            "没有其他分管领导的，可以撤回，停用报送前审核后直接报送。"
        )
