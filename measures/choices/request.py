"""States of requests to the chief, of instructions and of 需协调事项, with the steps of these."""

from django.db.models import TextChoices

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


class CoordinationState(TonedChoices):
    """The state of a 需协调事项, which follows from its steps."""

    OPEN = "open", "yellow", "待答复"
    PASSED_ON = "passed_on", "yellow", "已转交"
    ASKED_BACK = "asked_back", "blue", "待说明"
    DECIDED = "decided", "blue", "已定在办"
    ANSWERED = "answered", "green", "已答复"
    CLOSED = "closed", "grey", "已办结"
    WITHDRAWN = "withdrawn", "grey", "已撤回"


class CoordinationAct(TextChoices):
    """One step; the history of an item consists of these."""

    RAISE = "raise", "提出"
    PASS_ON = "pass_on", "转交"
    ASK_BACK = "ask_back", "先问一句"
    EXPLAIN = "explain", "补充说明"
    ADVISE = "advise", "提出意见"
    DECIDE = "decide", "定下"
    ANSWER = "answer", "答复"
    CLOSE = "close", "办结"
    REOPEN = "reopen", "重新提出"
    WITHDRAW = "withdraw", "撤回"
