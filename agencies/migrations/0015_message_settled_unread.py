from django.db import migrations, models
from django.db.models import F


def forget_readings_nobody_made(apps, schema_editor):
    """Settling used to write its own moment as that of reading where nobody had read."""
    messages = apps.get_model("agencies", "Message").objects.using(schema_editor.connection.alias)
    messages.filter(read_at=F("settled_at")).update(read_at=None)


def read_what_is_settled(apps, schema_editor):
    messages = apps.get_model("agencies", "Message").objects.using(schema_editor.connection.alias)
    messages.filter(settled_at__isnull=False, read_at=None).update(read_at=F("settled_at"))


class Migration(migrations.Migration):

    dependencies = [
        ("agencies", "0014_seals"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="message",
            name="message_settled_is_read",
        ),
        migrations.RemoveIndex(
            model_name="message",
            name="message_unread",
        ),
        migrations.RunPython(forget_readings_nobody_made, read_what_is_settled),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("read_at__isnull", True), ("settled_at__isnull", True)),
                fields=["user"],
                name="message_unread",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="mailsetting",
            name="mailsetting_choice_known",
        ),
        migrations.AddConstraint(
            model_name="mailsetting",
            constraint=models.CheckConstraint(
                condition=models.Q(("choice__in", ["none", "at_once", "digest"])),
                name="mailsetting_choice_known",
            ),
        ),
    ]
