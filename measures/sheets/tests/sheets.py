"""Helpers that download, open, fill in, save and upload sheets as people do."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from agencies.models import Agency, User
from lib.workbook.cells import HEAD_ROW
from measures.choices import SheetKind
from measures.models import Period, SheetImport
from measures.sheets.actions import ask_to_apply, download_sheet, upload_sheet
from measures.sheets.columns import LAYOUTS
from measures.sheets.run import run_sheet
from measures.tests.factories import NOW

FIRST = HEAD_ROW + 1
LATER = NOW + timedelta(minutes=5)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Fill = Callable[[Any], None]


def column(heading: str, kind: str = SheetKind.FILINGS) -> int:
    """Return the number of a column."""
    return [c.heading for c in LAYOUTS[kind].columns].index(heading) + 1


def put(sheet: Any, heading: str, value: object, *, row: int = FIRST, kind: str = "filings") -> Any:
    """Type a value into a cell."""
    cell = sheet.cell(row, column(heading, kind))
    cell.value = value
    return cell


def opened(content: bytes) -> Workbook:
    """Return a file as a workbook."""
    return load_workbook(BytesIO(content))


def filled(content: bytes, fill: Fill) -> bytes:
    """Return the workbook after somebody edited its form sheet."""
    book = opened(content)
    fill(next(book[one.name] for one in LAYOUTS.values() if one.name in book.sheetnames))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def untouched(sheet: Any) -> None:
    """Return it saved as it was opened."""


def file_of(content: bytes, name: str = "填报表.xlsx") -> SimpleUploadedFile:
    """Return it as a browser sends it."""
    return SimpleUploadedFile(name, content, content_type=XLSX)


def handed_back(
    period: Period, agency: Agency | None, by: User, fill: Fill, *, kind: str = SheetKind.FILINGS
) -> SheetImport:
    """Download, fill in and upload a sheet, without checking it."""
    content = filled(download_sheet(kind, period, agency, by=by, at=NOW), fill)
    return uploaded(period, agency, by, content, kind=kind)


def uploaded(
    period: Period, agency: Agency | None, by: User, content: bytes, *, kind: str
) -> SheetImport:
    """Upload a sheet, without checking it."""
    return upload_sheet(
        kind, period, agency, file=file_of(content), name="填报表.xlsx", by=by, at=LATER
    )


def checked(sheet: SheetImport) -> SheetImport:
    """Return it after its check."""
    run_sheet(sheet.pk, at=LATER)
    sheet.refresh_from_db()
    return sheet


def applied(sheet: SheetImport, by: User, *, at: datetime = LATER) -> SheetImport:
    """Return it after a person and a worker applied it."""
    ask_to_apply(sheet, by=by, at=at)
    run_sheet(sheet.pk, at=at)
    sheet.refresh_from_db()
    return sheet
