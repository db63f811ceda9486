"""Filing periods."""

from django.db.models import TextChoices


class PeriodKind(TextChoices):
    """How long a filing period is; what follows from it is in rules.periods."""

    MONTHLY = "monthly", "月度"
    QUARTERLY = "quarterly", "季度"
    HALF = "half", "半年"
    YEARLY = "yearly", "年度"
    SPECIAL = "special", "专项"


class PeriodState(TextChoices):
    DRAFT = "draft", "未开始"
    OPEN = "open", "填报中"
    CLOSED = "closed", "已关闭"

    @property
    def tone(self) -> str:
        return {"draft": "grey", "open": "blue", "closed": "green"}[self]
