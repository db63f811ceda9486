"""The causes of lights."""

from typing import Self

from django.db.models import TextChoices

from measures.choices.measure import Light


class Cause(TextChoices):
    """The condition that decided a light, in the order of the rule (docs/light.md).

    Written as value, light, anchor, label. `anchor` is the section of the measure's page that
    shows the fact, if that is not a filing. MANUAL has no light: the override has it.
    """

    light: Light
    anchor: str

    DONE = "done", Light.GREEN, "status", "已完成"
    SUSPENDED = "suspended", Light.GREY, "status", "已中止"
    ENDED = "ended", Light.GREY, "status", "已终止"
    UNCONFIRMED = "unconfirmed", Light.GREY, "parties", "责任单位待核对"
    NOT_BEGUN = "not_begun", Light.GREY, "term", "尚未开始"
    NO_PERIOD = "no_period", Light.GREY, "parties", "首期未到期"
    OVERDUE = "overdue", Light.RED, "term", "逾期未完成"
    FAR_BEHIND = "far_behind", Light.RED, "status", "严重落后进度"
    LEAD_SILENT = "lead_silent", Light.RED, "parties", "牵头单位多期未报"
    LEAD_OVERDUE = "lead_overdue", Light.RED, "parties", "牵头单位长时间未报"
    CONFIDENCE_RED = "confidence_red", Light.RED, "parties", "自评难以完成"
    MILESTONE_OVERDUE = "milestone_overdue", Light.RED, "milestones", "节点长时间逾期"
    BEHIND = "behind", Light.YELLOW, "status", "落后进度"
    DUE_SOON = "due_soon", Light.YELLOW, "term", "临近时限"
    LEAD_LATE = "lead_late", Light.YELLOW, "parties", "牵头单位逾期未报"
    NOT_MENDED = "not_mended", Light.YELLOW, "parties", "逾期未补正"
    WITHDRAWN = "withdrawn", Light.YELLOW, "parties", "撤回未重报"
    RETURNED = "returned", Light.YELLOW, "parties", "退回修改中"
    OTHER_LATE = "other_late", Light.YELLOW, "parties", "其他单位长时间未报"
    CONFIDENCE_YELLOW = "confidence_yellow", Light.YELLOW, "parties", "自评有风险"
    MILESTONE_LATE = "milestone_late", Light.YELLOW, "milestones", "节点逾期"
    INDICATOR_WORSE = "indicator_worse", Light.YELLOW, "indicators", "指标反向变动"
    INDICATOR_MISSED = "indicator_missed", Light.YELLOW, "indicators", "指标未达目标"
    INDICATOR_STALE = "indicator_stale", Light.YELLOW, "indicators", "指标数据过旧"
    DATE_MOVED = "date_moved", Light.YELLOW, "terms", "推迟后无进展"
    UNMOVED = "unmoved", Light.YELLOW, "status", "多期无进展"
    NO_LEAD_FILING = "no_lead_filing", Light.GREY, "parties", "无牵头单位任务"
    WAITING = "waiting", Light.WAITING, "parties", "待审核"
    ON_PLAN = "on_plan", Light.GREEN, "status", "符合进度"
    FILED = "filed", Light.GREEN, "parties", "已审核"
    MANUAL = "manual", None, "override", "人工认定"
    # Only in histories and snapshots from the rule before debts were carried over.
    LEAD_MISSED = "lead_missed", Light.YELLOW, "parties", "牵头单位上期期满未报"

    # The defaults are for mypy, which reads this as the signature of a look-up: Cause("done").
    def __new__(cls, value: str, light: Light = Light.GREY, anchor: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.light, member.anchor = light, anchor
        return member

    @property
    def since_word(self) -> str:
        """Return what began on the first day shown; empty if that is the light itself.

        A fact may be older than the light it causes: a debt turns red only after some days.
        """
        return _FACTS.get(self, "")


_DEBT, _LATE, _ASSESSED = "欠报", "逾期", "自评"
_FACTS = {
    Cause.OVERDUE: _LATE,
    Cause.LEAD_SILENT: _DEBT,
    Cause.LEAD_OVERDUE: _DEBT,
    Cause.LEAD_LATE: _DEBT,
    Cause.WITHDRAWN: _DEBT,
    Cause.OTHER_LATE: _DEBT,
    Cause.NOT_MENDED: _LATE,
    Cause.CONFIDENCE_RED: _ASSESSED,
    Cause.CONFIDENCE_YELLOW: _ASSESSED,
    Cause.MILESTONE_OVERDUE: _LATE,
    Cause.MILESTONE_LATE: _LATE,
    Cause.INDICATOR_WORSE: "反向",
    Cause.INDICATOR_MISSED: "未达标",
    Cause.INDICATOR_STALE: "过旧",
}

# Causes about a due date: red or yellow, and counted as 未达到序时进度.
OFF_PACE = (Cause.OVERDUE, Cause.FAR_BEHIND, Cause.BEHIND)


class Pace(TextChoices):
    """Whether a dated measure keeps up with its plan. Computed, never stored.

    It uses the light's threshold: a smaller lag is not called 未达到, so it agrees with the light.
    """

    KEPT = "kept", "达到序时进度"
    NEAR = "near", "略低于序时进度"
    BEHIND = "behind", "未达到序时进度"
