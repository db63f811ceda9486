"""What the rows of an installed version become in a migration that changes their table.

A way back and forth takes seconds. Stories that do not touch each other's rows go it together: each
makes its rows in the newest tables, says what it does in the old ones, and then looks.
"""

from collections.abc import Callable, Iterator
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
def go_back_to(transactional_db):
    """Take stories to the tables of an older version, and on to the newest again."""

    def go(version: str, *stories: Callable[[], Iterator[None]]) -> None:
        told = [story() for story in stories]
        for story in told:
            next(story)
        MigrationExecutor(connection).migrate([("measures", version)])
        for story in told:
            next(story)
        migrate_to_the_newest()
        for story in told:
            with pytest.raises(StopIteration):  # to its end
                next(story)

    yield go
    migrate_to_the_newest()


def test_requests_and_lights_of_the_version_before_the_chiefs_requests_had_one_base(go_back_to):
    go_back_to(
        "0011_filing_due_with_period",
        requests_keep_every_value_in_the_tables_of_one_base,
        histories_are_judged_anew_for_a_quarter_and_older_ones_keep_their_words,
    )


def test_words_and_notes_of_the_version_before_year_and_doubt_had_their_words(go_back_to):
    go_back_to(
        "0015_index_of_doubts",
        what_is_on_screen_gets_the_new_words,
        notes_learn_from_the_audit_trail_who_wrote_on_them,
    )


def rows():
    models = (DueDateRequest, ClosingRequest, OverrideRequest)
    return [list(model.objects.order_by("pk").values()) for model in models]


def requests_keep_every_value_in_the_tables_of_one_base():
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
    yield
    with connection.cursor() as cursor:
        cursor.execute("UPDATE measures_overriderequest SET agency_id = NULL, agency_name = ''")
    yield
    assert rows() == expected


def database_day():
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_DATE")
        return cursor.fetchone()[0]


def histories_are_judged_anew_for_a_quarter_and_older_ones_keep_their_words():
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
    yield
    yield
    kept = list(LightChange.objects.order_by("on"))
    assert [row.on for row in kept] == [cut - 10 * DAY, cut]
    assert all(row.is_old_rule and row.label == "正常" for row in kept)
    assert [row.worst_sentence for row in kept] == [row.sentence for row in kept]
    own = Measure.objects.filter(pk__in=[measure.pk, old.pk, never.pk])
    days = dict(own.values_list("pk", "light_on"))
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


def what_is_on_screen_gets_the_new_words():
    """年度 and 原文待核对."""
    year = make_period(kind="yearly", label="2026年全年")
    special = make_period(kind="special", label="进博会2026年全年")
    old = "责任单位待核，尚未下达"
    measure = make_measure(light_sentence=old, light_findings=[{"sentence": old}])
    change = LightChange.objects.create(
        measure=measure, on=year.covers_to, light="grey", sentence=old, cause="unconfirmed"
    )
    yield
    yield
    for row in (year, special, measure, change):
        row.refresh_from_db()
    assert measure.light_findings == [{"sentence": measure.light_sentence}]
    assert change.sentence == measure.light_sentence
    assert (year.label, special.label) == ("2026年度", "进博会2026年全年")
    assert measure.light_sentence == "责任单位待核对，尚未布置"


def notes_learn_from_the_audit_trail_who_wrote_on_them():
    """Also those handed in, which are frozen; each version its own.

    In the old tables a note knew only who saved it last.
    """
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
    yield
    yield
    written = Note.objects.order_by("version").values_list("writers", flat=True)
    assert [set(writers) for writers in written] == [{first.pk, second.pk}, {second.pk}]
