"""Changes of a notice, drafts of the next, related documents."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models import PROTECT, CheckConstraint, F, Q, UniqueConstraint
from pgtrigger.compiler import Trigger, UpsertTriggerSql

NOTICECHANGEFILE_TRIGGERS = [
    Trigger(
        name="never_changed",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_never_changed_65fea",
            table="measures_noticechangefile",
            when="BEFORE",
            operation="UPDATE OR DELETE",
            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
        ),
    ),
]
CHANGES = [
    migrations.CreateModel(
        name="NoticeChange",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("kind", models.CharField(choices=[("fill", "补录"), ("take_back", "撤销"), ("revise", "修订"), ("add", "新增"), ("end", "终止")], default="fill", max_length=10, verbose_name="类别")),
            ("title", models.CharField(blank=True, max_length=100, verbose_name="标题")),
            ("text", ArrayField(base_field=models.TextField(), blank=True, default=list, size=None, verbose_name="正文")),
            ("agency_ids", ArrayField(base_field=models.PositiveBigIntegerField(), blank=True, default=list, size=None, verbose_name="责任单位")),
            ("lead_basis", models.CharField(blank=True, choices=[("text", "原文明示"), ("first_named", "原文未明确，按排名首位暂列"), ("designated", "商务委指定")], max_length=20, verbose_name="牵头依据")),
            ("moves_closing", models.BooleanField(default=False, verbose_name="关闭日期顺延")),
            ("source_document", models.CharField(blank=True, max_length=100, verbose_name="来源文件")),
            ("source_place", models.CharField(blank=True, max_length=80, verbose_name="页码或网址")),
            ("source_on", models.DateField(blank=True, null=True, verbose_name="来源日期")),
            ("reason", models.CharField(blank=True, max_length=300, verbose_name="理由")),
            ("before", models.JSONField(blank=True, default=dict, verbose_name="变更前")),
            ("state", models.CharField(choices=[("draft", "草稿"), ("waiting", "待确认"), ("returned", "已退回"), ("confirmed", "已确认"), ("taken_back", "已撤销"), ("dropped", "已放弃")], default="draft", max_length=10, verbose_name="状态")),
            ("writers", ArrayField(base_field=models.BigIntegerField(), default=list, size=None, verbose_name="录入过的人员")),
            ("entered_at", models.DateTimeField(verbose_name="录入时间")),
            ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="办理时间")),
            ("decision_note", models.CharField(blank=True, max_length=300, verbose_name="办理意见")),
            ("decided_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="办理人")),
            ("entered_by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="录入人")),
            ("gap", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="changes", to="measures.gap", verbose_name="缺失处")),
            ("measure", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="changes", to="measures.measure", verbose_name="措施")),
            ("notice", models.ForeignKey(on_delete=PROTECT, related_name="changes", to="measures.notice", verbose_name="文件")),
            ("takes_back", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="taken_back_by", to="measures.noticechange")),
            ("applied_at", models.DateTimeField(blank=True, null=True, verbose_name="生效时间")),
            ("holds_from", models.DateField(blank=True, null=True, verbose_name="自哪一天起")),
            ("section", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="changes", to="measures.section", verbose_name="部分")),
            ("support_ids", ArrayField(base_field=models.PositiveBigIntegerField(), blank=True, default=list, size=None, verbose_name="配合单位")),
        ],
        options={
            "verbose_name": "原文变更",
            "verbose_name_plural": "原文变更",
            "ordering": ["-entered_at", "-id"],
            "constraints": [
                UniqueConstraint(condition=Q(("state__in", ("draft", "waiting", "returned"))), fields=("gap",), name="notice_change_one_open_a_gap", violation_error_message="这一处已有人录入，请刷新页面查看最新状态。"),
                UniqueConstraint(condition=Q(("kind", "fill"), ("state", "confirmed")), fields=("gap",), name="notice_change_one_standing_a_gap", violation_error_message="这一处已经核定，请刷新页面查看最新状态。"),
                CheckConstraint(condition=Q(("state__in", ["draft", "waiting", "returned", "confirmed", "taken_back", "dropped"])), name="notice_change_state_known"),
                CheckConstraint(condition=Q(Q(("kind", "take_back"), ("takes_back__isnull", False), Q(("reason", ""), _negated=True)), Q(Q(("kind", "take_back"), _negated=True), ("takes_back__isnull", True)), _connector="OR"), name="notice_change_takes_back_another", violation_error_message="撤销须写明理由。"),
                CheckConstraint(
                    condition=Q(("state__in", ["draft", "returned", "dropped"]), ("kind", "take_back"), Q(("source_on__isnull", False), Q(("source_document", ""), _negated=True), Q(("source_place", ""), _negated=True)), _connector="OR"),
                    name="notice_change_has_source",
                    violation_error_message="须写明来源的文件、页码或网址和日期。",
                ),
                CheckConstraint(
                    condition=Q(
                        Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("decision_note", ""), ("state__in", ["draft", "waiting"])),
                        ("state", "dropped"),
                        Q(("decided_at__isnull", False), ("decided_by__isnull", False), ("state", "returned"), Q(("decision_note", ""), _negated=True)),
                        Q(("decided_at__isnull", False), ("decided_by__isnull", False), ("state__in", ("confirmed", "taken_back"))),
                        _connector="OR",
                    ),
                    name="notice_change_decided_whole",
                    violation_error_message="退回须写明理由。",
                ),
                CheckConstraint(condition=Q(Q(("state__in", ("confirmed", "taken_back")), _negated=True), Q(("decided_by", F("entered_by")), _negated=True), _connector="OR"), name="notice_change_by_two_people", violation_error_message="录入和确认须为两人。"),
                UniqueConstraint(condition=Q(("gap__isnull", True), ("state__in", ("draft", "waiting", "returned"))), fields=("measure",), name="notice_change_one_open_a_measure", violation_error_message="这项措施已有一件修订在办理，请刷新页面查看最新状态。"),
                UniqueConstraint(condition=Q(("kind", "add"), ("state__in", ("draft", "waiting", "returned"))), fields=("section",), name="notice_change_one_added_a_section", violation_error_message="这一部分已有一项新增措施在办理，请刷新页面查看最新状态。"),
                CheckConstraint(condition=Q(Q(("kind__in", ("revise", "add", "end")), _negated=True), ("holds_from__isnull", False), _connector="OR"), name="notice_change_revision_has_day", violation_error_message="须写明自哪一天起。"),
                CheckConstraint(condition=Q(Q(("gap__isnull", False), ("kind", "fill")), ("kind", "take_back"), Q(("kind__in", ["revise", "end"]), ("measure__isnull", False)), Q(("kind", "add"), ("section__isnull", False)), _connector="OR"), name="notice_change_has_its_place"),
                CheckConstraint(condition=Q(("kind__in", ["fill", "take_back", "revise", "add", "end"])), name="notice_change_kind_known"),
                CheckConstraint(condition=Q(("agency_ids__contains", F("support_ids"))), name="notice_change_support_is_named"),
            ],
        },
    ),
    migrations.CreateModel(
        name="NoticeChangeFile",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("file", models.FileField(max_length=200, upload_to="", verbose_name="文件")),
            ("name", models.CharField(max_length=150, verbose_name="文件名")),
            ("kind", models.CharField(choices=[("docx", "Word 文档"), ("xlsx", "Excel 工作簿"), ("pdf", "PDF 文档"), ("ofd", "OFD 版式文档"), ("jpg", "JPEG 图片"), ("png", "PNG 图片")], max_length=10, verbose_name="格式")),
            ("size", models.PositiveIntegerField(verbose_name="字节")),
            ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
            ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
            ("change", models.ForeignKey(on_delete=PROTECT, related_name="files", to="measures.noticechange", verbose_name="原文变更")),
            ("uploaded_by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="上传人")),
        ],
        options={
            "verbose_name": "原文证明材料",
            "verbose_name_plural": "原文证明材料",
            "ordering": ["change", "id"],
            "constraints": [
                UniqueConstraint(fields=("change", "sha256"), name="notice_change_file_once_a_change", violation_error_message="这份材料已经上传过。"),
                CheckConstraint(condition=Q(("kind__in", ["docx", "xlsx", "pdf", "ofd", "jpg", "png"]), ("sha256__regex", "^[0-9a-f]{64}$"), ("size__gt", 0), Q(("name", ""), _negated=True)), name="notice_change_file_whole"),
            ],
            "triggers": NOTICECHANGEFILE_TRIGGERS,
        },
    ),
    migrations.CreateModel(
        name="IntakeDraft",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("name", models.CharField(max_length=200, verbose_name="名称")),
            ("file_name", models.CharField(blank=True, max_length=150, verbose_name="文件名")),
            ("text", models.TextField(verbose_name="原文")),
            ("reading", models.JSONField(verbose_name="读取结果")),
            ("acts", models.JSONField(blank=True, default=list, verbose_name="核对记录")),
            ("revision", models.PositiveIntegerField(default=1, verbose_name="修订号")),
            ("doubts_left", models.PositiveIntegerField(default=0, verbose_name="未处理存疑")),
            ("started_at", models.DateTimeField(verbose_name="导入时间")),
            ("saved_at", models.DateTimeField(verbose_name="保存时间")),
            ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
            ("confirmed_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="确认人")),
            ("notice", models.OneToOneField(blank=True, null=True, on_delete=PROTECT, related_name="+", to="measures.notice", verbose_name="文件")),
            ("saved_by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="保存人")),
            ("started_by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="导入人")),
        ],
        options={
            "verbose_name": "文件导入草稿",
            "verbose_name_plural": "文件导入草稿",
            "ordering": ["-saved_at", "-id"],
            "constraints": [
                CheckConstraint(condition=Q(("text", ""), _negated=True), name="intakedraft_has_text", violation_error_message="文件导入须有原文。"),
                CheckConstraint(condition=Q(Q(("confirmed_at__isnull", True), ("confirmed_by__isnull", True), ("notice__isnull", True)), Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False), ("notice__isnull", False)), _connector="OR"), name="intakedraft_confirmed_has_notice"),
            ],
        },
    ),
    migrations.CreateModel(
        name="RelatedDocument",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("relation", models.CharField(choices=[("higher", "上位文件"), ("lower", "下位文件")], max_length=10, verbose_name="关系")),
            ("number", models.CharField(max_length=40, verbose_name="发文字号")),
            ("title", models.CharField(blank=True, max_length=200, verbose_name="标题")),
            ("issued_on", models.DateField(blank=True, null=True, verbose_name="成文日期")),
            ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
            ("notice", models.ForeignKey(on_delete=PROTECT, related_name="related_documents", to="measures.notice", verbose_name="文件")),
            ("recorded_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人")),
        ],
        options={
            "verbose_name": "上下位文件",
            "verbose_name_plural": "上下位文件",
            "ordering": ["notice", "relation", "id"],
            "constraints": [
                UniqueConstraint(fields=("notice", "number"), name="related_document_once", violation_error_message="这份文件已经登记。"),
                CheckConstraint(condition=Q(("relation__in", ["higher", "lower"])), name="related_document_relation_known"),
                CheckConstraint(condition=Q(("number", ""), _negated=True), name="related_document_has_number", violation_error_message="请填写发文字号。"),
            ],
        },
    ),
    migrations.CreateModel(
        name="DocumentClause",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("ordinal", models.PositiveSmallIntegerField(verbose_name="序号")),
            ("heading", models.CharField(max_length=100, verbose_name="标题")),
            ("text", models.TextField(blank=True, verbose_name="原文")),
            ("document", models.ForeignKey(on_delete=PROTECT, related_name="clauses", to="measures.relateddocument", verbose_name="上下位文件")),
        ],
        options={
            "verbose_name": "条款",
            "verbose_name_plural": "条款",
            "ordering": ["document", "ordinal"],
            "constraints": [
                UniqueConstraint(fields=("document", "ordinal"), name="clause_ordinal_once", violation_error_message="这个序号已有条款。"),
                CheckConstraint(condition=Q(("heading", ""), _negated=True), name="clause_has_heading", violation_error_message="请填写条款标题。"),
            ],
        },
    ),
    migrations.CreateModel(
        name="ClauseLink",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("kind", models.CharField(choices=[("carries", "承接"), ("details", "细化"), ("adds", "新增")], max_length=10, verbose_name="对应")),
            ("linked_at", models.DateTimeField(verbose_name="登记时间")),
            ("linked_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人")),
            ("measure", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="clause_links", to="measures.measure", verbose_name="措施")),
            ("clause", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="links", to="measures.documentclause", verbose_name="条款")),
            ("document", models.ForeignKey(on_delete=PROTECT, related_name="links", to="measures.relateddocument", verbose_name="上下位文件")),
        ],
        options={
            "verbose_name": "条款对应",
            "verbose_name_plural": "条款对应",
            "ordering": ["document", "id"],
            "constraints": [
                UniqueConstraint(fields=("document", "clause", "measure"), name="clause_link_once", nulls_distinct=False, violation_error_message="这一对应已经登记。"),
                CheckConstraint(condition=Q(("kind__in", ["carries", "details", "adds"])), name="clause_link_kind_known"),
                CheckConstraint(
                    condition=Q(Q(Q(("kind", "adds"), _negated=True), ("clause__isnull", False), ("measure__isnull", False)), Q(("clause__isnull", True), ("kind", "adds"), ("measure__isnull", False)), Q(("clause__isnull", False), ("kind", "adds"), ("measure__isnull", True)), _connector="OR"),
                    name="clause_link_sides",
                    violation_error_message="承接、细化须选定条款和措施；新增只选多出来的一方。",
                ),
            ],
        },
    ),
]
