"""The rungs of the chase ladder, and who is told of one."""

from datetime import date

from django.db.models import TextChoices


class Rung(TextChoices):
    """What an agency is told of a filing that it owes; the ladder says on which day."""

    REMIND = "remind", "提醒"
    DUE = "due", "到期提醒"
    CHASE = "chase", "催报"
    LETTER = "letter", "再次催报"
    CIRCULAR = "circular", "通报候选"
    MANUAL = "manual", "人工催报"


REMINDERS = (Rung.REMIND, Rung.DUE)  # told while nothing is late: no chase is counted for them


class InstructionRung(TextChoices):
    """When those who have not answered an instruction are told of its deadline."""

    BEFORE = "before", "批示到期前提醒"
    DUE = "due", "批示到期提醒"
    LATE = "late", "批示逾期"

    def day_word(self, due_on: date) -> str:
        """How far it is: 将于…到期, 今日到期, 已于…逾期."""
        if self is InstructionRung.DUE:
            return "今日到期"
        ahead = self is InstructionRung.BEFORE
        return (
            f"{'将' if ahead else '已'}于{due_on:%Y-%m-%d}{'到期' if ahead else '到期，现已逾期'}"
        )


class ChaseAudience(TextChoices):
    LIAISONS = "liaisons", "联络员（A、B岗）"
    WITH_HEADS = "with_heads", "联络员和分管领导"
