"""Instructions, coordination and chasing."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import CASCADE, PROTECT, CheckConstraint, F, Index, Q, UniqueConstraint
from django.db.models.functions import MD5
from pgtrigger.compiler import Trigger, UpsertTriggerSql

COORDINATIONSTEP_TRIGGERS = [
    Trigger(
        name="never_changed",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_never_changed_c6731",
            table="measures_coordinationstep",
            when="BEFORE",
            operation="UPDATE OR DELETE",
            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
        ),
    ),
]
COORDINATION = [
    migrations.CreateModel(
        name="Instruction",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("text", models.TextField(max_length=1000, verbose_name="批示内容")),
            ("due_on", models.DateField(blank=True, null=True, verbose_name="办理期限")),
            ("written_at", models.DateTimeField(verbose_name="批示时间")),
            ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
            ("closing_words", models.TextField(blank=True, max_length=1000, verbose_name="办结意见")),
            ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="撤回时间")),
            ("by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="批示人")),
            ("closed_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="办结人")),
            ("measure", models.ForeignKey(on_delete=PROTECT, related_name="instructions", to="measures.measure", verbose_name="措施")),
        ],
        options={
            "verbose_name": "批示",
            "verbose_name_plural": "批示",
            "ordering": ["-written_at", "-id"],
            "constraints": [
                CheckConstraint(condition=Q(("text", ""), _negated=True), name="instruction_says_something", violation_error_message="请写明批示内容。"),
                CheckConstraint(condition=Q(Q(("closed_at__isnull", True), ("closed_by__isnull", True), ("closing_words", "")), Q(("closed_at__isnull", False), ("closed_by__isnull", False)), _connector="OR"), name="instruction_closed_by_somebody"),
                CheckConstraint(condition=Q(("closed_at__isnull", True), ("withdrawn_at__isnull", True), _connector="OR"), name="instruction_ends_once"),
                UniqueConstraint(F("measure"), F("by"), MD5("text"), condition=Q(("closed_at__isnull", True), ("withdrawn_at__isnull", True)), name="instruction_said_once", violation_error_message="您对这项措施已有同样内容的批示尚未办结，不必重复提交。"),
            ],
        },
    ),
    migrations.CreateModel(
        name="InstructionTold",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("rung", models.CharField(choices=[("before", "批示到期前提醒"), ("due", "批示到期提醒"), ("late", "批示逾期")], max_length=10, verbose_name="事项")),
            ("at", models.DateTimeField(verbose_name="时间")),
            ("is_passed", models.BooleanField(default=False, verbose_name="略过")),
            ("instruction", models.ForeignKey(on_delete=PROTECT, related_name="told", to="measures.instruction", verbose_name="批示")),
        ],
        options={
            "verbose_name": "批示提醒",
            "verbose_name_plural": "批示提醒",
            "ordering": ["at", "id"],
            "constraints": [
                CheckConstraint(condition=Q(("rung__in", ["before", "due", "late"])), name="instruction_told_rung_known"),
                UniqueConstraint(fields=("instruction", "rung"), name="instruction_told_once_a_rung"),
            ],
        },
    ),
    migrations.CreateModel(
        name="Addressee",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("agency_name", models.CharField(max_length=40, verbose_name="单位（当时名称）")),
            ("order", models.PositiveIntegerField(verbose_name="排序")),
            ("agency", models.ForeignKey(on_delete=PROTECT, related_name="instructions", to="agencies.agency", verbose_name="办理单位")),
            ("instruction", models.ForeignKey(on_delete=PROTECT, related_name="addressees", to="measures.instruction", verbose_name="批示")),
        ],
        options={
            "verbose_name": "批示办理单位",
            "verbose_name_plural": "批示办理单位",
            "ordering": ["order", "id"],
            "constraints": [
                UniqueConstraint(fields=("instruction", "agency"), name="addressee_once_an_agency", violation_error_message="同一批示对一个单位只列一次。"),
            ],
        },
    ),
    migrations.CreateModel(
        name="InstructionReply",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("text", models.TextField(max_length=1000, verbose_name="回复内容")),
            ("at", models.DateTimeField(verbose_name="回复时间")),
            ("addressee", models.ForeignKey(on_delete=PROTECT, related_name="replies", to="measures.addressee", verbose_name="办理单位")),
            ("by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="回复人")),
        ],
        options={
            "verbose_name": "批示回复",
            "verbose_name_plural": "批示回复",
            "ordering": ["at", "id"],
            "constraints": [
                CheckConstraint(condition=Q(("text", ""), _negated=True), name="instruction_reply_says_something", violation_error_message="请写明回复内容。"),
                UniqueConstraint(F("addressee"), MD5("text"), name="instruction_reply_said_once", violation_error_message="本单位已提交过同样内容的回复，不必重复提交。"),
            ],
        },
    ),
    migrations.CreateModel(
        name="CoordinationItem",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("asked_by_name", models.CharField(max_length=40, verbose_name="提出单位（当时名称）")),
            ("words", models.CharField(max_length=120, verbose_name="请协调什么")),
            ("background", models.TextField(blank=True, max_length=1000, verbose_name="情况说明")),
            ("options", models.CharField(blank=True, max_length=60, verbose_name="备选答复")),
            ("doer_name", models.CharField(blank=True, max_length=40, verbose_name="办理单位（当时名称）")),
            ("raised_at", models.DateTimeField(verbose_name="提出时间")),
            ("state", models.CharField(choices=[("open", "待答复"), ("passed_on", "已转交"), ("asked_back", "待说明"), ("decided", "已定在办"), ("answered", "已答复"), ("closed", "已办结"), ("withdrawn", "已撤回")], max_length=12, verbose_name="状态")),
            ("holder_name", models.CharField(max_length=40, verbose_name="请谁办（当时名称）")),
            ("due_on", models.DateField(verbose_name="答复期限")),
            ("advice", models.TextField(blank=True, max_length=1000, verbose_name="意见")),
            ("moved_at", models.DateTimeField(verbose_name="最近一步时间")),
            ("asked_by", models.ForeignKey(on_delete=PROTECT, related_name="coordination_asked", to="agencies.agency", verbose_name="提出单位")),
            ("doer", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="coordination_to_do", to="agencies.agency", verbose_name="定后请谁办")),
            ("holder_agency", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="coordination_held", to="agencies.agency", verbose_name="请办单位")),
            ("holder_leader", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="请定的市领导")),
            ("measure", models.ForeignKey(on_delete=PROTECT, related_name="coordination_items", to="measures.measure", verbose_name="措施")),
            ("note", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="coordination_items", to="measures.note", verbose_name="来自填报")),
            ("raised_by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="提出人")),
        ],
        options={
            "verbose_name": "需协调事项",
            "verbose_name_plural": "需协调事项",
            "ordering": ["-raised_at", "-id"],
            "indexes": [
                Index(fields=["state", "due_on"], name="coordination_by_state"),
            ],
            "constraints": [
                CheckConstraint(condition=Q(("words", ""), _negated=True), name="coordination_says_something", violation_error_message="请写明请协调什么。"),
                CheckConstraint(condition=Q(("state__in", ["open", "passed_on", "asked_back", "decided", "answered", "closed", "withdrawn"])), name="coordination_state_known"),
                CheckConstraint(condition=Q(Q(("holder_agency__isnull", False), ("holder_leader__isnull", True)), Q(("holder_agency__isnull", True), ("holder_leader__isnull", False)), _connector="OR"), name="coordination_one_holder", violation_error_message="请选择一个请办单位，或者一位市领导。"),
                CheckConstraint(condition=Q(("holder_agency__isnull", True), Q(("holder_agency", F("asked_by")), _negated=True), _connector="OR"), name="coordination_asks_another", violation_error_message="不能请提出单位自己办。"),
                UniqueConstraint(condition=Q(("state", "withdrawn"), _negated=True), fields=("note",), name="coordination_once_a_note", violation_error_message="这份填报的需协调事项已经提出，不必重复提交。"),
                UniqueConstraint(F("measure"), F("asked_by"), MD5("words"), condition=Q(("state__in", frozenset(["closed", "withdrawn"])), _negated=True), name="coordination_said_once", violation_error_message="这项措施已有同样内容的需协调事项尚未办结，不必重复提交。"),
            ],
        },
    ),
    migrations.CreateModel(
        name="CoordinationStep",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("act", models.CharField(choices=[("raise", "提出"), ("pass_on", "转交"), ("ask_back", "先问一句"), ("explain", "补充说明"), ("advise", "提出意见"), ("decide", "定下"), ("answer", "答复"), ("close", "办结"), ("reopen", "重新提出"), ("withdraw", "撤回")], max_length=12, verbose_name="步骤")),
            ("words", models.TextField(blank=True, max_length=1000, verbose_name="内容")),
            ("state", models.CharField(choices=[("open", "待答复"), ("passed_on", "已转交"), ("asked_back", "待说明"), ("decided", "已定在办"), ("answered", "已答复"), ("closed", "已办结"), ("withdrawn", "已撤回")], max_length=12, verbose_name="此后状态")),
            ("holder_name", models.CharField(max_length=40, verbose_name="请谁办（当时名称）")),
            ("due_on", models.DateField(verbose_name="答复期限")),
            ("at", models.DateTimeField(verbose_name="时间")),
            ("by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="经办人")),
            ("holder_agency", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to="agencies.agency", verbose_name="请办单位")),
            ("holder_leader", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="请定的市领导")),
            ("item", models.ForeignKey(on_delete=PROTECT, related_name="steps", to="measures.coordinationitem", verbose_name="需协调事项")),
        ],
        options={
            "verbose_name": "协调经过",
            "verbose_name_plural": "协调经过",
            "ordering": ["id"],
            "constraints": [
                CheckConstraint(condition=Q(("act__in", ["raise", "pass_on", "ask_back", "explain", "advise", "decide", "answer", "close", "reopen", "withdraw"]), ("state__in", ["open", "passed_on", "asked_back", "decided", "answered", "closed", "withdrawn"])), name="coordination_step_known"),
                CheckConstraint(condition=Q(Q(("words", ""), _negated=True), ("act__in", ["close", "withdraw"]), _connector="OR"), name="coordination_step_has_words", violation_error_message="请写明内容。"),
            ],
            "triggers": COORDINATIONSTEP_TRIGGERS,
        },
    ),
    migrations.CreateModel(
        name="ChaseLadder",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("valid_from", models.DateField(error_messages={"unique": "这一天已设定催报阶梯，请换一天。"}, unique=True, verbose_name="起始日期")),
            ("reason", models.CharField(max_length=300, verbose_name="理由")),
            ("set_at", models.DateTimeField(verbose_name="设定时间")),
            ("set_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="设定人")),
        ],
        options={
            "verbose_name": "催报阶梯",
            "verbose_name_plural": "催报阶梯",
            "ordering": ["-valid_from"],
            "constraints": [
                CheckConstraint(condition=Q(("reason", ""), _negated=True), name="ladder_has_reason", violation_error_message="设定催报阶梯须写明理由。"),
            ],
        },
    ),
    migrations.CreateModel(
        name="LadderRung",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("rung", models.CharField(choices=[("remind", "提醒"), ("due", "到期提醒"), ("chase", "催报"), ("letter", "再次催报"), ("circular", "通报候选"), ("manual", "人工催报")], max_length=10, verbose_name="事项")),
            ("offset", models.SmallIntegerField(verbose_name="距截止的工作日数")),
            ("audience", models.CharField(choices=[("liaisons", "联络员（A、B岗）"), ("with_heads", "联络员和分管领导")], max_length=10, verbose_name="发给")),
            ("ladder", models.ForeignKey(on_delete=CASCADE, related_name="rungs", to="measures.chaseladder", verbose_name="催报阶梯")),
        ],
        options={
            "verbose_name": "催报阶梯的一级",
            "verbose_name_plural": "催报阶梯的一级",
            "ordering": ["offset"],
            "constraints": [
                CheckConstraint(condition=Q(("audience__in", ["liaisons", "with_heads"])), name="ladder_rung_known"),
                CheckConstraint(condition=Q(("rung__in", ["remind", "due", "chase", "letter", "circular"])), name="ladder_rung_is_no_manual"),
                CheckConstraint(condition=Q(("offset__gte", -20), ("offset__lte", 60)), name="ladder_rung_near_its_day"),
                UniqueConstraint(fields=("ladder", "rung"), name="ladder_rung_once"),
                UniqueConstraint(fields=("ladder", "offset"), name="ladder_one_rung_a_day"),
            ],
        },
    ),
    migrations.CreateModel(
        name="ChaseRound",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("words", models.CharField(blank=True, max_length=200, verbose_name="催报说明")),
            ("asked_at", models.DateTimeField(verbose_name="发起时间")),
            ("agency", models.ForeignKey(on_delete=PROTECT, related_name="chase_rounds", to="agencies.agency", verbose_name="单位")),
            ("by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="催报人")),
            ("messages", models.ManyToManyField(related_name="+", to="agencies.message", verbose_name="消息")),
        ],
        options={
            "verbose_name": "催报批次",
            "verbose_name_plural": "催报批次",
            "ordering": ["-asked_at", "-id"],
        },
    ),
    migrations.CreateModel(
        name="Urge",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("rung", models.CharField(choices=[("remind", "提醒"), ("due", "到期提醒"), ("chase", "催报"), ("letter", "再次催报"), ("circular", "通报候选"), ("manual", "人工催报")], max_length=10, verbose_name="事项")),
            ("due_on", models.DateField(verbose_name="所催的截止日期")),
            ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="发送时间")),
            ("passed_at", models.DateTimeField(blank=True, null=True, verbose_name="略过时间")),
            ("answer", models.CharField(blank=True, max_length=200, verbose_name="答复")),
            ("promised_on", models.DateField(blank=True, null=True, verbose_name="拟报送日期")),
            ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
            ("answered_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="答复人")),
            ("filing", models.ForeignKey(on_delete=PROTECT, related_name="urges", to="measures.filing", verbose_name="填报任务")),
            ("round", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="urges", to="measures.chaseround", verbose_name="催报批次")),
        ],
        options={
            "verbose_name": "催报",
            "verbose_name_plural": "催报",
            "ordering": ["-sent_at", "-id"],
            "constraints": [
                CheckConstraint(condition=Q(("rung__in", ["remind", "due", "chase", "letter", "circular", "manual"])), name="urge_rung_known"),
                UniqueConstraint(condition=Q(("rung", "manual"), _negated=True), fields=("filing", "rung", "due_on"), name="urge_once_a_rung_and_day"),
                UniqueConstraint(condition=Q(("passed_at__isnull", True), ("sent_at__isnull", True)), fields=("filing",), name="urge_one_waiting", violation_error_message="这项填报已有一次催报待发送，不必重复提交。"),
                CheckConstraint(condition=Q(("sent_at__isnull", True), ("passed_at__isnull", True), _connector="OR"), name="urge_sent_or_passed"),
                CheckConstraint(condition=Q(("rung", "manual"), ("sent_at__isnull", False), ("passed_at__isnull", False), _connector="OR"), name="urge_only_manual_waits"),
                CheckConstraint(condition=Q(("round__isnull", False), Q(Q(("rung", "manual"), _negated=True), ("sent_at__isnull", True)), _connector="OR"), name="urge_told_in_a_round"),
                CheckConstraint(condition=Q(Q(("answered_at__isnull", True), ("answered_by__isnull", True)), Q(("answered_at__isnull", False), ("answered_by__isnull", False)), _connector="OR"), name="urge_answered_by_somebody"),
                CheckConstraint(
                    condition=Q(Q(("answer", ""), ("answered_at__isnull", True), ("promised_on__isnull", True)), Q(("answered_at__gte", F("sent_at")), ("sent_at__isnull", False), Q(Q(("answer", ""), _negated=True), ("promised_on__isnull", False), _connector="OR")), _connector="OR"), name="urge_answer_says_something"
                ),
            ],
        },
    ),
]
