"""Defaults in the database for columns that were added later.

During an update the pages of the version before, which do not know them, still insert rows.
"""

from django.db import migrations

DEFAULTS = {
    "reports_issue": {
        "returned_reason": "''",
        "word": "''",
    },
    "reports_report": {
        "attempts_before": "0",
        "is_anew": "false",
        "scope_name": "''",
        "final_digest": "''",
        "words_written": "''",
    },
}


def alter(table, act):
    columns = DEFAULTS[table].items()
    return f"ALTER TABLE {table} " + ", ".join(
        f"ALTER COLUMN {name} {act.format(default=default)}" for name, default in columns
    )


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0009_words_written'),
    ]

    operations = [
        migrations.RunSQL(
            alter(table, "SET DEFAULT {default}"), reverse_sql=alter(table, "DROP DEFAULT")
        )
        for table in DEFAULTS
    ]
