"""What a measure is, how far it has got, and who is responsible."""

from django.db.models import TextChoices

from measures.choices.toned import TonedChoices


class Nature(TextChoices):
    DATED = "dated", "有时限"
    ONGOING = "ongoing", "长期坚持"


class Stage(TonedChoices):
    """How far a measure has got: the commission's word, by a StatusUpdate."""

    NOT_STARTED = "not_started", "grey", "未启动"
    UNDER_WAY = "under_way", "blue", "推进中"
    NEARLY_DONE = "nearly_done", "blue", "基本完成"
    DONE = "done", "green", "已完成"
    SUSPENDED = "suspended", "grey", "已中止"


class StatusKind(TextChoices):
    """What a status update is, from what held before it. Computed, never stored."""

    UPDATED = "updated", "更新"
    CORRECTED = "corrected", "更正"
    SUSPENDED = "suspended", "中止"
    RESUMED = "resumed", "恢复"
    REOPENED = "reopened", "重新启动"


# `done` is set only when the chief agrees to a request to close, never by a status update.
CLAIMABLE_STAGES = (Stage.NOT_STARTED, Stage.UNDER_WAY, Stage.NEARLY_DONE)
SETTABLE_STAGES = (*CLAIMABLE_STAGES, Stage.SUSPENDED)


class Light(TonedChoices):
    """The light beside a measure: computed, always with a sentence. Worst first.

    Two are 正常: what the commission has accepted may be relied on, what waits for it is hatched.
    """

    RED = "red", "red", "滞后"
    YELLOW = "yellow", "yellow", "预警"
    GREEN = "green", "green", "正常·已审核"
    WAITING = "waiting", "waiting", "正常·待审核"
    GREY = "grey", "grey", "未评定"

    @property
    def shape(self) -> str:
        return {"red": "▲", "yellow": "●", "green": "■", "waiting": "▨", "grey": "○"}[self]


# What a person may set by hand: whether something waits for review is a fact.
SETTABLE_LIGHTS = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)


class ResponsibilityRole(TextChoices):
    LEAD = "lead", "牵头单位"
    RESPONSIBLE = "responsible", "责任单位"
    SUPPORT = "support", "配合单位"

    @property
    def mark(self) -> str:
        return {"lead": "●", "responsible": "○", "support": "△"}[self]


class LeadBasis(TextChoices):
    TEXT = "text", "原文明示"
    FIRST_NAMED = "first_named", "首位惯例"
    DESIGNATED = "designated", "商务委指定"


class GapKind(TextChoices):
    TITLE = "title", "标题"
    AGENCIES = "agencies", "责任单位"
    TEXT = "text", "正文"
