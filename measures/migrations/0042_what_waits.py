"""What a filing says of the version that waits, and indexes for lists of thousands.

The triggers set it from here on; those that wait already are set by the update at the end.
"""

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0024_event_by_action'),
        ('measures', '0041_what_waits_indexed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='measure',
            name='measure_light',
        ),
        migrations.AddField(
            model_name='filing',
            name='came_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='送达审核时间'),
        ),
        migrations.AddField(
            model_name='filing',
            name='says_doubtful',
            field=models.BooleanField(editable=False, null=True, verbose_name='自评有风险或难以完成'),
        ),
        migrations.AddField(
            model_name='filing',
            name='says_unchanged',
            field=models.BooleanField(editable=False, null=True, verbose_name='本期无新进展'),
        ),
        migrations.AddIndex(
            model_name='filing',
            index=models.Index(condition=models.Q(('state', 'submitted')), fields=['came_at', 'id'], include=('state', 'period', 'agency', 'measure', 'role', 'says_doubtful', 'says_unchanged'), name='filing_came'),
        ),
        migrations.AddIndex(
            model_name='measure',
            index=models.Index(fields=['notice', 'light', 'light_since'], include=('id', 'ordinal', 'stage'), name='measure_light'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(condition=models.Q(('decision', '')), fields=['note'], name='review_under_way'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='filing',
            trigger=pgtrigger.compiler.Trigger(name='knows_what_waits', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NEW.state IN ('submitted', 'in_agency'))", func="\n        SELECT coalesce(n.left_at, n.submitted_at, n.saved_at), n.confidence <> 'green',\n               n.is_unchanged\n        INTO NEW.came_at, NEW.says_doubtful, NEW.says_unchanged\n        FROM measures_note n WHERE n.filing_id = NEW.id AND n.dropped_at IS NULL\n        ORDER BY n.version DESC LIMIT 1;\n        NEW.came_at := greatest(\n            coalesce(NEW.came_at, NEW.first_submitted_at),\n            (SELECT max(o.decided_at) FROM measures_objection o\n             WHERE o.filing_id = NEW.id AND o.state = 'upheld')\n        );\n        RETURN NEW;\n    ", hash='85a74e307dc12adbac83d87717af86f6a9009c08', operation='INSERT OR UPDATE', pgid='pgtrigger_knows_what_waits_fb9ed', table='measures_filing', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='note',
            trigger=pgtrigger.compiler.Trigger(name='tells_its_filing', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.submitted_at IS NOT NULL)', func="\n            UPDATE measures_filing SET state = state\n            WHERE id = NEW.filing_id AND state IN ('submitted', 'in_agency');\n            RETURN NULL;\n        ", hash='7a9093374e6ba0c0045ac912dc79a8d05c0dd2b8', operation='INSERT OR UPDATE', pgid='pgtrigger_tells_its_filing_79187', table='measures_note', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='objection',
            trigger=pgtrigger.compiler.Trigger(name='tells_its_filing', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NEW.state = 'upheld')", func="\n            UPDATE measures_filing SET state = state\n            WHERE id = NEW.filing_id AND state IN ('submitted', 'in_agency');\n            RETURN NULL;\n        ", hash='1525d7f353d0fb4d2112b254129ee9c7ac0af40d', operation='INSERT OR UPDATE', pgid='pgtrigger_tells_its_filing_4c205', table='measures_objection', when='AFTER')),
        ),
        migrations.RunSQL(
            "UPDATE measures_filing SET state = state WHERE state IN ('submitted', 'in_agency')",
            migrations.RunSQL.noop,
        ),
    ]
