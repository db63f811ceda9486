"""批示: who may take which step, and when. Pure."""

from datetime import date
from enum import Enum
from typing import NamedTuple

from lib.errors import DomainError
from measures.choices import InstructionState

S = InstructionState


class InstructionParty(Enum):
    LEADER = "leader"  # Perm.INSTRUCT
    AUTHOR = "author"  # the leader who wrote it
    ADDRESSEE = "addressee"  # liaison or head of an agency it is addressed to


class InstructionStep(NamedTuple):
    """One step: its label, its source states (none: it creates the instruction), its party."""

    label: str
    sources: frozenset[InstructionState]
    who: InstructionParty


OPEN = frozenset({S.OVERDUE, S.WAITING, S.ANSWERED})  # it has not ended
UNANSWERED = frozenset({S.OVERDUE, S.WAITING})  # some addressee still owes its answer
INSTRUCTION_STEPS: dict[str, InstructionStep] = {
    "write": InstructionStep("作出批示", frozenset(), InstructionParty.LEADER),
    "reply": InstructionStep("回复", OPEN, InstructionParty.ADDRESSEE),
    "close": InstructionStep("办结", OPEN, InstructionParty.LEADER),
    "withdraw": InstructionStep("撤回", UNANSWERED, InstructionParty.AUTHOR),
}


def state_of(
    due_on: date | None, *, is_closed: bool, is_withdrawn: bool, is_owing: bool, on: date
) -> InstructionState:
    """Return the state on a day. Due today is not overdue; if all have answered, it never is."""
    if is_withdrawn:
        return S.WITHDRAWN
    if is_closed:
        return S.CLOSED
    if not is_owing:
        return S.ANSWERED
    return S.OVERDUE if due_on is not None and due_on < on else S.WAITING


def demand_step(name: str, state: InstructionState) -> None:
    """Raise DomainError with a sentence if a step may not start from a state."""
    step = INSTRUCTION_STEPS[name]
    if state not in step.sources:
        raise DomainError(f"这一批示{state.label}，不能再{step.label}，请刷新页面查看最新状态。")


def lacks_words(state: InstructionState, words: str) -> bool:
    """Whether closing it lacks the reason required while some addressee has not answered."""
    return state in UNANSWERED and not words.strip()


PAST = "办理期限不能早于今日。"
NOBODY = "请至少选择一个办理单位。"


def is_past(due_on: date | None, *, on: date) -> bool:
    """Whether a deadline lies before the day on which it is set. Today is not past."""
    return due_on is not None and due_on < on
