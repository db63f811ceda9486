"""Who may edit a report's text, choose a circular's agencies, and make it final. Pure."""

from typing import TYPE_CHECKING

from agencies.permissions import Perm
from reports.choices import IssueState, ReportKind
from reports.rules.asking import may_ask
from reports.rules.signing import may_sign

if TYPE_CHECKING:
    from agencies.models import User


def may_edit(
    user: "User", kind: ReportKind, agency_id: int | None, state: str | None = None
) -> bool:
    """Return whether a person may edit the text; `state`: of its issue, None if it has none.

    Its drafters may, until it is submitted; then only people who may sign it.
    """
    if not kind.has_prose:
        return False
    if state == IssueState.SUBMITTED:
        return may_sign(user, kind, agency_id)
    if kind.is_own:
        return may_ask(user, kind, agency_id)
    return user.can(Perm.DRAFT_DOCUMENT)


def may_finalise(user: "User", kind: ReportKind, agency_id: int | None) -> bool:
    """Return whether a person may make it final; documents with a number become so by issuing."""
    return may_edit(user, kind, agency_id) and not kind.is_issued


def may_choose(user: "User", kind: ReportKind, state: str | None = None) -> bool:
    """Return whether a person may choose a circular's agencies: as may_edit, in that state."""
    return kind == ReportKind.CIRCULAR and may_edit(user, kind, None, state)
