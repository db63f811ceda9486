"""All tables of this app as steps 1 to 24 leave them, in one step for an empty database.

An installation that has some of those steps goes on with their own files (ADR 0088). What a step
did to rows that were there is not repeated. Columns stand in the order of those steps.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.operations import BtreeGistExtension
from django.core.validators import RegexValidator
from django.db import migrations, models
from django.db.models import CASCADE, PROTECT, SET_NULL, CheckConstraint, F, Func, Index, Q, UniqueConstraint, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now
from pgtrigger.compiler import Trigger, UpsertTriggerSql

from agencies.models.fields import DateRange
from lib.encrypted import EncryptedCharField

EVENT_TRIGGERS = [
    Trigger(
        name="append_only",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_append_only_4881e",
            table="agencies_event",
            when="BEFORE",
            operation="UPDATE OR DELETE",
            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
        ),
    ),
]
SEAL_TRIGGERS = [
    Trigger(
        name="append_only",
        sql=UpsertTriggerSql(
            pgid="pgtrigger_append_only_1d38c",
            table="agencies_seal",
            when="BEFORE",
            operation="UPDATE OR DELETE",
            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
        ),
    ),
]
# For columns that were added later: code of the version before, which does not know them, still
# inserts rows during an update.
DEFAULTS = [
    "ALTER TABLE agencies_user ALTER session_round SET DEFAULT 0",
    "ALTER TABLE agencies_user ALTER office_phone SET DEFAULT ''",
    "ALTER TABLE agencies_user ALTER one_time_hash SET DEFAULT ''",
    "ALTER TABLE agencies_user ALTER email SET DEFAULT ''",
    "ALTER TABLE agencies_user ALTER totp_secret SET DEFAULT ''",
    "ALTER TABLE agencies_user ALTER totp_step SET DEFAULT 0",
]


class Migration(migrations.Migration):
    replaces = [
        ("agencies", "0001_initial"),
        ("agencies", "0002_user_session_round"),
        ("agencies", "0003_milestone_messages"),
        ("agencies", "0004_message_kinds_of_requests"),
        ("agencies", "0005_document_messages"),
        ("agencies", "0006_sheet_messages"),
        ("agencies", "0007_instruction_messages"),
        ("agencies", "0008_messages_settled"),
        ("agencies", "0009_message_kinds_by_app"),
        ("agencies", "0010_user_office_phone"),
        ("agencies", "0011_message_settled"),
        ("agencies", "0012_admin_requests"),
        ("agencies", "0013_outbox"),
        ("agencies", "0014_seals"),
        ("agencies", "0015_message_settled_unread"),
        ("agencies", "0016_password_age_and_history"),
        ("agencies", "0017_user_sessions"),
        ("agencies", "0018_user_usable_since"),
        ("agencies", "0019_second_factor"),
        ("agencies", "0020_encrypted_columns"),
        ("agencies", "0021_encrypt"),
        ("agencies", "0022_identity"),
        ("agencies", "0023_defaults_in_database"),
        ("agencies", "0024_event_by_action"),
    ]

    initial = True

    dependencies = [
        ("sessions", "0001_initial"),
    ]

    operations = [
        BtreeGistExtension(),  # exclusion constraints compare plain columns beside ranges
        # People and agencies
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("username", models.CharField(error_messages={"unique": "这个账号已有人使用，请换一个。"}, max_length=30, unique=True, validators=[RegexValidator("^[a-z][a-z0-9_.-]{1,29}$", "账号须以小写字母开头，用小写字母、数字和 _ . -，2 至 30 位。")], verbose_name="账号")),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                ("phone", EncryptedCharField(blank=True, max_length=20, validators=[RegexValidator("^[0-9+() -]{5,20}$", "电话只能含数字、空格和 + ( ) -，5 至 20 位。")], verbose_name="手机")),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                ("must_change_password", models.BooleanField(default=True, verbose_name="须改密码")),
                ("temporary_until", models.DateTimeField(blank=True, null=True, verbose_name="一次性密码有效至")),
                ("failed_logins", models.PositiveSmallIntegerField(default=0, verbose_name="连续登录失败")),
                ("locked_until", models.DateTimeField(blank=True, null=True, verbose_name="锁定至")),
                ("session_round", models.PositiveIntegerField(default=0, verbose_name="会话批次")),
                ("office_phone", EncryptedCharField(blank=True, max_length=20, validators=[RegexValidator("^[0-9+() -]{5,20}$", "电话只能含数字、空格和 + ( ) -，5 至 20 位。")], verbose_name="办公电话")),
                ("one_time_hash", models.CharField(blank=True, editable=False, max_length=128, verbose_name="一次性密码摘要")),
                ("email", models.EmailField(blank=True, max_length=100, verbose_name="电子邮箱")),
                ("password_set_at", models.DateTimeField(db_default=Now(), verbose_name="密码设置时间")),
                ("usable_since", models.DateTimeField(db_default=Now(), verbose_name="启用时间")),
                ("totp_secret", EncryptedCharField(blank=True, editable=False, max_length=40, verbose_name="两步验证密钥")),
                ("totp_step", models.BigIntegerField(default=0, editable=False, verbose_name="两步验证时段")),
            ],
            options={
                "verbose_name": "人员",
                "verbose_name_plural": "人员",
                "ordering": ["username"],
            },
        ),
        migrations.CreateModel(
            name="Agency",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="代码")),
                ("short_name", models.CharField(max_length=40, verbose_name="简称")),
                ("full_name", models.CharField(max_length=80, verbose_name="全称")),
                ("kind", models.CharField(choices=[("municipal", "市级部门"), ("central", "中央垂直管理"), ("enterprise", "企业"), ("district", "区县政府"), ("zone", "开发区管委会")], max_length=20, verbose_name="类别")),
                ("gbt2260", models.CharField(blank=True, max_length=6, verbose_name="行政区划代码")),
                ("order", models.PositiveSmallIntegerField(unique=True, verbose_name="排序")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="终止日期")),
                ("note", models.TextField(blank=True, verbose_name="备注")),
                ("needs_inner_approval", models.BooleanField(default=False, verbose_name="报送前须本单位审核")),
                ("successor", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, to="agencies.agency", verbose_name="承接单位")),
            ],
            options={
                "verbose_name": "单位",
                "verbose_name_plural": "单位",
                "ordering": ["order"],
                "constraints": [
                    CheckConstraint(condition=Q(("kind__in", ["municipal", "central", "enterprise", "district", "zone"])), name="agency_kind_known"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgencyAlias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=80, verbose_name="别名")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="起")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="止")),
                ("agency", models.ForeignKey(on_delete=PROTECT, related_name="aliases", to="agencies.agency", verbose_name="单位")),
            ],
            options={
                "verbose_name": "单位别名",
                "verbose_name_plural": "单位别名",
                "ordering": ["text"],
                "constraints": [
                    ExclusionConstraint(expressions=[("text", "="), (DateRange(F("valid_from"), F("valid_to")), "&&")], name="agency_alias_means_one_body", violation_error_message="同一别名同一天只能指一个单位。"),
                    CheckConstraint(condition=Q(("valid_to__isnull", True), ("valid_from__isnull", True), ("valid_to__gte", F("valid_from")), _connector="OR"), name="agency_alias_dates_in_order"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgencyName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("short_name", models.CharField(max_length=40, verbose_name="简称")),
                ("full_name", models.CharField(max_length=80, verbose_name="全称")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="启用日期")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="停用日期")),
                ("since_words", models.CharField(blank=True, max_length=100, verbose_name="启用时间说明")),
                ("agency", models.ForeignKey(on_delete=PROTECT, related_name="names", to="agencies.agency", verbose_name="单位")),
            ],
            options={
                "verbose_name": "单位名称",
                "verbose_name_plural": "单位名称",
                "ordering": ["agency", "valid_from"],
                "constraints": [
                    ExclusionConstraint(expressions=[("agency", "="), (DateRange(F("valid_from"), F("valid_to")), "&&")], name="agency_name_one_at_a_time", violation_error_message="同一单位同一天只能有一个名称。"),
                    CheckConstraint(condition=Q(("valid_to__isnull", True), ("valid_from__isnull", True), ("valid_to__gte", F("valid_from")), _connector="OR"), name="agency_name_dates_in_order"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(choices=[("coordinator", "统筹岗"), ("chief", "商务委负责人"), ("liaison", "联络员"), ("agency_head", "分管领导"), ("leader", "市领导"), ("system_admin", "系统管理员"), ("security_admin", "安全管理员"), ("auditor", "审计管理员")], max_length=20, verbose_name="角色")),
                ("role_group", models.CharField(choices=[("business", "业务"), ("system_admin", "系统管理"), ("security_admin", "安全管理"), ("auditor", "审计管理")], editable=False, max_length=20, verbose_name="角色类")),
                ("is_deputy", models.BooleanField(default=False, verbose_name="B岗")),
                ("valid_from", models.DateField(verbose_name="起")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="止")),
                ("agency", models.ForeignKey(on_delete=PROTECT, related_name="memberships", to="agencies.agency", verbose_name="单位")),
                ("user", models.ForeignKey(on_delete=PROTECT, related_name="memberships", to=settings.AUTH_USER_MODEL, verbose_name="人员")),
            ],
            options={
                "verbose_name": "任职",
                "verbose_name_plural": "任职",
                "ordering": ["user", "valid_from"],
                "constraints": [
                    CheckConstraint(condition=Q(("valid_to__isnull", True), ("valid_from__isnull", True), ("valid_to__gte", F("valid_from")), _connector="OR"), name="membership_dates_in_order"),
                    CheckConstraint(condition=Q(("role", F("role_group")), Q(("role_group", "business"), ("role__in", ["coordinator", "chief", "liaison", "agency_head", "leader"])), _connector="OR"), name="membership_group_follows_role"),
                    ExclusionConstraint(expressions=[("user", "="), ("role_group", "<>"), (DateRange(F("valid_from"), F("valid_to")), "&&")], name="membership_admins_exclude_each_other", violation_error_message="系统、安全、审计三类管理员互斥，也不能兼任业务角色。"),
                    ExclusionConstraint(expressions=[("user", "="), ("agency", "="), ("role", "="), (DateRange(F("valid_from"), F("valid_to")), "&&")], name="membership_once_at_a_time", violation_error_message="该人员此期间已有这一角色。"),
                    ExclusionConstraint(condition=Q(("is_deputy", False), ("role", "liaison")), expressions=[("agency", "="), (DateRange(F("valid_from"), F("valid_to")), "&&")], name="membership_one_primary_liaison", violation_error_message="该单位此期间已有A岗联络员，请设为B岗。"),
                ],
            },
        ),
        # The audit trail
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True, verbose_name="时间")),
                ("actor_name", models.CharField(max_length=40, verbose_name="姓名")),
                ("actor_post", models.TextField(blank=True, verbose_name="单位与角色")),
                ("action", models.CharField(max_length=60, verbose_name="事项")),
                ("target_type", models.CharField(blank=True, max_length=40, verbose_name="对象类型")),
                ("target_id", models.BigIntegerField(null=True, verbose_name="对象编号")),
                ("sentence", models.TextField(verbose_name="内容")),
                ("before", models.JSONField(default=dict, verbose_name="变更前")),
                ("after", models.JSONField(default=dict, verbose_name="变更后")),
                ("outcome", models.CharField(choices=[("done", "成功"), ("refused", "被拒")], default="done", max_length=10, verbose_name="结果")),
                ("address", models.GenericIPAddressField(null=True, verbose_name="来源地址")),
                ("request_id", models.CharField(blank=True, max_length=36, verbose_name="请求编号")),
                ("actor", models.ForeignKey(db_index=False, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="操作人")),
            ],
            options={
                "verbose_name": "审计记录",
                "verbose_name_plural": "审计记录",
                "ordering": ["-id"],
                "indexes": [
                    Index(fields=["target_type", "target_id"], name="event_by_target"),
                    Index(fields=["actor", "at"], name="event_by_actor"),
                    Index(fields=["actor_name", "at"], name="event_by_name"),
                    Index(condition=Q(("action__in", ["audit.verified", "audit.broken", "audit.drop"])), fields=["action", "id"], name="event_of_the_trail"),
                    Index(fields=["action"], name="event_by_action", opclasses=["varchar_pattern_ops"]),
                ],
                "constraints": [
                    CheckConstraint(condition=Q(("outcome__in", ["done", "refused"])), name="event_outcome_known"),
                ],
                "triggers": EVENT_TRIGGERS,
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="封存编号")),
                ("at", models.DateTimeField(verbose_name="封存时间")),
                ("first_id", models.BigIntegerField(verbose_name="首条编号")),
                ("last_id", models.BigIntegerField(unique=True, verbose_name="末条编号")),
                ("count", models.PositiveIntegerField(verbose_name="条数")),
                ("algorithm", models.CharField(choices=[("sm3", "SM3"), ("sha256", "SHA-256")], max_length=10, verbose_name="算法")),
                ("form", models.PositiveSmallIntegerField(verbose_name="格式")),
                ("event_ids", ArrayField(base_field=models.BigIntegerField(), size=None, verbose_name="记录编号")),
                ("digests", models.BinaryField(verbose_name="记录摘要")),
                ("previous", models.CharField(blank=True, max_length=64, verbose_name="上一封存的摘要")),
                ("digest", models.CharField(max_length=64, unique=True, verbose_name="摘要")),
            ],
            options={
                "verbose_name": "审计封存",
                "verbose_name_plural": "审计封存",
                "ordering": ["number"],
                "constraints": [
                    CheckConstraint(condition=Q(("algorithm__in", ["sm3", "sha256"])), name="seal_algorithm_known"),
                    CheckConstraint(condition=Q(("first_id__lte", F("last_id")), ("number__gte", 1)), name="seal_first_to_last"),
                    CheckConstraint(condition=Q(Q(("number", 1), ("previous", "")), Q(("number__gt", 1), Q(("previous", ""), _negated=True)), _connector="OR"), name="seal_each_after_one"),
                    CheckConstraint(condition=Q(("count", Func("event_ids", function="cardinality", output_field=models.IntegerField())), ("count__gte", 1), ("count", CombinedExpression(Func("digests", function="octet_length", output_field=models.IntegerField()), "/", Value(32)))), name="seal_a_digest_for_each_event"),
                ],
                "triggers": SEAL_TRIGGERS,
            },
        ),
        migrations.CreateModel(
            name="RefusalCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("not_found", "打开不存在或无权查看的页面"), ("stale_form", "表单令牌无效"), ("throttled", "来源地址暂停受理期间登录")], max_length=20, verbose_name="类别")),
                ("address", models.GenericIPAddressField(null=True, verbose_name="来源地址")),
                ("minute", models.DateTimeField(verbose_name="起始时间")),
                ("number", models.PositiveIntegerField(default=1, verbose_name="次数")),
                ("method", models.CharField(max_length=10, verbose_name="方式")),
                ("path", models.CharField(max_length=200, verbose_name="最先的地址")),
                ("request_id", models.CharField(blank=True, max_length=36, verbose_name="请求编号")),
                ("actor", models.ForeignKey(null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="操作人")),
            ],
            options={
                "verbose_name": "被拒尝试",
                "verbose_name_plural": "被拒尝试",
                "ordering": ["minute", "id"],
                "constraints": [
                    CheckConstraint(condition=Q(("kind__in", ["not_found", "stale_form", "throttled"])), name="refusalcount_kind_known"),
                    UniqueConstraint(fields=("kind", "actor", "address", "minute"), name="refusalcount_one_a_minute", nulls_distinct=False),
                ],
            },
        ),
        # Signing in
        migrations.CreateModel(
            name="FormerPassword",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("encoded", models.CharField(editable=False, max_length=128, verbose_name="密码摘要")),
                ("ended_at", models.DateTimeField(verbose_name="停用时间")),
                ("user", models.ForeignKey(on_delete=PROTECT, related_name="former_passwords", to=settings.AUTH_USER_MODEL, verbose_name="人员")),
            ],
            options={
                "verbose_name": "曾用密码",
                "verbose_name_plural": "曾用密码",
                "ordering": ["user", "-ended_at"],
            },
        ),
        migrations.CreateModel(
            name="UserSession",
            fields=[
                ("session_key", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key")),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("since", models.DateTimeField(null=True, verbose_name="登录时间")),
                ("seen_at", models.DateTimeField(null=True, verbose_name="最近使用")),
                ("address", models.GenericIPAddressField(null=True, verbose_name="来源地址")),
                ("user", models.ForeignKey(null=True, on_delete=CASCADE, related_name="sessions", to=settings.AUTH_USER_MODEL, verbose_name="人员")),
            ],
            options={
                "verbose_name": "登录会话",
                "verbose_name_plural": "登录会话",
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(editable=False, max_length=64, verbose_name="恢复码摘要")),
                ("user", models.ForeignKey(on_delete=PROTECT, related_name="recovery_codes", to=settings.AUTH_USER_MODEL, verbose_name="人员")),
            ],
            options={
                "verbose_name": "恢复码",
                "verbose_name_plural": "恢复码",
                "ordering": ["user", "pk"],
                "constraints": [
                    UniqueConstraint(fields=("user", "digest"), name="recoverycode_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issuer", models.CharField(editable=False, max_length=255, verbose_name="签发者")),
                ("subject", models.CharField(max_length=255, verbose_name="标识")),
                ("user", models.OneToOneField(on_delete=PROTECT, related_name="identity", to=settings.AUTH_USER_MODEL, verbose_name="人员")),
            ],
            options={
                "verbose_name": "统一身份",
                "verbose_name_plural": "统一身份",
                "ordering": ["user"],
                "constraints": [
                    UniqueConstraint(fields=("issuer", "subject"), name="identity_of_one_person", violation_error_message="这个标识已关联另一个账号，请先取消那里的关联。"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AdminRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(choices=[("reset", "重置密码"), ("factor", "重置两步验证"), ("off", "停用账号"), ("on", "启用账号")], max_length=10, verbose_name="办理事项")),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("state", models.CharField(choices=[("open", "待确认"), ("confirmed", "已确认办理"), ("refused", "未同意"), ("withdrawn", "已撤回")], default="open", max_length=10, verbose_name="申请状态")),
                ("asked_at", models.DateTimeField(verbose_name="申请时间")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
                ("account", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="账号")),
                ("asked_by", models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="申请人")),
                ("decided_by", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="确认人")),
            ],
            options={
                "verbose_name": "管理员账号申请",
                "verbose_name_plural": "管理员账号申请",
                "ordering": ["-asked_at", "-id"],
                "constraints": [
                    CheckConstraint(condition=Q(("state__in", ["open", "confirmed", "refused", "withdrawn"])), name="adminrequest_state_known"),
                    UniqueConstraint(condition=Q(("state", "open")), fields=("account",), name="adminrequest_one_open", violation_error_message="这个账号已有申请待确认，请先确认、不同意或撤回。"),
                    CheckConstraint(condition=Q(("asked_by", F("account")), _negated=True), name="adminrequest_not_ones_own", violation_error_message="本人的账号由另外两名管理员办理。"),
                    CheckConstraint(condition=Q(Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "open")), Q(Q(("state", "open"), _negated=True), ("decided_at__isnull", False), ("decided_by__isnull", False)), _connector="OR"), name="adminrequest_decided_when_settled"),
                    CheckConstraint(condition=Q(Q(("state", "confirmed"), _negated=True), Q(Q(("decided_by", F("asked_by")), _negated=True), Q(("decided_by", F("account")), _negated=True)), _connector="OR"), name="adminrequest_confirmed_by_another", violation_error_message="申请须由另一名管理员确认。"),
                    CheckConstraint(condition=Q(("step__in", ["reset", "factor", "off", "on"])), name="adminrequest_step_known"),
                ],
            },
        ),
        # Messages and what leaves by mail
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20, verbose_name="类别")),
                ("sentence", models.CharField(max_length=500, verbose_name="内容")),
                ("url", models.CharField(blank=True, max_length=200, verbose_name="链接")),
                ("created_at", models.DateTimeField(verbose_name="时间")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="已读时间")),
                ("user", models.ForeignKey(on_delete=CASCADE, related_name="inbox", to=settings.AUTH_USER_MODEL, verbose_name="收件人")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
            ],
            options={
                "verbose_name": "消息",
                "verbose_name_plural": "消息",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    Index(condition=Q(("settled_at__isnull", True)), fields=["url"], name="message_unsettled"),
                    Index(condition=Q(("read_at__isnull", True), ("settled_at__isnull", True)), fields=["user"], name="message_unread"),
                ],
                "constraints": [
                    CheckConstraint(condition=Q(("kind__regex", "^[a-z_]+$")), name="message_kind_is_a_code"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboxItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(choices=[("email", "邮件"), ("webhook", "政务平台待办")], max_length=10, verbose_name="渠道")),
                ("action", models.CharField(choices=[("notify", "消息邮件"), ("digest", "每日摘要"), ("create", "新建待办"), ("finish", "办结待办"), ("cancel", "取消待办")], max_length=10, verbose_name="事项")),
                ("day", models.DateField(blank=True, null=True, verbose_name="摘要日期")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="编号")),
                ("state", models.CharField(choices=[("queued", "待发送"), ("failed", "待重试"), ("sent", "已发送"), ("dead", "发送失败"), ("void", "不再发送")], default="queued", max_length=10, verbose_name="状态")),
                ("created_at", models.DateTimeField(verbose_name="产生时间")),
                ("next_try_at", models.DateTimeField(verbose_name="下次发送")),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="第几次发送")),
                ("failures", models.PositiveSmallIntegerField(default=0, verbose_name="失败次数")),
                ("lease_until", models.DateTimeField(blank=True, null=True, verbose_name="占用至")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="发送时间")),
                ("error", models.CharField(blank=True, max_length=100, verbose_name="失败原因")),
                ("remote_id", models.CharField(blank=True, max_length=200, verbose_name="对方编号")),
                ("begun", models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="ends", to="agencies.outboxitem", verbose_name="原待办")),
                ("message", models.ForeignKey(blank=True, null=True, on_delete=CASCADE, related_name="outbox", to="agencies.message", verbose_name="消息")),
                ("user", models.ForeignKey(on_delete=PROTECT, related_name="outbox", to=settings.AUTH_USER_MODEL, verbose_name="收件人")),
            ],
            options={
                "verbose_name": "外发记录",
                "verbose_name_plural": "外发记录",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    Index(condition=Q(("state__in", ("queued", "failed"))), fields=["next_try_at"], name="outboxitem_unsent"),
                    Index(fields=["state", "-created_at"], name="outboxitem_by_state"),
                ],
                "constraints": [
                    CheckConstraint(condition=Q(("state__in", ["queued", "failed", "sent", "dead", "void"])), name="outboxitem_state_known"),
                    CheckConstraint(condition=Q(Q(("action__in", ("notify", "digest")), ("channel", "email")), Q(("action__in", ["create", "finish", "cancel"]), ("channel", "webhook")), _connector="OR"), name="outboxitem_action_of_channel"),
                    CheckConstraint(condition=Q(Q(("action", "digest"), ("day__isnull", False), ("message__isnull", True)), Q(Q(("action", "digest"), _negated=True), ("day__isnull", True), ("message__isnull", False)), _connector="OR"), name="outboxitem_digest_has_a_day"),
                    UniqueConstraint(condition=Q(("action", "digest")), fields=("user", "day"), name="outboxitem_one_digest_a_day"),
                    UniqueConstraint(condition=Q(("message__isnull", False)), fields=("message", "action"), name="outboxitem_once_a_message"),
                    CheckConstraint(condition=Q(Q(("action__in", ("finish", "cancel")), ("begun__isnull", False)), Q(Q(("action__in", ("finish", "cancel")), _negated=True), ("begun__isnull", True)), _connector="OR"), name="outboxitem_ends_what_it_began"),
                    UniqueConstraint(condition=Q(("begun__isnull", False)), fields=("begun",), name="outboxitem_ended_once"),
                    CheckConstraint(condition=Q(Q(("sent_at__isnull", False), ("state", "sent")), Q(Q(("state", "sent"), _negated=True), ("sent_at__isnull", True)), _connector="OR"), name="outboxitem_sent_at_a_moment"),
                    CheckConstraint(condition=Q(("lease_until__isnull", True), ("state__in", ("queued", "failed")), _connector="OR"), name="outboxitem_held_while_unsent"),
                    CheckConstraint(condition=Q(("failures__lte", F("attempts"))), name="outboxitem_failures_among_attempts"),
                ],
            },
        ),
        migrations.AddField(
            model_name="message",
            name="digest",
            field=models.ForeignKey(blank=True, null=True, on_delete=SET_NULL, related_name="digested", to="agencies.outboxitem", verbose_name="所在摘要"),
        ),
        migrations.CreateModel(
            name="MailSetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20, verbose_name="类别")),
                ("choice", models.CharField(choices=[("none", "不发邮件"), ("at_once", "即时发送"), ("digest", "并入每日摘要")], max_length=10, verbose_name="邮件提醒")),
                ("since", models.DateTimeField(verbose_name="起")),
                ("user", models.ForeignKey(on_delete=CASCADE, related_name="mail_settings", to=settings.AUTH_USER_MODEL, verbose_name="人员")),
            ],
            options={
                "verbose_name": "邮件提醒",
                "verbose_name_plural": "邮件提醒",
                "ordering": ["user", "kind"],
                "constraints": [
                    UniqueConstraint(fields=("user", "kind"), name="mailsetting_one_a_kind"),
                    CheckConstraint(condition=Q(("kind__regex", "^[a-z_]+$")), name="mailsetting_kind_is_a_code"),
                    CheckConstraint(condition=Q(("choice__in", ["none", "at_once", "digest"])), name="mailsetting_choice_known"),
                ],
            },
        ),
        migrations.RunSQL(DEFAULTS, migrations.RunSQL.noop),
    ]
