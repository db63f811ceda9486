"""The progress of a note, too, may be that of an earlier one, once its writer has confirmed it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("measures", "0026_note_writers")]

    operations = [
        migrations.RemoveConstraint(model_name="note", name="note_carries_known_words"),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "carried__contained_by",
                        ["progress", "problems", "next_steps", "help_needed", "confidence_reason"],
                    )
                ),
                name="note_carries_known_words",
            ),
        ),
    ]
