"""Fixtures: filings of one agency, the person who fills in the sheet, an uploaded sheet."""

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from agencies.models import Agency, User
from agencies.permissions import Role
from measures.models import Filing, Measure, Period, SheetImport
from measures.sheets.tests.sheets import FIRST, handed_back, put
from measures.tests.cast import Cast
from measures.tests.factories import (
    make_dated_measure,
    make_filing,
    make_measure,
    make_period,
    make_user,
)


@pytest.fixture
def liaison(agency: Agency) -> User:
    """Create the person who fills in the agency's sheet."""
    return make_user(Role.LIAISON, agency, name="张三")


@pytest.fixture
def period(db: None) -> Period:
    """Create the period that the sheet is for."""
    return make_period()


@pytest.fixture
def filing(agency: Agency, period: Period) -> Filing:
    """Create the agency's filings in it."""
    return make_filing(measure=make_measure(lead=agency), period=period)


@pytest.fixture
def filings(agency: Agency, measure: Measure) -> list[Filing]:
    """Create two filings of the agency, nothing written yet."""
    return [make_filing(measure=one) for one in (measure, make_dated_measure(lead=agency))]


@pytest.fixture
def sheet(filings: list[Filing], agency: Agency, people: Cast) -> SheetImport:
    """Upload a sheet with a change in each row."""

    def fill(ws: Worksheet) -> None:
        put(ws, "进展情况", "第一项。")
        put(ws, "进展情况", "第二项。", row=FIRST + 1)
        put(ws, "自评完成比例", 60, row=FIRST + 1)

    return handed_back(filings[0].period, agency, people.liaison, fill)
