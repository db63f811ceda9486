"""Filing periods."""

from django.db.models import TextChoices

from measures.choices.toned import TonedChoices


class PeriodKind(TextChoices):
    """The length of a filing period; its days are computed in rules.periods."""

    MONTHLY = "monthly", "月度"
    QUARTERLY = "quarterly", "季度"
    HALF = "half", "半年"
    YEARLY = "yearly", "年度"
    SPECIAL = "special", "专项"


class PeriodState(TonedChoices):
    DRAFT = "draft", "grey", "未开始"
    OPEN = "open", "blue", "填报中"
    CLOSED = "closed", "green", "已关闭"
