"""The notice and the calendar."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models import PROTECT, CheckConstraint, Index, Q, UniqueConstraint

NOTICES = [
    migrations.CreateModel(
        name="Workday",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("date", models.DateField(unique=True, verbose_name="日期")),
            ("is_workday", models.BooleanField(verbose_name="上班")),
            ("name", models.CharField(blank=True, max_length=40, verbose_name="名称")),
            ("source", models.CharField(max_length=100, verbose_name="来源")),
        ],
        options={
            "verbose_name": "工作日历",
            "verbose_name_plural": "工作日历",
            "ordering": ["date"],
        },
    ),
    migrations.CreateModel(
        name="Notice",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("number", models.CharField(max_length=40, unique=True, verbose_name="发文字号")),
            ("title", models.CharField(max_length=200, verbose_name="标题")),
            ("issuer", models.CharField(max_length=80, verbose_name="发文机关")),
            ("issued_on", models.DateField(verbose_name="成文日期")),
            ("higher_notice", models.CharField(blank=True, max_length=40, verbose_name="依据文件")),
            ("preamble", models.TextField(verbose_name="引言")),
            ("closing", ArrayField(base_field=models.TextField(), size=None, verbose_name="结尾")),
            ("drafted_by", ArrayField(base_field=models.CharField(max_length=40), size=None, verbose_name="起草单位")),
            ("addressed_to", ArrayField(base_field=models.CharField(max_length=80), size=None, verbose_name="主送")),
            ("captured_text", models.TextField(verbose_name="采集文本")),
            ("captured_digest", models.CharField(max_length=64, verbose_name="采集文本摘要")),
            ("main_kind", models.CharField(choices=[("monthly", "月度"), ("quarterly", "季度"), ("half", "半年"), ("yearly", "年度"), ("special", "专项")], default="quarterly", max_length=20, verbose_name="主要填报期")),
            ("demonstrated_at", models.DateTimeField(blank=True, null=True, verbose_name="演示数据载入时间")),
            ("coordinator", models.ForeignKey(on_delete=PROTECT, related_name="+", to="agencies.agency", verbose_name="统筹单位")),
            ("archived_at", models.DateTimeField(blank=True, null=True, verbose_name="归档时间")),
        ],
        options={
            "verbose_name": "文件",
            "verbose_name_plural": "文件",
            "ordering": ["id"],
            "indexes": [
                Index(condition=Q(("archived_at__isnull", False)), fields=["id"], name="notice_archived"),
                Index(fields=["id"], include=("main_kind", "archived_at"), name="notice_in_short"),
            ],
            "constraints": [
                CheckConstraint(condition=Q(("main_kind__in", ["monthly", "quarterly", "half", "yearly", "special"]), Q(("main_kind", "special"), _negated=True)), name="notice_main_kind_known"),
            ],
        },
    ),
    migrations.CreateModel(
        name="Section",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("ordinal", models.PositiveSmallIntegerField(verbose_name="序号")),
            ("title", models.CharField(blank=True, max_length=100, verbose_name="标题")),
            ("notice", models.ForeignKey(on_delete=PROTECT, related_name="sections", to="measures.notice", verbose_name="文件")),
        ],
        options={
            "verbose_name": "部分",
            "verbose_name_plural": "部分",
            "ordering": ["notice", "ordinal"],
            "constraints": [
                UniqueConstraint(fields=("notice", "ordinal"), name="section_ordinal_once"),
            ],
        },
    ),
]
