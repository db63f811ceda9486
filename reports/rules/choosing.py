"""Who may choose whom a circular praises and names. Pure."""

from typing import TYPE_CHECKING

from agencies.permissions import Perm
from reports.choices import ReportKind

if TYPE_CHECKING:
    from agencies.models import User


def may_choose(user: "User", kind: ReportKind) -> bool:
    """Whoever drafts it may, until it is issued; the chief confirms by issuing it."""
    return kind == ReportKind.CIRCULAR and user.can(Perm.DRAFT_DOCUMENT)
