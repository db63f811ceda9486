"""Writing a sheet to be filled in: locked cells, lists to choose from, no formula ever. Pure."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import groupby
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.datavalidation import DataValidation

from measures.sheets.columns import (
    HEAD_ROW,
    LAYOUTS,
    SUB_ROW,
    TITLE_ROW,
    SheetColumn,
    SheetHead,
    SheetRow,
    takes,
)
from measures.sheets.keys import key_words, plain, shown_in

A4 = 9
TITLE, SUB, HEAD, TOLD, OPEN, NUMBER = (
    "填报标题", "填报说明", "填报表头", "填报锁定", "填报文本", "填报数字",
)  # fmt: skip


def write_sheet(head: SheetHead, rows: Sequence[SheetRow]) -> bytes:
    """The workbook's bytes: the sheet, and a page that explains it."""
    layout = LAYOUTS[head.kind]
    book = Workbook()
    for style in _styles():
        book.add_named_style(style)
    sheet: Any = book.active
    sheet.title = layout.name
    _above(sheet, head, layout.columns)
    for number, row in enumerate(rows, start=HEAD_ROW + 1):
        _row(sheet, number, row, layout.columns)
    _lists(sheet, rows, layout.columns)
    sheet.freeze_panes = layout.frozen_at
    sheet.column_dimensions["A"].hidden = True
    _protect(sheet)
    _print_setup(sheet, layout.paper)
    _about(book.create_sheet("说明"), head)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _styles() -> list[NamedStyle]:
    thin = Side(style="thin", color="808080")
    grid = Border(left=thin, right=thin, top=thin, bottom=thin)
    body = Font(name="宋体", size=10)
    top = Alignment(vertical="top", wrap_text=True)
    centre = Alignment(horizontal="center", vertical="center", wrap_text=True)
    free = Protection(locked=False)
    grey = PatternFill("solid", fgColor="F2F2F2")
    blue = PatternFill("solid", fgColor="E8EDF4")
    text: dict[str, Any] = {"font": body, "border": grid, "alignment": top, "number_format": "@"}
    return [
        NamedStyle(TITLE, font=Font(name="宋体", size=16, bold=True)),
        NamedStyle(SUB, font=body),
        NamedStyle(HEAD, font=Font(name="黑体", size=10), fill=blue, border=grid, alignment=centre),
        NamedStyle(TOLD, fill=grey, **text),
        NamedStyle(OPEN, protection=free, **text),
        NamedStyle(NUMBER, protection=free, **(text | {"number_format": "0"})),
    ]


def _above(sheet: Any, head: SheetHead, columns: Sequence[SheetColumn]) -> None:
    _put(sheet, TITLE_ROW, 1, head.mark, SUB)
    _put(sheet, TITLE_ROW, 2, head.title, TITLE)
    _put(sheet, SUB_ROW, 2, head.sub, SUB)
    for number, column in enumerate(columns, start=1):
        _put(sheet, HEAD_ROW, number, column.heading, HEAD)
        sheet.column_dimensions[get_column_letter(number)].width = column.width


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
            cell.style = NUMBER
        else:
            _put(sheet, number, at, shown_in(column, row.values), OPEN)


def _put(sheet: Any, row: int, column: int, words: str, style: str) -> None:
    """A text, by the type of its cell: what begins with = is never worked out."""
    cell = sheet.cell(row, column)
    cell.style = style
    words = plain(words)
    if words:
        cell.value = words
        cell.data_type = "s"
        cell.quotePrefix = True


def _lists(sheet: Any, rows: Sequence[SheetRow], columns: Sequence[SheetColumn]) -> None:
    """Excel itself refuses what is not on the list; only where the row may be written."""
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
    """4, 5, 6, 9 → (4, 6), (9, 9)."""
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        found = [number for _, number in run]
        yield found[0], found[-1]


def _protect(sheet: Any) -> None:
    """Against slips of the hand only, so without a password; widths and heights stay free."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _print_setup(sheet: Any, paper: int) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = paper
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    sheet.oddFooter.center.text = "— &P —"
    sheet.page_margins.left = sheet.page_margins.right = 0.5


def _about(sheet: Any, head: SheetHead) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 16, 90
    for number, (name, words) in enumerate(head.notes, start=1):
        _put(sheet, number, 1, name, HEAD)
        _put(sheet, number, 2, words, TOLD)
    _protect(sheet)
    _print_setup(sheet, A4)
    sheet.print_title_rows = None
