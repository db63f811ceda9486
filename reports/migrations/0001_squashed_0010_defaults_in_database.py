"""All tables of this app as steps 1 to 10 leave them, in one step for an empty database.

An installation that has some of those steps goes on with their own files (ADR 0088). What a step
did to rows that were there is not repeated.
"""

from django.conf import settings
from django.db import migrations, models
from django.db.models import PROTECT, CheckConstraint, Q, UniqueConstraint
from pgtrigger.compiler import Trigger, UpsertTriggerSql

from lib.one_step import OneStep

REPORT_TRIGGERS = [
    Trigger(
        name="frozen_once",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_frozen_once_004a4",
            table="reports_report",
            when="BEFORE",
            operation="UPDATE",
            condition='WHEN (OLD."dataset" IS NOT NULL AND (OLD."dataset" IS DISTINCT FROM (NEW."dataset") OR OLD."digest" IS DISTINCT FROM (NEW."digest") OR OLD."frozen_at" IS DISTINCT FROM (NEW."frozen_at")))',
            func="RAISE EXCEPTION 'a frozen dataset never changes';",
        ),
    ),
    Trigger(
        name="never_deleted",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_never_deleted_3a439",
            table="reports_report",
            when="BEFORE",
            operation="DELETE",
            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
        ),
    ),
    Trigger(
        name="final_for_good",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_final_for_good_e7e4b",
            table="reports_report",
            when="BEFORE",
            operation="UPDATE",
            condition='WHEN (OLD."final_at" IS NOT NULL AND (OLD."final_at" IS DISTINCT FROM (NEW."final_at") OR OLD."final_digest" IS DISTINCT FROM (NEW."final_digest") OR OLD."words" IS DISTINCT FROM (NEW."words")))',
            func="RAISE EXCEPTION 'a final report stays final';",
        ),
    ),
]
REPORTEDIT_TRIGGERS = [
    Trigger(
        name="never_changed",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_never_changed_e8422",
            table="reports_reportedit",
            when="BEFORE",
            operation="UPDATE OR DELETE",
            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
        ),
    ),
    Trigger(
        name="closed_when_final",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_closed_when_final_bff5b",
            table="reports_reportedit",
            when="BEFORE",
            operation="INSERT",
            func="""
                IF EXISTS (
                    SELECT 1 FROM reports_report
                    WHERE id = NEW.report_id AND final_at IS NOT NULL
                ) THEN
                    RAISE EXCEPTION 'a final report is not edited';
                END IF;
                RETURN NEW;
                """,
        ),
    ),
]
CIRCULARCHOICE_TRIGGERS = [
    Trigger(
        name="never_changed",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_never_changed_fc673",
            table="reports_circularchoice",
            when="BEFORE",
            operation="UPDATE OR DELETE",
            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
        ),
    ),
    Trigger(
        name="closed_when_final",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_closed_when_final_7926e",
            table="reports_circularchoice",
            when="BEFORE",
            operation="INSERT",
            func="""
                IF EXISTS (
                    SELECT 1 FROM reports_report
                    WHERE id = NEW.report_id AND final_at IS NOT NULL
                ) THEN
                    RAISE EXCEPTION 'a final circular is not changed';
                END IF;
                RETURN NEW;
                """,
        ),
    ),
]
ISSUE_TRIGGERS = [
    Trigger(
        name="never_deleted",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_never_deleted_75139",
            table="reports_issue",
            when="BEFORE",
            operation="DELETE",
            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
        ),
    ),
    Trigger(
        name="number_for_good",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_number_for_good_d4eb5",
            table="reports_issue",
            when="BEFORE",
            operation="UPDATE",
            condition='WHEN (OLD."serial" IS NOT NULL AND (OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."word" IS DISTINCT FROM (NEW."word") OR OLD."year" IS DISTINCT FROM (NEW."year") OR OLD."serial" IS DISTINCT FROM (NEW."serial") OR OLD."issued_on" IS DISTINCT FROM (NEW."issued_on") OR OLD."report_id" IS DISTINCT FROM (NEW."report_id")))',
            func="RAISE EXCEPTION 'a number once given stays';",
        ),
    ),
]
NUMBERCOUNTER_TRIGGERS = [
    Trigger(
        name="never_deleted",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_never_deleted_2bc49",
            table="reports_numbercounter",
            when="BEFORE",
            operation="DELETE",
            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
        ),
    ),
]
# For columns that were added later: code of the version before, which does not know them, still
# inserts rows during an update.
DEFAULTS = [
    "ALTER TABLE reports_issue ALTER returned_reason SET DEFAULT ''",
    "ALTER TABLE reports_issue ALTER word SET DEFAULT ''",
    "ALTER TABLE reports_report ALTER attempts_before SET DEFAULT 0",
    "ALTER TABLE reports_report ALTER is_anew SET DEFAULT false",
    "ALTER TABLE reports_report ALTER scope_name SET DEFAULT ''",
    "ALTER TABLE reports_report ALTER final_digest SET DEFAULT ''",
    "ALTER TABLE reports_report ALTER words_written SET DEFAULT ''",
]


