"""Defaults in the database for columns that were added later.

During an update the pages of the version before, which do not know them, still insert rows.
"""

from django.db import migrations

DEFAULTS = {
    "agencies_user": {
        "session_round": "0",
        "office_phone": "''",
        "one_time_hash": "''",
        "email": "''",
        "totp_secret": "''",
        "totp_step": "0",
    },
}


def alter(table, act):
    columns = DEFAULTS[table].items()
    return f"ALTER TABLE {table} " + ", ".join(
        f"ALTER COLUMN {name} {act.format(default=default)}" for name, default in columns
    )


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0022_identity'),
    ]

    operations = [
        migrations.RunSQL(
            alter(table, "SET DEFAULT {default}"), reverse_sql=alter(table, "DROP DEFAULT")
        )
        for table in DEFAULTS
    ]
