"""The panel of the review page: one filing before its reviewer, with what changed marked."""

from datetime import date
from typing import NamedTuple

from agencies.models import User
from agencies.permissions import Perm
from lib.diff import marked_parts
from measures.access import bars_review
from measures.choices import NOTE_LABELS, Decision, FilingState
from measures.filings.content import NOTE_FIELDS
from measures.filings.page import Card, card_for
from measures.models import Filing, Note

TEXTS = ("progress", "problems", "next_steps", "help_needed")
VERSION, PERIOD, NOTHING = "version", "period", "none"


class Basis(NamedTuple):
    key: str  # as the address says it
    label: str
    heading: str  # above the words of the other side
    note: Note | None  # None: nothing is marked
    comment: str = ""  # what was said when that version was returned
    is_chosen: bool = False

    @property
    def other(self) -> str:
        """What its words are held against: 上期, 上一版."""
        return self.label.removeprefix("对比")


def panel_for(user: User, filing: Filing, against: str, *, on: date) -> dict[str, object]:
    """What the panel's template takes, but for the forms.

    `against` is what the address says of the comparison; the last version, else the last period,
    where it says nothing that can be had.
    """
    handed_in = [note for note in filing.versions if _has_come(user, filing, note)]
    note = handed_in[0] if handed_in else None
    if note is not None and note.is_unchanged:
        against = NOTHING  # it has no new words to compare
    bases = bases_of(card_for(filing, on=on), handed_in, against)
    basis = next(base for base in bases if base.is_chosen)
    review = getattr(note, "review", None)
    decides = filing.state == FilingState.SUBMITTED and user.can(Perm.REVIEW)
    is_barred = filing.state == FilingState.SUBMITTED and bars_review(filing, user)
    is_mine = review is not None and review.begun_by_id == user.pk
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
        "same_as": _same_as(handed_in),
        "is_barred": is_barred,
        "decides": decides,
        "accepts": decides and is_mine and not is_barred,
        "is_anothers": review is not None and review.begun_by_id != user.pk,
        "approves": filing.state == FilingState.IN_AGENCY
        and user.can(Perm.APPROVE_IN_AGENCY, filing.agency_id),
    }


def bases_of(card: Card, handed_in: list[Note], against: str) -> list[Basis]:
    """What there is to compare with, one of them chosen."""
    found = []
    if len(handed_in) > 1:
        last = handed_in[1]
        comment = getattr(getattr(last, "review", None), "comment", "")
        found.append(Basis(VERSION, "对比上一版", f"上一版（第{last.version}版）", last, comment))
    if card.previous is not None:
        heading = f"上期（{card.previous.period}）已通过"
        found.append(Basis(PERIOD, "对比上期", heading, card.previous.accepted_note))
    found.append(Basis(NOTHING, "不标注", "", None))
    keys = [base.key for base in found]
    wanted = against if against in keys else keys[0]
    return [base._replace(is_chosen=base.key == wanted) for base in found]


def _same_as(handed_in: list[Note]) -> Note | None:
    """The returned version that came again without a letter changed; none where it was mended."""
    if len(handed_in) < 2:
        return None
    note, last = handed_in[:2]
    is_returned = getattr(getattr(last, "review", None), "decision", "") == Decision.RETURN
    return last if is_returned and _content(note) == _content(last) else None


def _content(note: Note) -> tuple[object, ...]:
    """All that a person wrote or put behind a version."""
    words = (getattr(note, name) for name in (*NOTE_FIELDS, "unchanged_reason"))
    figures = [(said.indicator_id, said.words) for said in note.shown_figures]
    return (*words, figures, {file.sha256 for file in note.evidence.all()})


def _has_come(user: User, filing: Filing, note: Note) -> bool:
    """Whether a version has come before this reviewer, and was not dropped since."""
    if note.dropped_at is not None:
        return False
    if user.can(Perm.APPROVE_IN_AGENCY, filing.agency_id):
        return note.submitted_at is not None
    return note.left_at is not None
