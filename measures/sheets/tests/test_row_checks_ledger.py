"""The ledger as a form: a status with its ground, stale rows, locked columns."""

import pytest

from agencies.permissions import Role
from measures.choices import SheetKind, Stage
from measures.models import StatusUpdate
from measures.sheets.actions import download_sheet
from measures.sheets.tests.sheets import (
    LATER,
    checked,
    filled,
    handed_back,
    put,
    untouched,
    uploaded,
)
from measures.status.actions import update_status
from measures.tests.factories import (
    NOW,
    make_agency,
    make_dated_measure,
    make_filing,
    make_measure,
    make_period,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def agency():
    return make_agency(name="市农业农村委")


@pytest.fixture
def period():
    return make_period()


@pytest.fixture
def filing(agency, period):
    return make_filing(measure=make_measure(lead=agency), period=period)


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
    """The exported ledger is the import form, however long it lay."""
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
