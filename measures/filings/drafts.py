"""Saving drafts: with typed content, or with 本期无新进展."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.models import User
from agencies.models.fields import sentence_of
from lib.errors import DomainError
from measures.choices import FilingState
from measures.filings.card import filings_before, newest_and_last, previous_of
from measures.filings.content import (
    NOTE_FIELDS,
    WRITTEN_FIELDS,
    copied,
    keep,
    saved_entry,
    typed_in,
    worded,
)
from measures.filings.evidence import attach, carry_evidence, digest_of, no_file_left_behind
from measures.filings.figures import carry_figures, write_figures
from measures.filings.locking import bears_on_light, move, take, take_all
from measures.lights.refresh import refresh_lights_by_id
from measures.models import Filing, Note
from measures.rules.notes import carried_over, claims_at_start
from measures.rules.uploads import Upload

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
    """Save a draft: the current version, or the next one if the last was submitted.

    `content` has NOTE_FIELDS, `unchanged_reason` if it says 本期无新进展, and optional keys; values
    without a key stay as they are. These are `answer` to the return; `is_confirmed` for the fields
    that the writer was asked about (`carried`, beside those that the draft names); `figures` by
    indicator (measures.filings.figures). `revision` is the number of saves seen (0: none);
    `uploads` become its evidence. Saving the same content again changes nothing, so a request may
    be repeated if its response was lost.
    Raises DomainError if the state or the closed period forbids it, StaleError if somebody else
    saved in between, PermissionDenied for people of other agencies.
    """
    filing, step = take(filing, "save", by=by)
    earlier, last = newest_and_last(filing)
    changed = worded(filing, earlier, by=by, content=content, revision=revision, last=last, at=at)
    note = changed or earlier
    assert note is not None  # without a current version there is always a new one
    with no_file_left_behind() as stored:
        if changed is not None:
            keep(note, earlier)
            move(filing, step, at=at)
            trail.record_all([saved_entry(note)], by=by, at=at)
        attach(note, uploads, by=by, at=at, stored=stored)
    return note


@transaction.atomic
def keep_with_draft(
    filing: Filing, uploads: Sequence[Upload], *, by: User, at: datetime
) -> list[str]:
    """Attach the files of a refused form to the draft, or begin a draft with them.

    A draft begun this way has revision 0, so that the page can still save on it. Returns the names
    of the files attached now, without those beyond the limit. Raises as save_note.
    """
    filing, step = take(filing, "save", by=by)
    note, last = newest_and_last(filing)
    if note is None:
        claims = claims_at_start(_said(last), stage=filing.measure.stage)
        note = Note(filing=filing, version=1, author=by, saved_at=at, revision=0, **claims)
        note.save_checked()
    elif note.submitted_at is not None:
        note = copied(note, by=by, at=at, revision=0, answer="")
    move(filing, step, at=at)
    there = set(note.evidence.values_list("sha256", flat=True))
    names = []
    with no_file_left_behind() as stored:
        for upload in uploads:
            digest = digest_of(upload.file)
            if digest not in there and len(there) < settings.EVIDENCE_PER_NOTE:
                attach(note, [upload], by=by, at=at, stored=stored)
                there.add(digest)
            if digest in there:
                names.append(upload.name)
    return names


@transaction.atomic
def report_unchanged(
    filing: Filing,
    *,
    by: User,
    content: Mapping[str, object],
    reason: str,
    revision: int,
    is_confirmed: bool = False,
    at: datetime,
) -> Note:
    """Save a draft that says 本期无新进展 with its reason; no typed text may be lost.

    `content` has NOTE_FIELDS. Empty problems, next steps and help needed are filled from the last
    accepted note and have to be confirmed; with `is_confirmed` the writer has seen them, and
    `content` is used as it is. Raises as save_note, and DomainError without a reason or if progress
    is written already.
    """
    filing, _ = take(filing, "save", by=by)
    reason = reason.strip()
    if not reason:
        raise DomainError("本期无新进展须写明原因，请选择或填写后再保存。")
    if str(content["progress"]).strip():
        raise DomainError(f"{filing.measure}已填写进展情况；如确无新进展，请先清空再保存。")
    earlier = _said(previous_of(filing))
    said = carried_over(content, earlier, reason=reason, is_confirmed=is_confirmed)
    return save_note(filing, by=by, content=said, revision=revision, at=at)


@transaction.atomic
def report_rest_unchanged(
    confirmed: Mapping[Filing, Mapping[str, str]], *, by: User, reason: str, at: datetime
) -> list[Note]:
    """Save 本期无新进展 for several filings without a draft; others are left as they are.

    `confirmed`: for each filing the texts of the fields in CARRIED, which the writer has confirmed.
    """
    made = []
    for filing, words in sorted(confirmed.items(), key=lambda pair: pair[0].pk):
        filing, _ = take(filing, "save", by=by)
        newest, last = newest_and_last(filing)
        if newest is None:
            claims = claims_at_start(_said(last), stage=filing.measure.stage)
            content = {**dict.fromkeys(NOTE_FIELDS[:4], ""), **claims, **words}
            note = report_unchanged(
                filing,
                by=by,
                content=content,
                reason=reason,
                revision=0,
                is_confirmed=True,
                at=at,
            )
            made.append(note)
    return made


class WantedDraft(NamedTuple):
    """The content to save on one filing, and the revision that the writer has seen."""

    filing: Filing
    content: Mapping[str, object]
    revision: int


@transaction.atomic
def save_notes(wanted: Sequence[WantedDraft], *, by: User, at: datetime) -> list[Note]:
    """Save several drafts by the rules of save_note, all or none, in a few statements.

    All are of one period. Unchanged drafts are not written again. Raises as save_note;
    ValidationError names the filing.
    """
    found = {one.filing.pk: one for one in wanted}
    filings = take_all(found, "save", by=by)
    last = filings_before(filings)
    in_hand = Note.objects.in_hand().filter(filing__in=filings).select_related("author")
    newest = {note.filing_id: note for note in in_hand}
    written: list[Note] = []
    begun: dict[int, Note] = {}
    for filing in filings:
        earlier = newest.get(filing.pk)
        one = found[filing.pk]
        note = worded(
            filing,
            earlier,
            by=by,
            content=one.content,
            revision=one.revision,
            last=last.get(filing.pk),
            at=at,
        )
        if note is not None:
            note.clean_fields()
            written.append(note)
            if note.pk is None and earlier is not None:
                begun[earlier.pk] = note
    _write_all(written)
    carry_evidence(begun)
    carry_figures({pk: note for pk, note in begun.items() if note.figures_wanted is None})
    for note in written:
        if note.figures_wanted is not None:
            write_figures(note, note.figures_wanted)
    _draft_all([note.filing for note in written], at)
    trail.record_all([saved_entry(note) for note in written], by=by, at=at)
    return written


def _write_all(notes: Sequence[Note]) -> None:
    """Insert new notes and update others; raises with the message of a violated constraint."""
    fresh = [note for note in notes if note.pk is None]
    old = [note for note in notes if note.pk is not None]
    try:
        Note.objects.bulk_create(fresh, batch_size=BATCH)
        Note.objects.bulk_update(old, WRITTEN_FIELDS, batch_size=BATCH)
    except IntegrityError as error:
        raise ValidationError(sentence_of(Note, error)) from error


def _draft_all(filings: Sequence[Filing], at: datetime) -> None:
    """Set all filings to draft; like move(), in one statement."""
    moved = [filing for filing in filings if filing.state != FilingState.DRAFT]
    Filing.objects.filter(pk__in=[filing.pk for filing in moved]).update(state=FilingState.DRAFT)
    on = localdate(at)
    touched = {filing.measure_id for filing in moved if bears_on_light(filing, on=on)}
    refresh_lights_by_id(touched, on=on)


def _said(previous: Filing | None) -> dict[str, object] | None:
    note = previous.accepted_note if previous else None
    return typed_in(note) if note else None
