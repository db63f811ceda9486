"""How far a request to the chief has got."""

from django.db.models import TextChoices

_TONES = {
    "open": "yellow",
    "passed": "green",
    "agreed": "green",
    "refused": "red",
    "withdrawn": "grey",
    "reopened": "blue",
    "ended": "grey",
}


class RequestState(TextChoices):
    """A request to the chief; which of these states a kind knows, its table of steps says."""

    OPEN = "open", "待审批"
    PASSED = "passed", "即时生效"
    AGREED = "agreed", "已同意"
    REFUSED = "refused", "未同意"
    WITHDRAWN = "withdrawn", "已撤回"
    REOPENED = "reopened", "已重新启动"
    ENDED = "ended", "已提前结束"

    @property
    def tone(self) -> str:
        return _TONES[self.value]
