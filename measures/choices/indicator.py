"""What an indicator is to do, and where it stands."""

from django.db.models import TextChoices


class Direction(TextChoices):
    UP = "up", "越高越好"
    DOWN = "down", "越低越好"
    REACH = "reach", "实现与否"


class IndicatorState(TextChoices):
    """How an indicator stands to its target; worked out, never stored."""

    NO_VALUE = "no_value", "尚无数据"
    NO_GOAL = "no_goal", "目标待核"
    UNDER_WAY = "under_way", "推进中"
    REACHED = "reached", "已达目标"
    MISSED = "missed", "到期未达"

    @property
    def tone(self) -> str:
        return {
            "no_value": "grey",
            "no_goal": "grey",
            "under_way": "blue",
            "reached": "green",
            "missed": "red",
        }[self]
