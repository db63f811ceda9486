"""The panel of the review page: a filing with its changes marked, and past times it repeats."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Subquery

from agencies.models import User
from agencies.permissions import Perm
from lib.diff import marked_parts
from measures.bars import REVIEW
from measures.choices import NOTE_LABELS, Decision, FilingState
from measures.filings.card import Card, card_for
from measures.filings.content import NOTE_FIELDS
from measures.filings.statements import files_behind
from measures.models import Evidence, Filing, Note, Objection
from measures.reviews.queue import WaitingFiling
from measures.rules.named_times import marks_in
from measures.rules.notes import REPEATABLE, taken_over

TEXTS = ("progress", "problems", "next_steps", "help_needed")
VERSION, PERIOD, NOTHING = "version", "period", "none"
NEW, GONE = "新增", "已移除"


class MarkedFile(NamedTuple):
    file: Evidence
    mark: str  # NEW, GONE, or empty

    @property
    def is_gone(self) -> bool:
        return self.mark == GONE


class Basis(NamedTuple):
    key: str  # its value in the URL
    label: str
    heading: str  # above the text compared with
    note: Note | None  # None: nothing is marked
    files: Sequence[Evidence] = ()
    comment: str = ""  # the comment with which that version was returned
    is_chosen: bool = False

    @property
    def other(self) -> str:
        """The version that it is compared with: 上期, 上一版."""
        return self.label.removeprefix("对比")


def panel_for(user: User, filing: Filing, against: str, *, on: date) -> dict[str, object]:
    """Return the panel template's context, except the forms.

    `filing` needs its `versions`, with_reviewable() and `upheld_at` (queue.UPHELD).
    `against` is the comparison named in the URL; if it is empty or impossible, the last version
    that a reviewer saw, else the last period.
    """
    handed_in = [note for note in filing.versions if _has_come(user, filing, note)]
    note = handed_in[0] if handed_in else None
    if note is not None and note.is_unchanged:
        against = NOTHING  # it has no new text to compare
    card = card_for(filing, on=on)
    _add_files(filing.versions, card.previous)
    seen = [one for one in handed_in[1:] if _was_seen(user, filing, one)]
    bases = bases_of(card, seen, against)
    basis = next(base for base in bases if base.is_chosen)
    review = getattr(note, "review", None)
    waits = filing.state == FilingState.SUBMITTED and user.can(Perm.READ_UNACCEPTED)
    is_staff = user.can(Perm.REVIEW)
    decides = waits and (filing.is_reviewable if is_staff else REVIEW.allows(filing, user))
    is_anothers = review is not None and review.begun_by_id != user.pk
    parts = None
    if note and (other := basis.note):
        parts = marked_parts(
            (NOTE_LABELS[name], getattr(other, name), getattr(note, name)) for name in TEXTS
        )
    return {
        "note": note,
        "bases": bases,
        "basis": basis,
        "beside": next((base for base in [basis, *bases] if base.note), None),
        "parts": parts,
        "carried": card.carried if note is not None and note == card.note else [],
        "objection": _objection_to(filing, note) if waits and note else None,
        "same_as": _same_as(filing, note, seen) if note else None,
        "refusal": REVIEW.refusal(filing, user) if waits and not decides else "",
        "decides": decides,
        "accepts": decides and not is_anothers,
        "is_anothers": is_anothers,
        "files": _marked_files(note, basis) if note and basis.key == VERSION else None,
        "approves": filing.state == FilingState.IN_AGENCY
        and user.can(Perm.APPROVE_IN_AGENCY, filing.agency_id),
    }


def bases_of(card: Card, seen: list[Note], against: str) -> list[Basis]:
    """Return the possible comparisons, one of them chosen; `seen`: earlier versions."""
    found = []
    if seen:
        last = seen[0]
        comment = getattr(getattr(last, "review", None), "comment", "")
        heading, files = f"上一版（第{last.version}版）", last.files_found
        found.append(Basis(VERSION, "对比上一版", heading, last, files, comment))
    if card.previous is not None:
        label = "对比上期" if card.follows_previous else "对比最近一次通过"
        note = card.previous.accepted_note
        files = note.files_found if note else []
        found.append(Basis(PERIOD, label, card.previous_words, note, files))
    found.append(Basis(NOTHING, "不标注", "", None))
    keys = [base.key for base in found]
    wanted = against if against in keys else keys[0]
    return [base._replace(is_chosen=base.key == wanted) for base in found]


def _add_files(versions: Sequence[Note], previous: Filing | None) -> None:
    """Set the files of all versions that may be compared; one query."""
    notes = [*versions, *([previous.accepted_note] if previous and previous.accepted_note else [])]
    files: defaultdict[int, list[Evidence]] = defaultdict(list)
    for file in files_behind(len(notes)).rows([note.pk for note in notes]) if notes else []:
        files[file.note_id].append(file)
    for note in notes:
        note.files_found = files[note.pk]


def _same_as(filing: Filing, note: Note, seen: list[Note]) -> Note | None:
    """Return the returned or accepted version that this one repeats without any change.

    None if it was changed.
    """
    decisions = [getattr(getattr(one, "review", None), "decision", "") for one in seen[:1]]
    held = seen[:1] if Decision.RETURN in decisions else []
    if note.correction_reason:
        held += [one for one in seen if one.pk == filing.accepted_note_id]
    return next((one for one in held if _content(note) == _content(one)), None)


def _objection_to(filing: Any, note: Note) -> Objection | None:
    """Return the objection because of which others review this version again; None without one."""
    if filing.upheld_at is None or note.left_at is None or filing.upheld_at < note.left_at:
        return None  # most have none, and cost no query
    upheld = Objection.objects.upheld().filter(filing=filing)
    return upheld.select_related("raised_by", "decided_by", "contested_by").first()


def _content(note: Note) -> tuple[object, ...]:
    """Return everything that a person wrote in a version or attached to it."""
    words = (getattr(note, name) for name in (*NOTE_FIELDS, "unchanged_reason"))
    figures = [(said.indicator_id, said.words) for said in note.shown_figures]
    return (*words, figures, {file.sha256 for file in note.files_found})


def _was_seen(user: User, filing: Filing, note: Note) -> bool:
    """Whether a reviewer has seen a version; one withdrawn in time was not seen."""
    if hasattr(note, "review") or note.pk == filing.accepted_note_id:
        return True
    is_head = user.can(Perm.APPROVE_IN_AGENCY, filing.agency_id)
    return is_head and note.approved_by_id is not None


def _marked_files(note: Note, basis: Basis) -> list[MarkedFile]:
    """Return the files of a version, new ones marked, and files of the other one left out here."""
    now, before = note.files_found, basis.files
    known, kept = {file.sha256 for file in before}, {file.sha256 for file in now}
    return [
        *(MarkedFile(file, NEW if file.sha256 not in known else "") for file in now),
        *(MarkedFile(file, GONE) for file in before if file.sha256 not in kept),
    ]


def _has_come(user: User, filing: Filing, note: Note) -> bool:
    """Whether a version was submitted to this reviewer and not dropped since."""
    if note.dropped_at is not None:
        return False
    if user.can(Perm.APPROVE_IN_AGENCY, filing.agency_id):
        return note.submitted_at is not None
    return note.left_at is not None


@dataclass
class _Span:
    covers_from: date
    covers_to: date


def with_times_over(rows: Sequence[WaitingFiling], *, on: date) -> list[WaitingFiling]:
    """Return the rows with `times_over` set; one query if any row repeats text."""
    ids = [row.pk for row in rows if row.carried]
    said = _sentences(ids, on) if ids else {}
    return [row._replace(times_over=said.get(row.pk, ())) for row in rows]


def _sentences(ids: list[int], on: date) -> dict[int, tuple[str, ...]]:
    before = Filing.objects.filter(
        measure=OuterRef("filing__measure"),
        agency=OuterRef("filing__agency"),
        period__kind=OuterRef("filing__period__kind"),
        period__notice=OuterRef("filing__period__notice"),
        period__covers_from__lt=OuterRef("filing__period__covers_from"),
        accepted_note__isnull=False,
    ).order_by("-period__covers_from")
    rows = (
        Note.objects.in_hand()
        .filter(filing__in=ids)
        .annotate(
            starts=F("filing__period__covers_from"),
            ends=F("filing__period__covers_to"),
            started=Subquery(before.values("period__covers_from")[:1]),
            ended=Subquery(before.values("period__covers_to")[:1]),
            done_before=Subquery(before.values("accepted_note__progress")[:1]),
        )
    )
    found = {}
    times = ("starts", "ends", "started", "ended")
    for row in rows.values("filing", "carried", "done_before", *times, *REPEATABLE):
        row["progress"] = taken_over(row["progress"], row["done_before"] or "")
        covering = _Span(row["starts"], row["ends"])
        written_for = _Span(row["started"], row["ended"]) if row["started"] else covering
        marks = (
            mark
            for name in row["carried"]
            for mark in marks_in(
                row[name],
                covering=covering,
                written_for=written_for,
                is_plan=name == "next_steps",
                on=on,
            )
        )
        found[row["filing"]] = tuple(dict.fromkeys(m.sentence for m in marks if m.is_over))
    return found
