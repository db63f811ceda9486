"""How far a request to the chief has got."""

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
