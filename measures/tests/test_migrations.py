"""What the rows of an installed version become in a migration that changes their table."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from agencies.permissions import Role
from measures.filings.content import NOTE_FIELDS
from measures.filings.drafts import save_note
from measures.filings.submission import submit_note, withdraw_note
from measures.lights.refresh import MISSED_MOST, refresh_all_lights
from measures.models import (
    ClosingRequest,
    DueDateRequest,
    LightChange,
    LightThresholds,
    Measure,
    Note,
    OverrideRequest,
)
from measures.rules.thresholds import DEFAULTS
from measures.tests.factories import (
    NOW,
    TODAY,
    commission,
    make_agency,
    make_dated_measure,
    make_filing,
    make_measure,
    make_period,
    make_user,
)
from measures.tests.request_factories import (
    make_closing_request,
    make_due_date_request,
    make_override,
)

DAY = timedelta(days=1)


def migrate_to_the_newest():
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.fixture
def before_one_base(transactional_db):
    """Back to the tables of the version before the requests to the chief had one base."""

    def back():
        MigrationExecutor(connection).migrate([("measures", "0011_filing_due_with_period")])

    yield back
    migrate_to_the_newest()


def rows():
    models = (DueDateRequest, ClosingRequest, OverrideRequest)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_requests_keep_every_value_in_the_tables_of_one_base(before_one_base):
    """A light set by hand also gets the lead that its table let it miss."""
    for state in ("open", "agreed", "refused", "withdrawn"):
        make_due_date_request(make_dated_measure(), state=state)
        make_closing_request(make_measure(), state=state)
        make_override(state=state)
    make_due_date_request(make_dated_measure(), state="passed", to_on=TODAY)
    again = {"reopened_by": make_user(), "reopened_at": NOW, "reopened_reason": "又有任务。"}
    make_closing_request(make_measure(), state="reopened", **again)
    ended = {"ended_by": make_user(), "ended_on": TODAY, "end_reason": "已补报。"}
    make_override(state="ended", **ended)
    unled = make_override(agency=commission(), agency_name=commission().short_name)
    unled.measure.responsibilities.all().delete()
    expected = rows()
    before_one_base()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE measures_overriderequest SET agency_id = NULL, agency_name = ''")
    migrate_to_the_newest()
    assert rows() == expected


@pytest.fixture
def before_debts(transactional_db):
    """Back to the tables of the version before debts were carried over."""

    def back():
        MigrationExecutor(connection).migrate([("measures", "0012_requests_of_one_base")])

    yield back
    migrate_to_the_newest()


def database_day():
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_DATE")
        return cursor.fetchone()[0]


def test_histories_are_judged_anew_for_a_quarter_and_older_ones_keep_their_words(before_debts):
    """Of three measures one was judged today, one long ago, one never."""
    today = database_day()
    cut = today - MISSED_MOST * DAY
    due_on = today - 60 * DAY
    measure = make_filing(period=make_period(due_on=due_on, opens_on=due_on)).measure
    old, never = make_measure(light_on=cut - 9 * DAY), make_measure()
    told = {"light": "yellow", "light_sentence": "二季度漏报进展", "light_cause": "lead_missed"}
    Measure.objects.filter(pk=measure.pk).update(light_on=today, **told)
    LightThresholds.objects.create(
        valid_from=NOW.date() - 900 * DAY,
        reason="会议议定。",
        set_at=NOW,
        **DEFAULTS._replace(lead_debts=3)._asdict(),
    )
    for day in (cut - 10 * DAY, cut, cut + DAY, today):
        LightChange.objects.create(
            measure=measure,
            on=day,
            light="green",
            label="正常",
            sentence=f"{day}的原因",
            cause="filed",
        )
    before_debts()
    migrate_to_the_newest()

    kept = list(LightChange.objects.order_by("on"))
    assert [row.on for row in kept] == [cut - 10 * DAY, cut]
    assert all(row.is_old_rule and row.label == "正常" for row in kept)
    assert [row.worst_sentence for row in kept] == [row.sentence for row in kept]
    days = dict(Measure.objects.values_list("pk", "light_on"))
    assert days == {measure.pk: cut, old.pk: cut - 9 * DAY, never.pk: None}
    assert LightThresholds.objects.get().values == DEFAULTS._replace(lead_debts=3)

    refresh_all_lights(on=today)
    anew = LightChange.objects.filter(measure=measure, on__gt=cut).order_by("on")
    assert [(row.on, row.cause, row.is_old_rule) for row in anew][:2] == [
        (cut + DAY, "no_period", False),
        (due_on + DAY, "lead_late", False),
    ]
    assert [row.cause for row in anew][2:] == ["lead_overdue"]
    assert list(LightChange.objects.filter(is_old_rule=True).order_by("on")) == kept
    measure.refresh_from_db()
    assert (measure.light_on, measure.light_cause) == (today, "lead_overdue")
    assert measure.light_since == due_on + DAY


@pytest.fixture
def before_new_words(transactional_db):
    """Back to the tables of the version before 年度 and 原文待核对."""

    def back():
        MigrationExecutor(connection).migrate([("measures", "0015_index_of_doubts")])

    yield back
    migrate_to_the_newest()


def test_what_is_on_screen_gets_the_new_words(before_new_words):
    year = make_period(kind="yearly", label="2026年全年")
    special = make_period(kind="special", label="进博会2026年全年")
    old = "责任单位待核，尚未下达"
    measure = make_measure(light_sentence=old, light_findings=[{"sentence": old}])
    change = LightChange.objects.create(
        measure=measure, on=year.covers_to, light="grey", sentence=old, cause="unconfirmed"
    )
    before_new_words()
    migrate_to_the_newest()
    for row in (year, special, measure, change):
        row.refresh_from_db()
    assert measure.light_findings == [{"sentence": measure.light_sentence}]
    assert change.sentence == measure.light_sentence
    assert (year.label, special.label) == ("2026年度", "进博会2026年全年")
    assert measure.light_sentence == "责任单位待核对，尚未布置"


@pytest.fixture
def before_writers(transactional_db):
    """Back to the tables of the version in which a note knew only who saved it last."""

    def back():
        MigrationExecutor(connection).migrate([("measures", "0016_words_on_screen")])

    yield back
    migrate_to_the_newest()


def test_notes_learn_from_the_audit_trail_who_wrote_on_them(before_writers):
    """Also those handed in, which are frozen; each version its own."""
    agency = make_agency()
    first, second = make_user(Role.LIAISON, agency), make_user(Role.LIAISON, agency)
    filing = make_filing(measure=make_measure(lead=agency), agency=agency)
    content = dict.fromkeys(NOTE_FIELDS, "") | {
        "claimed_stage": "under_way", "claimed_percent": None, "confidence": "green",
    }  # fmt: skip
    for revision, (by, words) in enumerate([(first, "甲。"), (second, "甲、乙。")]):
        said = content | {"progress": words}
        save_note(filing, by=by, content=said, revision=revision, at=NOW)
    submit_note(filing, by=second, at=NOW)
    withdraw_note(filing, by=second, at=NOW)
    before_writers()
    migrate_to_the_newest()
    written = Note.objects.order_by("version").values_list("writers", flat=True)
    assert [set(writers) for writers in written] == [{first.pk, second.pk}, {second.pk}]
