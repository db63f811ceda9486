"""What an indicator is to do, and where it stands."""

from django.db.models import TextChoices

from measures.choices.toned import TonedChoices


class Direction(TextChoices):
    UP = "up", "越高越好"
    DOWN = "down", "越低越好"
    REACH = "reach", "实现与否"


class IndicatorState(TonedChoices):
    """How an indicator stands to its target; worked out, never stored."""

    NO_VALUE = "no_value", "grey", "尚无数据"
    NO_GOAL = "no_goal", "grey", "目标待核"
    UNDER_WAY = "under_way", "blue", "推进中"
    REACHED = "reached", "green", "已达目标"
    MISSED = "missed", "red", "到期未达"
