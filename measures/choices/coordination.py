"""States of a 需协调事项, and the steps between them."""

from django.db.models import TextChoices

from measures.choices.toned import TonedChoices


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
