"""What migrations do with the rows of an installed version, and which tables they leave.

All steps run once, from empty tables to the newest: that takes seconds. Each case writes its rows
at one point, into the tables of that version, and checks them at the end. Then the tables are
compared with those of a new installation, which the squashed migrations create at once.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.models import Sum

from measures.lights.refresh import MISSED_MOST, refresh_all_lights
from measures.models import (
    ClosingRequest,
    DueDateRequest,
    Filing,
    FilingTotal,
    LightChange,
    LightThresholds,
    Measure,
    Note,
    OverrideRequest,
    Period,
)
from measures.models.totals import KEPT
from measures.rules.thresholds import DEFAULTS
from measures.tests.factories import NOW, TODAY
from policy_tracker.tests.catalogue import Catalogue, catalogue
from policy_tracker.tests.old_tables import OldTables
from reports.models import Issue, Report

DAY = timedelta(days=1)
Story = Callable[[OldTables], Iterator[None]]


@pytest.fixture
def empty_database(transactional_db: None) -> Iterator[str]:
    """Give one test a database without any table; return the name of the usual one."""
    usual = connection.settings_dict["NAME"]
    own = f"{usual}_empty"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {own}")
    go_to(own)
    yield usual
    go_to(usual)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {own}")


def go_to(database: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = database


def test_each_installed_version_gets_the_newest_tables_and_keeps_its_rows(
    empty_database: str,
) -> None:
    told: list[Iterator[None]] = []
    for version, stories in STOPS.items():
        executor = MigrationExecutor(connection)
        if not told:  # afterwards Django itself goes on with the steps, as for any installation
            executor.loader = MigrationLoader(connection, replace_migrations=False)
        executor.migrate([*version])
        old = OldTables(executor.loader.project_state([*version]).apps)
        begun = [story(old) for story in stories]
        for story in begun:
            next(story)
        told += begun
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    executor.loader.build_graph()
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    for story in reversed(told):
        with pytest.raises(StopIteration):  # run it to its end
            next(story)
    step_by_step = catalogue()
    go_to(empty_database)
    assert described(step_by_step) == described(catalogue())


# Two tables refer to each other: the last of the two columns is added at the end.
ADDED_LAST = {
    ("measures_filing", "accepted_note_id"),
    ("measures_measure", "computed_filing_id"),
    ("measures_measure", "light_filing_id"),
}
# PostgreSQL itself names some constraints after the column, which had this name at first.
FIRST_NAME, NAME = "lightthresholds_silent_periods_", "lightthresholds_lead_debts_"


def described(found: Catalogue) -> Catalogue:
    """Return the catalogue without the two differences that nobody notices."""
    columns = sorted(found["columns"], key=lambda row: (row[0], row[:2] in ADDED_LAST))
    constraints = sorted(
        (table, name.replace(FIRST_NAME, NAME), *rest)
        for table, name, *rest in found["constraints"]
    )
    return found | {"columns": columns, "constraints": constraints}


def requests_keep_every_value_in_the_tables_of_one_base(old: OldTables) -> Iterator[None]:
    """A light set by hand also gets its lead, which the old table did not require."""
    notice = old.notice()
    for state in ("open", "agreed", "refused", "withdrawn"):
        put_off(old, notice, state)
        close(old, notice, state)
        set_by_hand(old, old.measure(notice), state)
    put_off(old, notice, "passed", to_on=TODAY)
    again = {"reopened_by": old.user(), "reopened_at": NOW, "reopened_reason": "又有任务。"}
    close(old, notice, "reopened", **again)
    ended = {"ended_by": old.user(), "ended_on": TODAY, "end_reason": "已补报。"}
    set_by_hand(old, old.measure(notice), "ended", **ended)
    set_by_hand(old, old.measure(notice, is_led=False), "agreed")
    models = (DueDateRequest, ClosingRequest, OverrideRequest)
    expected = [rows(old.model(model._meta.label)) for model in models]
    old.model("measures.OverrideRequest").objects.update(agency=None, agency_name="")
    yield
    for model, were in zip(models, expected, strict=True):
        for row, was in zip(rows(model), were, strict=True):
            assert {name: row[name] for name in was} == was
            assert {name for name in row.keys() - was if row[name] not in (None, "")} == set()


def rows(model: Any) -> list[dict[str, object]]:
    return list(model.objects.order_by("pk").values())


def put_off(old: OldTables, notice: Any, state: str, **fields: Any) -> None:
    starts_on, due_on = date(2026, 1, 1), date(2026, 12, 31)
    dated = {"nature": "dated", "starts_on": starts_on, "due_on": due_on, "percent": 50}
    days = {"from_on": due_on, "to_on": date(2027, 6, 30), "percent": 50}
    shown = days | {"reason": "上级政策调整。"} | fields
    old.request("measures.DueDateRequest", old.measure(notice, **dated), state, **shown)


def close(old: OldTables, notice: Any, state: str, **fields: Any) -> None:
    on = TODAY - 3 * DAY
    is_done = {"stage": "done", "completed_on": on} if state == "agreed" else {}
    measure = old.measure(notice, **is_done)
    shown = {"nature": "ongoing", "result": "各项任务均已完成。", "completed_on": on} | fields
    old.request("measures.ClosingRequest", measure, state, **shown)


def set_by_hand(old: OldTables, measure: Any, state: str, **fields: Any) -> None:
    days = {"starts_on": TODAY - DAY, "ends_on": TODAY + 30 * DAY}
    words = {"light": "yellow", "reason": "已商定补报时间。", "against": "滞后：逾期未报"}
    old.request("measures.OverrideRequest", measure, state, **days | words | fields)


def database_day() -> date:
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_DATE")
        return cursor.fetchone()[0]


def histories_are_judged_anew_for_a_quarter_and_older_ones_keep_their_words(
    old: OldTables,
) -> Iterator[None]:
    """Of three measures, the light of one was computed today, of one long ago, of one never."""
    today = database_day()
    cut = today - MISSED_MOST * DAY
    due_on = today - 60 * DAY
    notice = old.notice()
    told = {"light": "yellow", "light_sentence": "二季度漏报进展", "light_cause": "lead_missed"}
    judged = old.measure(notice, light_on=today, **told)
    old.filing(judged, old.period(notice, due_on=due_on, opens_on=due_on))
    before, never = old.measure(notice, light_on=cut - 9 * DAY), old.measure(notice)
    usual = DEFAULTS._asdict()
    old.make(
        "measures.LightThresholds",
        valid_from=NOW.date() - 900 * DAY,
        reason="会议议定。",
        set_at=NOW,
        silent_periods=3,
        **{name: usual[name] for name in THRESHOLDS_THEN},
    )
    for day in (cut - 10 * DAY, cut, cut + DAY, today):
        old.light_change(judged, day)
    yield
    measure = Measure.objects.get(pk=judged.pk)
    kept = list(measure.light_changes.order_by("on"))
    assert [row.on for row in kept] == [cut - 10 * DAY, cut]
    assert all(row.is_old_rule and row.label == "正常" for row in kept)
    assert [row.worst_sentence for row in kept] == [row.sentence for row in kept]
    own = Measure.objects.filter(notice=notice.pk)
    days = dict(own.values_list("pk", "light_on"))
    assert days == {measure.pk: cut, before.pk: cut - 9 * DAY, never.pk: None}
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


# The others were added later, each with its usual value.
THRESHOLDS_THEN = (
    *("late_workdays", "gap_yellow", "gap_red", "due_soon_workdays", "override_days"),
)


def what_is_on_screen_gets_the_new_words(old: OldTables) -> Iterator[None]:
    """年度 and 原文待核对."""
    notice, words = old.notice(), "责任单位待核，尚未下达"
    year = old.period(notice, kind="yearly", label="2026年全年")
    special = old.period(notice, kind="special", label="进博会2026年全年")
    of_measure = old.measure(notice, light_sentence=words, light_findings=[{"sentence": words}])
    shown = {"light": "grey", "sentence": words, "cause": "unconfirmed"}
    of_change = old.light_change(of_measure, year.covers_to, **shown)
    yield
    measure = Measure.objects.get(pk=of_measure.pk)
    assert measure.light_findings == [{"sentence": measure.light_sentence}]
    assert LightChange.objects.get(pk=of_change.pk).sentence == measure.light_sentence
    labels = [Period.objects.get(pk=row.pk).label for row in (year, special)]
    assert labels == ["2026年度", "进博会2026年全年"]
    assert measure.light_sentence == "责任单位待核对，尚未布置"


def notes_learn_from_the_audit_trail_who_wrote_on_them(old: OldTables) -> Iterator[None]:
    """Submitted notes too, although they are frozen; each version gets its own.

    In the old tables a note only had the person who saved it last.
    """
    notice, first, second = old.notice(), old.user(), old.user()
    filing = old.filing(old.measure(notice), old.period(notice), state="draft")
    for by in (first, second):
        old.make(
            "agencies.Event",
            at=NOW,
            actor=by,
            actor_name=by.name,
            action="filing.save",
            target_type="measures.filing",
            target_id=filing.pk,
            sentence="保存了2026年前三季度单位一推进一件事第1版草稿。",
        )
    written = {"filing": filing, "author": second, "saved_at": NOW, "claimed_stage": "under_way"}
    handed_in = {"submitted_by": second, "submitted_at": NOW, "left_at": NOW}
    old.make("measures.Note", version=1, revision=2, progress="甲、乙。", **written | handed_in)
    old.make("measures.Note", version=2, progress="甲、乙。", **written)
    yield
    found = Note.objects.filter(filing=filing.pk).order_by("version")
    writers = [set(note.writers) for note in found]
    assert writers == [{first.pk, second.pk}, {second.pk}]


FAILED = {"state": "failed", "error": "没写成。", "dataset": None, "digest": "", "frozen_at": None}


def reports_keep_where_they_stood_on_their_way_to_sign_off(old: OldTables) -> Iterator[None]:
    by, period = old.user(), old.period(old.notice())

    def make(kind: str, *, is_final: bool = False, **fields: Any) -> int:
        frozen = {"dataset": {}, "digest": "0" * 64, "frozen_at": NOW, "finished_at": NOW}
        shown = {"state": "done", **frozen} | fields
        if is_final:
            shown |= {"final_at": NOW, "final_by": by, "final_digest": "1" * 64}
        asked = {"requested_by": by, "requested_at": NOW, "queued_at": NOW}
        return int(old.make("reports.Report", kind=kind, period=period, **asked, **shown).pk)

    waiting, failed = make("circular"), make("circular", **FAILED)
    issued = make("circular", is_final=True)
    for pk in (waiting, failed):
        old.make("reports.Issue", report_id=pk, kind="circular")
    number = {"year": 2026, "serial": 1, "number": "渝商务通报〔2026〕1号"}
    signed = {"issued_on": NOW.date(), "issued_at": NOW, "issued_by": by, "state": "issued"}
    old.make("reports.Issue", report_id=issued, kind="circular", **number, **signed)
    open_report, final_report = make("progress"), make("progress", is_final=True)
    brief = make("brief")
    yield
    states = dict(Issue.objects.values_list("report", "state"))
    assert states == {
        waiting: "submitted",  # it waited for a chief's signature
        failed: "draft",
        issued: "issued",
        open_report: "draft",
    }
    assert Issue.objects.get(report=waiting).submitted_by_id == by.pk
    assert Issue.objects.get(report=issued).number == "渝商务通报〔2026〕1号"
    assert not Report.objects.exclude(words__isnull=True).exists()
    assert not Report.objects.get(pk=brief).keeps_files_only  # not final: its text can change
    for pk in (issued, final_report):
        assert Report.objects.get(pk=pk).keeps_files_only


# The versions before the migrations of these cases, in order. The last case checks first, because
# the first one ends by computing all lights again.
def what_was_there_is_counted_once(old: OldTables) -> Iterator[None]:
    notice = old.notice()
    period = old.period(notice)
    for _ in range(3):
        old.filing(old.measure(notice), period)
    yield
    assert [totals.of for _, totals in KEPT if totals.wrong()] == []
    assert FilingTotal.objects.filter(period=period.pk).aggregate(n=Sum("number")) == {"n": 3}


def what_waits_says_since_when(old: OldTables) -> Iterator[None]:
    notice = old.notice()
    period = old.period(notice)
    states = ("submitted", "in_agency", "draft")
    filings = [
        old.filing(old.measure(notice), period, state=state, first_submitted_at=NOW - DAY)
        for state in states
    ]
    said = {"author": old.user(), "saved_at": NOW, "claimed_stage": "under_way", "version": 1}
    by = {"submitted_by": said["author"], "submitted_at": NOW, "progress": "已推进。"}
    for filing in filings:
        old.make("measures.Note", filing=filing, **said | by)
    yield
    found = dict(Filing.objects.filter(period=period.pk).values_list("state", "came_at"))
    assert found == {"submitted": NOW, "in_agency": NOW, "draft": None}


STOPS: dict[tuple[tuple[str, str], ...], tuple[Story, ...]] = {
    (("measures", "0011_filing_due_with_period"), ("reports", "0005_report_against")): (
        histories_are_judged_anew_for_a_quarter_and_older_ones_keep_their_words,
        requests_keep_every_value_in_the_tables_of_one_base,
        reports_keep_where_they_stood_on_their_way_to_sign_off,
    ),
    (("measures", "0015_index_of_doubts"),): (
        what_is_on_screen_gets_the_new_words,
        notes_learn_from_the_audit_trail_who_wrote_on_them,
    ),
    (("measures", "0038_defaults_in_database"),): (what_was_there_is_counted_once,),
    (("measures", "0041_what_waits_indexed"),): (what_waits_says_since_when,),
}
