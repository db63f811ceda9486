"""Requests for the chief's word, as tables: buttons are shown from them, verbs ask them. Pure."""

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from lib.errors import DomainError
from measures.choices import ClosingState, DueDateState

D, C = DueDateState, ClosingState


class Who(Enum):
    """Whose step it is."""

    LEAD = "lead"  # liaison or head of the lead; a coordinator where the commission leads
    COORDINATOR = "coordinator"  # Perm.KEEP_NOTICE
    CHIEF = "chief"  # Perm.DECIDE, without a part in it
    SYSTEM = "system"  # follows from another step


class Step(NamedTuple):
    """One step: what it is called, where it may start (nowhere: it begins), where it leads, who."""

    label: str
    sources: frozenset[str]
    target: str
    who: tuple[Who, ...]


BEGIN: frozenset[str] = frozenset()
DUE_DATE_STEPS: dict[str, Step] = {
    "ask": Step("申请", BEGIN, D.OPEN, (Who.LEAD, Who.COORDINATOR)),
    "pass": Step("即时生效", BEGIN, D.PASSED, (Who.LEAD, Who.COORDINATOR)),
    "withdraw": Step("撤回", frozenset({D.OPEN}), D.WITHDRAWN, (Who.LEAD, Who.COORDINATOR)),
    "lapse": Step("失效", frozenset({D.OPEN}), D.WITHDRAWN, (Who.SYSTEM,)),
    "agree": Step("同意", frozenset({D.OPEN}), D.AGREED, (Who.CHIEF,)),
    "refuse": Step("不同意", frozenset({D.OPEN}), D.REFUSED, (Who.CHIEF,)),
}
CLOSING_STEPS: dict[str, Step] = {
    "ask": Step("申请", BEGIN, C.OPEN, (Who.LEAD,)),
    "withdraw": Step("撤回", frozenset({C.OPEN}), C.WITHDRAWN, (Who.LEAD,)),
    "agree": Step("同意", frozenset({C.OPEN}), C.AGREED, (Who.CHIEF,)),
    "refuse": Step("不同意", frozenset({C.OPEN}), C.REFUSED, (Who.CHIEF,)),
    "reopen": Step("重新启动", frozenset({C.AGREED}), C.REOPENED, (Who.CHIEF,)),
}


def demand_step(steps: Mapping[str, Step], name: str, state: DueDateState | ClosingState) -> Step:
    """The step of that name from a state; DomainError with a sentence where it may not start."""
    step = steps[name]
    if state not in step.sources:
        raise DomainError(f"这一申请{state.label}，不能再{step.label}，请刷新页面查看最新状态。")
    return step
