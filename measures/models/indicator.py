"""Indicators of a measure: what is counted, the targets and their due days."""

from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject

from agencies.models import Agency
from agencies.models.fields import (
    BusinessQuerySet,
    ChecksAtOnce,
    MemberOf,
    known,
    link_to,
    optional_link_to,
)
from measures.choices import Direction
from measures.models.limits import MOST_DECIMALS, MOST_DIGITS, WORDS_MOST, together, written
from measures.models.measure import Measure
from measures.models.value import IndicatorValue, as_text
from measures.rules.attainment import DatedValue, Gauge, Goal, goal_value, shown

NEWEST = 120  # most values in a chart and its table: ten years of months


class IndicatorQuerySet(BusinessQuerySet):
    def in_use(self) -> Self:
        return self.filter(retired_on__isnull=True)

    def with_figures(self, newest: int = NEWEST, **more: Any) -> Self:
        """Fetch targets and the newest current values, as text; `more`: further keys of a value."""
        targets = IndicatorTarget.objects.filter(indicator=OuterRef("pk")).order_by("due_on", "pk")
        target = JSONObject(
            pk="pk",
            due_on="due_on",
            value=as_text("value"),
            share_of="share_of",
            share_out_of="share_out_of",
            basis="basis",
        )
        own = IndicatorValue.objects.current().filter(indicator=OuterRef("pk"))
        value = JSONObject(as_of="as_of", value=as_text("value"), **more)
        return self.annotate(
            targets_found=ArraySubquery(targets.values(json=target)),
            values_found=ArraySubquery(own.order_by("-as_of").values(json=value)[:newest]),
        )


