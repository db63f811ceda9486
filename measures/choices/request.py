"""How far a request for the chief's word has got."""

from django.db.models import TextChoices

TONES = {
    "open": "yellow",
    "passed": "green",
    "agreed": "green",
    "refused": "red",
    "withdrawn": "grey",
    "reopened": "blue",
}


class DueDateState(TextChoices):
    """A request to set, move or lift a measure's due date."""

    OPEN = "open", "待审批"
    PASSED = "passed", "即时生效"
    AGREED = "agreed", "已同意"
    REFUSED = "refused", "未同意"
    WITHDRAWN = "withdrawn", "已撤回"

    @property
    def tone(self) -> str:
        """The tone class of its badge."""
        return TONES[self.value]


class ClosingState(TextChoices):
    """A lead's request to close its measure."""

    OPEN = "open", "待审批"
    AGREED = "agreed", "已同意"
    REFUSED = "refused", "未同意"
    WITHDRAWN = "withdrawn", "已撤回"
    REOPENED = "reopened", "已重新启动"

    @property
    def tone(self) -> str:
        """The tone class of its badge."""
        return TONES[self.value]
