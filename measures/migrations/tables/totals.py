"""Kept totals."""

from django.db import migrations, models
from django.db.models import DO_NOTHING, Index, Q

TOTALS = [
    migrations.CreateModel(
        name="DutyTotal",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("number", models.IntegerField()),
            ("is_settled", models.BooleanField(db_default=False, default=False)),
            ("role", models.CharField(max_length=20, verbose_name="责任")),
            ("lead_basis", models.CharField(max_length=20, verbose_name="牵头依据")),
            ("valid_from", models.DateField(null=True, verbose_name="起")),
            ("valid_to", models.DateField(null=True, verbose_name="止")),
            ("agency", models.ForeignKey(db_constraint=False, db_index=False, on_delete=DO_NOTHING, related_name="+", to="agencies.agency")),
            ("notice", models.ForeignKey(db_constraint=False, db_index=False, on_delete=DO_NOTHING, related_name="+", to="measures.notice")),
        ],
        options={
            "verbose_name": "责任合计",
            "verbose_name_plural": "责任合计",
            "indexes": [
                Index(fields=["notice"], name="duty_total_of_notice"),
                Index(condition=Q(("is_settled", False)), fields=["id"], name="duty_total_new"),
            ],
        },
    ),
    migrations.CreateModel(
        name="FilingTotal",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("number", models.IntegerField()),
            ("is_settled", models.BooleanField(db_default=False, default=False)),
            ("agency_name", models.CharField(max_length=40, verbose_name="单位（当时名称）")),
            ("state", models.CharField(max_length=10, verbose_name="状态")),
            ("due_on", models.DateField(verbose_name="报送截止")),
            ("is_accepted", models.BooleanField(verbose_name="有已通过版本")),
            ("is_returned", models.BooleanField(verbose_name="退回待补正")),
            ("came_in_time", models.BooleanField(null=True, verbose_name="按时报送")),
            ("agency", models.ForeignKey(db_constraint=False, db_index=False, on_delete=DO_NOTHING, related_name="+", to="agencies.agency")),
            ("period", models.ForeignKey(db_constraint=False, db_index=False, on_delete=DO_NOTHING, related_name="+", to="measures.period")),
            ("section", models.ForeignKey(db_constraint=False, db_index=False, on_delete=DO_NOTHING, related_name="+", to="measures.section")),
        ],
        options={
            "verbose_name": "填报任务合计",
            "verbose_name_plural": "填报任务合计",
            "indexes": [
                Index(fields=["period"], name="filing_total_of_period"),
                Index(condition=Q(("is_settled", False)), fields=["id"], name="filing_total_new"),
            ],
        },
    ),
    migrations.CreateModel(
        name="MeasureTotal",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("number", models.IntegerField()),
            ("is_settled", models.BooleanField(db_default=False, default=False)),
            ("nature", models.CharField(max_length=10, verbose_name="性质")),
            ("stage", models.CharField(max_length=20, verbose_name="进度")),
            ("light", models.CharField(max_length=10, verbose_name="预警灯")),
            ("light_on", models.DateField(null=True, verbose_name="评定日期")),
            ("notice", models.ForeignKey(db_constraint=False, db_index=False, on_delete=DO_NOTHING, related_name="+", to="measures.notice")),
            ("section", models.ForeignKey(db_constraint=False, db_index=False, on_delete=DO_NOTHING, related_name="+", to="measures.section")),
        ],
        options={
            "verbose_name": "措施合计",
            "verbose_name_plural": "措施合计",
            "indexes": [
                Index(fields=["notice"], name="measure_total_of_notice"),
                Index(condition=Q(("is_settled", False)), fields=["id"], name="measure_total_new"),
            ],
        },
    ),
    migrations.CreateModel(
        name="SnapshotTotal",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("number", models.IntegerField()),
            ("is_settled", models.BooleanField(db_default=False, default=False)),
            ("closing", models.PositiveSmallIntegerField(verbose_name="第几次关闭")),
            ("taken_at", models.DateTimeField(verbose_name="时间")),
            ("stage", models.CharField(max_length=20, verbose_name="进度")),
            ("stage_label", models.CharField(max_length=20, verbose_name="进度（当时用语）")),
            ("light", models.CharField(max_length=10, verbose_name="预警灯")),
            ("light_label", models.CharField(max_length=20, verbose_name="预警灯（当时用语）")),
            ("filed", models.IntegerField(verbose_name="已报")),
            ("owed", models.IntegerField(verbose_name="应报")),
            ("period", models.ForeignKey(db_constraint=False, db_index=False, on_delete=DO_NOTHING, related_name="+", to="measures.period")),
            ("section", models.ForeignKey(db_constraint=False, db_index=False, on_delete=DO_NOTHING, related_name="+", to="measures.section")),
        ],
        options={
            "verbose_name": "快照合计",
            "verbose_name_plural": "快照合计",
            "indexes": [
                Index(fields=["period"], name="snapshot_total_of_period"),
                Index(condition=Q(("is_settled", False)), fields=["id"], name="snapshot_total_new"),
            ],
        },
    ),
]
