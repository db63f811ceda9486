"""All tables of this app as steps 1 to 43 leave them, in one step for an empty database.

An installation that has some of those steps goes on with their own files (ADR 0088). What a step
did to rows that were there is not repeated. Columns stand in the order of those steps, but three.
"""

from django.db import migrations

from lib.one_step import OneStep
from measures.migrations.tables.changes import CHANGES
from measures.migrations.tables.coordination import COORDINATION
from measures.migrations.tables.filings import FILINGS
from measures.migrations.tables.indicators import INDICATORS
from measures.migrations.tables.lights import LIGHTS
from measures.migrations.tables.measures import MEASURES
from measures.migrations.tables.notes import NOTES
from measures.migrations.tables.notices import NOTICES
from measures.migrations.tables.requests import REQUESTS
from measures.migrations.tables.sheets import SHEETS
from measures.migrations.tables.totals import TOTALS

TABLES = [
    *NOTICES,
    *MEASURES,
    *FILINGS,
    *NOTES,
    *LIGHTS,
    *REQUESTS,
    *INDICATORS,
    *CHANGES,
    *COORDINATION,
    *SHEETS,
    *TOTALS,
]
# For columns that were added later: code of the version before, which does not know them, still
# inserts rows during an update.
DEFAULTS = [
    "ALTER TABLE measures_filing ALTER written_off_reason SET DEFAULT ''",
    "ALTER TABLE measures_lightchange ALTER is_old_rule SET DEFAULT false",
    "ALTER TABLE measures_lightchange ALTER severity SET DEFAULT 0",
    "ALTER TABLE measures_lightchange ALTER worst_sentence SET DEFAULT ''",
    "ALTER TABLE measures_lightthresholds ALTER lead_workdays SET DEFAULT 20",
    "ALTER TABLE measures_lightthresholds ALTER milestone_workdays SET DEFAULT 30",
    "ALTER TABLE measures_lightthresholds ALTER moved_periods SET DEFAULT 2",
    "ALTER TABLE measures_lightthresholds ALTER stale_days SET DEFAULT 120",
    "ALTER TABLE measures_lightthresholds ALTER unmoved_periods SET DEFAULT 3",
    "ALTER TABLE measures_lightthresholds ALTER worse_percent SET DEFAULT 5",
    "ALTER TABLE measures_lightthresholds ALTER alternate_periods SET DEFAULT 2",
    "ALTER TABLE measures_measure ALTER computed_cause SET DEFAULT ''",
    "ALTER TABLE measures_measure ALTER computed_light SET DEFAULT ''",
    "ALTER TABLE measures_measure ALTER computed_sentence SET DEFAULT ''",
    "ALTER TABLE measures_measure ALTER light_cause SET DEFAULT ''",
    "ALTER TABLE measures_measure ALTER light_findings SET DEFAULT '[]'",
    "ALTER TABLE measures_measure ALTER light_worst SET DEFAULT 0",
    "ALTER TABLE measures_note ALTER answer SET DEFAULT ''",
    "ALTER TABLE measures_note ALTER carried SET DEFAULT '{}'",
    "ALTER TABLE measures_note ALTER is_confirmed SET DEFAULT false",
    "ALTER TABLE measures_note ALTER writers SET DEFAULT '{}'",
    "ALTER TABLE measures_noticechange ALTER support_ids SET DEFAULT '{}'",
    "ALTER TABLE measures_period ALTER reason SET DEFAULT ''",
    "ALTER TABLE measures_sheetimport ALTER rows_written SET DEFAULT 0",
    "ALTER TABLE measures_snapshot ALTER nature SET DEFAULT ''",
    "ALTER TABLE measures_snapshot ALTER nature_label SET DEFAULT ''",
    "ALTER TABLE measures_snapshot ALTER cause SET DEFAULT ''",
    "ALTER TABLE measures_snapshot ALTER title_label SET DEFAULT ''",
    "ALTER TABLE measures_statusupdate ALTER back_reason SET DEFAULT ''",
    "ALTER TABLE measures_statusupdate ALTER stage_before SET DEFAULT ''",
]


class Migration(migrations.Migration):
    replaces = [
        ("measures", "0001_initial"),
        ("measures", "0002_milestone"),
        ("measures", "0003_snapshot_dates_and_filings"),
        ("measures", "0004_requests_of_the_chief"),
        ("measures", "0005_status_from_what_to_what"),
        ("measures", "0006_dropped_corrections"),
        ("measures", "0007_sheets_applied_by_job"),
        ("measures", "0008_indicators"),
        ("measures", "0009_manual_light"),
        ("measures", "0010_instructions"),
        ("measures", "0011_filing_due_with_period"),
        ("measures", "0012_requests_of_one_base"),
        ("measures", "0013_light_of_debts"),
        ("measures", "0014_words_of_filings"),
        ("measures", "0015_index_of_doubts"),
        ("measures", "0016_words_on_screen"),
        ("measures", "0017_writers_of_notes"),
        ("measures", "0018_responsibility_ended_at"),
        ("measures", "0019_confirmed_words_and_kept_files"),
        ("measures", "0020_unsettled_filings"),
        ("measures", "0021_notice_changes"),
        ("measures", "0022_revisions"),
        ("measures", "0023_intake_drafts"),
        ("measures", "0024_archived_notices"),
        ("measures", "0025_related_documents"),
        ("measures", "0026_note_writers"),
        ("measures", "0027_progress_repeated"),
        ("measures", "0028_coordination"),
        ("measures", "0029_ended_measures"),
        ("measures", "0030_chasing"),
        ("measures", "0031_instruction_told"),
        ("measures", "0032_unsettled_filings_covered"),
        ("measures", "0033_alternate_filing"),
        ("measures", "0034_special_periods"),
        ("measures", "0035_ordinals_with_part"),
        ("measures", "0036_supporting_in_changes"),
        ("measures", "0037_joint_leads"),
        ("measures", "0038_defaults_in_database"),
        ("measures", "0039_kept_totals"),
        ("measures", "0040_totals_counted"),
        ("measures", "0041_what_waits_indexed"),
        ("measures", "0042_what_waits"),
        ("measures", "0043_open_work_by_agency"),
    ]

    initial = True

    dependencies = [
        ("agencies", "0001_squashed_0024_event_by_action"),
    ]

    operations = [
        OneStep([one for one in TABLES if isinstance(one, migrations.CreateModel)]),
        OneStep([one for one in TABLES if not isinstance(one, migrations.CreateModel)]),
        migrations.RunSQL(DEFAULTS, migrations.RunSQL.noop),
    ]
