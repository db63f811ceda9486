"""The light's thresholds, lights set by hand, and the history of lights."""

from datetime import date
from functools import cache
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, QuerySet

from agencies.models import User
from agencies.models.fields import DateRange, MemberOf, known, link_to, only_when, optional_person
from agencies.permissions import Perm
from lib.forms import SHORT_REASON_MOST
from lib.prepared import PreparedObjects
from measures.choices import SETTABLE_LIGHTS, Cause, Light, RequestState
from measures.models.filing import Filing
from measures.models.limits import written
from measures.models.measure import Measure
from measures.models.request import ChiefRequest, RequestQuerySet, decision_constraints
from measures.rules.requests import OVERRIDE_STEPS
from measures.rules.thresholds import BOUNDS, DEFAULTS, Scale, Thresholds

UNDECIDED = (RequestState.OPEN, RequestState.WITHDRAWN)
BOUND_WORDS = {
    "late_workdays": "其他单位逾期工作日数",
    "lead_workdays": "牵头单位逾期工作日数",
    "lead_debts": "牵头单位欠报期数",
    "gap_yellow": "黄灯落后点数",
    "gap_red": "红灯落后点数",
    "due_soon_workdays": "临近时限工作日数",
    "milestone_workdays": "节点逾期工作日数",
    "worse_percent": "指标反向变动幅度",
    "stale_days": "指标数据过旧天数",
    "moved_periods": "推迟后无进展期数",
    "unmoved_periods": "无进展期数",
    "override_days": "人工认定最长天数",
    "alternate_periods": "可隔期填报的无变化期数",
}


class LightThresholdsQuerySet(QuerySet["LightThresholds"]):
    """Sets of thresholds, the newest day first by default."""

    def as_scale(self) -> Scale:
        """Return all sets with their days, the oldest first, for rules.thresholds; one query."""
        return [(row.valid_from, row.values) for row in _scale().rows([])]


@cache
def _scale() -> PreparedObjects:
    return PreparedObjects(LightThresholds.objects.order_by("valid_from"))


class OverrideQuerySet(RequestQuerySet):
    """Requests to set a light by hand, newest first by default."""

    def visible_to(self, user: User, *, on: date) -> Self:
        """The commission sees all; everybody else those that took effect, even if they ended."""
        if user.can(Perm.READ_UNACCEPTED):
            return self
        return self.effective() if user.can(Perm.READ) else self.none()

    def with_people(self) -> Self:
        """Fetch the measure, the lead, who asked, who decided and who ended it early."""
        found = super().with_people()
        return found.select_related("measure__notice", "agency", "ended_by")


class LightChangeQuerySet(QuerySet):
    """The history of lights, the newest day first."""

    def of_measure(self, measure: int, most: int) -> Self:
        """Return the newest rows of one measure, given by its id."""
        return self.filter(measure=measure).order_by("-on")[:most]