class Migration(migrations.Migration):
    replaces = [
        ("reports", "0001_initial"),
        ("reports", "0002_report_cancelled_same"),
        ("reports", "0003_report_kinds_scopes_numbers"),
        ("reports", "0004_report_edits"),
        ("reports", "0005_report_against"),
        ("reports", "0006_sign_off"),
        ("reports", "0007_sign_off_rows"),
        ("reports", "0008_circular_choices"),
        ("reports", "0009_words_written"),
        ("reports", "0010_defaults_in_database"),
    ]

    initial = True

    dependencies = [
        ("agencies", "0001_squashed_0024_event_by_action"),
        ("measures", "0001_squashed_0043_open_work_by_agency"),
    ]

    tables = [
        # Reports, their files and texts
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("progress", "进展情况报告"), ("circular", "情况通报"), ("ledger", "工作台账"), ("agency", "单位进展情况报告"), ("letter", "提示函"), ("brief", "专题简报")], max_length=20, verbose_name="类别")),
                ("state", models.CharField(choices=[("queued", "排队中"), ("freezing", "汇集数据"), ("writing", "生成文件"), ("done", "已完成"), ("failed", "失败"), ("cancelled", "已取消"), ("same", "与已有报告一致")], default="queued", max_length=10, verbose_name="状态")),
                ("requested_at", models.DateTimeField(verbose_name="申请时间")),
                ("queued_at", models.DateTimeField(verbose_name="排队时间")),
                ("begun_at", models.DateTimeField(blank=True, null=True, verbose_name="开始时间")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="第几次生成")),
                ("lease_until", models.DateTimeField(blank=True, null=True, verbose_name="占用至")),
                ("rows_done", models.PositiveIntegerField(default=0, verbose_name="已写行数")),
                ("rows_total", models.PositiveIntegerField(default=0, verbose_name="总行数")),
                ("error", models.CharField(blank=True, max_length=300, verbose_name="失败原因")),
                ("dataset", models.JSONField(blank=True, null=True, verbose_name="数据集")),
                ("digest", models.CharField(blank=True, max_length=64, verbose_name="数据集摘要")),
                ("schema_version", models.PositiveSmallIntegerField(default=0, verbose_name="数据集版本")),
                ("frozen_at", models.DateTimeField(blank=True, null=True, verbose_name="数据生成时间")),
                ("period", models.ForeignKey(on_delete=PROTECT, related_name="reports", to="measures.period", verbose_name="填报期")),
                ("requested_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="申请人")),
                ("attempts_before", models.PositiveSmallIntegerField(default=0, verbose_name="本次申请前已生成次数")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="取消时间")),
                ("cancelled_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="取消人")),
                ("is_anew", models.BooleanField(default=False, verbose_name="另拟一份")),
                ("same_as", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to="reports.report", verbose_name="相同的报告")),
                ("agency", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="reports", to="agencies.agency", verbose_name="单位")),
                ("scope_name", models.CharField(blank=True, max_length=100, verbose_name="范围（当时名称）")),
                ("section", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to="measures.section", verbose_name="部分")),
                ("final_at", models.DateTimeField(blank=True, null=True, verbose_name="定稿时间")),
                ("final_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="定稿人")),
                ("final_digest", models.CharField(blank=True, max_length=64, verbose_name="定稿校验值")),
                ("against", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to="reports.report", verbose_name="对照的报告")),
                ("words", models.JSONField(blank=True, null=True, verbose_name="定稿全文")),
                ("words_written", models.CharField(blank=True, max_length=32, verbose_name="文件所写文字的校验值")),
            ],
            options={
                "verbose_name": "报告",
                "verbose_name_plural": "报告",
                "ordering": ["-requested_at", "-id"],
                "constraints": [
                    CheckConstraint(condition=Q(Q(("dataset__isnull", True), ("digest", ""), ("frozen_at__isnull", True)), Q(("dataset__isnull", False), ("digest__regex", "^[0-9a-f]{64}$"), ("frozen_at__isnull", False)), _connector="OR"), name="report_dataset_has_digest"),
                    CheckConstraint(condition=Q(Q(("state", "done"), _negated=True), Q(("dataset__isnull", False), ("finished_at__isnull", False)), _connector="OR"), name="report_done_has_dataset"),
                    CheckConstraint(condition=Q(Q(("state", "failed"), _negated=True), Q(("error", ""), _negated=True), _connector="OR"), name="report_failed_has_error"),
                    CheckConstraint(condition=Q(Q(("lease_until__isnull", False), ("state__in", ("freezing", "writing"))), Q(Q(("state__in", ("freezing", "writing")), _negated=True), ("lease_until__isnull", True)), _connector="OR"), name="report_running_has_lease"),
                    CheckConstraint(condition=Q(("state__in", ["queued", "freezing", "writing", "done", "failed", "cancelled", "same"])), name="report_state_known"),
                    CheckConstraint(condition=Q(Q(("cancelled_at__isnull", False), ("cancelled_by__isnull", False), ("state", "cancelled")), Q(Q(("state", "cancelled"), _negated=True), ("cancelled_at__isnull", True), ("cancelled_by__isnull", True)), _connector="OR"), name="report_cancelled_by_whom"),
                    CheckConstraint(condition=Q(Q(("dataset__isnull", True), ("same_as__isnull", False), ("state", "same")), Q(Q(("state", "same"), _negated=True), ("same_as__isnull", True)), _connector="OR"), name="report_same_names_which"),
                    CheckConstraint(condition=Q(("kind__in", ["progress", "circular", "ledger", "agency", "letter", "brief"])), name="report_kind_known"),
                    CheckConstraint(
                        condition=Q(
                            Q(("section__isnull", True), ("kind__in", ["progress", "ledger"]), _connector="OR"),
                            Q(("agency__isnull", True), ("kind__in", ["ledger", "agency", "letter"]), _connector="OR"),
                            Q(("section__isnull", True), ("agency__isnull", True), _connector="OR"),
                            Q(("agency__isnull", False), Q(("kind__in", ["agency", "letter"]), _negated=True), _connector="OR"),
                        ),
                        name="report_scope_fits_kind",
                        violation_error_message="这类报告不能按所选的部分或单位生成。",
                    ),
                    CheckConstraint(condition=Q(Q(("final_at__isnull", True), ("final_by__isnull", True), ("final_digest", "")), Q(("dataset__isnull", False), ("final_at__isnull", False), ("final_by__isnull", False), ("final_digest__regex", "^[0-9a-f]{64}$")), _connector="OR"), name="report_final_by_whom"),
                    UniqueConstraint(condition=Q(("state__in", ("queued", "freezing", "writing"))), fields=("kind", "period", "section", "agency", "against"), name="report_one_under_way", nulls_distinct=False, violation_error_message="这一填报期的同类报告正在生成。"),
                    CheckConstraint(condition=Q(("words__isnull", True), ("final_at__isnull", False), _connector="OR"), name="report_words_are_final"),
                ],
                "triggers": REPORT_TRIGGERS,
            },
        ),
        migrations.CreateModel(
            name="ReportFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("format", models.CharField(choices=[("docx", "Word 报告"), ("pdf", "PDF 报告"), ("xlsx", "Excel 台账")], max_length=10, verbose_name="格式")),
                ("file", models.FileField(max_length=200, upload_to="", verbose_name="文件")),
                ("name", models.CharField(max_length=200, verbose_name="文件名")),
                ("size", models.PositiveIntegerField(verbose_name="字节")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("written_at", models.DateTimeField(verbose_name="生成时间")),
                ("report", models.ForeignKey(on_delete=PROTECT, related_name="files", to="reports.report", verbose_name="报告")),
                ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="到期清理时间")),
            ],
            options={
                "verbose_name": "报告文件",
                "verbose_name_plural": "报告文件",
                "ordering": ["report", "format"],
                "constraints": [
                    UniqueConstraint(fields=("report", "format"), name="reportfile_once_a_format"),
                    CheckConstraint(condition=Q(("sha256__regex", "^[0-9a-f]{64}$"), ("size__gt", 0)), name="reportfile_has_digest"),
                    CheckConstraint(condition=Q(("format__in", ["docx", "pdf", "xlsx"])), name="reportfile_format_known"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportEdit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40, verbose_name="部分")),
                ("heading", models.CharField(max_length=200, verbose_name="部分标题")),
                ("version", models.PositiveIntegerField(verbose_name="版本")),
                ("text", models.TextField(blank=True, max_length=5000, null=True, verbose_name="修改后的文字")),
                ("at", models.DateTimeField(verbose_name="修改时间")),
                ("by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="修改人")),
                ("report", models.ForeignKey(on_delete=PROTECT, related_name="edits", to="reports.report", verbose_name="报告")),
            ],
            options={
                "verbose_name": "报告修改",
                "verbose_name_plural": "报告修改",
                "ordering": ["report", "key", "-version"],
                "constraints": [
                    UniqueConstraint(fields=("report", "key", "version"), name="reportedit_version_once", violation_error_message="这一部分刚被别人修改过。"),
                    CheckConstraint(condition=Q(("version__gt", 0), Q(("text__isnull", True), Q(("text", ""), _negated=True), _connector="OR")), name="reportedit_says_something", violation_error_message="请填写文字；不需要修改时，请恢复生成的文字。"),
                ],
                "triggers": REPORTEDIT_TRIGGERS,
            },
        ),
        migrations.CreateModel(
            name="CircularChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(verbose_name="版本")),
                ("praised", models.JSONField(blank=True, default=list, verbose_name="表扬的单位")),
                ("named", models.JSONField(blank=True, default=list, verbose_name="点名的单位")),
                ("with_consent", models.BooleanField(default=False, verbose_name="经市政府同意")),
                ("at", models.DateTimeField(verbose_name="选定时间")),
                ("by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="选定人")),
                ("report", models.ForeignKey(on_delete=PROTECT, related_name="circular_choices", to="reports.report", verbose_name="情况通报")),
            ],
            options={
                "verbose_name": "通报表扬和点名",
                "verbose_name_plural": "通报表扬和点名",
                "ordering": ["report", "-version"],
                "constraints": [
                    UniqueConstraint(fields=("report", "version"), name="circularchoice_version_once", violation_error_message="表扬和点名刚被别人改过。"),
                    CheckConstraint(condition=Q(("version__gt", 0)), name="circularchoice_counts"),
                ],
                "triggers": CIRCULARCHOICE_TRIGGERS,
            },
        ),
        # Sign-off and numbers
        migrations.CreateModel(
            name="Issue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("progress", "进展情况报告"), ("circular", "情况通报"), ("ledger", "工作台账"), ("agency", "单位进展情况报告"), ("letter", "提示函"), ("brief", "专题简报")], max_length=20, verbose_name="类别")),
                ("state", models.CharField(choices=[("draft", "拟稿"), ("submitted", "待签发"), ("returned", "已退回"), ("issued", "已签发"), ("withdrawn", "已撤回")], default="draft", max_length=10, verbose_name="签发状态")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="年份")),
                ("serial", models.PositiveIntegerField(blank=True, null=True, verbose_name="序号")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="发文字号")),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="成文日期")),
                ("issued_at", models.DateTimeField(blank=True, null=True, verbose_name="签发时间")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="撤回时间")),
                ("withdrawn_reason", models.CharField(blank=True, max_length=300, verbose_name="撤回理由")),
                ("issued_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="签发人")),
                ("report", models.OneToOneField(on_delete=PROTECT, related_name="issue", to="reports.report", verbose_name="报告")),
                ("withdrawn_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="撤回人")),
                ("author", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to="agencies.agency", verbose_name="发文单位")),
                ("returned_at", models.DateTimeField(blank=True, null=True, verbose_name="退回时间")),
                ("returned_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="退回人")),
                ("returned_reason", models.CharField(blank=True, max_length=1000, verbose_name="退回意见")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="送审时间")),
                ("submitted_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="送审人")),
                ("word", models.CharField(blank=True, max_length=20, verbose_name="机关代字")),
            ],
            options={
                "verbose_name": "签发",
                "verbose_name_plural": "签发",
                "ordering": ["-issued_at", "-id"],
                "constraints": [
                    CheckConstraint(
                        condition=Q(Q(("state", "withdrawn"), ("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False), ("withdrawn_reason__gt", "")), Q(Q(("state", "withdrawn"), _negated=True), ("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True), ("withdrawn_reason", "")), _connector="OR"),
                        name="issue_withdrawn_has_reason",
                        violation_error_message="撤回须写明理由。",
                    ),
                    CheckConstraint(condition=Q(("kind__in", ["progress", "circular", "agency", "letter"])), name="issue_kind_issued"),
                    CheckConstraint(condition=Q(("state__in", ["draft", "submitted", "returned", "issued", "withdrawn"])), name="issue_state_known"),
                    UniqueConstraint(condition=Q(("serial__isnull", False)), fields=("kind", "author", "year", "serial"), name="issue_number_once", nulls_distinct=False, violation_error_message="这个文号已经用过。"),
                    CheckConstraint(
                        condition=Q(
                            Q(("state__in", ("draft", "submitted", "returned")), ("issued_at__isnull", True), ("issued_by__isnull", True), ("issued_on__isnull", True), ("number", ""), ("serial__isnull", True), ("year__isnull", True)),
                            Q(("state", "issued"), ("issued_at__isnull", False), ("issued_by__isnull", False), ("issued_on__isnull", False), ("number__gt", ""), ("serial__isnull", False), ("year__isnull", False)),
                            Q(
                                ("state", "withdrawn"),
                                Q(
                                    Q(("issued_at__isnull", False), ("issued_by__isnull", False), ("issued_on__isnull", False), ("number__gt", ""), ("serial__isnull", False), ("year__isnull", False)),
                                    Q(("issued_at__isnull", True), ("issued_by__isnull", True), ("issued_on__isnull", True), ("number", ""), ("serial__isnull", True), ("year__isnull", True)),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="issue_number_when_issued",
                    ),
                    CheckConstraint(
                        condition=Q(Q(Q(("submitted_at__isnull", False), ("submitted_by__isnull", False)), Q(("submitted_at__isnull", True), ("submitted_by__isnull", True)), _connector="OR"), Q(Q(("state", "submitted"), _negated=True), ("submitted_at__isnull", False), _connector="OR")), name="issue_submitted_by_whom"
                    ),
                    CheckConstraint(
                        condition=Q(
                            Q(Q(("returned_at__isnull", False), ("returned_by__isnull", False), ("returned_reason__gt", "")), Q(("returned_at__isnull", True), ("returned_by__isnull", True), ("returned_reason", "")), _connector="OR"),
                            Q(Q(("state", "returned"), _negated=True), ("returned_at__isnull", False), _connector="OR"),
                        ),
                        name="issue_returned_by_whom",
                        violation_error_message="退回须写明意见。",
                    ),
                ],
                "triggers": ISSUE_TRIGGERS,
            },
        ),
        migrations.CreateModel(
            name="NumberCounter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("progress", "进展情况报告"), ("circular", "情况通报"), ("ledger", "工作台账"), ("agency", "单位进展情况报告"), ("letter", "提示函"), ("brief", "专题简报")], max_length=20, verbose_name="类别")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("last", models.PositiveIntegerField(default=0, verbose_name="最后序号")),
                ("author", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to="agencies.agency", verbose_name="发文单位")),
            ],
            options={
                "verbose_name": "文号",
                "verbose_name_plural": "文号",
                "ordering": ["kind", "-year"],
                "constraints": [
                    UniqueConstraint(fields=("kind", "author", "year"), name="numbercounter_one_a_year", nulls_distinct=False),
                    CheckConstraint(condition=Q(("kind__in", ["progress", "circular", "agency", "letter"])), name="numbercounter_kind_issued"),
                ],
                "triggers": NUMBERCOUNTER_TRIGGERS,
            },
        ),
    ]

    operations = [
        OneStep(tables),
        migrations.RunSQL(DEFAULTS, migrations.RunSQL.noop),
    ]
