"""Writing on a draft: what was typed, or that there is nothing new."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from agencies import audit
from agencies.models import User
from measures.actions.evidence import (
    Upload,
    attach,
    carry_all,
    carry_evidence,
    no_file_left_behind,
)
from measures.actions.figures import (
    Said,
    carry_all_figures,
    carry_figures,
    figures_of,
    recorded,
    without_blanks,
    write_figures,
)
from measures.actions.lights import refresh_lights_by_id
from measures.actions.taking import (
    bears_on_light,
    demand_open,
    move,
    newest_of,
    next_number,
    take,
    take_all,
)
from measures.choices import FilingState
from measures.desk import previous_of
from measures.models import Filing, Note
from measures.models.checks import sentence_of
from measures.rules.unchanged import carried_over, claims_at_start
from policy_tracker.lib.errors import DomainError, StaleError

NOTE_FIELDS = (
    "progress",
    "problems",
    "next_steps",
    "help_needed",
    "claimed_stage",
    "claimed_percent",
    "confidence",
    "confidence_reason",
)
# What the next version takes from the one it begins from.
COPIED_FIELDS = (*NOTE_FIELDS, "is_unchanged", "unchanged_reason", "correction_reason")
# What a save writes, and what it need not ask for again: the filing is locked, people signed in.
WRITTEN_FIELDS = (
    *NOTE_FIELDS,
    "is_unchanged",
    "unchanged_reason",
    "author",
    "saved_at",
    "revision",
)
SURE = ("filing", "author", "submitted_by", "approved_by", "dropped_by")
BATCH = 500


@transaction.atomic
def save_note(
    filing: Filing,
    *,
    by: User,
    content: Mapping[str, object],
    revision: int,
    uploads: Sequence[Upload] = (),
    at: datetime,
) -> Note:
    """Save a draft: the version in hand, or the next one where the last was handed in.

    `content` has NOTE_FIELDS, `unchanged_reason` where it says 本期无新进展, and `figures` by
    indicator (measures.actions.figures; without the key they stay as they are); `revision` is the
    count of saves the writer has seen (0: none); `uploads` are put behind it. Saving what stands
    there already changes nothing, so that a saving may be sent again whose answer was lost.
    Raises DomainError where the state or the closed period bars it, StaleError where somebody
    else saved in between, PermissionDenied for people of other agencies.
    """
    with no_file_left_behind() as stored:
        note = write(filing, by=by, content=content, revision=revision, at=at)
        attach(note, uploads, by=by, at=at, stored=stored)
    return note


@transaction.atomic
def report_unchanged(
    filing: Filing,
    *,
    by: User,
    content: Mapping[str, object],
    reason: str,
    revision: int,
    at: datetime,
) -> Note:
    """Save a draft that says 本期无新进展 with its reason; one's own words must not be lost by it.

    `content` has NOTE_FIELDS; problems, next steps and help needed that were left empty are
    carried over from the last accepted note. Raises as save_note, and DomainError without a
    reason or where progress is written already.
    """
    filing, _ = take(filing, "save", by=by)
    reason = reason.strip()
    if not reason:
        raise DomainError("本期无新进展须写明原因，请选择或填写后再保存。")
    if str(content["progress"]).strip():
        raise DomainError(f"{filing.measure}已填写进展情况；如确无新进展，请先清空再保存。")
    said = carried_over(content, _said(previous_of(filing)), reason=reason)
    return save_note(filing, by=by, content=said, revision=revision, at=at)


@transaction.atomic
def report_rest_unchanged(
    filings: Iterable[Filing], *, by: User, reason: str, at: datetime
) -> list[Note]:
    """Say 本期无新进展 of all on which nobody has written yet; the others are left as they are."""
    made = []
    for filing in sorted(filings, key=lambda one: one.pk):
        filing, _ = take(filing, "save", by=by)
        if newest_of(filing) is None:
            claims = claims_at_start(_said(previous_of(filing)), stage=filing.measure.stage)
            content = dict.fromkeys(NOTE_FIELDS[:4], "") | claims
            made.append(
                report_unchanged(filing, by=by, content=content, reason=reason, revision=0, at=at)
            )
    return made


class Wanted(NamedTuple):
    """What somebody wants saved on one filing, and how many saves of it they have seen."""

    filing: Filing
    content: Mapping[str, object]
    revision: int


@transaction.atomic
def save_notes(wanted: Sequence[Wanted], *, by: User, at: datetime) -> list[Note]:
    """Save several drafts by the rules of save_note, all or none, in a handful of statements.

    What stands there already is not written again, and figures stay as they are. Raises as
    save_note; ValidationError names the filing.
    """
    found = {one.filing.pk: one for one in wanted}
    filings = take_all(found, "save", by=by)
    standing = _newest_of_all(filings)
    written: list[Note] = []
    begun: dict[int, Note] = {}
    for filing in filings:
        demand_open(filing)
        earlier = standing.get(filing.pk)
        one = found[filing.pk]
        note = worded(filing, earlier, by=by, content=one.content, revision=one.revision, at=at)
        if note is not None:
            note.clean_fields(exclude=SURE)
            written.append(note)
            if note.pk is None and earlier is not None:
                begun[earlier.pk] = note
    _write_all(written)
    carry_all(begun)
    carry_all_figures(begun)
    _draft_all([note.filing for note in written], at)
    audit.record_all([saved_entry(note) for note in written], by=by, at=at)
    return written


def write(
    filing: Filing, *, by: User, content: Mapping[str, object], revision: int, at: datetime
) -> Note:
    """The words of save_note, as a part of a verb: inside its transaction."""
    filing, step = take(filing, "save", by=by)
    demand_open(filing)
    earlier = newest_of(filing)
    note = worded(filing, earlier, by=by, content=content, revision=revision, at=at)
    if note is None:
        assert earlier is not None  # it says so already
        return earlier
    keep(note, earlier)
    move(filing, step, at=at)
    audit.record_all([saved_entry(note)], by=by, at=at)
    return note


def worded(
    filing: Filing,
    earlier: Note | None,
    *,
    by: User,
    content: Mapping[str, object],
    revision: int,
    at: datetime,
) -> Note | None:
    """The draft with what was typed, not written yet; None where it says so already.

    `earlier` is the version in hand. Raises StaleError where somebody saved in between.
    """
    note = earlier
    if note is None or note.submitted_at is not None:
        note = _next_version(filing, earlier)
    if _stands_already(note, content, by, revision):
        return None
    _demand_seen(note, revision, by)
    for field in NOTE_FIELDS:
        setattr(note, field, content[field])
    note.unchanged_reason = str(content.get("unchanged_reason", ""))
    note.is_unchanged = bool(note.unchanged_reason)
    note.filing, note.author, note.saved_at, note.revision = filing, by, at, revision + 1
    note.figures_wanted = figures_in(content)
    return note


def keep(note: Note, earlier: Note | None) -> None:
    """Write a draft; a new version begins with the evidence and figures of the one before."""
    is_new, figures = note.pk is None, note.figures_wanted
    note.save_checked(exclude=SURE)
    if is_new and earlier is not None:
        carry_evidence(earlier, note)
        if figures is None:
            carry_figures(earlier, note)
    if figures is not None:
        write_figures(note, figures)


def saved_entry(note: Note) -> audit.Entry:
    """The event of a saved draft."""
    filing = note.filing
    return audit.Entry(
        "filing.save",
        filing,
        f"保存了{filing}第{note.version}版草稿{'（本期无新进展）' * note.is_unchanged}。",
        after={field: getattr(note, field) for field in NOTE_FIELDS}
        | recorded(note.figures_wanted),
    )


def figures_in(content: Mapping[str, object]) -> Mapping[int, Said] | None:
    """What was said of indicators; None: nothing was asked, they stay as they are."""
    return cast("Mapping[int, Said] | None", content.get("figures"))


def _newest_of_all(filings: Sequence[Filing]) -> dict[int, Note]:
    """The version in hand of each, by the filing's id."""
    notes = Note.objects.standing().filter(filing__in=filings).select_related("author")
    newest = notes.order_by("filing_id", "-version").distinct("filing_id")
    return {note.filing_id: note for note in newest}