class LightThresholds(models.Model):
    """A set of thresholds, effective from a day until the next set's day."""

    valid_from = models.DateField(
        "起始日期", unique=True, error_messages={"unique": "这一天已有一套参数，请换一天。"}
    )
    late_workdays = models.PositiveSmallIntegerField("其他单位逾期超过几个工作日为黄灯")
    lead_workdays = models.PositiveSmallIntegerField(
        "牵头单位逾期超过几个工作日为红灯", default=DEFAULTS.lead_workdays
    )
    lead_debts = models.PositiveSmallIntegerField("牵头单位欠报几期为红灯")
    gap_yellow = models.DecimalField("落后几个百分点起为黄灯", max_digits=4, decimal_places=1)
    gap_red = models.DecimalField("落后超过几个百分点为红灯", max_digits=4, decimal_places=1)
    due_soon_workdays = models.PositiveSmallIntegerField("几个工作日内到期为黄灯")
    milestone_workdays = models.PositiveSmallIntegerField(
        "节点逾期超过几个工作日为红灯", default=DEFAULTS.milestone_workdays
    )
    worse_percent = models.DecimalField(
        "指标反向变动超过百分之几为黄灯",
        max_digits=4,
        decimal_places=1,
        default=DEFAULTS.worse_percent,
    )
    stale_days = models.PositiveSmallIntegerField(
        "指标几天没有新数据为黄灯", default=DEFAULTS.stale_days
    )
    moved_periods = models.PositiveSmallIntegerField(
        "推迟时限后几期无进展为黄灯", default=DEFAULTS.moved_periods
    )
    unmoved_periods = models.PositiveSmallIntegerField(
        "有时限的几期无进展为黄灯", default=DEFAULTS.unmoved_periods
    )
    override_days = models.PositiveSmallIntegerField("人工认定最长几天")
    alternate_periods = models.PositiveSmallIntegerField(
        "连续几期无变化可隔期填报", default=DEFAULTS.alternate_periods
    )
    reason = models.CharField("理由", max_length=SHORT_REASON_MOST)
    set_by = optional_person("设定人")
    set_at = models.DateTimeField("设定时间")

    objects = LightThresholdsQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from"]
        verbose_name = verbose_name_plural = "预警参数"
        constraints = [
            *(
                models.CheckConstraint(
                    name=f"thresholds_{field}_sensible",
                    condition=Q(**{f"{field}__gte": least, f"{field}__lte": most}),
                    violation_error_message=f"{BOUND_WORDS[field]}须在{least}至{most}之间。",
                )
                for field, (least, most) in BOUNDS.items()
            ),
            models.CheckConstraint(
                name="thresholds_yellow_before_red",
                condition=Q(gap_yellow__lt=F("gap_red")),
                violation_error_message="黄灯的落后点数须小于红灯的落后点数。",
            ),
            written("thresholds_have_reason", "reason", "设定参数须写明理由。"),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from:%Y-%m-%d}起的预警参数"

    @property
    def values(self) -> Thresholds:
        """The set for rules.thresholds."""
        return Thresholds(*(getattr(self, field) for field in Thresholds._fields))


