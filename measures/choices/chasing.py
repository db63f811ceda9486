"""The rungs of the chase ladder, and who is told of one."""

from django.db.models import TextChoices


class Rung(TextChoices):
    """What an agency is told of a filing that it owes; the ladder says on which day."""

    REMIND = "remind", "提醒"
    DUE = "due", "到期提醒"
    CHASE = "chase", "催报"
    LETTER = "letter", "再次催报"
    CIRCULAR = "circular", "通报候选"
    MANUAL = "manual", "人工催报"


class ChaseAudience(TextChoices):
    LIAISONS = "liaisons", "联络员（A、B岗）"
    WITH_HEADS = "with_heads", "联络员和分管领导"
