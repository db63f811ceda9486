"""The public status of a filing; the steps inside an agency are not public."""

from datetime import date

from measures.choices import FilingState
from measures.choices.toned import TonedChoices
from measures.models.filing import FilingFacts


class PublicStatus(TonedChoices):
    """The status of a filing on a day, shown to people who may not see its state."""

    ACCEPTED = "accepted", "green", "已通过"
    WAITING = "waiting", "blue", "待审核"
    MENDING = "mending", "yellow", "退回"
    LATE = "late", "red", "逾期未报"
    MISSED = "missed", "red", "期满未报"
    AHEAD = "ahead", "plain", "待报（未到截止日）"
    WAIVED = "waived", "grey", "免报"

    @property
    def sign(self) -> str:
        return {
            "accepted": "✓",
            "waiting": "…",
            "mending": "↩",
            "late": "!",
            "missed": "!",
            "ahead": "",
            "waived": "–",
        }[self]


UNFILED_WORD = "未报"
UNFILED = frozenset({PublicStatus.LATE, PublicStatus.MISSED, PublicStatus.AHEAD})


def unfiled_word(unfiled: int, ahead: int, *, is_over: bool) -> str:
    """Return the word for `unfiled` filings, of which `ahead` are not due yet.

    If all are due, or none is, it is the label of their status. `is_over`: their period has closed.
    """
    if not unfiled or 0 < ahead < unfiled:
        return UNFILED_WORD
    late = PublicStatus.MISSED if is_over else PublicStatus.LATE
    return str((PublicStatus.AHEAD if ahead else late).label)


def public_status_of(filing: FilingFacts, *, is_over: bool, on: date) -> PublicStatus:
    """Return the status of a filing on a day; `is_over`: its period has closed.

    An accepted note still counts while a correction is written. Due today is not late, and a filing
    with an extension is not missed before its own day, even if its period has closed.
    """
    if filing.accepted_note_id is not None:
        return PublicStatus.ACCEPTED
    if filing.state == FilingState.WAIVED:
        return PublicStatus.WAIVED
    if filing.state == FilingState.SUBMITTED:
        return PublicStatus.WAITING
    if filing.is_in:
        return PublicStatus.MENDING
    if filing.due_on >= on:
        return PublicStatus.AHEAD
    return PublicStatus.MISSED if is_over else PublicStatus.LATE