class Indicator(ChecksAtOnce):
    """A quantity that is counted for a measure.

    The baseline is 待定 until its value, day and source are known. `reporter` files its values with
    its notes, from the period that ends on or after `asked_since`; staff enter values with a
    source. `wording` is the passage of the notice that sets the indicator, if one does.
    """

    measure = link_to(Measure, "措施", "indicators")
    name = models.CharField("指标名称", max_length=60)
    unit = models.CharField("单位", max_length=20, blank=True)
    decimals = models.PositiveSmallIntegerField("小数位数", default=0)
    direction = models.CharField("方向", max_length=10, choices=Direction)
    is_cumulative = models.BooleanField("按年累计", default=False)
    meaning = models.CharField("口径说明", max_length=WORDS_MOST, blank=True)
    wording = models.CharField("原文表述", max_length=WORDS_MOST, blank=True)
    baseline_value = models.DecimalField(
        "基线值", null=True, blank=True, max_digits=MOST_DIGITS, decimal_places=MOST_DECIMALS
    )
    baseline_on = models.DateField("基线日期", null=True, blank=True)
    baseline_source = models.CharField("基线来源", max_length=WORDS_MOST, blank=True)
    reporter = optional_link_to(Agency, "填报单位", "indicators")
    asked_since = models.DateField("起报日期", null=True, blank=True)
    retired_on = models.DateField("停用日期", null=True, blank=True)
    retired_reason = models.CharField("停用理由", max_length=WORDS_MOST, blank=True)

    targets_found: list[dict]  # set by with_figures()
    values_found: list[dict]  # set by with_figures(), the newest first

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        ordering = ["measure", "id"]
        verbose_name = verbose_name_plural = "指标"
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "name"],
                name="indicator_name_once",
                violation_error_message="这项措施已有同名指标。",
            ),
            known("indicator_direction_known", direction=Direction),
            models.CheckConstraint(
                name="indicator_decimals_in_range",
                condition=Q(decimals__gte=0, decimals__lte=MOST_DECIMALS),
                violation_error_message="小数位数须在0到4之间。",
            ),
            models.CheckConstraint(
                name="indicator_has_unit",
                condition=Q(direction=Direction.REACH, decimals=0, unit="")
                | ~Q(direction=Direction.REACH) & ~Q(unit=""),
                violation_error_message="须写明单位；“实现与否”的指标没有单位和小数。",
            ),
            models.CheckConstraint(
                name="indicator_cumulative_goes_up",
                condition=Q(is_cumulative=False) | Q(direction=Direction.UP),
                violation_error_message="按年累计的指标只能是越高越好。",
            ),
            models.CheckConstraint(
                name="indicator_baseline_has_source",
                condition=Q(
                    baseline_value__isnull=True, baseline_on__isnull=True, baseline_source=""
                )
                | Q(baseline_value__isnull=False, baseline_on__isnull=False)
                & ~Q(baseline_source="")
                & ~Q(direction=Direction.REACH),
                violation_error_message="基线须同时写明数值、日期和来源；不清楚的留空，显示为待定。",
            ),
            together(
                "indicator_asked_has_reporter",
                "reporter",
                "asked_since",
                message="填报单位和起报日期须同时填写。",
            ),
            models.CheckConstraint(
                name="indicator_retired_has_reason",
                condition=Q(retired_on__isnull=True, retired_reason="")
                | Q(retired_on__isnull=False) & ~Q(retired_reason=""),
                violation_error_message="停用指标须写明理由。",
            ),
        ]

    def __str__(self) -> str:
        return f"指标“{self.name}”"

    @property
    def label(self) -> str:
        return f"{self.name}（{self.unit}）" if self.unit else self.name

    def words_of(self, value: Decimal) -> str:
        """Return a value of it in display form, with its unit."""
        return shown(Gauge(self.direction_choice, decimals=self.decimals, unit=self.unit), value)

    @property
    def gauge(self) -> Gauge:
        """The indicator as rules.attainment takes it; needs with_figures()."""
        points = [
            DatedValue(date.fromisoformat(row["as_of"]), Decimal(row["value"]))
            for row in reversed(self.values_found)
        ]
        return Gauge(
            direction=Direction(self.direction),
            decimals=self.decimals,
            unit=self.unit,
            is_cumulative=self.is_cumulative,
            baseline=self.baseline,
            goals=tuple(self.goal_of(row) for row in self.targets_found),
            points=tuple(points),
        )

    @property
    def baseline(self) -> DatedValue | None:
        """The baseline with its day; None while it is 待定."""
        if self.baseline_value is None or self.baseline_on is None:
            return None
        return DatedValue(self.baseline_on, self.baseline_value)

    def goal_of(self, row: dict[str, Any]) -> Goal:
        """Return a target from a row of with_figures()."""
        share = (row["share_of"], row["share_out_of"]) if row["share_of"] else None
        own = Decimal(row["value"]) if row["value"] is not None else None
        day = date.fromisoformat(row["due_on"]) if row["due_on"] else None
        start = self.baseline.value if self.baseline else None
        return Goal(day, goal_value(own, share, start))

    direction_choice = MemberOf(Direction, "direction")

    @property
    def is_yes_or_no(self) -> bool:
        return self.direction == Direction.REACH

    @property
    def comes_from_notice(self) -> bool:
        return bool(self.wording)


class IndicatorTarget(ChecksAtOnce):
    """A target by a day (none: 待定): a value, or a share of the indicator's baseline."""

    indicator = link_to(Indicator, "指标", "targets")
    due_on = models.DateField("目标日期", null=True, blank=True)
    value = models.DecimalField(
        "目标值", null=True, blank=True, max_digits=MOST_DIGITS, decimal_places=MOST_DECIMALS
    )
    share_of = models.PositiveSmallIntegerField("占基线的几份", null=True, blank=True)
    share_out_of = models.PositiveSmallIntegerField("基线等分", null=True, blank=True)
    basis = models.CharField("目标依据", max_length=WORDS_MOST)

    class Meta:
        ordering = ["indicator", "due_on", "id"]
        verbose_name = verbose_name_plural = "指标目标"
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "due_on"],
                nulls_distinct=False,
                name="target_once_a_day",
                violation_error_message="这一日期已有目标。",
            ),
            models.CheckConstraint(
                name="target_value_or_share",
                condition=Q(value__isnull=False, share_of__isnull=True, share_out_of__isnull=True)
                | Q(value__isnull=True, share_of__gt=0, share_out_of__gt=0),
            ),
            written("target_has_basis", "basis", "目标须写明依据。"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}的目标"
