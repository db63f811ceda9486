"""The filing workflow, as one table, and what counts as filed. Pure.

Buttons are shown from the table, and actions check it. A filing counts as filed once a version was
submitted, until the agency itself withdraws it (撤回后须重新提交才算报送). It still counts after a
return by the commission and while a correction is written; lists, figures, snapshots and reports
all use this. Whether it was on time is a separate rule (rules.periods.is_late).
"""

from typing import NamedTuple

from agencies.permissions import Perm
from lib.errors import DomainError
from measures.choices import FilingState

S = FilingState


class FilingStep(NamedTuple):
    """One step: its label, its source states, its target state, and who may take it."""

    label: str
    sources: frozenset[FilingState]
    target: FilingState
    perm: Perm


STEPS: dict[str, FilingStep] = {
    "save": FilingStep("填写", frozenset({S.PENDING, S.DRAFT, S.RETURNED}), S.DRAFT, Perm.FILE),
    "submit": FilingStep("提交", frozenset({S.DRAFT}), S.SUBMITTED, Perm.FILE),
    "hand_in": FilingStep("提交本单位审核", frozenset({S.DRAFT}), S.IN_AGENCY, Perm.FILE),
    "approve": FilingStep(
        "同意报送", frozenset({S.IN_AGENCY}), S.SUBMITTED, Perm.APPROVE_IN_AGENCY
    ),
    "send_back": FilingStep(
        "退回修改", frozenset({S.IN_AGENCY}), S.RETURNED, Perm.APPROVE_IN_AGENCY
    ),
    "withdraw": FilingStep("撤回", frozenset({S.IN_AGENCY, S.SUBMITTED}), S.DRAFT, Perm.FILE),
    "accept": FilingStep("通过", frozenset({S.SUBMITTED}), S.ACCEPTED, Perm.REVIEW),
    "return": FilingStep("退回", frozenset({S.SUBMITTED}), S.RETURNED, Perm.REVIEW),
    "correct": FilingStep("更正", frozenset({S.ACCEPTED}), S.DRAFT, Perm.FILE),
    "drop": FilingStep("放弃更正", frozenset({S.DRAFT, S.RETURNED}), S.ACCEPTED, Perm.FILE),
    "unaccept": FilingStep("取消通过", frozenset({S.ACCEPTED}), S.SUBMITTED, Perm.REVIEW),
    "waive": FilingStep("免报", frozenset({S.PENDING, S.DRAFT}), S.WAIVED, Perm.REVIEW),
    "unwaive": FilingStep("取消免报", frozenset({S.WAIVED}), S.PENDING, Perm.REVIEW),
    "uphold": FilingStep("重新审核", frozenset({S.RETURNED}), S.SUBMITTED, Perm.REVIEW),
}
# Submitted, and neither returned nor withdrawn.
FILED = (S.SUBMITTED, S.ACCEPTED)
OPEN_TO_LIAISON = (S.PENDING, S.DRAFT, S.RETURNED)
INSIDE = (S.DRAFT, S.IN_AGENCY)


def step_from(state: str, name: str, *, since: str = "") -> FilingStep:
    """Return the step of that name; raises DomainError if it may not start from the state.

    `since`: what somebody else did meanwhile, for the message: 李某已于2026-11-30 15:02撤回.
    """
    step = STEPS[name]
    if state not in step.sources:
        why = f"“{S(state).label}”的填报不能{step.label}{since and f'，{since}'}"
        raise DomainError(f"{why}，请刷新页面查看最新状态。")
    return step


def steps_from(state: str) -> dict[str, FilingStep]:
    """Return all steps that may start from a state, by name."""
    return {name: step for name, step in STEPS.items() if state in step.sources}


def is_withdrawn(*, state: str, has_left: bool, is_returned: bool, has_accepted: bool) -> bool:
    """Whether the agency withdrew a submitted note and has not submitted it again.

    `is_returned`: the commission returned it and it is not corrected yet; `has_accepted`: an
    accepted version exists and still counts while another is written.
    """
    return has_left and state in INSIDE and not is_returned and not has_accepted


def is_owed(state: str) -> bool:
    """Whether a filing counts among those owed: all except the waived."""
    return state != S.WAIVED