class OverrideRequest(ChiefRequest):
    """人工认定: a light until a day, requested by a coordinator and decided by the chief.

    `against` is the light by the rule when it was requested; `ended_on` the first day without
    effect, if it was ended early. Who withdrew it is recorded in the event.
    """

    slug = "override"
    steps = OVERRIDE_STEPS
    undecided = UNDECIDED
    decision_section = "override"

    light = models.CharField(
        "认定为", max_length=10, choices=[(light.value, light.label) for light in SETTABLE_LIGHTS]
    )
    reason = models.CharField("理由", max_length=SHORT_REASON_MOST)
    against = models.CharField("申请时的预警灯", max_length=320)
    starts_on = models.DateField("起")
    ends_on = models.DateField("止")
    ended_by = optional_person("结束人")
    ended_on = models.DateField("提前结束日期", null=True, blank=True)
    end_reason = models.CharField("提前结束理由", max_length=SHORT_REASON_MOST, blank=True)

    objects = OverrideQuerySet.as_manager()  # type: ignore[misc]

    class Meta(ChiefRequest.Meta):
        verbose_name = verbose_name_plural = "人工认定"
        constraints = [
            models.UniqueConstraint(
                fields=["measure"],
                condition=Q(state=RequestState.OPEN),
                name="override_one_open",
                violation_error_message="这项措施已有一件人工认定待审批。",
            ),
            ExclusionConstraint(
                name="override_one_at_a_time",
                expressions=[
                    ("measure", RangeOperators.EQUAL),
                    (DateRange(F("starts_on"), F("ends_on")), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=[RequestState.OPEN, RequestState.AGREED]),
                violation_error_message="这项措施在这段时间已有人工认定，请先结束现有的。",
            ),
            models.CheckConstraint(
                name="override_days_in_order",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="截止日期不能早于开始日期。",
            ),
            written("override_has_reason", "reason", "须写明人工认定的理由。"),
            models.CheckConstraint(
                # Light.WAITING states a fact (a note is not reviewed), so nobody can set it.
                name="override_light_known",
                condition=Q(light__in=SETTABLE_LIGHTS),
            ),
            models.CheckConstraint(
                name="override_ended_has_reason",
                condition=Q(state=RequestState.ENDED, ended_by__isnull=False)
                & Q(ended_on__isnull=False)
                & ~Q(end_reason="")
                | ~Q(state=RequestState.ENDED)
                & Q(ended_by__isnull=True, ended_on__isnull=True, end_reason=""),
                violation_error_message="提前结束须写明理由。",
            ),
            *decision_constraints("override", "人工认定", OVERRIDE_STEPS, UNDECIDED),
        ]

    def __str__(self) -> str:
        return f"{self.measure}预警灯人工认定为“{self.get_light_display()}”"

    light_choice = MemberOf(Light, "light")

    @property
    def headline(self) -> str:
        light = Light(self.light)
        return f"预警灯人工认定为{light.shape}{light.label}，至{self.ends_on:%Y-%m-%d}"

    @property
    def withdrawal_sentence(self) -> str:
        """The text of the event when it is withdrawn."""
        return f"撤回申请：将{self}"

    @property
    def decision_sentence(self) -> str:
        """The text of the event and the messages when the chief has decided."""
        if self.state == RequestState.REFUSED:
            word, words = "不同意", self.decision_note
        else:
            word, words = "同意", self.reason
        return f"{word}将{self}，至{self.ends_on:%Y-%m-%d}：{words}"

    @property
    def concerns_lead(self) -> bool:
        """The lead is informed only if it took effect."""
        return self.took_effect

    @property
    def event_target(self) -> models.Model:
        """The measure if its light changed, else the request: the measure's trail omits those."""
        return self.measure if self.took_effect else self

    @property
    def event_state(self) -> dict[str, object]:
        """The light, its last day, and the state of the request."""
        return {"light": self.light, "ends_on": self.ends_on, "state": self.state}

    @property
    def event_decision(self) -> dict[str, object]:
        """Empty: the sentence has the reason."""
        return {}

    def holds(self, *, on: date) -> bool:
        """Whether it decides the light on a day; one ended early does not."""
        return self.state == RequestState.AGREED and self.starts_on <= on <= self.ends_on


class LightChange(models.Model):
    """A run of days with one light and one cause, from its first day until the next row's.

    At most one row a day: the light when it was last computed that day. `sentence` is that of the
    first day, `worst_sentence` that of the day on which the cause was most severe.
    `is_old_rule`: computed by the rule before debts were carried over (docs/light.md).
    """

    measure = link_to(Measure, "措施", "light_changes")
    on = models.DateField("日期")
    light = models.CharField("预警灯", max_length=10, choices=Light)
    label = models.CharField("预警灯（当时用语）", max_length=20)
    sentence = models.CharField("预警原因", max_length=300)
    worst_sentence = models.CharField("最重时的原因", max_length=300, blank=True)
    severity = models.DecimalField("程度", max_digits=9, decimal_places=1, default=0)
    is_old_rule = models.BooleanField("按原规则评定", default=False)
    cause = models.CharField("规则", max_length=20, choices=Cause)
    filing = models.ForeignKey(
        Filing, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="填报任务"
    )
    until = models.DateField("人工认定至", null=True, blank=True)

    objects = LightChangeQuerySet.as_manager()

    class Meta:
        ordering = ["measure", "-on"]
        verbose_name = verbose_name_plural = "预警灯变化"
        constraints = [
            models.UniqueConstraint(fields=["measure", "on"], name="light_change_once_a_day"),
            known("light_change_light_known", light=Light),
            only_when("light_change_manual_has_end", "until", cause=Cause.MANUAL),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.on:%Y-%m-%d} {self.label}"
