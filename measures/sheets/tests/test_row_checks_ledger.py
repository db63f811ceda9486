"""The ledger as a form: a status with its reason, stale rows, locked columns."""

from datetime import date

import pytest

from agencies.permissions import Role
from measures.choices import SheetKind, Stage
from measures.models import StatusUpdate
from measures.sheets.actions import download_marked, download_sheet
from measures.sheets.tests.sheets import (
    FIRST,
    LATER,
    checked,
    column,
    filled,
    handed_back,
    opened,
    put,
    untouched,
    uploaded,
)
from measures.status.actions import update_status
from measures.tests.factories import (
    NOW,
    make_dated_measure,
    make_measure,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def test_a_status_needs_its_ground(agency, period):
    measure = make_dated_measure(lead=agency)
    coordinator = make_user(Role.COORDINATOR)
    kind = SheetKind.STATUSES

    def check(fill):
        return checked(handed_back(period, None, coordinator, fill, kind=kind))

    assert check(untouched).state == "unchanged"
    wrong = check(lambda ws: put(ws, "完成比例", 80, kind=kind))
    assert wrong.result[0]["faults"][0]["allowed"] == "更新进度须写明变化与依据。"

    def fill(sheet):
        put(sheet, "完成比例", 80, kind=kind)
        put(sheet, "变化与依据", "主体完工。", kind=kind)

    right = check(fill)
    assert right.state == "ready"
    assert right.result[0]["pk"] == measure.pk
    assert not StatusUpdate.objects.exists()


def test_a_status_said_since_makes_the_row_stale(agency, period):
    measure = make_measure(lead=agency)
    coordinator = make_user(Role.COORDINATOR, name="王五")

    def fill(sheet):
        put(sheet, "变化与依据", "主体完工。", kind=SheetKind.STATUSES)

    sheet = handed_back(period, None, coordinator, fill, kind=SheetKind.STATUSES)
    update_status(
        measure, by=coordinator, stage=Stage.NEARLY_DONE, percent=None, reason="先改的。", at=NOW
    )
    assert "王五已于2026-11-23 10:00" in checked(sheet).result[0]["faults"][0]["allowed"]


def test_an_old_ledger_changes_nothing_and_its_changed_rows_are_refused_by_name(filing):
    """The exported ledger can be imported, however old it is."""
    coordinator = make_user(Role.COORDINATOR, name="李四")
    kind, measure = SheetKind.STATUSES, filing.measure
    old = download_sheet(kind, filing.period, None, by=coordinator, at=NOW)
    said = {"stage": Stage.NEARLY_DONE, "percent": None, "reason": "已基本完成。"}
    update_status(measure, by=coordinator, at=LATER, **said)
    one = checked(uploaded(filing.period, None, coordinator, filled(old, untouched), kind=kind))
    assert (one.state, one.rows_changed, one.rows_faulty) == ("unchanged", 0, 0)

    def fill(ws):
        put(ws, "进度", "推进中", kind=kind)
        put(ws, "变化与依据", "按旧台账填写。", kind=kind)

    two = checked(uploaded(filing.period, None, coordinator, filled(old, fill), kind=kind))
    assert two.state == "faulty"
    (row,) = two.result
    assert row["outcome"] == "stale"
    assert str(measure) in row["faults"][0]["allowed"]
    assert "李四" in row["faults"][0]["allowed"]
    assert StatusUpdate.objects.count() == 1


def test_what_is_typed_into_a_locked_column_of_the_ledger_changes_nothing(filing):
    coordinator, kind = make_user(Role.COORDINATOR), SheetKind.STATUSES

    def fill(ws):
        put(ws, "预警灯", "正常", kind=kind)
        put(ws, "进展情况", "改过的。", kind=kind)

    one = checked(handed_back(filing.period, None, coordinator, fill, kind=kind))
    assert one.state == "unchanged"


def closed(measure):
    ended = {"stage": Stage.DONE, "completed_on": date(2026, 11, 20)}
    type(measure).objects.filter(pk=measure.pk).update(**ended)


def test_a_closed_measure_comes_back_unchanged_with_its_word(filing):
    """常态化 cannot be chosen in the column; it is only shown."""
    coordinator, kind = make_user(Role.COORDINATOR), SheetKind.STATUSES
    closed(filing.measure)
    sheet = checked(handed_back(filing.period, None, coordinator, untouched, kind=kind))
    assert (sheet.state, sheet.rows_changed, sheet.rows_faulty) == ("unchanged", 0, 0)


def test_a_ledger_from_before_the_closing_changes_nothing(filing):
    coordinator, kind = make_user(Role.COORDINATOR), SheetKind.STATUSES
    old = filled(download_sheet(kind, filing.period, None, by=coordinator, at=NOW), untouched)
    closed(filing.measure)
    sheet = checked(uploaded(filing.period, None, coordinator, old, kind=kind))
    assert (sheet.state, sheet.rows_changed, sheet.rows_faulty) == ("unchanged", 0, 0)


def test_a_closed_measure_is_not_opened_by_its_word(filing):
    coordinator, kind = make_user(Role.COORDINATOR), SheetKind.STATUSES
    closed(filing.measure)

    def fill(ws):
        put(ws, "进度", "推进中", kind=kind)

    sheet = checked(handed_back(filing.period, None, coordinator, fill, kind=kind))
    assert sheet.state == "faulty"
    assert "已办结" in sheet.result[0]["faults"][0]["allowed"]


def test_the_word_of_a_closed_measure_cannot_be_chosen(filing):
    coordinator, kind = make_user(Role.COORDINATOR), SheetKind.STATUSES

    def fill(ws):
        put(ws, "进度", "常态化", kind=kind)
        put(ws, "变化与依据", "转入常态。", kind=kind)

    sheet = checked(handed_back(filing.period, None, coordinator, fill, kind=kind))
    assert sheet.state == "faulty"
    assert sheet.result[0]["faults"][0]["column"] == "进度"


def test_the_marked_ledger_opens_at_the_sheet_with_the_faults(filing):
    coordinator, kind = make_user(Role.COORDINATOR), SheetKind.STATUSES

    def fill(ws):
        put(ws, "进度", "快好了", kind=kind)

    sheet = checked(handed_back(filing.period, None, coordinator, fill, kind=kind))
    book = opened(download_marked(sheet, by=coordinator, at=LATER))
    assert book.active.title == "工作台账"
    assert [one.title for one in book if one.sheet_view.tabSelected] == ["工作台账"]
    assert "须从" in book["工作台账"].cell(FIRST, column("进度", kind)).comment.text
