"""The content of a draft: filled in on the current or the next version, saved, recorded."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from agencies.audit import trail
from agencies.models import User
from lib.errors import StaleError
from measures.filings.evidence import carry_evidence
from measures.filings.figures import (
    carry_figures,
    figures_of,
    recorded,
    without_blanks,
    write_figures,
)
from measures.filings.locking import next_number
from measures.models import Filing, Note
from measures.rules.figures import Said
from measures.rules.notes import repeated

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
_CARRYING = ("carried", "is_confirmed")
# The fields copied to the next version.
COPIED_FIELDS = (
    *NOTE_FIELDS,
    *_CARRYING,
    "is_unchanged",
    "unchanged_reason",
    "correction_reason",
    "answer",
)
# The fields that saving a draft writes.
WRITTEN_FIELDS = (
    *NOTE_FIELDS,
    *_CARRYING,
    "is_unchanged",
    "unchanged_reason",
    "answer",
    "author",
    "saved_at",
    "revision",
)


def worded(
    filing: Filing,
    earlier: Note | None,
    *,
    by: User,
    content: Mapping[str, object],
    revision: int,
    last: Filing | None,
    at: datetime,
) -> Note | None:
    """Return the draft with the typed content, not saved yet; None if nothing changes.

    `earlier` is the current version, `last` the filing accepted before this period, whose text it
    may repeat. Raises StaleError if somebody saved in between.
    """
    note = earlier
    if note is None or note.submitted_at is not None:
        note = _next_version(filing, earlier)
    names = _repeated(content, filing, last)
    content = {"answer": note.answer, **content, **_carrying(note, earlier, content, names)}
    if _stands_already(note, content, by, revision):
        return None
    _demand_seen(note, revision, by)
    note.words_before = typed_in(earlier) if earlier else {}
    for field in (*NOTE_FIELDS, *_CARRYING, "answer"):
        setattr(note, field, content[field])
    note.unchanged_reason = str(content.get("unchanged_reason", ""))
    note.is_unchanged = bool(note.unchanged_reason)
    note.filing, note.author, note.saved_at, note.revision = filing, by, at, revision + 1
    note.figures_wanted = figures_in(content)
    return note


def keep(note: Note, earlier: Note | None) -> None:
    """Save a draft; a new version gets the evidence and figures of the one before."""
    is_new, figures = note.pk is None, note.figures_wanted
    note.save_checked(update_fields=None if is_new else WRITTEN_FIELDS)
    if is_new and earlier is not None:
        carry_evidence({earlier.pk: note})
        if figures is None:
            carry_figures({earlier.pk: note})
    if figures is not None:
        write_figures(note, figures, is_new=is_new)


def copied(note: Note, *, by: User, at: datetime, **changes: object) -> Note:
    """Save a version's text, evidence and figures as the next version, a draft."""
    fields = {field: getattr(note, field) for field in COPIED_FIELDS} | changes
    number = next_number(note.filing)
    copy = Note(filing=note.filing, version=number, author=by, saved_at=at, **fields)
    copy.save_checked()
    carry_evidence({note.pk: copy})
    carry_figures({note.pk: copy})
    return copy


def typed_in(note: Note) -> dict[str, object]:
    """Return a version's fields, as its form and save_note take them."""
    return {field: getattr(note, field) for field in NOTE_FIELDS}


def repeated_in(note: Note, filing: Filing, last: Filing | None) -> list[str]:
    """Return the fields of a draft that must be confirmed now."""
    said = {**typed_in(note), "unchanged_reason": note.unchanged_reason}
    return _repeated(said, filing, last)


def says_same(one: Note, other: Note) -> bool:
    """Whether two versions have the same text, figures and evidence."""
    return _whole(one) == _whole(other)


def corrects_nothing(note: Note, filing: Filing) -> bool:
    """Whether a correction draft repeats the accepted note without any change."""
    accepted = filing.accepted_note if note.correction_reason else None
    return accepted is not None and says_same(note, accepted)


def saved_entry(note: Note) -> trail.AuditEntry:
    filing = note.filing
    return trail.AuditEntry(
        "filing.save",
        filing,
        f"保存了{filing}第{note.version}版草稿{'（本期无新进展）' * note.is_unchanged}。",
        before=note.words_before,
        after=typed_in(note) | _added(note) | recorded(note.figures_wanted),
    )


def _added(note: Note) -> dict[str, object]:
    """Return fields that only some notes have: the answer to a return, repeated fields."""
    answer = {"answer": note.answer} if note.answer else {}
    return answer | ({name: getattr(note, name) for name in _CARRYING} if note.carried else {})


def _repeated(content: Mapping[str, object], filing: Filing, last: Filing | None) -> list[str]:
    if last is None or last.accepted_note is None:
        return []
    earlier = typed_in(last.accepted_note)
    return repeated(content, earlier, covering=filing.period, written_for=last.period)


def _carrying(
    note: Note, earlier: Note | None, content: Mapping[str, object], names: list[str]
) -> dict[str, object]:
    """Return which fields are repeated, and whether the writer confirmed them.

    Only fields that the writer was asked about count as confirmed. Text that is repeated again
    after a change has to be confirmed again.
    """
    before = note if note.pk or earlier is None else earlier
    asked = {*before.carried, *cast("Iterable[str]", content.get("carried", ()))}
    is_ticked = bool(content.get("is_confirmed", before.is_confirmed))
    return {"carried": names, "is_confirmed": bool(names) and is_ticked and asked >= {*names}}


def _whole(note: Note) -> tuple[object, ...]:
    words = (getattr(note, name) for name in (*NOTE_FIELDS, "unchanged_reason"))
    return (*words, figures_of(note), {file.sha256 for file in note.evidence.all()})


def figures_in(content: Mapping[str, object]) -> Mapping[int, Said] | None:
    """Return the entries for indicators; None: the form had none, so they stay as they are."""
    return cast("Mapping[int, Said] | None", content.get("figures"))


def _next_version(filing: Filing, earlier: Note | None) -> Note:
    """Return a new empty version; it keeps the correction reason of the one before."""
    if earlier is None:  # a dropped version has an accepted one before it
        return Note(filing=filing, version=1, revision=0)
    kept = {"correction_reason": earlier.correction_reason}
    return Note(filing=filing, version=next_number(filing), revision=0, **kept)


def _stands_already(note: Note, content: Mapping[str, object], by: User, revision: int) -> bool:
    if note.pk is None or (revision != note.revision and note.author_id != by.pk):
        return False
    said = {"unchanged_reason": "", **content}
    fields = (*NOTE_FIELDS, *_CARRYING, "unchanged_reason", "answer")
    if any(getattr(note, field) != said[field] for field in fields):
        return False
    figures = figures_in(content)
    return figures is None or without_blanks(figures) == figures_of(note)


def _demand_seen(note: Note, revision: int, by: User) -> None:
    if revision == note.revision:
        return
    if not note.pk:
        raise StaleError("这项填报已有变动，请返回页面查看最新内容后再保存。")
    if note.author_id == by.pk:
        who = "您已在另一页面保存过这项填报，这里填写的内容尚未保存。"
    else:
        who = f"{note.author.name}已在您打开页面后保存过这项填报，您的内容尚未保存。"
    raise StaleError(f"{who}请比较两边，选用一边或合并后再保存。")
