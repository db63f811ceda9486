"""Why a light is what it is."""

from django.db.models import TextChoices

from measures.choices.measure import Light


class Cause(TextChoices):
    """Which row of the rule decided a light; in the order of the rule (docs/light.md)."""

    DONE = "done", "已完成"
    SUSPENDED = "suspended", "已中止"
    UNCONFIRMED = "unconfirmed", "责任单位待核"
    NOT_BEGUN = "not_begun", "尚未开始"
    NO_PERIOD = "no_period", "首期未到期"
    OVERDUE = "overdue", "逾期未完成"
    FAR_BEHIND = "far_behind", "严重落后进度"
    LEAD_OVERDUE = "lead_overdue", "牵头单位长时间未报"
    LEAD_SILENT = "lead_silent", "牵头单位连续漏报"
    CONFIDENCE_RED = "confidence_red", "自评难以完成"
    BEHIND = "behind", "落后进度"
    DUE_SOON = "due_soon", "临近时限"
    LEAD_LATE = "lead_late", "牵头单位逾期未报"
    NOT_MENDED = "not_mended", "逾期未补正"
    WITHDRAWN = "withdrawn", "撤回未重报"
    LEAD_MISSED = "lead_missed", "牵头单位上期漏报"
    OTHER_LATE = "other_late", "其他单位长时间未报"
    CONFIDENCE_YELLOW = "confidence_yellow", "自评有风险"
    ON_PLAN = "on_plan", "符合进度"
    NO_LEAD_FILING = "no_lead_filing", "无牵头单位任务"
    FILED = "filed", "按期报送"
    MANUAL = "manual", "人工认定"

    @property
    def light(self) -> Light:
        """The light that the row gives. A person's word (MANUAL) brings its own."""
        return _LIGHTS[self]

    @property
    def anchor(self) -> str:
        return _ANCHORS.get(self, "parties")


_LIGHTS = {
    **dict.fromkeys((Cause.DONE, Cause.ON_PLAN, Cause.FILED), Light.GREEN),
    **dict.fromkeys(
        (
            Cause.SUSPENDED,
            Cause.UNCONFIRMED,
            Cause.NOT_BEGUN,
            Cause.NO_PERIOD,
            Cause.NO_LEAD_FILING,
        ),
        Light.GREY,
    ),
    **dict.fromkeys(
        (
            Cause.OVERDUE,
            Cause.FAR_BEHIND,
            Cause.LEAD_OVERDUE,
            Cause.LEAD_SILENT,
            Cause.CONFIDENCE_RED,
        ),
        Light.RED,
    ),
    **dict.fromkeys(
        (
            Cause.BEHIND,
            Cause.DUE_SOON,
            Cause.LEAD_LATE,
            Cause.NOT_MENDED,
            Cause.WITHDRAWN,
            Cause.LEAD_MISSED,
            Cause.OTHER_LATE,
            Cause.CONFIDENCE_YELLOW,
        ),
        Light.YELLOW,
    ),
}
_ANCHORS = {
    **dict.fromkeys(
        (Cause.DONE, Cause.SUSPENDED, Cause.FAR_BEHIND, Cause.BEHIND, Cause.ON_PLAN), "status"
    ),
    **dict.fromkeys((Cause.NOT_BEGUN, Cause.OVERDUE, Cause.DUE_SOON), "term"),
    Cause.MANUAL: "override",
}
