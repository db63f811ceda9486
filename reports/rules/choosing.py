"""Who may choose whom a circular praises and names. Pure."""

from typing import TYPE_CHECKING

from reports.choices import ReportKind
from reports.rules.editing import may_edit

if TYPE_CHECKING:
    from agencies.models import User


def may_choose(user: "User", kind: ReportKind, state: str | None = None) -> bool:
    """Whoever may edit its words in that state of its issue: who drafts, then who signs."""
    return kind == ReportKind.CIRCULAR and may_edit(user, kind, None, state)
