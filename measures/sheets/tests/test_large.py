"""A sheet of 1,000 rows: its statements per row, and the time of the job."""

import time
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection

from agencies.models import Event
from agencies.permissions import Role
from measures.choices import ResponsibilityRole
from measures.models import Filing, Measure, Note, Notice, Section
from measures.sheets.actions import ask_to_apply
from measures.sheets.run import run_sheet
from measures.sheets.tests.sheets import FIRST, LATER, handed_back, put
from measures.tests.factories import make_agency, make_notice, make_period, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("frozen")]
ROWS, A_NOTICE = 1000, 50


def make_filings(agency, period) -> None:
    """Create many rows; a notice has at most 99 measures, so there are several notices."""
    first = make_notice()
    for number in range(ROWS // A_NOTICE):
        notice = first if not number else Notice.objects.create(
            number=f"第{number}号", title="通知", issuer="市政府", issued_on=date(2018, 11, 30),
            coordinator=agency, preamble="", closing=[], drafted_by=[], addressed_to=[],
            captured_text="", captured_digest="",
        )  # fmt: skip
        section = Section.objects.create(notice=notice, ordinal=9, title="部分")
        measures = Measure.objects.bulk_create(
            Measure(
                notice=notice, section=section, ordinal=n + 1, title="事", text=["事。"],
                starts_on=date(2018, 11, 30), stage="under_way",
            )
            for n in range(A_NOTICE)
        )  # fmt: skip
        Filing.objects.bulk_create(
            Filing(
                period=period, measure=measure, agency=agency, agency_name=agency.short_name,
                role=ResponsibilityRole.LEAD, due_on=period.due_on,
            )
            for measure in measures
        )  # fmt: skip


def test_a_thousand_rows_are_checked_and_applied_in_seconds():
    """The job should take 5 s; the limit is wide, as tests share the machine."""
    agency = make_agency()
    liaison = make_user(Role.LIAISON, agency)
    period = make_period()
    make_filings(agency, period)

    def fill(ws):
        for row in range(FIRST, FIRST + ROWS):
            put(ws, "进展情况", f"第{row}行的进展。", row=row)

    sheet = handed_back(period, agency, liaison, fill)
    checking, asked = measured(lambda: run_sheet(sheet.pk, at=LATER))
    sheet.refresh_from_db()
    assert (sheet.state, sheet.rows_changed) == ("ready", ROWS)
    assert asked < 30 + 4 * checking  # a few, and the progress twice a second
    ask_to_apply(sheet, by=liaison, at=LATER)
    applying, written = measured(lambda: run_sheet(sheet.pk, at=LATER))
    assert Note.objects.count() == ROWS
    assert Event.objects.filter(action="filing.save").count() == ROWS
    assert written < ROWS / 4  # batches, not rows
    print(f"checked in {checking:.1f} s, applied in {applying:.1f} s")  # noqa: T201
    assert checking < 15
    assert applying < 15


def measured(act: Callable[[], object]) -> tuple[float, int]:
    """Return how many seconds and statements it took."""
    count = 0

    def counting(execute, *args):
        nonlocal count
        count += 1
        return execute(*args)

    began = time.monotonic()
    with connection.execute_wrapper(counting):
        act()
    return time.monotonic() - began, count
