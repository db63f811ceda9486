"""Who may take a paper which step on its way out, and from which state. Pure; one table.

`ReportQuerySet.awaiting_word_of` holds the twin of `may_sign`.
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
    DROP = auto()  # 放弃: what never bore a number
    WITHDRAW = auto()  # 撤回: what bears one


STEPS: dict[Step, tuple[IssueState, ...]] = {
    Step.SUBMIT: (IssueState.DRAFT, IssueState.RETURNED),
    Step.TAKE_BACK: (IssueState.SUBMITTED,),
    Step.RETURN: (IssueState.SUBMITTED,),
    Step.ISSUE: (IssueState.SUBMITTED,),
    Step.DROP: UNISSUED,
    Step.WITHDRAW: (IssueState.ISSUED,),
}
DRAFTERS = frozenset({Step.SUBMIT, Step.TAKE_BACK, Step.DROP})
# Whoever holds one of these may find a paper that waits for their word (may_sign says which).
SIGNERS = frozenset({Perm.DECIDE, Perm.APPROVE_IN_AGENCY})


def may_step(user: "User", step: Step, kind: ReportKind, agency_id: int | None) -> bool:
    """Whether a person may take the step at all; whether it is open now is told by STEPS."""
    rule = may_submit if step in DRAFTERS else may_sign
    return rule(user, kind, agency_id)


def may_submit(user: "User", kind: ReportKind, agency_id: int | None) -> bool:
    """Who drafts: the commission; for an agency's own paper whoever acts for that agency."""
    if kind.is_own:
        return agency_id in user.own_agencies() | _agencies(user, Perm.DRAFT_DOCUMENT)
    return user.can(Perm.DRAFT_DOCUMENT) and not user.acts_for(agency_id)


def may_sign(user: "User", kind: ReportKind, agency_id: int | None) -> bool:
    """Whose word makes it official: a chief's; for an agency's own paper its head's.

    Nobody decides about a letter to an agency for which they file or approve (docs/adr/0041).
    """
    if kind.is_own:
        return agency_id in signs_own_of(user)
    return user.can(Perm.DECIDE) and not user.acts_for(agency_id)


def signs_own_of(user: "User") -> frozenset[int]:
    """The agencies whose own papers a person signs; a chief those of the commission itself."""
    return _agencies(user, Perm.APPROVE_IN_AGENCY) | _agencies(user, Perm.DECIDE)


def _agencies(user: "User", perm: Perm) -> frozenset[int]:
    return frozenset(agency.pk for agency in user.agencies_where(perm))
