"""Notes and their review."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models
from django.db.models import PROTECT, SET_NULL, CheckConstraint, Index, Q, UniqueConstraint
from pgtrigger.compiler import Trigger, UpsertTriggerSql

NOTE_TRIGGERS = [
    Trigger(
        name="never_deleted",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_never_deleted_3672d",
            table="measures_note",
            when="BEFORE",
            operation="DELETE",
            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
        ),
    ),
    Trigger(
        name="frozen_once_submitted",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_frozen_once_submitted_800f1",
            table="measures_note",
            when="BEFORE",
            operation="UPDATE",
            condition='WHEN (OLD."submitted_at" IS NOT NULL OR OLD."dropped_at" IS NOT NULL)',
            func="""
                    IF OLD.dropped_at IS NULL AND OLD.left_at IS NULL
                       AND to_jsonb(NEW) - 'approved_by_id' - 'left_at'
                           = to_jsonb(OLD) - 'approved_by_id' - 'left_at'
                    THEN RETURN NEW;
                    END IF;
                    IF OLD.dropped_at IS NULL
                       AND to_jsonb(NEW) - 'dropped_by_id' - 'dropped_at'
                           = to_jsonb(OLD) - 'dropped_by_id' - 'dropped_at'
                    THEN RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'a submitted note never changes';
                """,
        ),
    ),
    Trigger(
        name="keeps_its_writers",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_keeps_its_writers_c0b5b",
            table="measures_note",
            when="BEFORE",
            operation="INSERT OR UPDATE",
            func="""
                    NEW.writers := CASE WHEN TG_OP = 'UPDATE' THEN OLD.writers ELSE '{}' END;
                    IF NEW.author_id <> ALL (NEW.writers)
                    THEN NEW.writers := NEW.writers || NEW.author_id::bigint;
                    END IF;
                    RETURN NEW;
                """,
        ),
    ),
    Trigger(
        name="tells_its_filing",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_tells_its_filing_79187",
            table="measures_note",
            when="AFTER",
            operation="INSERT OR UPDATE",
            condition="WHEN (NEW.submitted_at IS NOT NULL)",
            func="""
            UPDATE measures_filing SET state = state
            WHERE id = NEW.filing_id AND state IN ('submitted', 'in_agency');
            RETURN NULL;
        """,
        ),
    ),
]
EVIDENCE_TRIGGERS = [
    Trigger(
        name="never_changed",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_never_changed_71b49",
            table="measures_evidence",
            when="BEFORE",
            operation="UPDATE",
            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
        ),
    ),
    Trigger(
        name="frozen_with_its_note",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_frozen_with_its_note_2e17f",
            table="measures_evidence",
            when="BEFORE",
            operation="INSERT OR DELETE",
            declare="DECLARE kept measures_evidence%ROWTYPE;",
            func="""
                    kept := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                    IF EXISTS (
                        SELECT FROM measures_note
                        WHERE id = kept.note_id
                          AND (submitted_at IS NOT NULL OR dropped_at IS NOT NULL)
                    ) THEN RAISE EXCEPTION 'the evidence of a submitted note never changes';
                    END IF;
                    RETURN kept;
                """,
        ),
    ),
]
KEPTFILE_TRIGGERS = [
    Trigger(
        name="never_changed",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_never_changed_b4769",
            table="measures_keptfile",
            when="BEFORE",
            operation="UPDATE",
            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
        ),
    ),
]
OBJECTION_TRIGGERS = [
    Trigger(
        name="tells_its_filing",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_tells_its_filing_4c205",
            table="measures_objection",
            when="AFTER",
            operation="INSERT OR UPDATE",
            condition="WHEN (NEW.state = 'upheld')",
            func="""
            UPDATE measures_filing SET state = state
            WHERE id = NEW.filing_id AND state IN ('submitted', 'in_agency');
            RETURN NULL;
        """,
        ),
    ),
]
NOTES = [
    migrations.CreateModel(
        name="Note",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("version", models.PositiveSmallIntegerField(verbose_name="版本")),
            ("progress", models.TextField(blank=True, max_length=4000, verbose_name="进展情况")),
            ("problems", models.TextField(blank=True, max_length=1000, verbose_name="存在问题")),
            ("next_steps", models.TextField(blank=True, max_length=1000, verbose_name="下一步打算")),
            ("help_needed", models.TextField(blank=True, max_length=1000, verbose_name="需协调事项")),
            ("claimed_stage", models.CharField(choices=[("not_started", "未启动"), ("under_way", "推进中"), ("nearly_done", "基本完成")], max_length=20, verbose_name="自评进度")),
            ("claimed_percent", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="自评完成比例")),
            ("confidence", models.CharField(choices=[("green", "正常"), ("yellow", "有风险"), ("red", "难以完成")], default="green", max_length=10, verbose_name="完成预期")),
            ("confidence_reason", models.CharField(blank=True, max_length=300, verbose_name="原因")),
            ("is_unchanged", models.BooleanField(default=False, verbose_name="本期无新进展")),
            ("unchanged_reason", models.CharField(blank=True, max_length=300, verbose_name="无新进展原因")),
            ("correction_reason", models.CharField(blank=True, max_length=300, verbose_name="更正理由")),
            ("saved_at", models.DateTimeField(verbose_name="保存时间")),
            ("revision", models.PositiveIntegerField(default=1, verbose_name="保存次数")),
            ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
            ("left_at", models.DateTimeField(blank=True, null=True, verbose_name="报送时间")),
            ("approved_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="本单位审核人")),
            ("author", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="填写人")),
            ("filing", models.ForeignKey(on_delete=PROTECT, related_name="notes", to="measures.filing", verbose_name="填报任务")),
            ("submitted_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="提交人")),
            ("dropped_at", models.DateTimeField(blank=True, null=True, verbose_name="放弃时间")),
            ("dropped_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="放弃人")),
            ("writers", ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, editable=False, size=None, verbose_name="历次填写人")),
            ("answer", models.TextField(blank=True, max_length=1000, verbose_name="对退回意见的答复")),
            ("carried", ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None, verbose_name="沿用上期")),
            ("is_confirmed", models.BooleanField(default=False, verbose_name="已核对沿用内容")),
        ],
        options={
            "verbose_name": "进展",
            "verbose_name_plural": "进展",
            "ordering": ["filing", "-version"],
            "indexes": [
                Index(condition=Q(("confidence__in", ["yellow", "red"])), fields=["filing"], name="note_doubting"),
                GinIndex(fields=["writers"], name="note_writers"),
            ],
            "constraints": [
                UniqueConstraint(fields=("filing", "version"), name="note_version_once"),
                CheckConstraint(condition=Q(("claimed_stage__in", ("not_started", "under_way", "nearly_done"))), name="note_stage_claimable"),
                CheckConstraint(condition=Q(("claimed_percent__isnull", True), Q(("claimed_percent__gte", 0), ("claimed_percent__lte", 100)), _connector="OR"), name="note_percent_in_range", violation_error_message="完成比例须在0到100之间。"),
                CheckConstraint(condition=Q(("confidence__in", ["green", "yellow", "red"])), name="note_confidence_known"),
                CheckConstraint(condition=Q(("submitted_at__isnull", True), ("confidence", "green"), Q(("confidence_reason", ""), _negated=True), _connector="OR"), name="note_doubt_has_reason", violation_error_message="自评“有风险”或“难以完成”时须写明原因。"),
                CheckConstraint(condition=Q(Q(("is_unchanged", True), Q(("unchanged_reason", ""), _negated=True)), Q(("is_unchanged", False), ("unchanged_reason", "")), _connector="OR"), name="note_unchanged_has_reason", violation_error_message="本期无新进展须写明原因，有进展的不写。"),
                CheckConstraint(condition=Q(("submitted_at__isnull", True), Q(("progress", ""), _negated=True), _connector="OR"), name="note_submitted_says_something", violation_error_message="提交前须填写进展情况。"),
                CheckConstraint(condition=Q(Q(("submitted_at__isnull", True), ("submitted_by__isnull", True)), Q(("submitted_at__isnull", False), ("submitted_by__isnull", False)), _connector="OR"), name="note_submitted_by_someone"),
                CheckConstraint(condition=Q(("left_at__isnull", True), ("submitted_at__isnull", False), _connector="OR"), name="note_left_only_if_submitted"),
                CheckConstraint(condition=Q(Q(("dropped_at__isnull", True), ("dropped_by__isnull", True)), Q(("dropped_at__isnull", False), ("dropped_by__isnull", False)), _connector="OR"), name="note_dropped_by_someone"),
                CheckConstraint(condition=Q(("dropped_at__isnull", True), Q(("correction_reason", ""), _negated=True), _connector="OR"), name="note_only_corrections_dropped", violation_error_message="只能放弃更正的版本。"),
                CheckConstraint(condition=Q(("submitted_at__isnull", True), ("carried", []), ("is_confirmed", True), _connector="OR"), name="note_carried_is_confirmed", violation_error_message="沿用上期的内容须先核对，再提交。"),
                CheckConstraint(condition=Q(("carried__contained_by", ["progress", "problems", "next_steps", "help_needed", "confidence_reason"])), name="note_carries_known_words"),
            ],
            "triggers": NOTE_TRIGGERS,
        },
    ),
    migrations.AddField(
        model_name="measure",
        name="light_filing",
        field=models.ForeignKey(blank=True, null=True, on_delete=SET_NULL, related_name="+", to="measures.filing"),
    ),
    migrations.AddField(
        model_name="measure",
        name="computed_filing",
        field=models.ForeignKey(blank=True, null=True, on_delete=SET_NULL, related_name="+", to="measures.filing"),
    ),
    migrations.AddField(
        model_name="filing",
        name="accepted_note",
        field=models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to="measures.note", verbose_name="已通过版本"),
    ),
    migrations.AddIndex(
        model_name="filing",
        index=Index(condition=Q(("state__in", ["accepted", "waived"]), _negated=True), fields=["period", "agency"], include=("id", "state", "due_on", "first_submitted_at", "mend_by", "accepted_note", "written_off_at"), name="filing_unsettled"),
    ),
    migrations.AddIndex(
        model_name="filing",
        index=Index(condition=Q(("state__in", ["accepted", "waived"]), _negated=True), fields=["due_on"], include=("id", "period", "agency", "state", "first_submitted_at", "mend_by", "accepted_note", "written_off_at"), name="filing_unsettled_due"),
    ),
    migrations.AddIndex(
        model_name="filing",
        index=Index(
            condition=Q(
                Q(("state__in", ["accepted", "waived"]), _negated=True), ("accepted_note__isnull", True), ("first_submitted_at__isnull", False), Q(("accepted_note__isnull", True), ("mend_by__isnull", True), ("state__in", ("draft", "in_agency")), _negated=True), Q(("state__in", ("submitted", "waived")), _negated=True)
            ),
            fields=["mend_by"],
            include=("id", "period", "agency"),
            name="filing_to_mend",
        ),
    ),
    migrations.AddIndex(
        model_name="filing",
        index=Index(condition=Q(("state__in", ["accepted", "waived"]), _negated=True), fields=["agency", "due_on"], include=("id", "period", "state", "first_submitted_at", "mend_by", "accepted_note", "written_off_at"), name="filing_unsettled_own"),
    ),
    migrations.AddConstraint(
        model_name="filing",
        constraint=CheckConstraint(condition=Q(Q(("state", "accepted"), _negated=True), ("accepted_note__isnull", False), _connector="OR"), name="filing_accepted_has_note"),
    ),
    migrations.CreateModel(
        name="Evidence",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("file", models.FileField(max_length=200, upload_to="", verbose_name="文件")),
            ("name", models.CharField(max_length=150, verbose_name="文件名")),
            ("kind", models.CharField(choices=[("docx", "Word 文档"), ("xlsx", "Excel 工作簿"), ("pdf", "PDF 文档"), ("ofd", "OFD 版式文档"), ("jpg", "JPEG 图片"), ("png", "PNG 图片")], max_length=10, verbose_name="格式")),
            ("size", models.PositiveIntegerField(verbose_name="字节")),
            ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
            ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
            ("uploaded_by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="上传人")),
            ("note", models.ForeignKey(on_delete=PROTECT, related_name="evidence", to="measures.note", verbose_name="进展")),
        ],
        options={
            "verbose_name": "佐证材料",
            "verbose_name_plural": "佐证材料",
            "ordering": ["note", "id"],
            "constraints": [
                UniqueConstraint(fields=("note", "sha256"), name="evidence_once_a_note", violation_error_message="这份材料已经上传过。"),
                CheckConstraint(condition=Q(("kind__in", ["docx", "xlsx", "pdf", "ofd", "jpg", "png"])), name="evidence_kind_known"),
                CheckConstraint(condition=Q(("sha256__regex", "^[0-9a-f]{64}$"), ("size__gt", 0)), name="evidence_has_digest"),
                CheckConstraint(condition=Q(("name", ""), _negated=True), name="evidence_has_name"),
            ],
            "triggers": EVIDENCE_TRIGGERS,
        },
    ),
    migrations.CreateModel(
        name="KeptFile",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("file", models.FileField(max_length=200, upload_to="", verbose_name="文件")),
            ("name", models.CharField(max_length=150, verbose_name="文件名")),
            ("kind", models.CharField(choices=[("docx", "Word 文档"), ("xlsx", "Excel 工作簿"), ("pdf", "PDF 文档"), ("ofd", "OFD 版式文档"), ("jpg", "JPEG 图片"), ("png", "PNG 图片")], max_length=10, verbose_name="格式")),
            ("size", models.PositiveIntegerField(verbose_name="字节")),
            ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
            ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
            ("place", models.CharField(max_length=60, verbose_name="所属表单")),
            ("uploaded_by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="上传人")),
        ],
        options={
            "verbose_name": "留存文件",
            "verbose_name_plural": "留存文件",
            "ordering": ["id"],
            "constraints": [
                UniqueConstraint(fields=("uploaded_by", "place", "sha256"), name="kept_file_once_a_form"),
                CheckConstraint(condition=Q(("kind__in", ["docx", "xlsx", "pdf", "ofd", "jpg", "png"]), ("sha256__regex", "^[0-9a-f]{64}$"), ("size__gt", 0), Q(("name", ""), _negated=True), Q(("place", ""), _negated=True)), name="kept_file_whole"),
            ],
            "triggers": KEPTFILE_TRIGGERS,
        },
    ),
    migrations.CreateModel(
        name="Remark",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("post", models.CharField(max_length=40, verbose_name="身份")),
            ("at", models.DateTimeField(verbose_name="时间")),
            ("text", models.TextField(max_length=1000, verbose_name="留言")),
            ("by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="留言人")),
            ("filing", models.ForeignKey(on_delete=PROTECT, related_name="remarks", to="measures.filing", verbose_name="填报任务")),
        ],
        options={
            "verbose_name": "留言",
            "verbose_name_plural": "留言",
            "ordering": ["at", "id"],
            "constraints": [
                CheckConstraint(condition=Q(("text", ""), _negated=True), name="remark_says_something", violation_error_message="请填写留言。"),
            ],
        },
    ),
    migrations.CreateModel(
        name="Review",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("begun_at", models.DateTimeField(verbose_name="开始时间")),
            ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="审核时间")),
            ("decision", models.CharField(blank=True, choices=[("accept", "通过"), ("return", "退回")], max_length=10, verbose_name="决定")),
            ("comment", models.TextField(blank=True, max_length=1000, verbose_name="意见")),
            ("begun_by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="开始人")),
            ("decided_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="审核人")),
            ("note", models.OneToOneField(on_delete=PROTECT, related_name="review", to="measures.note", verbose_name="进展")),
        ],
        options={
            "verbose_name": "审核",
            "verbose_name_plural": "审核",
            "ordering": ["-begun_at"],
            "indexes": [
                Index(condition=Q(("decision", "")), fields=["note"], name="review_under_way"),
            ],
            "constraints": [
                CheckConstraint(condition=Q(Q(("decision", "return"), _negated=True), Q(("comment", ""), _negated=True), _connector="OR"), name="review_return_has_comment", violation_error_message="退回时须填写意见。"),
                CheckConstraint(condition=Q(Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("decision", "")), Q(("decided_at__isnull", False), ("decided_by__isnull", False), ("decision__in", ["accept", "return"])), _connector="OR"), name="review_decided_by_someone"),
            ],
        },
    ),
    migrations.CreateModel(
        name="Objection",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("subject", models.CharField(choices=[("return", "退回"), ("light", "预警灯")], max_length=10, verbose_name="事由")),
            ("agency_name", models.CharField(max_length=40, verbose_name="单位（当时名称）")),
            ("against", models.TextField(verbose_name="所异议的决定")),
            ("text", models.TextField(max_length=1000, verbose_name="异议内容")),
            ("raised_at", models.DateTimeField(verbose_name="提出时间")),
            ("decide_by", models.DateField(verbose_name="办理期限")),
            ("state", models.CharField(choices=[("open", "待答复"), ("upheld", "异议成立"), ("dismissed", "异议不成立")], default="open", max_length=10, verbose_name="状态")),
            ("answer", models.TextField(blank=True, max_length=1000, verbose_name="答复")),
            ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
            ("agency", models.ForeignKey(on_delete=PROTECT, related_name="objections", to="agencies.agency", verbose_name="单位")),
            ("contested_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="退回人")),
            ("decided_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="答复人")),
            ("filing", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="objections", to="measures.filing", verbose_name="填报任务")),
            ("measure", models.ForeignKey(on_delete=PROTECT, related_name="objections", to="measures.measure", verbose_name="措施")),
            ("raised_by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="提出人")),
        ],
        options={
            "verbose_name": "异议",
            "verbose_name_plural": "异议",
            "ordering": ["-raised_at", "-id"],
            "constraints": [
                UniqueConstraint(condition=Q(("state", "open")), fields=("measure", "agency", "subject", "filing"), name="objection_one_open", nulls_distinct=False, violation_error_message="这一事项已有异议正在办理，请等待答复。"),
                CheckConstraint(condition=Q(Q(("contested_by__isnull", False), ("filing__isnull", False), ("subject", "return")), Q(("contested_by__isnull", True), ("filing__isnull", True), ("subject", "light")), _connector="OR"), name="objection_return_has_filing"),
                CheckConstraint(condition=Q(("text", ""), _negated=True), name="objection_says_something", violation_error_message="须写明异议内容。"),
                CheckConstraint(
                    condition=Q(Q(("answer", ""), ("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "open")), Q(("decided_at__isnull", False), ("decided_by__isnull", False), ("state__in", ["upheld", "dismissed"]), Q(("answer", ""), _negated=True)), _connector="OR"),
                    name="objection_decided_with_answer",
                    violation_error_message="办理异议须写明答复。",
                ),
            ],
            "triggers": OBJECTION_TRIGGERS,
        },
    ),
]
