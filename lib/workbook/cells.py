"""Shared by all sheets: styles, cells whose text is only text, paper and margins."""

from collections.abc import Iterable
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter

from lib.text import printable_text

A3, A4 = 8, 9  # paper sizes, as the format numbers them
TITLE_ROW, SUB_ROW, HEAD_ROW = 1, 2, 3
TITLE, SUB, HEAD, TEXT, NUMBER, DAY = "公文标题", "表下说明", "表头", "文本", "数字", "日期"
BODY = Font(name="宋体", size=10)
THIN = Side(style="thin", color="808080")
GRID = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
WRAPPED = Alignment(vertical="top", wrap_text=True)
CENTRED = Alignment(horizontal="center", vertical="top", wrap_text=True)
MARGIN = 0.5  # inches; the page number is in the lower one


def new_book(*more: NamedStyle) -> Workbook:
    """Return a workbook without sheets, with the shared styles and `more`."""
    book: Any = Workbook()
    # Widths of columns are counted in digits of this style's font.
    book._named_styles["Normal"].font = BODY
    book.remove(book.worksheets[0])
    for style in (*_styles(), *more):
        book.add_named_style(style)
    return cast(Workbook, book)


def _styles() -> list[NamedStyle]:
    blue = PatternFill("solid", fgColor="E8EDF4")
    hei = Font(name="黑体", size=10)
    return [
        NamedStyle(TITLE, font=Font(name="宋体", size=16, bold=True)),
        NamedStyle(SUB, font=BODY),
        NamedStyle(HEAD, font=hei, fill=blue, border=GRID, alignment=MIDDLE),
        NamedStyle(TEXT, font=BODY, border=GRID, alignment=WRAPPED, number_format="@"),
        NamedStyle(NUMBER, font=BODY, border=GRID, alignment=CENTRED, number_format="0"),
        NamedStyle(DAY, font=BODY, border=GRID, alignment=CENTRED, number_format="yyyy-mm-dd"),
    ]


def open_at(book: Workbook, sheet: Any) -> None:
    """Make a sheet active and deselect the others: selected sheets are edited together."""
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    book.active = sheet


def put_text(cell: Any, words: str, style: str = "") -> None:
    """Fill a cell with text, without invisible characters and those that XML forbids.

    The cell's type, not a mark in the text, keeps =… from becoming a formula; quotePrefix keeps it
    a text when somebody edits it in Excel.
    """
    if style:
        cell.style = style
    if shown := printable_text(words):
        cell.value, cell.data_type, cell.quotePrefix = shown, "s", True


def style_number(sheet: Any, style: str, *, is_text: bool = False) -> int:
    """Return the number by which cells of a named style refer to it."""
    cell: Any = Cell(sheet, row=1, column=1)  # of no sheet
    cell.style = style
    cell.quotePrefix = is_text
    return int(cell.style_id)


def centre_above(sheet: Any, row: int, columns: int) -> None:
    """Centre a text in the first cell of a row over the columns of the table."""
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=columns)
    sheet.cell(row, 1).alignment = MIDDLE


def set_widths(sheet: Any, widths: Iterable[float]) -> None:
    """Set the widths of the columns, in characters of the default font, as Excel counts."""
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width


def set_up_print(sheet: Any, paper: int, *, repeats_head: bool = True) -> None:
    """Set up printing: landscape, sheet fitted to the page's width, page number, repeated head."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", paper
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "— &P —"
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = MARGIN
    margins.bottom, margins.footer = MARGIN + 0.2, MARGIN - 0.2
    if repeats_head:
        sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
