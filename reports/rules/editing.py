"""Who may edit a report's prose, choose whom a circular names, and make it final. Pure."""

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
    """Whether a person may edit the words; `state` is that of its issue, None where it has none.

    Who drafts, until it is submitted; while it waits for a signature, only who may sign.
    """
    if not kind.has_prose:
        return False
    if state == IssueState.SUBMITTED:
        return may_sign(user, kind, agency_id)
    if kind.is_own:
        return may_ask(user, kind, agency_id)
    return user.can(Perm.DRAFT_DOCUMENT)


def may_finalise(user: "User", kind: ReportKind, agency_id: int | None) -> bool:
    """Whether a person may make it final: what bears a number becomes so by being issued."""
    return may_edit(user, kind, agency_id) and not kind.is_issued


def may_choose(user: "User", kind: ReportKind, state: str | None = None) -> bool:
    """Whoever may edit its words in that state of its issue: who drafts, then who signs."""
    return kind == ReportKind.CIRCULAR and may_edit(user, kind, None, state)
