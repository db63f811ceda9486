"""States of requests to the chief and of instructions."""

from measures.choices.toned import TonedChoices


class RequestState(TonedChoices):
    """The state of a request to the chief; each kind uses those in its table of steps."""

    OPEN = "open", "yellow", "待审批"
    PASSED = "passed", "green", "即时生效"
    AGREED = "agreed", "green", "已同意"
    REFUSED = "refused", "red", "未同意"
    WITHDRAWN = "withdrawn", "grey", "已撤回"
    REOPENED = "reopened", "blue", "已重新启动"
    ENDED = "ended", "grey", "已提前结束"


class InstructionState(TonedChoices):
    """The state of an instruction. Computed by InstructionQuerySet.with_state, never stored."""

    OVERDUE = "overdue", "red", "逾期"
    WAITING = "waiting", "yellow", "待回复"
    ANSWERED = "answered", "blue", "已回复"
    CLOSED = "closed", "green", "已办结"
    WITHDRAWN = "withdrawn", "grey", "已撤回"
