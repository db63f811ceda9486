"""Periods and filings."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import migrations, models
from django.db.models import CASCADE, PROTECT, CheckConstraint, F, Index, Q, UniqueConstraint
from pgtrigger.compiler import Trigger, UpsertTriggerSql

from agencies.models.fields import DateRange
from measures.migrations.tables.counting import MEASURE, counted, same

FILING_TRIGGERS = [
    *counted(
        "filing",
        "filingtotal",
        ids=("ec8a6", "4c606", "b5728"),
        keys={
            **same("period_id", "agency_id", "agency_name", "state", "due_on"),
            "section_id": "m.section_id",
            "is_accepted": "r.accepted_note_id IS NOT NULL",
            "is_returned": "r.mend_by IS NOT NULL",
            "came_in_time": "(r.first_submitted_at AT TIME ZONE 'Asia/Shanghai')::date <= r.due_on",
        },
        joins=MEASURE,
    ),
    Trigger(
        name="knows_what_waits",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_knows_what_waits_fb9ed",
            table="measures_filing",
            when="BEFORE",
            operation="INSERT OR UPDATE",
            condition="WHEN (NEW.state IN ('submitted', 'in_agency'))",
            func="""
        SELECT coalesce(n.left_at, n.submitted_at, n.saved_at), n.confidence <> 'green',
               n.is_unchanged
        INTO NEW.came_at, NEW.says_doubtful, NEW.says_unchanged
        FROM measures_note n WHERE n.filing_id = NEW.id AND n.dropped_at IS NULL
        ORDER BY n.version DESC LIMIT 1;
        NEW.came_at := greatest(
            coalesce(NEW.came_at, NEW.first_submitted_at),
            (SELECT max(o.decided_at) FROM measures_objection o
             WHERE o.filing_id = NEW.id AND o.state = 'upheld')
        );
        RETURN NEW;
    """,
        ),
    ),
]
FILINGS = [
    migrations.CreateModel(
        name="Period",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("kind", models.CharField(choices=[("monthly", "月度"), ("quarterly", "季度"), ("half", "半年"), ("yearly", "年度"), ("special", "专项")], max_length=20, verbose_name="类别")),
            ("label", models.CharField(max_length=40, verbose_name="名称")),
            ("covers_from", models.DateField(verbose_name="起")),
            ("covers_to", models.DateField(verbose_name="止")),
            ("cumulative_from", models.DateField(verbose_name="累计起")),
            ("opens_on", models.DateField(verbose_name="开始填报")),
            ("due_on", models.DateField(verbose_name="报送截止")),
            ("closes_on", models.DateField(verbose_name="关闭日期")),
            ("opens_by_itself", models.BooleanField(default=False, verbose_name="到期自动开始")),
            ("closes_by_itself", models.BooleanField(default=False, verbose_name="到期自动关闭")),
            ("state", models.CharField(choices=[("draft", "未开始"), ("open", "填报中"), ("closed", "已关闭")], default="draft", max_length=10, verbose_name="状态")),
            ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="开始时间")),
            ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="关闭时间")),
            ("measures", models.ManyToManyField(blank=True, related_name="+", to="measures.measure", verbose_name="措施范围")),
            ("notice", models.ForeignKey(on_delete=PROTECT, related_name="periods", to="measures.notice", verbose_name="文件")),
            ("due_moved_at", models.DateTimeField(blank=True, null=True, verbose_name="延期时间")),
            ("due_was", models.DateField(blank=True, null=True, verbose_name="延期前的报送截止")),
            ("skipped", models.ManyToManyField(blank=True, related_name="+", to="measures.measure", verbose_name="隔期填报的措施")),
            ("reason", models.CharField(blank=True, max_length=300, verbose_name="专项事由")),
        ],
        options={
            "verbose_name": "填报期",
            "verbose_name_plural": "填报期",
            "ordering": ["-covers_from"],
            "indexes": [
                Index(condition=Q(("state", "draft")), fields=["opens_on"], name="period_to_open"),
                Index(condition=Q(("state", "open")), fields=["closes_on"], name="period_to_close"),
                Index(condition=Q(("state", "open")), fields=["due_on", "id"], include=("notice",), name="period_open"),
            ],
            "constraints": [
                ExclusionConstraint(condition=Q(("kind", "special"), _negated=True), expressions=[("notice", "="), ("kind", "="), (DateRange(F("covers_from"), F("covers_to")), "&&")], name="period_no_overlap_of_a_kind", violation_error_message="这一时段已有同类填报期。"),
                UniqueConstraint(condition=Q(("kind", "special")), fields=("notice", "label"), name="period_special_named_once", violation_error_message="已有同名的专项填报期，请换一个名称。"),
                CheckConstraint(condition=Q(("label", ""), _negated=True), name="period_has_label", violation_error_message="填报期须有名称。"),
                CheckConstraint(condition=Q(("cumulative_from__lte", F("covers_from")), ("covers_from__lte", F("covers_to")), ("opens_on__lte", F("due_on")), ("due_on__lte", F("closes_on"))), name="period_dates_in_order", violation_error_message="日期次序有误：开始填报不晚于报送截止，报送截止不晚于关闭日期。"),
                CheckConstraint(condition=Q(("state__in", ["draft", "open", "closed"])), name="period_state_known"),
                CheckConstraint(condition=Q(("kind__in", ["monthly", "quarterly", "half", "yearly", "special"])), name="period_kind_known"),
                CheckConstraint(condition=Q(Q(("kind", "special"), _negated=True), Q(("reason", ""), _negated=True), _connector="OR"), name="period_special_has_reason", violation_error_message="专项填报须写明事由。"),
            ],
        },
    ),
    migrations.CreateModel(
        name="ShortNotice",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("reason", models.CharField(max_length=300, verbose_name="为什么来不及")),
            ("asked_at", models.DateTimeField(verbose_name="提请时间")),
            ("is_agreed", models.BooleanField(blank=True, null=True, verbose_name="是否同意")),
            ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="决定时间")),
            ("note", models.CharField(blank=True, max_length=300, verbose_name="意见")),
            ("asked_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="提请人")),
            ("decided_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="决定人")),
            ("period", models.ForeignKey(on_delete=CASCADE, related_name="short_notices", to="measures.period", verbose_name="填报期")),
        ],
        options={
            "verbose_name": "短期专项",
            "verbose_name_plural": "短期专项",
            "ordering": ["-asked_at", "-id"],
            "constraints": [
                UniqueConstraint(condition=Q(("is_agreed__isnull", True), ("is_agreed", True), _connector="OR"), fields=("period",), name="short_notice_one_standing", violation_error_message="已经提请过，请等待负责人决定。"),
                CheckConstraint(condition=Q(("reason", ""), _negated=True), name="short_notice_has_reason", violation_error_message="须写明为什么来不及。"),
                CheckConstraint(condition=Q(Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("is_agreed__isnull", True)), Q(("decided_at__isnull", False), ("decided_by__isnull", False), ("is_agreed__isnull", False)), _connector="OR"), name="short_notice_decided_by"),
                CheckConstraint(condition=Q(Q(("is_agreed", False), _negated=True), Q(("note", ""), _negated=True), _connector="OR"), name="short_notice_refused_has_note", violation_error_message="不同意的，须写明意见。"),
            ],
        },
    ),
    migrations.CreateModel(
        name="Filing",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("role", models.CharField(choices=[("lead", "牵头单位"), ("joint_lead", "并列牵头单位"), ("responsible", "责任单位"), ("support", "配合单位")], max_length=20, verbose_name="责任")),
            ("agency_name", models.CharField(max_length=40, verbose_name="单位（当时名称）")),
            ("due_on", models.DateField(verbose_name="报送截止")),
            ("state", models.CharField(choices=[("pending", "待填报"), ("draft", "草稿"), ("in_agency", "待本单位审核"), ("submitted", "已报送"), ("accepted", "已通过"), ("returned", "已退回"), ("waived", "免报")], default="pending", max_length=10, verbose_name="状态")),
            ("first_submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="首次报送时间")),
            ("mend_by", models.DateField(blank=True, null=True, verbose_name="补正截止")),
            ("waived_reason", models.CharField(blank=True, max_length=300, verbose_name="免报理由")),
            ("waived_at", models.DateTimeField(blank=True, null=True, verbose_name="免报时间")),
            ("agency", models.ForeignKey(on_delete=PROTECT, related_name="filings", to="agencies.agency", verbose_name="单位")),
            ("waived_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="免报决定人")),
            ("measure", models.ForeignKey(on_delete=PROTECT, related_name="filings", to="measures.measure", verbose_name="措施")),
            ("period", models.ForeignKey(on_delete=PROTECT, related_name="filings", to="measures.period", verbose_name="填报期")),
            ("due_moved_at", models.DateTimeField(blank=True, null=True, verbose_name="延期时间")),
            ("due_was", models.DateField(blank=True, null=True, verbose_name="延期前的报送截止")),
            ("written_off_at", models.DateTimeField(blank=True, null=True, verbose_name="核销时间")),
            ("written_off_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="核销人")),
            ("written_off_reason", models.CharField(blank=True, max_length=300, verbose_name="核销理由")),
            ("came_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="送达审核时间")),
            ("says_doubtful", models.BooleanField(editable=False, null=True, verbose_name="自评有风险或难以完成")),
            ("says_unchanged", models.BooleanField(editable=False, null=True, verbose_name="本期无新进展")),
        ],
        options={
            "verbose_name": "填报任务",
            "verbose_name_plural": "填报任务",
            "ordering": ["measure__ordinal", "agency__order"],
            "indexes": [
                Index(condition=Q(("state", "submitted")), fields=["first_submitted_at"], include=("id", "period", "agency"), name="filing_awaiting_review"),
                Index(condition=Q(("state", "submitted")), fields=["came_at", "id"], include=("state", "period", "agency", "measure", "role", "says_doubtful", "says_unchanged"), name="filing_came"),
            ],
            "constraints": [
                CheckConstraint(condition=Q(("state__in", ["pending", "draft", "in_agency", "submitted", "accepted", "returned", "waived"])), name="filing_state_known"),
                CheckConstraint(condition=Q(Q(("state__in", ["submitted", "accepted"]), _negated=True), ("first_submitted_at__isnull", False), _connector="OR"), name="filing_submitted_has_moment"),
                CheckConstraint(
                    condition=Q(Q(("state", "waived"), ("waived_at__isnull", False), Q(("waived_reason", ""), _negated=True)), Q(Q(("state", "waived"), _negated=True), ("waived_at__isnull", True), ("waived_reason", "")), _connector="OR"), name="filing_waived_has_reason", violation_error_message="免报须写明理由。"
                ),
                UniqueConstraint(fields=("period", "measure", "agency"), name="filing_once_an_agency"),
                CheckConstraint(
                    condition=Q(Q(("written_off_at__isnull", False), ("written_off_by__isnull", False), Q(("written_off_reason", ""), _negated=True)), Q(("written_off_at__isnull", True), ("written_off_by__isnull", True), ("written_off_reason", "")), _connector="OR"),
                    name="filing_written_off_has_reason",
                    violation_error_message="核销欠报须写明理由。",
                ),
                CheckConstraint(condition=Q(Q(("due_moved_at__isnull", True), ("due_was__isnull", True)), Q(("due_moved_at__isnull", False), ("due_was__isnull", False)), _connector="OR"), name="filing_moved_has_day"),
                CheckConstraint(condition=Q(("role__in", ["lead", "joint_lead", "responsible", "support"])), name="filing_role_known"),
            ],
            "triggers": FILING_TRIGGERS,
        },
    ),
    migrations.CreateModel(
        name="AlternateFiling",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("begun_at", models.DateTimeField(verbose_name="确认时间")),
            ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
            ("end_reason", models.CharField(blank=True, max_length=300, verbose_name="结束原因")),
            ("begun_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="确认人")),
            ("ended_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="结束人")),
            ("measure", models.ForeignKey(on_delete=PROTECT, related_name="alternate_filings", to="measures.measure", verbose_name="措施")),
        ],
        options={
            "verbose_name": "隔期填报",
            "verbose_name_plural": "隔期填报",
            "ordering": ["-begun_at", "-id"],
            "constraints": [
                UniqueConstraint(condition=Q(("ended_at__isnull", True)), fields=("measure",), name="alternate_filing_one_current", violation_error_message="这项措施已经隔期填报。"),
                CheckConstraint(condition=Q(Q(("ended_at__isnull", False), Q(("end_reason", ""), _negated=True)), Q(("end_reason", ""), ("ended_at__isnull", True), ("ended_by__isnull", True)), _connector="OR"), name="alternate_filing_ended_has_reason", violation_error_message="结束隔期填报须写明原因。"),
            ],
        },
    ),
]
