"""Where a filing stands, in words for everybody: what goes on inside an agency is not told."""

from datetime import date

from django.db.models import TextChoices

from measures.choices import FilingState
from measures.models.filing import Filing


class Standing(TextChoices):
    """Where a filing stands on a day."""

    ACCEPTED = "accepted", "已采用"
    WAITING = "waiting", "待审核"
    MENDING = "mending", "退回修改"
    LATE = "late", "逾期未报"
    MISSED = "missed", "漏报"
    AHEAD = "ahead", "未到期"
    WAIVED = "waived", "免报"

    @property
    def tone(self) -> str:
        """The tone class of its cell and figure."""
        return {
            "accepted": "green",
            "waiting": "blue",
            "mending": "yellow",
            "late": "red",
            "missed": "red",
            "ahead": "plain",
            "waived": "grey",
        }[self]

    @property
    def sign(self) -> str:
        """The sign that says the same without colour."""
        return {
            "accepted": "✓",
            "waiting": "…",
            "mending": "↩",
            "late": "!",
            "missed": "!",
            "ahead": "",
            "waived": "–",
        }[self]


UNFILED = frozenset({Standing.LATE, Standing.MISSED, Standing.AHEAD})


def standing_of(filing: Filing, *, is_over: bool, on: date) -> Standing:
    """Where a filing stands; `is_over`: its period has closed.

    An accepted note stands while a correction is in hand. Due today is not late.
    """
    if filing.accepted_note_id is not None:
        return Standing.ACCEPTED
    if filing.state == FilingState.WAIVED:
        return Standing.WAIVED
    if filing.state == FilingState.SUBMITTED:
        return Standing.WAITING
    if filing.is_in:
        return Standing.MENDING
    if is_over:
        return Standing.MISSED
    return Standing.LATE if filing.due_on < on else Standing.AHEAD
