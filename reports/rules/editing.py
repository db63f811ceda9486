"""Who may edit a report's prose and make it final. Pure."""

from typing import TYPE_CHECKING

from agencies.permissions import Perm
from reports.choices import ReportKind
from reports.rules.asking import may_ask, may_issue

if TYPE_CHECKING:
    from agencies.models import User


def may_edit(user: "User", kind: ReportKind, agency_id: int | None) -> bool:
    """Whether a person may edit the words: the chief a circular, an agency its own report."""
    if not kind.has_prose:
        return False
    if kind == ReportKind.CIRCULAR:
        return may_issue(user)
    if kind == ReportKind.AGENCY:
        return may_ask(user, kind, agency_id)
    return user.can(Perm.DRAFT_DOCUMENT)


def may_finalise(user: "User", kind: ReportKind, agency_id: int | None) -> bool:
    """Whether a person may make it final: what bears a number becomes so by being issued."""
    return may_edit(user, kind, agency_id) and not kind.is_issued
