"""Indicators."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import PROTECT, CheckConstraint, Q, UniqueConstraint
from pgtrigger.compiler import Trigger, UpsertTriggerSql

FIGURE_TRIGGERS = [
    Trigger(
        name="frozen_with_its_note",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_frozen_with_its_note_1d6ce",
            table="measures_figure",
            when="BEFORE",
            operation="INSERT OR UPDATE OR DELETE",
            declare="DECLARE kept measures_figure%ROWTYPE;",
            func="""
                    kept := CASE WHEN TG_OP = 'INSERT' THEN NEW ELSE OLD END;
                    IF EXISTS (
                        SELECT FROM measures_note
                        WHERE id = kept.note_id AND submitted_at IS NOT NULL
                    ) OR (TG_OP = 'UPDATE' AND NEW.note_id <> OLD.note_id)
                    THEN RAISE EXCEPTION 'the figures of a submitted note never change';
                    END IF;
                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                """,
        ),
    ),
]
INDICATORVALUE_TRIGGERS = [
    Trigger(
        name="only_its_end_changes",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_only_its_end_changes_0bb77",
            table="measures_indicatorvalue",
            when="BEFORE",
            operation="UPDATE",
            declare="DECLARE ends TEXT[] := ARRAY['ended_at', 'ended_by_id', 'ended_reason', 'ended_for_id'];",
            func="""
                    IF to_jsonb(NEW) - ends = to_jsonb(OLD) - ends
                    THEN RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'a value of an indicator never changes';
                """,
        ),
    ),
    Trigger(
        name="never_deleted",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_never_deleted_3241d",
            table="measures_indicatorvalue",
            when="BEFORE",
            operation="DELETE",
            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
        ),
    ),
]
INDICATORS = [
    migrations.CreateModel(
        name="Indicator",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("name", models.CharField(max_length=60, verbose_name="指标名称")),
            ("unit", models.CharField(blank=True, max_length=20, verbose_name="单位")),
            ("decimals", models.PositiveSmallIntegerField(default=0, verbose_name="小数位数")),
            ("direction", models.CharField(choices=[("up", "越高越好"), ("down", "越低越好"), ("reach", "实现与否")], max_length=10, verbose_name="方向")),
            ("is_cumulative", models.BooleanField(default=False, verbose_name="按年累计")),
            ("meaning", models.CharField(blank=True, max_length=200, verbose_name="口径说明")),
            ("wording", models.CharField(blank=True, max_length=200, verbose_name="原文表述")),
            ("baseline_value", models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="基线值")),
            ("baseline_on", models.DateField(blank=True, null=True, verbose_name="基线日期")),
            ("baseline_source", models.CharField(blank=True, max_length=200, verbose_name="基线来源")),
            ("asked_since", models.DateField(blank=True, null=True, verbose_name="起报日期")),
            ("retired_on", models.DateField(blank=True, null=True, verbose_name="停用日期")),
            ("retired_reason", models.CharField(blank=True, max_length=200, verbose_name="停用理由")),
            ("measure", models.ForeignKey(on_delete=PROTECT, related_name="indicators", to="measures.measure", verbose_name="措施")),
            ("reporter", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="indicators", to="agencies.agency", verbose_name="填报单位")),
        ],
        options={
            "verbose_name": "指标",
            "verbose_name_plural": "指标",
            "ordering": ["measure", "id"],
            "constraints": [
                UniqueConstraint(fields=("measure", "name"), name="indicator_name_once", violation_error_message="这项措施已有同名指标。"),
                CheckConstraint(condition=Q(("direction__in", ["up", "down", "reach"])), name="indicator_direction_known"),
                CheckConstraint(condition=Q(("decimals__gte", 0), ("decimals__lte", 4)), name="indicator_decimals_in_range", violation_error_message="小数位数须在0到4之间。"),
                CheckConstraint(condition=Q(Q(("decimals", 0), ("direction", "reach"), ("unit", "")), Q(Q(("direction", "reach"), _negated=True), Q(("unit", ""), _negated=True)), _connector="OR"), name="indicator_has_unit", violation_error_message="须写明单位；“实现与否”的指标没有单位和小数。"),
                CheckConstraint(condition=Q(("is_cumulative", False), ("direction", "up"), _connector="OR"), name="indicator_cumulative_goes_up", violation_error_message="按年累计的指标只能是越高越好。"),
                CheckConstraint(
                    condition=Q(Q(("baseline_on__isnull", True), ("baseline_source", ""), ("baseline_value__isnull", True)), Q(("baseline_on__isnull", False), ("baseline_value__isnull", False), Q(("baseline_source", ""), _negated=True), Q(("direction", "reach"), _negated=True)), _connector="OR"),
                    name="indicator_baseline_has_source",
                    violation_error_message="基线须同时写明数值、日期和来源；不清楚的留空，显示为待定。",
                ),
                CheckConstraint(condition=Q(Q(("asked_since__isnull", True), ("reporter__isnull", True)), Q(("asked_since__isnull", False), ("reporter__isnull", False)), _connector="OR"), name="indicator_asked_has_reporter", violation_error_message="填报单位和起报日期须同时填写。"),
                CheckConstraint(condition=Q(Q(("retired_on__isnull", True), ("retired_reason", "")), Q(("retired_on__isnull", False), Q(("retired_reason", ""), _negated=True)), _connector="OR"), name="indicator_retired_has_reason", violation_error_message="停用指标须写明理由。"),
            ],
        },
    ),
    migrations.CreateModel(
        name="IndicatorTarget",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("due_on", models.DateField(blank=True, null=True, verbose_name="目标日期")),
            ("value", models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="目标值")),
            ("share_of", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="占基线的几份")),
            ("share_out_of", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="基线等分")),
            ("basis", models.CharField(max_length=200, verbose_name="目标依据")),
            ("indicator", models.ForeignKey(on_delete=PROTECT, related_name="targets", to="measures.indicator", verbose_name="指标")),
        ],
        options={
            "verbose_name": "指标目标",
            "verbose_name_plural": "指标目标",
            "ordering": ["indicator", "due_on", "id"],
            "constraints": [
                UniqueConstraint(fields=("indicator", "due_on"), name="target_once_a_day", nulls_distinct=False, violation_error_message="这一日期已有目标。"),
                CheckConstraint(condition=Q(Q(("share_of__isnull", True), ("share_out_of__isnull", True), ("value__isnull", False)), Q(("share_of__gt", 0), ("share_out_of__gt", 0), ("value__isnull", True)), _connector="OR"), name="target_value_or_share"),
                CheckConstraint(condition=Q(("basis", ""), _negated=True), name="target_has_basis", violation_error_message="目标须写明依据。"),
            ],
        },
    ),
    migrations.CreateModel(
        name="Figure",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("value", models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="数值")),
            ("absence", models.CharField(blank=True, max_length=100, verbose_name="暂无数据的原因")),
            ("note", models.ForeignKey(on_delete=PROTECT, related_name="figures", to="measures.note", verbose_name="进展")),
            ("indicator", models.ForeignKey(on_delete=PROTECT, related_name="figures", to="measures.indicator", verbose_name="指标")),
        ],
        options={
            "verbose_name": "填报数据",
            "verbose_name_plural": "填报数据",
            "ordering": ["note", "indicator"],
            "constraints": [
                UniqueConstraint(fields=("note", "indicator"), name="figure_once_a_note"),
                CheckConstraint(condition=Q(Q(("absence", ""), ("value__isnull", False)), Q(("value__isnull", True), Q(("absence", ""), _negated=True)), _connector="OR"), name="figure_says_one_thing", violation_error_message="填写了数值就不写暂无数据的原因。"),
            ],
            "triggers": FIGURE_TRIGGERS,
        },
    ),
    migrations.CreateModel(
        name="IndicatorValue",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("as_of", models.DateField(verbose_name="截至日期")),
            ("value", models.DecimalField(decimal_places=4, max_digits=18, verbose_name="数值")),
            ("source", models.CharField(max_length=200, verbose_name="来源")),
            ("at", models.DateTimeField(verbose_name="登记时间")),
            ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="失效时间")),
            ("ended_reason", models.CharField(blank=True, max_length=300, verbose_name="更正理由")),
            ("by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人")),
            ("ended_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="更正人")),
            ("ended_for", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to="measures.note", verbose_name="由此版取代")),
            ("indicator", models.ForeignKey(on_delete=PROTECT, related_name="values", to="measures.indicator", verbose_name="指标")),
            ("note", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to="measures.note", verbose_name="随报进展")),
        ],
        options={
            "verbose_name": "指标值",
            "verbose_name_plural": "指标值",
            "ordering": ["indicator", "-as_of", "-id"],
            "constraints": [
                UniqueConstraint(condition=Q(("ended_at__isnull", True)), fields=("indicator", "as_of"), name="value_one_current_a_day", violation_error_message="这一日期已有有效的数值，请更正原值。"),
                CheckConstraint(condition=Q(("source", ""), _negated=True), name="value_has_source", violation_error_message="须写明数值的来源。"),
                CheckConstraint(
                    condition=Q(Q(("ended_at__isnull", True), ("ended_by__isnull", True), ("ended_for__isnull", True), ("ended_reason", "")), Q(("ended_at__isnull", False), ("ended_by__isnull", False), Q(("ended_reason", ""), _negated=True)), _connector="OR"),
                    name="value_ended_has_reason",
                    violation_error_message="更正或撤下数值须写明理由。",
                ),
            ],
            "triggers": INDICATORVALUE_TRIGGERS,
        },
    ),
]
