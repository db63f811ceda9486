import pgtrigger.compiler
import pgtrigger.migrations
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

# Of earlier notes: who saved them last, and who the audit trail says saved them before. The trail
# names the version in its sentence; what was handed in is frozen, hence without triggers.
FIND_WRITERS = r"""
    ALTER TABLE measures_note DISABLE TRIGGER USER;
    UPDATE measures_note AS note SET writers = ARRAY(
        SELECT note.author_id
        UNION
        SELECT event.actor_id FROM agencies_event AS event
        WHERE event.target_type = 'measures.filing' AND event.target_id = note.filing_id
          AND event.action = 'filing.save' AND event.outcome = 'done'
          AND event.actor_id IS NOT NULL
          AND substring(event.sentence FROM '第(\d+)版草稿') = note.version::text
    );
    ALTER TABLE measures_note ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('measures', '0016_words_on_screen'),
    ]

    operations = [
        migrations.AddField(
            model_name='note',
            name='writers',
            field=ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, editable=False, size=None, verbose_name='历次填写人'),
        ),
        migrations.RunSQL(FIND_WRITERS, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name='note',
            trigger=pgtrigger.compiler.Trigger(name='keeps_its_writers', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    NEW.writers := CASE WHEN TG_OP = 'UPDATE' THEN OLD.writers ELSE '{}' END;\n                    IF NEW.author_id <> ALL (NEW.writers)\n                    THEN NEW.writers := NEW.writers || NEW.author_id::bigint;\n                    END IF;\n                    RETURN NEW;\n                ", hash='da01a09e84c56502b5635d85f9431ea895769367', operation='INSERT OR UPDATE', pgid='pgtrigger_keeps_its_writers_c0b5b', table='measures_note', when='BEFORE')),
        ),
    ]
