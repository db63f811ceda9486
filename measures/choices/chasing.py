"""The rungs of the chase ladder, and who is notified."""

from datetime import date

from django.db.models import TextChoices


class Rung(TextChoices):
    """The kinds of reminders about an owed filing; the ladder sets the day of each."""

    REMIND = "remind", "提醒"
    DUE = "due", "到期提醒"
    CHASE = "chase", "催报"
    LETTER = "letter", "再次催报"
    CIRCULAR = "circular", "通报候选"
    MANUAL = "manual", "人工催报"


REMINDERS = (Rung.REMIND, Rung.DUE)  # sent before anything is late; not counted as chases


class InstructionRung(TextChoices):
    """The reminders about an instruction's deadline, for agencies that have not answered."""

    BEFORE = "before", "批示到期前提醒"
    DUE = "due", "批示到期提醒"
    LATE = "late", "批示逾期"

    def day_word(self, due_on: date) -> str:
        """Return how near the deadline is: 将于…到期, 今日到期, 已于…逾期."""
        if self is InstructionRung.DUE:
            return "今日到期"
        ahead = self is InstructionRung.BEFORE
        return (
            f"{'将' if ahead else '已'}于{due_on:%Y-%m-%d}{'到期' if ahead else '到期，现已逾期'}"
        )


class ChaseAudience(TextChoices):
    LIAISONS = "liaisons", "联络员（A、B岗）"
    WITH_HEADS = "with_heads", "联络员和分管领导"
