"""How far a request to the chief, or a leader's instruction, has got."""

from measures.choices.toned import TonedChoices


class RequestState(TonedChoices):
    """A request to the chief; which of these states a kind knows, its table of steps says."""

    OPEN = "open", "yellow", "待审批"
    PASSED = "passed", "green", "即时生效"
    AGREED = "agreed", "green", "已同意"
    REFUSED = "refused", "red", "未同意"
    WITHDRAWN = "withdrawn", "grey", "已撤回"
    REOPENED = "reopened", "blue", "已重新启动"
    ENDED = "ended", "grey", "已提前结束"


class InstructionState(TonedChoices):
    """Where an instruction stands. Computed by InstructionQuerySet.with_state, never stored."""

    OVERDUE = "overdue", "red", "逾期"
    WAITING = "waiting", "yellow", "待回复"
    ANSWERED = "answered", "blue", "已回复"
    CLOSED = "closed", "green", "已办结"
    WITHDRAWN = "withdrawn", "grey", "已撤回"
