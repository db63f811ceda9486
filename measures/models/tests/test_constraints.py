"""Constraints: the database refuses raw updates that break them."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from measures.choices import FilingState, ResponsibilityRole
from measures.models import (
    Filing,
    Gap,
    Measure,
    Note,
    Notice,
    Period,
    Responsibility,
    Review,
    Section,
    Snapshot,
    StatusUpdate,
)
from measures.rules.periods import Quarter
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_dated_measure,
    make_filing,
    make_measure,
    make_note,
    make_period,
    make_responsibility,
    make_user,
)

pytestmark = pytest.mark.django_db
S = FilingState
DAY = timedelta(days=1)


def refused(call, name):
    """Check that the database refuses, naming the constraint."""
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        call()


def execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def world(db):
    """Create one valid row in each table."""
    filing = make_filing(measure=make_dated_measure(), state=S.RETURNED)
    draft = make_note(filing)
    note = filing.notes.get(version=1)
    reviewer = make_user()
    Review.objects.create(
        note=note, begun_by=reviewer, begun_at=NOW, decided_by=reviewer, decided_at=NOW,
        decision="return", comment="请补充。",
    )  # fmt: skip
    StatusUpdate.objects.create(
        measure=filing.measure,
        stage="under_way",
        percent=50,
        reason="推进中。",
        by=reviewer,
        at=NOW,
    )
    Gap.objects.create(notice=filing.measure.notice, measure=filing.measure, kind="title")
    return {"draft": Note.objects.filter(pk=draft.pk)}


UPDATES = [
    # table, raw update, constraint
    (Notice, {"main_kind": "special"}, "notice_main_kind_known"),
    (Measure, {"due_on": None}, "measure_dated_has_due_date"),
    (Measure, {"nature": "ongoing", "percent": None}, "measure_dated_has_due_date"),
    (Measure, {"nature": "ongoing", "due_on": None}, "measure_percent_only_if_dated"),
    (Measure, {"percent": 101}, "measure_percent_only_if_dated"),
    (Measure, {"percent": -1}, "percent"),
    (Measure, {"stage": "done"}, "measure_done_has_day"),
    (Measure, {"completed_on": TODAY}, "measure_done_has_day"),
    (Measure, {"stage": "lost", "completed_on": None}, "measure_stage_known"),
    (Measure, {"light": "blue"}, "measure_light_known"),
    (Responsibility, {"role": "owner", "lead_basis": ""}, "responsibility_role_known"),
    (Responsibility, {"lead_basis": ""}, "responsibility_lead_has_basis"),
    (Responsibility, {"role": "support"}, "responsibility_lead_has_basis"),
    (
        Responsibility,
        {"valid_from": TODAY, "valid_to": TODAY - DAY},
        "responsibility_dates_in_order|range lower bound",
    ),
    (Gap, {"kind": "number"}, "gap_kind_known"),
    (Gap, {"measure": None}, "gap_has_one_place"),
    (Gap, {"confirmed_at": NOW}, "gap_confirmed_has_source"),
    (Period, {"state": "paused"}, "period_state_known"),
    (Period, {"kind": "weekly"}, "period_kind_known"),
    (Period, {"label": ""}, "period_has_label"),
    (Period, {"due_on": date(2026, 1, 1)}, "period_dates_in_order"),
    (Period, {"closes_on": date(2026, 1, 1)}, "period_dates_in_order"),
    (Period, {"cumulative_from": date(2027, 1, 1)}, "period_dates_in_order"),
    (Filing, {"state": "lost"}, "filing_state_known"),
    (Filing, {"state": "accepted"}, "filing_accepted_has_note"),
    (Filing, {"state": "submitted", "first_submitted_at": None}, "filing_submitted_has_moment"),
    (Review, {"comment": ""}, "review_return_has_comment"),
    (Review, {"decision": ""}, "review_decided_by_someone"),
    (Review, {"decision": "maybe"}, "review_decided_by_someone"),
    (Review, {"decided_by": None}, "review_decided_by_someone"),
    (StatusUpdate, {"reason": ""}, "status_has_reason"),
    (StatusUpdate, {"stage": "done"}, "status_stage_settable"),
    (StatusUpdate, {"percent": 101}, "status_percent_in_range"),
]


@pytest.mark.parametrize(("table", "change", "name"), UPDATES)
def test_a_row_may_not_become_unsound(world, table, change, name):
    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        table.objects.update(**change)


DRAFTS = [
    ({"claimed_percent": 101}, "note_percent_in_range"),
    ({"claimed_stage": "done"}, "note_stage_claimable"),
    ({"confidence": "blue"}, "note_confidence_known"),
    ({"version": 1}, "note_version_once"),
    ({"submitted_at": NOW}, "note_submitted_by_someone"),
    ({"left_at": NOW}, "note_left_only_if_submitted"),
]


@pytest.mark.parametrize(("change", "name"), DRAFTS)
def test_a_draft_may_not_become_unsound(world, change, name):
    refused(lambda: world["draft"].update(**change), name)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"progress": ""}, "note_submitted_says_something"),
        ({"confidence": "yellow"}, "note_doubt_has_reason"),
        ({"confidence": "red"}, "note_doubt_has_reason"),
    ],
)
def test_a_draft_may_say_what_may_not_be_handed_in(world, change, name):
    world["draft"].update(**change)
    handed_in = {"submitted_at": NOW, "submitted_by": make_user()}
    refused(lambda: world["draft"].update(**handed_in), name)


# Once only ----------------------------------------------------------------------------------------


def test_one_filing_for_a_period_measure_and_agency():
    filing = make_filing()
    refused(
        lambda: make_filing(measure=filing.measure, period=filing.period), "filing_once_an_agency"
    )


def test_one_review_for_a_version(world):
    review = Review.objects.get()
    refused(
        lambda: Review.objects.create(note=review.note, begun_by=make_user(), begun_at=NOW),
        "note_id",
    )


def test_ordinals_are_once_in_a_notice():
    measure = make_measure()
    refused(lambda: make_measure(ordinal=measure.ordinal), "measure_ordinal_once")
    refused(
        lambda: Section.objects.create(notice=measure.notice, ordinal=1, title="又一部分"),
        "section_ordinal_once",
    )


def test_a_gap_is_listed_once():
    measure = make_measure()
    place = {"notice": measure.notice, "measure": measure, "kind": "title"}
    Gap.objects.create(**place)
    refused(lambda: Gap.objects.create(**place), "gap_once_a_place")


@pytest.fixture
def facts():
    """Return valid fields of a snapshot."""
    return {
        "period": make_period(), "measure": make_measure(), "taken_at": NOW,
        "stage": "under_way", "light": "green", "filed": 0, "owed": 0,
    }  # fmt: skip


def test_a_snapshot_is_taken_once_a_closing(facts):
    Snapshot.objects.create(**facts)
    refused(lambda: Snapshot.objects.create(**facts), "snapshot_once_a_closing")
    Snapshot.objects.create(closing=2, **facts)


def test_a_snapshot_never_changes(facts):
    snapshot = Snapshot.objects.create(**facts)
    frozen = pytest.raises(DatabaseError, match="Cannot update or delete")
    with frozen, transaction.atomic():
        Snapshot.objects.filter(pk=snapshot.pk).update(light="red")
    with frozen, transaction.atomic():
        snapshot.delete()


# Ranges of days that may not overlap --------------------------------------------------------------

LEAD, RESPONSIBLE = ResponsibilityRole.LEAD, ResponsibilityRole.RESPONSIBLE


def test_one_lead_at_a_time():
    measure = make_measure()
    refused(lambda: make_responsibility(measure, make_agency(), LEAD), "responsibility_one_lead")
    Responsibility.objects.update(valid_to=TODAY - DAY)
    later = make_responsibility(measure, make_agency(), RESPONSIBLE)
    rows = Responsibility.objects.filter(pk=later.pk)
    as_lead = {"role": LEAD, "lead_basis": "designated"}
    refused(lambda: rows.update(valid_from=TODAY - DAY, **as_lead), "responsibility_one_lead")
    rows.update(valid_from=TODAY, **as_lead)


def test_one_responsibility_of_an_agency_at_a_time():
    agency = make_agency()
    measure = make_measure(lead=agency)
    refused(
        lambda: make_responsibility(measure, agency, RESPONSIBLE), "responsibility_once_an_agency"
    )
    Responsibility.objects.update(valid_to=TODAY)
    refused(
        lambda: make_responsibility(measure, agency, RESPONSIBLE), "responsibility_once_an_agency"
    )


@pytest.mark.parametrize(
    ("first", "last", "is_free"),
    [
        (date(2026, 7, 1), date(2026, 9, 30), False),
        (date(2026, 9, 30), date(2026, 10, 31), False),  # one day in common
        (date(2026, 10, 1), date(2026, 12, 31), True),
        (date(2026, 4, 1), date(2026, 6, 30), True),
        (date(2026, 8, 1), date(2026, 8, 31), False),
    ],
)
def test_periods_of_a_kind_do_not_overlap(first, last, is_free):
    make_period(Quarter(2026, 3))
    days = {"covers_from": first, "covers_to": last}
    if is_free:
        make_period(Quarter(2026, 3), **days)
    else:
        refused(lambda: make_period(Quarter(2026, 3), **days), "period_no_overlap_of_a_kind")
    assert Period.objects.count() == 1 + is_free


def test_special_periods_may_lie_beside_each_other_but_not_bear_one_name():
    make_period(kind="special", label="甲")
    make_period(kind="special", label="乙")
    refused(lambda: make_period(kind="special", label="乙"), "period_special_named_once")


# What is in use stays -----------------------------------------------------------------------------


@pytest.mark.parametrize("table", [Notice, Section, Measure, Period, Filing])
def test_what_others_rest_on_is_not_deleted(world, table):
    sql = f"DELETE FROM {table._meta.db_table}; SET CONSTRAINTS ALL IMMEDIATE"
    with pytest.raises(IntegrityError, match="violates foreign key"), transaction.atomic():
        execute(sql)
