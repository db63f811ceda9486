"""Requests to the chief."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import migrations, models
from django.db.models import PROTECT, CheckConstraint, F, Q, UniqueConstraint
from pgtrigger.compiler import Trigger, UpsertTriggerSql

from agencies.models.fields import DateRange

CLOSINGFILE_TRIGGERS = [
    Trigger(
        name="never_changed",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_never_changed_4bf92",
            table="measures_closingfile",
            when="BEFORE",
            operation="UPDATE OR DELETE",
            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
        ),
    ),
]
REQUESTS = [
    migrations.CreateModel(
        name="ClosingRequest",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("agency_name", models.CharField(max_length=40, verbose_name="牵头单位（当时名称）")),
            ("post", models.CharField(max_length=40, verbose_name="申请人身份")),
            ("asked_at", models.DateTimeField(verbose_name="申请时间")),
            ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="办理时间")),
            ("decision_note", models.TextField(blank=True, max_length=1000, verbose_name="办理意见")),
            ("nature", models.CharField(choices=[("dated", "有时限"), ("ongoing", "长期坚持")], max_length=10, verbose_name="性质")),
            ("result", models.TextField(max_length=2000, verbose_name="完成情况")),
            ("completed_on", models.DateField(verbose_name="完成日期")),
            ("state", models.CharField(choices=[("open", "待审批"), ("passed", "即时生效"), ("agreed", "已同意"), ("refused", "未同意"), ("withdrawn", "已撤回"), ("reopened", "已重新启动"), ("ended", "已提前结束")], default="open", max_length=10, verbose_name="状态")),
            ("reopened_at", models.DateTimeField(blank=True, null=True, verbose_name="重新启动时间")),
            ("reopened_reason", models.TextField(blank=True, max_length=1000, verbose_name="重新启动理由")),
            ("agency", models.ForeignKey(on_delete=PROTECT, related_name="%(class)ss", to="agencies.agency", verbose_name="牵头单位")),
            ("asked_by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="申请人")),
            ("decided_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="办理人")),
            ("measure", models.ForeignKey(on_delete=PROTECT, related_name="%(class)ss", to="measures.measure", verbose_name="措施")),
            ("reopened_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="重新启动人")),
        ],
        options={
            "verbose_name": "办结申请",
            "verbose_name_plural": "办结申请",
            "ordering": ["-asked_at", "-id"],
            "constraints": [
                UniqueConstraint(condition=Q(("state__in", ["open", "agreed"])), fields=("measure",), name="closing_request_one_standing", violation_error_message="这项措施已有办结申请待审批，或已办结。"),
                CheckConstraint(condition=Q(("result", ""), _negated=True), name="closing_request_has_result", violation_error_message="申请办结须写明完成情况。"),
                CheckConstraint(
                    condition=Q(Q(("reopened_at__isnull", False), ("reopened_by__isnull", False), ("state", "reopened"), Q(("reopened_reason", ""), _negated=True)), Q(Q(("state", "reopened"), _negated=True), ("reopened_at__isnull", True), ("reopened_by__isnull", True), ("reopened_reason", "")), _connector="OR"),
                    name="closing_request_reopened_whole",
                    violation_error_message="重新启动须写明理由。",
                ),
                CheckConstraint(
                    condition=Q(
                        Q(("state__in", ["open"]), ("decided_at__isnull", True), ("decided_by__isnull", True), ("decision_note", "")),
                        Q(("state__in", ["agreed", "withdrawn", "reopened"]), ("decided_at__isnull", False), ("decided_by__isnull", False)),
                        Q(("state", "refused"), Q(("decision_note", ""), _negated=True), ("decided_at__isnull", False), ("decided_by__isnull", False)),
                        _connector="OR",
                    ),
                    name="closing_request_decided_whole",
                    violation_error_message="不同意须写明意见。",
                ),
                CheckConstraint(condition=Q(Q(("state__in", ["agreed", "refused", "reopened"]), _negated=True), Q(("decided_by", F("asked_by")), _negated=True), _connector="OR"), name="closing_request_decided_by_another", violation_error_message="办结申请须由申请人以外的负责人审批。"),
            ],
        },
    ),
    migrations.CreateModel(
        name="ClosingFile",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("file", models.FileField(max_length=200, upload_to="", verbose_name="文件")),
            ("name", models.CharField(max_length=150, verbose_name="文件名")),
            ("kind", models.CharField(choices=[("docx", "Word 文档"), ("xlsx", "Excel 工作簿"), ("pdf", "PDF 文档"), ("ofd", "OFD 版式文档"), ("jpg", "JPEG 图片"), ("png", "PNG 图片")], max_length=10, verbose_name="格式")),
            ("size", models.PositiveIntegerField(verbose_name="字节")),
            ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
            ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
            ("uploaded_by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="上传人")),
            ("request", models.ForeignKey(on_delete=PROTECT, related_name="files", to="measures.closingrequest", verbose_name="办结申请")),
        ],
        options={
            "verbose_name": "办结佐证材料",
            "verbose_name_plural": "办结佐证材料",
            "ordering": ["request", "id"],
            "constraints": [
                UniqueConstraint(fields=("request", "sha256"), name="closing_file_once_a_request", violation_error_message="这份材料已经上传过。"),
                CheckConstraint(condition=Q(("kind__in", ["docx", "xlsx", "pdf", "ofd", "jpg", "png"]), ("sha256__regex", "^[0-9a-f]{64}$"), ("size__gt", 0), Q(("name", ""), _negated=True)), name="closing_file_whole"),
            ],
            "triggers": CLOSINGFILE_TRIGGERS,
        },
    ),
    migrations.CreateModel(
        name="DueDateRequest",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("agency_name", models.CharField(max_length=40, verbose_name="牵头单位（当时名称）")),
            ("post", models.CharField(max_length=40, verbose_name="申请人身份")),
            ("asked_at", models.DateTimeField(verbose_name="申请时间")),
            ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="办理时间")),
            ("decision_note", models.TextField(blank=True, max_length=1000, verbose_name="办理意见")),
            ("from_on", models.DateField(blank=True, null=True, verbose_name="原时限")),
            ("to_on", models.DateField(blank=True, null=True, verbose_name="新时限")),
            ("wording", models.CharField(blank=True, max_length=100, verbose_name="时限表述")),
            ("percent", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="当时完成比例")),
            ("reason", models.TextField(max_length=1000, verbose_name="理由")),
            ("state", models.CharField(choices=[("open", "待审批"), ("passed", "即时生效"), ("agreed", "已同意"), ("refused", "未同意"), ("withdrawn", "已撤回"), ("reopened", "已重新启动"), ("ended", "已提前结束")], default="open", max_length=10, verbose_name="状态")),
            ("agency", models.ForeignKey(on_delete=PROTECT, related_name="%(class)ss", to="agencies.agency", verbose_name="牵头单位")),
            ("asked_by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="申请人")),
            ("decided_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="办理人")),
            ("measure", models.ForeignKey(on_delete=PROTECT, related_name="%(class)ss", to="measures.measure", verbose_name="措施")),
        ],
        options={
            "verbose_name": "时限申请",
            "verbose_name_plural": "时限申请",
            "ordering": ["-asked_at", "-id"],
            "constraints": [
                UniqueConstraint(condition=Q(("state", "open")), fields=("measure",), name="due_date_request_one_open", violation_error_message="这项措施已有一项时限申请待审批，请等待审批，或先撤回。"),
                CheckConstraint(condition=Q(("reason", ""), _negated=True), name="due_date_request_has_reason", violation_error_message="调整时限须写明理由。"),
                CheckConstraint(
                    condition=Q(Q(("from_on__isnull", True), ("to_on__isnull", False)), Q(("from_on__isnull", False), ("to_on__isnull", True)), Q(("from_on__isnull", False), ("to_on__isnull", False), Q(("from_on", F("to_on")), _negated=True)), _connector="OR"),
                    name="due_date_request_moves",
                    violation_error_message="与现行时限相同，无需调整。",
                ),
                CheckConstraint(
                    condition=Q(Q(("state", "passed"), _negated=True), Q(("from_on__isnull", True), ("to_on__isnull", False)), Q(("from_on__isnull", False), ("to_on__isnull", False), ("to_on__lt", F("from_on"))), _connector="OR"),
                    name="due_date_request_passed_is_earlier",
                    violation_error_message="推迟或取消时限须经负责人同意。",
                ),
                CheckConstraint(condition=Q(("percent__isnull", True), Q(("percent__gte", 0), ("percent__lte", 100)), _connector="OR"), name="due_date_request_percent_in_range", violation_error_message="完成比例须在0到100之间。"),
                CheckConstraint(
                    condition=Q(
                        Q(("state__in", ["open", "passed"]), ("decided_at__isnull", True), ("decided_by__isnull", True), ("decision_note", "")),
                        Q(("state__in", ["agreed", "withdrawn"]), ("decided_at__isnull", False), ("decided_by__isnull", False)),
                        Q(("state", "refused"), Q(("decision_note", ""), _negated=True), ("decided_at__isnull", False), ("decided_by__isnull", False)),
                        _connector="OR",
                    ),
                    name="due_date_request_decided_whole",
                    violation_error_message="不同意须写明意见。",
                ),
                CheckConstraint(condition=Q(Q(("state__in", ["agreed", "refused"]), _negated=True), Q(("decided_by", F("asked_by")), _negated=True), _connector="OR"), name="due_date_request_decided_by_another", violation_error_message="时限申请须由申请人以外的负责人审批。"),
            ],
        },
    ),
    migrations.CreateModel(
        name="OverrideRequest",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("agency_name", models.CharField(max_length=40, verbose_name="牵头单位（当时名称）")),
            ("post", models.CharField(max_length=40, verbose_name="申请人身份")),
            ("light", models.CharField(choices=[("red", "滞后"), ("yellow", "预警"), ("green", "正常·已审核"), ("grey", "未评定")], max_length=10, verbose_name="认定为")),
            ("reason", models.CharField(max_length=200, verbose_name="理由")),
            ("against", models.CharField(max_length=320, verbose_name="申请时的预警灯")),
            ("starts_on", models.DateField(verbose_name="起")),
            ("ends_on", models.DateField(verbose_name="止")),
            ("asked_at", models.DateTimeField(verbose_name="申请时间")),
            ("state", models.CharField(choices=[("open", "待审批"), ("passed", "即时生效"), ("agreed", "已同意"), ("refused", "未同意"), ("withdrawn", "已撤回"), ("reopened", "已重新启动"), ("ended", "已提前结束")], default="open", max_length=10, verbose_name="状态")),
            ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="办理时间")),
            ("decision_note", models.TextField(blank=True, max_length=1000, verbose_name="办理意见")),
            ("ended_on", models.DateField(blank=True, null=True, verbose_name="提前结束日期")),
            ("end_reason", models.CharField(blank=True, max_length=200, verbose_name="提前结束理由")),
            ("agency", models.ForeignKey(on_delete=PROTECT, related_name="%(class)ss", to="agencies.agency", verbose_name="牵头单位")),
            ("asked_by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="申请人")),
            ("decided_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="办理人")),
            ("ended_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="结束人")),
            ("measure", models.ForeignKey(on_delete=PROTECT, related_name="%(class)ss", to="measures.measure", verbose_name="措施")),
        ],
        options={
            "verbose_name": "人工认定",
            "verbose_name_plural": "人工认定",
            "ordering": ["-asked_at", "-id"],
            "constraints": [
                CheckConstraint(condition=Q(("ends_on__gte", F("starts_on"))), name="override_days_in_order", violation_error_message="截止日期不能早于开始日期。"),
                CheckConstraint(condition=Q(("reason", ""), _negated=True), name="override_has_reason", violation_error_message="须写明人工认定的理由。"),
                CheckConstraint(condition=Q(("light__in", ["red", "yellow", "green", "grey"])), name="override_light_known"),
                UniqueConstraint(condition=Q(("state", "open")), fields=("measure",), name="override_one_open", violation_error_message="这项措施已有一件人工认定待审批。"),
                ExclusionConstraint(condition=Q(("state__in", ["open", "agreed"])), expressions=[("measure", "="), (DateRange(F("starts_on"), F("ends_on")), "&&")], name="override_one_at_a_time", violation_error_message="这项措施在这段时间已有人工认定，请先结束现有的。"),
                CheckConstraint(
                    condition=Q(Q(("ended_by__isnull", False), ("state", "ended"), ("ended_on__isnull", False), Q(("end_reason", ""), _negated=True)), Q(Q(("state", "ended"), _negated=True), ("end_reason", ""), ("ended_by__isnull", True), ("ended_on__isnull", True)), _connector="OR"),
                    name="override_ended_has_reason",
                    violation_error_message="提前结束须写明理由。",
                ),
                CheckConstraint(
                    condition=Q(
                        Q(("state__in", ["open", "withdrawn"]), ("decided_at__isnull", True), ("decided_by__isnull", True), ("decision_note", "")),
                        Q(("state__in", ["agreed", "ended"]), ("decided_at__isnull", False), ("decided_by__isnull", False)),
                        Q(("state", "refused"), Q(("decision_note", ""), _negated=True), ("decided_at__isnull", False), ("decided_by__isnull", False)),
                        _connector="OR",
                    ),
                    name="override_decided_whole",
                    violation_error_message="不同意须写明意见。",
                ),
                CheckConstraint(condition=Q(Q(("state__in", ["agreed", "refused", "ended"]), _negated=True), Q(("decided_by", F("asked_by")), _negated=True), _connector="OR"), name="override_decided_by_another", violation_error_message="人工认定须由申请人以外的负责人审批。"),
            ],
        },
    ),
]
