"""Steps of requests to the chief, as tables for buttons and for actions. Pure."""

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from lib.errors import DomainError
from measures.choices import RequestState

S = RequestState
# A request in these states changed its measure, if only for a time: everybody may see it.
EFFECTIVE = (S.PASSED, S.AGREED, S.REOPENED, S.ENDED)


class Who(Enum):
    LEAD = "lead"  # liaison or head of the lead; a coordinator where the commission leads
    COORDINATOR = "coordinator"  # Perm.KEEP_NOTICE; for a light Perm.UPDATE_STATUS
    CHIEF = "chief"  # Perm.DECIDE, and not barred (measures.bars)
    SYSTEM = "system"  # follows from another step


class RequestStep(NamedTuple):
    label: str
    sources: frozenset[RequestState]  # where it may start; none: it creates the request
    target: RequestState
    who: tuple[Who, ...]
    event: str  # the code of its event
    too_late: str = ""  # the message in any other state; empty: one that names the state


RequestSteps = Mapping[str, RequestStep]

_BEGIN: frozenset[RequestState] = frozenset()
_OPEN, _AGREED = frozenset({S.OPEN}), frozenset({S.AGREED})
_ANYBODY, _CHIEF = (Who.LEAD, Who.COORDINATOR), (Who.CHIEF,)
_LEAD, _COORDINATOR = (Who.LEAD,), (Who.COORDINATOR,)
_SETTLED = "这一申请已经办理，请刷新页面查看最新状态。"
_NOT_HELD = "这一人工认定现在不起作用，不需要结束，请刷新页面查看最新状态。"

DUE_DATE_STEPS: RequestSteps = {
    "ask": RequestStep("申请", _BEGIN, S.OPEN, _ANYBODY, "due_date.ask"),
    "pass": RequestStep("即时生效", _BEGIN, S.PASSED, _ANYBODY, "due_date.pass"),
    "withdraw": RequestStep("撤回", _OPEN, S.WITHDRAWN, _ANYBODY, "due_date.withdraw"),
    "lapse": RequestStep("失效", _OPEN, S.WITHDRAWN, (Who.SYSTEM,), "due_date.lapse"),
    "agree": RequestStep("同意", _OPEN, S.AGREED, _CHIEF, "due_date.decide"),
    "refuse": RequestStep("不同意", _OPEN, S.REFUSED, _CHIEF, "due_date.decide"),
}
CLOSING_STEPS: RequestSteps = {
    "ask": RequestStep("申请", _BEGIN, S.OPEN, _LEAD, "closing.ask"),
    "withdraw": RequestStep("撤回", _OPEN, S.WITHDRAWN, _LEAD, "closing.withdraw"),
    "agree": RequestStep("同意", _OPEN, S.AGREED, _CHIEF, "closing.decide"),
    "refuse": RequestStep("不同意", _OPEN, S.REFUSED, _CHIEF, "closing.decide"),
    "reopen": RequestStep("重新启动", _AGREED, S.REOPENED, _CHIEF, "closing.reopen"),
}
OVERRIDE_STEPS: RequestSteps = {
    "ask": RequestStep("申请", _BEGIN, S.OPEN, _COORDINATOR, "override.ask"),
    "withdraw": RequestStep(
        "撤回", _OPEN, S.WITHDRAWN, _COORDINATOR, "override.withdraw", _SETTLED
    ),
    "agree": RequestStep("同意", _OPEN, S.AGREED, _CHIEF, "override.agree", _SETTLED),
    "refuse": RequestStep("不同意", _OPEN, S.REFUSED, _CHIEF, "override.refuse", _SETTLED),
    "end": RequestStep(
        "提前结束", _AGREED, S.ENDED, (Who.COORDINATOR, Who.CHIEF), "override.end", _NOT_HELD
    ),
}


def states_of(steps: RequestSteps) -> list[RequestState]:
    """Return the states that a kind of request can reach, in the order of RequestState."""
    reached = {step.target for step in steps.values()}
    return [state for state in RequestState if state in reached]


def demand_step(steps: RequestSteps, name: str, state: RequestState) -> RequestStep:
    """Return the step of that name; raises DomainError if it may not start from the state."""
    step = steps[name]
    if state not in step.sources:
        sentence = f"这一申请{state.label}，不能再{step.label}，请刷新页面查看最新状态。"
        raise DomainError(step.too_late or sentence)
    return step
