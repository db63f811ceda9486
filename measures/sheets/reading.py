"""Reads a filled sheet: cells as texts, by their headings. Pure."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date, datetime
from typing import IO, Any, NamedTuple

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from lib.numbers import row_number
from lib.workbook.cells import HEAD_ROW
from measures.sheets.columns import LAYOUTS, ROWS_MOST, Layout
from measures.sheets.keys import plain

FORMULA, ERROR = "f", "e"
FROZEN = "台账"  # the worksheet of a report's own ledger


class SheetError(Exception):
    """Why a workbook cannot be read as one of our sheets: a complete sentence."""


class ReadCell(NamedTuple):
    text: str
    is_formula: bool = False
    is_error: bool = False


class ReadRow(NamedTuple):
    number: int
    cells: Mapping[str, ReadCell]


class ReadSheet(NamedTuple):
    mark: str
    rows: list[ReadRow]


def read_sheet(file: IO[bytes], kind: str) -> ReadSheet:
    """Return all rows of a sheet of a kind. Raises SheetError if it is not one of our sheets."""
    layout = LAYOUTS[kind]
    try:
        with closing(load_workbook(file, read_only=True, keep_links=False)) as book:
            if layout.name not in book.sheetnames and FROZEN in book.sheetnames:
                raise SheetError("这是报告中固定存档的台账，不能导入；请从本页下载，填好后再上传。")
            if layout.name not in book.sheetnames:
                raise SheetError(
                    f"工作簿中没有“{layout.name}”工作表，请上传从本页下载并填好的文件。"
                )
            # Do not rely on the size that the sheet declares.
            book[layout.name].reset_dimensions()
            found = _rows(book[layout.name], layout)
            first = next(found, [])
            next(found, None)
            _demand_headings(next(found, []), layout)
            mark = _cell(first[0]).text if first else ""
            rows = list(_read_rows(found, layout))
            if rows and rows[-1].number > HEAD_ROW + ROWS_MOST:
                raise SheetError(f"表中超过{ROWS_MOST}行，请拆分后分次上传。")
            return ReadSheet(mark, rows)
    except (SheetError, MemoryError):
        raise
    except Exception as error:  # a broken workbook can cause any error in the reader
        raise SheetError(UNREADABLE) from error


UNREADABLE = "这个文件无法作为Excel工作簿读取，请重新下载填报表，填好后再上传。"


def place_of(layout: Layout, heading: str, number: int) -> str:
    headings = [column.heading for column in layout.columns]
    return f"{get_column_letter(headings.index(heading) + 1)}{number}"


def _rows(sheet: Any, layout: Layout) -> Iterator[list[Any]]:
    # Read one row more than allowed, to notice if there are too many.
    last = HEAD_ROW + ROWS_MOST + 1
    for row in sheet.iter_rows(min_row=1, max_row=last, max_col=len(layout.columns)):
        yield list(row)


def _demand_headings(cells: list[Any], layout: Layout) -> None:
    found = [_cell(cell).text for cell in cells]
    for at, column in enumerate(layout.columns):
        if at >= len(found) or found[at] != column.heading:
            place = f"{get_column_letter(at + 1)}{HEAD_ROW}"
            raise SheetError(
                f"{place}的表头应为“{column.heading}”。请勿增删列或改动表头，"
                "请重新下载后将内容填入。"
            )


def _read_rows(found: Iterator[list[Any]], layout: Layout) -> Iterator[ReadRow]:
    for number, cells in enumerate(found, start=HEAD_ROW + 1):
        read = dict(
            zip([column.heading for column in layout.columns], map(_cell, cells), strict=False)
        )
        if any(cell.text or cell.is_formula for cell in read.values()):
            yield ReadRow(number, read)


def _cell(cell: Any) -> ReadCell:
    kind, value = getattr(cell, "data_type", "n"), cell.value
    if kind == FORMULA:
        return ReadCell(plain(str(value)), is_formula=True)
    if kind == ERROR:
        return ReadCell(plain(str(value)), is_error=True)
    return ReadCell(_text(value))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return plain(str(value))


def mark_of(kind: str, period_id: int, agency_id: int | None) -> str:
    """Return the text of a sheet's first cell: kind, period, agency."""
    return f"{kind}:{period_id}:{agency_id or ''}"


def period_in(mark: str, kind: str, agency_id: int | None) -> int | None:
    """Return the period in a sheet's mark; None if kind or agency is another."""
    period_id = row_number(mark.removeprefix(f"{kind}:").partition(":")[0])
    is_own = period_id is not None and mark == mark_of(kind, period_id, agency_id)
    return period_id if is_own else None
