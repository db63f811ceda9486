
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0024_archived_notices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RelatedDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "relation",
                    models.CharField(
                        choices=[("higher", "上位文件"), ("lower", "下位文件")],
                        max_length=10,
                        verbose_name="关系",
                    ),
                ),
                ("number", models.CharField(max_length=40, verbose_name="发文字号")),
                ("title", models.CharField(blank=True, max_length=200, verbose_name="标题")),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="成文日期")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="related_documents",
                        to="measures.notice",
                        verbose_name="文件",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "上下位文件",
                "verbose_name_plural": "上下位文件",
                "ordering": ["notice", "relation", "id"],
            },
        ),
        migrations.CreateModel(
            name="DocumentClause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ordinal", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("heading", models.CharField(max_length=100, verbose_name="标题")),
                ("text", models.TextField(blank=True, verbose_name="原文")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clauses",
                        to="measures.relateddocument",
                        verbose_name="上下位文件",
                    ),
                ),
            ],
            options={
                "verbose_name": "条款",
                "verbose_name_plural": "条款",
                "ordering": ["document", "ordinal"],
            },
        ),
        migrations.CreateModel(
            name="ClauseLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("carries", "承接"), ("details", "细化"), ("adds", "新增")],
                        max_length=10,
                        verbose_name="对应",
                    ),
                ),
                ("linked_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "linked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clause_links",
                        to="measures.measure",
                        verbose_name="措施",
                    ),
                ),
                (
                    "clause",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="measures.documentclause",
                        verbose_name="条款",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="measures.relateddocument",
                        verbose_name="上下位文件",
                    ),
                ),
            ],
            options={
                "verbose_name": "条款对应",
                "verbose_name_plural": "条款对应",
                "ordering": ["document", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="relateddocument",
            constraint=models.UniqueConstraint(
                fields=("notice", "number"),
                name="related_document_once",
                violation_error_message="这份文件已经登记。",
            ),
        ),
        migrations.AddConstraint(
            model_name="relateddocument",
            constraint=models.CheckConstraint(
                condition=models.Q(("relation__in", ["higher", "lower"])),
                name="related_document_relation_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="relateddocument",
            constraint=models.CheckConstraint(
                condition=models.Q(("number", ""), _negated=True),
                name="related_document_has_number",
                violation_error_message="请填写发文字号。",
            ),
        ),
        migrations.AddConstraint(
            model_name="documentclause",
            constraint=models.UniqueConstraint(
                fields=("document", "ordinal"),
                name="clause_ordinal_once",
                violation_error_message="这个序号已有条款。",
            ),
        ),
        migrations.AddConstraint(
            model_name="documentclause",
            constraint=models.CheckConstraint(
                condition=models.Q(("heading", ""), _negated=True),
                name="clause_has_heading",
                violation_error_message="请填写条款标题。",
            ),
        ),
        migrations.AddConstraint(
            model_name="clauselink",
            constraint=models.UniqueConstraint(
                fields=("document", "clause", "measure"),
                name="clause_link_once",
                nulls_distinct=False,
                violation_error_message="这一对应已经登记。",
            ),
        ),
        migrations.AddConstraint(
            model_name="clauselink",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["carries", "details", "adds"])),
                name="clause_link_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="clauselink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("kind", "adds"), _negated=True),
                        ("clause__isnull", False),
                        ("measure__isnull", False),
                    ),
                    models.Q(
                        ("clause__isnull", True), ("kind", "adds"), ("measure__isnull", False)
                    ),
                    models.Q(
                        ("clause__isnull", False), ("kind", "adds"), ("measure__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="clause_link_sides",
                violation_error_message="承接、细化须选定条款和措施；新增只选多出来的一方。",
            ),
        ),
    ]
