"""Who may take which step with a document, and from which state. Pure; one table.

`ReportQuerySet.awaiting_word_of` is `may_sign` in SQL.
"""

from enum import Enum, auto
from typing import TYPE_CHECKING

from agencies.permissions import Perm
from reports.choices import UNISSUED, IssueState, ReportKind

if TYPE_CHECKING:
    from agencies.models import User


class Step(Enum):
    SUBMIT = auto()  # 送审
    TAKE_BACK = auto()  # 收回送审
    RETURN = auto()  # 退回
    ISSUE = auto()  # 签发
    DROP = auto()  # 放弃: a document that never had a number
    WITHDRAW = auto()  # 撤回: a document with a number


STEPS: dict[Step, tuple[IssueState, ...]] = {
    Step.SUBMIT: (IssueState.DRAFT, IssueState.RETURNED),
    Step.TAKE_BACK: (IssueState.SUBMITTED,),
    Step.RETURN: (IssueState.SUBMITTED,),
    Step.ISSUE: (IssueState.SUBMITTED,),
    Step.DROP: UNISSUED,
    Step.WITHDRAW: (IssueState.ISSUED,),
}
DRAFTERS = frozenset({Step.SUBMIT, Step.TAKE_BACK, Step.DROP})
# People with one of these may have documents to sign (may_sign says which).
SIGNERS = frozenset({Perm.DECIDE, Perm.APPROVE_IN_AGENCY})


def may_step(user: "User", step: Step, kind: ReportKind, agency_id: int | None) -> bool:
    """Return whether a person may take the step; STEPS says from which states it is possible."""
    rule = may_submit if step in DRAFTERS else may_sign
    return rule(user, kind, agency_id)


def may_submit(user: "User", kind: ReportKind, agency_id: int | None) -> bool:
    """Return whether a person drafts: the commission, or for an agency's own, its people."""
    if kind.is_own:
        return agency_id in user.own_agencies() | _agencies(user, Perm.DRAFT_DOCUMENT)
    return user.can(Perm.DRAFT_DOCUMENT) and not user.acts_for(agency_id)


def may_sign(user: "User", kind: ReportKind, agency_id: int | None) -> bool:
    """Return whether a person may sign: a chief, or for an agency's own document, its head.

    Nobody signs a letter to an agency for which they file or approve (docs/adr/0041).
    """
    if kind.is_own:
        return agency_id in signs_own_of(user)
    return user.can(Perm.DECIDE) and not user.acts_for(agency_id)


def signs_own_of(user: "User") -> frozenset[int]:
    """Return the agencies whose own documents a person signs; a chief signs the commission's."""
    return _agencies(user, Perm.APPROVE_IN_AGENCY) | _agencies(user, Perm.DECIDE)


def _agencies(user: "User", perm: Perm) -> frozenset[int]:
    return frozenset(agency.pk for agency in user.agencies_where(perm))
