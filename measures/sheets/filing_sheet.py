"""Writes a sheet to be filled in: locked cells, lists of choices, never a formula. Pure."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from openpyxl.styles import NamedStyle, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.datavalidation import DataValidation

from lib.workbook.cells import (
    A4,
    BODY,
    GRID,
    HEAD,
    HEAD_ROW,
    SUB,
    SUB_ROW,
    TITLE,
    TITLE_ROW,
    WRAPPED,
    new_book,
    put_text,
    set_up_print,
    set_widths,
)
from lib.workbook.rows import book_bytes
from measures.sheets.columns import LAYOUTS, SheetColumn, SheetHead, SheetRow, takes
from measures.sheets.keys import key_words, plain, shown_in
from measures.sheets.printed_ledger import (
    PRINTED_SHEET,
    add_printed_sheet,
    printed_rows,
    printed_styles,
)

TOLD, OPEN, OPEN_NUMBER = "锁定", "可填文本", "可填数字"


def write_sheet(head: SheetHead, rows: Sequence[SheetRow]) -> bytes:
    """Return the workbook's bytes: the sheet to fill in, for a ledger one to read, and 说明."""
    layout = LAYOUTS[head.kind]
    book = new_book(*_styles(), *printed_styles())
    printed = [row.printed for row in rows if row.printed]
    xml = {}
    if printed:
        add_printed_sheet(book, head.title, head.printed_sub)
        xml[PRINTED_SHEET] = printed_rows(book, printed)
    sheet: Any = book.create_sheet(layout.name)
    _above(sheet, head, layout.columns)
    for number, row in enumerate(rows, start=HEAD_ROW + 1):
        _row(sheet, number, row, layout.columns)
    _lists(sheet, rows, layout.columns)
    sheet.freeze_panes = layout.frozen_at
    sheet.column_dimensions["A"].hidden = True
    _protect(sheet)
    set_up_print(sheet, layout.paper)
    last_column = get_column_letter(len(layout.columns))
    sheet.print_area = f"B1:{last_column}{HEAD_ROW + len(rows)}"  # without the keys
    _about(book.create_sheet("说明"), head)
    return book_bytes(book, xml)


def _styles() -> list[NamedStyle]:
    free = Protection(locked=False)
    grey = PatternFill("solid", fgColor="F2F2F2")
    text: dict[str, Any] = {"font": BODY, "border": GRID, "alignment": WRAPPED}
    return [
        NamedStyle(TOLD, fill=grey, number_format="@", **text),
        NamedStyle(OPEN, protection=free, number_format="@", **text),
        NamedStyle(OPEN_NUMBER, protection=free, number_format="0", **text),
    ]


def _above(sheet: Any, head: SheetHead, columns: Sequence[SheetColumn]) -> None:
    _put(sheet, TITLE_ROW, 1, head.mark, SUB)
    _put(sheet, TITLE_ROW, 2, head.title, TITLE)
    _put(sheet, SUB_ROW, 2, head.sub, SUB)
    set_widths(sheet, [column.width for column in columns])
    for number, column in enumerate(columns, start=1):
        _put(sheet, HEAD_ROW, number, column.heading, HEAD)


def _row(sheet: Any, number: int, row: SheetRow, columns: Sequence[SheetColumn]) -> None:
    opened = [column for column in columns if column.field]
    key = key_words(row.pk, row.stamp, [shown_in(column, row.values) for column in opened])
    told = iter((key, *row.told))
    for at, column in enumerate(columns, start=1):
        if not column.field:
            _put(sheet, number, at, next(told), TOLD)
        elif row.shut or not takes(row, column):
            _put(sheet, number, at, shown_in(column, row.values), TOLD)
        elif column.is_percent:
            cell = sheet.cell(number, at, row.values.get(column.field))
            cell.style = OPEN_NUMBER
        else:
            _put(sheet, number, at, shown_in(column, row.values), OPEN)


def _put(sheet: Any, row: int, column: int, words: str, style: str) -> None:
    put_text(sheet.cell(row, column), plain(words), style)


def _lists(sheet: Any, rows: Sequence[SheetRow], columns: Sequence[SheetColumn]) -> None:
    """Let Excel refuse values that are not on the list, in rows that may be written."""
    for at, column in enumerate(columns, start=1):
        if column.choices:
            rule = DataValidation(
                type="list", formula1=f'"{",".join(column.choices.values())}"', allow_blank=False
            )
        elif column.is_percent:
            rule = DataValidation(
                type="whole", operator="between", formula1="0", formula2="100", allow_blank=True
            )
        else:
            continue
        rule.errorTitle, rule.error, rule.showErrorMessage = column.heading, column.allowed, True
        numbers = [
            number
            for number, row in enumerate(rows, start=HEAD_ROW + 1)
            if not row.shut and takes(row, column)
        ]
        if numbers:
            letter = get_column_letter(at)
            rule.sqref = MultiCellRange(
                " ".join(f"{letter}{first}:{letter}{last}" for first, last in _runs(numbers))
            )
            sheet.add_data_validation(rule)


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield runs of consecutive numbers: 4, 5, 6, 9 → (4, 6), (9, 9)."""
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        found = [number for _, number in run]
        yield found[0], found[-1]


def _protect(sheet: Any) -> None:
    """Lock the sheet against mistakes, so without a password; widths and heights can change."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _about(sheet: Any, head: SheetHead) -> None:
    set_widths(sheet, (16, 90))
    for number, (name, words) in enumerate(head.notes, start=1):
        _put(sheet, number, 1, name, HEAD)
        _put(sheet, number, 2, words, TOLD)
    _protect(sheet)
    set_up_print(sheet, A4, repeats_head=False)
