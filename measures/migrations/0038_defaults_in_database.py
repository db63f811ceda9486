"""Defaults in the database for columns that were added later.

During an update the pages of the version before, which do not know them, still insert rows.
"""

from django.db import migrations

DEFAULTS = {
    "measures_filing": {
        "written_off_reason": "''",
    },
    "measures_lightchange": {
        "is_old_rule": "false",
        "severity": "0",
        "worst_sentence": "''",
    },
    "measures_lightthresholds": {
        "lead_workdays": "20",
        "milestone_workdays": "30",
        "moved_periods": "2",
        "stale_days": "120",
        "unmoved_periods": "3",
        "worse_percent": "5",
        "alternate_periods": "2",
    },
    "measures_measure": {
        "computed_cause": "''",
        "computed_light": "''",
        "computed_sentence": "''",
        "light_cause": "''",
        "light_findings": "'[]'",
        "light_worst": "0",
    },
    "measures_note": {
        "answer": "''",
        "carried": "'{}'",
        "is_confirmed": "false",
        "writers": "'{}'",
    },
    "measures_noticechange": {
        "support_ids": "'{}'",
    },
    "measures_period": {
        "reason": "''",
    },
    "measures_sheetimport": {
        "rows_written": "0",
    },
    "measures_snapshot": {
        "nature": "''",
        "nature_label": "''",
        "cause": "''",
        "title_label": "''",
    },
    "measures_statusupdate": {
        "back_reason": "''",
        "stage_before": "''",
    },
}


def alter(table, act):
    columns = DEFAULTS[table].items()
    return f"ALTER TABLE {table} " + ", ".join(
        f"ALTER COLUMN {name} {act.format(default=default)}" for name, default in columns
    )


class Migration(migrations.Migration):

    dependencies = [
        ('measures', '0037_joint_leads'),
    ]

    operations = [
        migrations.RunSQL(
            alter(table, "SET DEFAULT {default}"), reverse_sql=alter(table, "DROP DEFAULT")
        )
        for table in DEFAULTS
    ]