def _write_all(notes: Sequence[Note]) -> None:
    """Insert the new ones and rewrite the others; the sentence of a broken constraint, if any."""
    fresh = [note for note in notes if note.pk is None]
    old = [note for note in notes if note.pk is not None]
    try:
        Note.objects.bulk_create(fresh, batch_size=BATCH)
        Note.objects.bulk_update(old, WRITTEN_FIELDS, batch_size=BATCH)
    except IntegrityError as error:
        raise ValidationError(sentence_of(Note, error)) from error


def _draft_all(filings: Sequence[Filing], at: datetime) -> None:
    """All become drafts; as move, once for all."""
    moved = [filing for filing in filings if filing.state != FilingState.DRAFT]
    Filing.objects.filter(pk__in=[filing.pk for filing in moved]).update(state=FilingState.DRAFT)
    on = localdate(at)
    touched = {filing.measure_id for filing in moved if bears_on_light(filing, on=on)}
    refresh_lights_by_id(touched, on=on)


def _next_version(filing: Filing, earlier: Note | None) -> Note:
    """An empty one; that it corrects what was accepted stays with it."""
    if earlier is None:  # a dropped one has an accepted one before it
        return Note(filing=filing, version=1, revision=0)
    kept = {"correction_reason": earlier.correction_reason}
    return Note(filing=filing, version=next_number(filing), revision=0, **kept)


def _stands_already(note: Note, content: Mapping[str, object], by: User, revision: int) -> bool:
    if note.pk is None or (revision != note.revision and note.author_id != by.pk):
        return False
    said = {"unchanged_reason": "", **content}
    fields = (*NOTE_FIELDS, "unchanged_reason")
    if any(getattr(note, field) != said[field] for field in fields):
        return False
    figures = figures_in(content)
    return figures is None or without_blanks(figures) == figures_of(note)


def _demand_seen(note: Note, revision: int, by: User) -> None:
    if revision == note.revision:
        return
    raise StaleError(
        f"{'您本人在别处' if note.author_id == by.pk else note.author.name}"
        "已在您打开页面后保存过这项填报，您的内容尚未保存。请比较两边，选用一边或合并后再保存。"
        if note.pk
        else "这项填报已有变动，请返回页面查看最新内容后再保存。"
    )


def _said(previous: Filing | None) -> dict[str, object] | None:
    note = previous.accepted_note if previous else None
    return {field: getattr(note, field) for field in NOTE_FIELDS} if note else None
