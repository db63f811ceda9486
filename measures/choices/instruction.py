"""How far a leader's instruction has got."""

from measures.choices.toned import TonedChoices


class InstructionState(TonedChoices):
    """Where an instruction stands. Computed by InstructionQuerySet.with_state, never stored."""

    OVERDUE = "overdue", "red", "逾期"
    WAITING = "waiting", "yellow", "待回复"
    ANSWERED = "answered", "blue", "已回复"
    CLOSED = "closed", "green", "已办结"
    WITHDRAWN = "withdrawn", "grey", "已撤回"
