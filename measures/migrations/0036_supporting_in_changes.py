"""A change of the notice may name who supports; so far those who supported went on doing it.

A list that names some of its agencies only has a gap of its own, which holds nobody up.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

# What a confirmed revision replaced stands in `before`; of the others the measure's rows are in
# force. The first of a list leads, whatever it was.
FIND_SUPPORT = """
    UPDATE measures_noticechange AS change SET support_ids = ARRAY(
        SELECT named.pk FROM unnest(change.agency_ids) WITH ORDINALITY AS named (pk, place)
        WHERE place > 1 AND CASE WHEN change.before ? 'rows'
            THEN EXISTS (
                SELECT FROM jsonb_array_elements(change.before -> 'rows') AS kept (line)
                WHERE line ->> 0 = named.pk::text AND line ->> 1 = 'support'
                  AND line ->> 6 IS NULL
            )
            ELSE EXISTS (
                SELECT FROM measures_responsibility AS duty
                WHERE duty.measure_id = change.measure_id AND duty.agency_id = named.pk
                  AND duty.role = 'support' AND duty.valid_to IS NULL
            ) END
        ORDER BY place
    ) WHERE kind = 'revise';
"""


class Migration(migrations.Migration):
    dependencies = [("measures", "0035_ordinals_with_part")]

    operations = [
        migrations.RemoveConstraint(model_name="gap", name="gap_kind_known"),
        migrations.AlterField(
            model_name="gap",
            name="kind",
            field=models.CharField(
                choices=[
                    ("title", "标题"),
                    ("agencies", "责任单位"),
                    ("others", "其余责任单位"),
                    ("text", "正文"),
                ],
                max_length=10,
                verbose_name="缺失内容",
            ),
        ),
        migrations.AddConstraint(
            model_name="gap",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=["title", "agencies", "others", "text"]),
                name="gap_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="noticechange",
            name="support_ids",
            field=ArrayField(
                base_field=models.PositiveBigIntegerField(),
                blank=True,
                default=list,
                size=None,
                verbose_name="配合单位",
            ),
        ),
        migrations.RunSQL(FIND_SUPPORT, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="noticechange",
            constraint=models.CheckConstraint(
                condition=models.Q(agency_ids__contains=models.F("support_ids")),
                name="notice_change_support_is_named",
            ),
        ),
    ]
