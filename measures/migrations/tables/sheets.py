"""Imported sheets."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import PROTECT, CheckConstraint, Q, UniqueConstraint

SHEETS = [
    migrations.CreateModel(
        name="SheetImport",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("kind", models.CharField(choices=[("filings", "填报表"), ("statuses", "工作台账")], max_length=10, verbose_name="类别")),
            (
                "state",
                models.CharField(
                    choices=[("queued", "排队中"), ("checking", "核对中"), ("ready", "待写入"), ("unchanged", "没有改动"), ("faulty", "有误"), ("failed", "未能核对"), ("to_apply", "排队写入"), ("applying", "正在写入"), ("refused", "未能写入"), ("applied", "已写入"), ("discarded", "已放弃")],
                    default="queued",
                    max_length=10,
                    verbose_name="状态",
                ),
            ),
            ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
            ("file", models.FileField(blank=True, max_length=200, upload_to="", verbose_name="文件")),
            ("marked", models.FileField(blank=True, max_length=200, upload_to="", verbose_name="标出错处的文件")),
            ("name", models.CharField(max_length=150, verbose_name="文件名")),
            ("size", models.PositiveIntegerField(verbose_name="字节")),
            ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
            ("queued_at", models.DateTimeField(verbose_name="排队时间")),
            ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="第几次办理")),
            ("lease_until", models.DateTimeField(blank=True, null=True, verbose_name="占用至")),
            ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="核对时间")),
            ("rows_total", models.PositiveIntegerField(default=0, verbose_name="总行数")),
            ("rows_done", models.PositiveIntegerField(default=0, verbose_name="已核对行数")),
            ("rows_changed", models.PositiveIntegerField(default=0, verbose_name="有改动")),
            ("rows_faulty", models.PositiveIntegerField(default=0, verbose_name="有误")),
            ("result", models.JSONField(blank=True, default=list, verbose_name="核对结果")),
            ("error", models.CharField(blank=True, max_length=1000, verbose_name="未能完成的原因")),
            ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="办理时间")),
            ("agency", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to="agencies.agency", verbose_name="单位")),
            ("ended_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="办理人")),
            ("period", models.ForeignKey(on_delete=PROTECT, related_name="+", to="measures.period", verbose_name="填报期")),
            ("uploaded_by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="上传人")),
            ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="要求写入的时间")),
            ("asked_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="写入人")),
            ("rows_written", models.PositiveIntegerField(default=0, verbose_name="已写入行数")),
        ],
        options={
            "verbose_name": "Excel导入",
            "verbose_name_plural": "Excel导入",
            "ordering": ["-uploaded_at", "-id"],
            "constraints": [
                CheckConstraint(condition=Q(("kind__in", ["filings", "statuses"])), name="sheetimport_kind_known"),
                CheckConstraint(condition=Q(Q(("agency__isnull", False), ("kind", "filings")), Q(("agency__isnull", True), ("kind", "statuses")), _connector="OR"), name="sheetimport_filings_have_agency"),
                CheckConstraint(condition=Q(("sha256__regex", "^[0-9a-f]{64}$"), ("size__gt", 0)), name="sheetimport_has_digest"),
                CheckConstraint(condition=Q(Q(("ended_at__isnull", False), ("ended_by__isnull", False), ("state__in", ("applied", "discarded"))), Q(Q(("state__in", ("applied", "discarded")), _negated=True), ("ended_at__isnull", True), ("ended_by__isnull", True)), _connector="OR"), name="sheetimport_ended_by_someone"),
                CheckConstraint(condition=Q(("state__in", ["queued", "checking", "ready", "unchanged", "faulty", "failed", "to_apply", "applying", "refused", "applied", "discarded"])), name="sheetimport_state_known"),
                UniqueConstraint(condition=Q(("state__in", ("queued", "to_apply", "checking", "applying"))), fields=("kind", "period", "agency", "sha256"), name="sheetimport_once_under_way", nulls_distinct=False, violation_error_message="这个文件正在核对，请稍候。"),
                CheckConstraint(condition=Q(Q(("lease_until__isnull", False), ("state__in", ("checking", "applying"))), Q(Q(("state__in", ("checking", "applying")), _negated=True), ("lease_until__isnull", True)), _connector="OR"), name="sheetimport_checking_has_lease"),
                CheckConstraint(condition=Q(Q(("state__in", ("ready", "to_apply", "applying", "applied")), _negated=True), Q(("rows_changed__gt", 0), ("rows_faulty", 0)), _connector="OR"), name="sheetimport_applied_is_sound"),
                CheckConstraint(condition=Q(Q(("state__in", ["failed", "refused"]), _negated=True), Q(("error", ""), _negated=True), _connector="OR"), name="sheetimport_failed_has_error"),
                CheckConstraint(condition=Q(Q(("state__in", ("to_apply", "applying")), _negated=True), Q(("asked_at__isnull", False), ("asked_by__isnull", False)), _connector="OR"), name="sheetimport_applied_for_someone"),
            ],
        },
    ),
]
