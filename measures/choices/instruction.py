"""How far a leader's instruction has got."""

from django.db.models import TextChoices


class InstructionState(TextChoices):
    """Where an instruction stands. Computed by InstructionQuerySet.with_state, never stored."""

    OVERDUE = "overdue", "逾期"
    WAITING = "waiting", "待回复"
    ANSWERED = "answered", "已回复"
    CLOSED = "closed", "已办结"
    WITHDRAWN = "withdrawn", "已撤回"

    @property
    def tone(self) -> str:
        return {
            "overdue": "red",
            "waiting": "yellow",
            "answered": "blue",
            "closed": "green",
            "withdrawn": "grey",
        }[self.value]
