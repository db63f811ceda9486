"""Closed lists of measures: nature, stage, light, roles, gaps, changes and indicators."""

from django.db.models import TextChoices

from measures.choices.toned import TonedChoices


class Nature(TextChoices):
    DATED = "dated", "有时限"
    ONGOING = "ongoing", "长期坚持"


class Stage(TonedChoices):
    """How far a measure has got; the commission sets it with a StatusUpdate."""

    NOT_STARTED = "not_started", "grey", "未启动"
    UNDER_WAY = "under_way", "blue", "推进中"
    NEARLY_DONE = "nearly_done", "blue", "基本完成"
    DONE = "done", "green", "已完成"
    SUSPENDED = "suspended", "grey", "已中止"
    ENDED = "ended", "grey", "已终止"


class StatusKind(TextChoices):
    """The kind of a status update, from the status before it. Computed, never stored."""

    UPDATED = "updated", "更新"
    CORRECTED = "corrected", "更正"
    SUSPENDED = "suspended", "中止"
    ENDED = "ended", "终止"
    RESUMED = "resumed", "恢复"
    REOPENED = "reopened", "重新启动"


# `done` is set only when the chief agrees to a request to close, never by a status update;
# `ended` only by a revision that ends the measure; a revision that names agencies again undoes it.
CLAIMABLE_STAGES = (Stage.NOT_STARTED, Stage.UNDER_WAY, Stage.NEARLY_DONE)
SETTABLE_STAGES = (*CLAIMABLE_STAGES, Stage.SUSPENDED)


class Light(TonedChoices):
    """The light of a measure: computed, always with a sentence. Worst first.

    Two lights are 正常: GREEN is based on an accepted note; WAITING, shown hatched, on a note that
    is not reviewed yet.
    """

    RED = "red", "red", "滞后"
    YELLOW = "yellow", "yellow", "预警"
    GREEN = "green", "green", "正常·已审核"
    WAITING = "waiting", "waiting", "正常·待审核"
    GREY = "grey", "grey", "未评定"

    @property
    def shape(self) -> str:
        return {"red": "▲", "yellow": "●", "green": "■", "waiting": "▨", "grey": "○"}[self]


# Lights that a person may set; WAITING is a fact (a note is not reviewed), so it is not one.
SETTABLE_LIGHTS = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)


class ResponsibilityRole(TextChoices):
    LEAD = "lead", "牵头单位"
    # Named as a lead by the notice, but another one leads: files and is treated as RESPONSIBLE.
    JOINT_LEAD = "joint_lead", "并列牵头单位"
    RESPONSIBLE = "responsible", "责任单位"
    SUPPORT = "support", "配合单位"

    @property
    def mark(self) -> str:
        return {"lead": "●", "joint_lead": "◎", "responsible": "○", "support": "△"}[self]

    @property
    def short(self) -> str:
        return str(self.label).removesuffix("单位")

    @property
    def rank(self) -> int:
        """Its place in lists of agencies ordered by role."""
        return [*ResponsibilityRole].index(self)


class LeadBasis(TextChoices):
    TEXT = "text", "原文明示"
    FIRST_NAMED = "first_named", "原文未明确，按排名首位暂列"
    DESIGNATED = "designated", "商务委指定"


class GapKind(TextChoices):
    TITLE = "title", "标题"
    AGENCIES = "agencies", "责任单位"
    # The named agencies file as usual; which others are meant is unknown.
    OTHERS = "others", "其余责任单位"
    TEXT = "text", "正文"

    @property
    def is_list(self) -> bool:
        return self in (GapKind.AGENCIES, GapKind.OTHERS)


class Change(TonedChoices):
    """A difference from an earlier period. Computed (rules.comparison), never stored."""

    NEWLY_RED = "newly_red", "red", "新增滞后"
    NEWLY_YELLOW = "newly_yellow", "yellow", "新增预警"
    RECOVERED = "recovered", "green", "恢复正常"
    ADVANCED = "advanced", "blue", "进度推进"
    REGRESSED = "regressed", "yellow", "进度回退"
    DATE_MOVED = "date_moved", "blue", "时限变动"
    DONE = "done", "green", "办结"
    NEVER_FILED = "never_filed", "red", "从未报送"

    @property
    def help(self) -> str:
        return {
            "newly_red": "预警灯由其他变为滞后的措施",
            "newly_yellow": "预警灯由正常或未评定变为预警的措施",
            "recovered": "预警灯由滞后或预警变为正常（已审核或待审核）的措施",
            "advanced": "进度或完成比例提高、尚未办结的措施",
            "regressed": "进度或完成比例降低的措施",
            "date_moved": "完成时限提前、推后、新设或取消的措施",
            "done": "已完成或转入常态化的措施",
            "never_filed": "有责任单位已逾期、且自首个填报期以来一次也没有报送过的措施",
        }[self]


class Direction(TextChoices):
    UP = "up", "越高越好"
    DOWN = "down", "越低越好"
    REACH = "reach", "实现与否"


class IndicatorState(TonedChoices):
    """The state of an indicator against its target. Computed, never stored."""

    NO_VALUE = "no_value", "grey", "尚无数据"
    NO_GOAL = "no_goal", "grey", "目标待定"
    UNDER_WAY = "under_way", "blue", "推进中"
    REACHED = "reached", "green", "已达目标"
    MISSED = "missed", "red", "到期未达"
