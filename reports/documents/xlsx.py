"""工作台账 as a workbook: typed cells, text that can never become a formula.

openpyxl writes everything but the rows, which xlsx_rows.py adds to its file.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter

from lib.official.document import Tick, ticking
from lib.official.printable import printable_text
from reports.datasets.frozen import digest_of
from reports.datasets.older import as_current
from reports.datasets.schema import ProgressData
from reports.documents.tables import (
    LEDGER_HEADINGS,
    Value,
    agency_headings,
    agency_rows,
    ledger_row_count,
    ledger_rows,
    sub_line,
)
from reports.documents.titles import ledger_title
from reports.documents.wording import day_words
from reports.documents.xlsx_rows import RowXml, insert_rows

# In characters of the default type, as Excel counts; together they fit A3 on its side.
LEDGER_WIDTHS = (
    *(6, 12, 22, 9, 11, 9, 8, 13, 20, 11, 13),  # the measure
    *(13, 9, 10, 7, 11),  # the agency, the filing
    *(44, 24, 20, 24),  # what the note says
    *(9, 8, 9, 14, 8, 8),  # what the agency thinks; which row this is
)
COUNT_WIDTH = 10
HEAD_ROW = 3  # after the title and the line under it
A3, A4 = 8, 9  # paper sizes, as the format numbers them
DEMO = "演示数据，进展情况为虚构示例"
TITLE, SUB, HEAD, TEXT, NUMBER, DAY = "公文标题", "表下说明", "表头", "文本", "数字", "日期"


def write_xlsx(data: ProgressData, *, made_on: date, tick: Tick) -> bytes:
    """Return the workbook's bytes; `tick` is called with 1 after each row of the ledger."""
    digest = digest_of(data)  # of the dataset as it was frozen
    data = cast(ProgressData, as_current(data))
    book = Workbook(write_only=True)
    for style in _styles():
        book.add_named_style(style)
    line = sub_line(data, made_on) + ("　演示数据" if data["is_demo"] else "")
    agencies, headings = agency_rows(data), agency_headings(data)
    above = (ledger_title(data), line)
    columns = dict(zip(LEDGER_HEADINGS, LEDGER_WIDTHS, strict=True))
    count = ledger_row_count(data)
    _add_sheet(book, "台账", above, columns, row_count=count, frozen_columns=3, paper=A3)
    above = (f"{data['period']['label']}各单位报送情况统计表", line)
    columns = dict.fromkeys(headings, COUNT_WIDTH) | {"序号": 6, "单位": 26}
    count = len(agencies)
    _add_sheet(book, "报送情况", above, columns, row_count=count, frozen_columns=2, paper=A4)
    _add_about(book, data, made_on, digest)
    row_xml = _row_xml(book)
    out = BytesIO()
    book.save(out)
    rows: dict[str, Iterable[Sequence[Value]]] = {
        "xl/worksheets/sheet1.xml": ticking(ledger_rows(data), tick),
        "xl/worksheets/sheet2.xml": agencies,
    }
    return insert_rows(out.getvalue(), rows, first=HEAD_ROW + 1, row_xml=row_xml)


def _styles() -> list[NamedStyle]:
    thin = Side(style="thin", color="808080")
    grid = Border(left=thin, right=thin, top=thin, bottom=thin)
    body = Font(name="宋体", size=10)
    middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
    wrapped = Alignment(vertical="top", wrap_text=True)
    centred = Alignment(horizontal="center", vertical="top")
    blue = PatternFill("solid", fgColor="E8EDF4")
    hei = Font(name="黑体", size=10)
    return [
        NamedStyle(TITLE, font=Font(name="宋体", size=16, bold=True)),
        NamedStyle(SUB, font=body),
        NamedStyle(HEAD, font=hei, fill=blue, border=grid, alignment=middle),
        NamedStyle(TEXT, font=body, border=grid, alignment=wrapped, number_format="@"),
        NamedStyle(NUMBER, font=body, border=grid, alignment=centred, number_format="0"),
        NamedStyle(DAY, font=body, border=grid, alignment=centred, number_format="yyyy-mm-dd"),
    ]


def _add_sheet(
    book: Workbook,
    name: str,
    above: tuple[str, str],
    columns: Mapping[str, int],
    *,
    row_count: int,
    frozen_columns: int,
    paper: int,
) -> None:
    """Add a sheet without its rows; `columns` are widths by heading."""
    sheet: Any = book.create_sheet(name)
    for n, width in enumerate(columns.values(), start=1):
        sheet.column_dimensions[get_column_letter(n)].width = width
    # In a write-only book what stands before the rows must be set before the first of them.
    sheet.freeze_panes = f"{get_column_letter(frozen_columns + 1)}{HEAD_ROW + 1}"
    _set_up_print(sheet, paper)
    for words, style in zip(above, (TITLE, SUB), strict=True):
        sheet.append([_cell(sheet, words, style)])
    sheet.append([_cell(sheet, heading, HEAD) for heading in columns])
    last = f"{get_column_letter(len(columns))}{HEAD_ROW + row_count}"
    sheet.auto_filter.ref = f"A{HEAD_ROW}:{last}"
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"


def _set_up_print(sheet: Any, paper: int) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = paper
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "— &P —"
    sheet.page_margins.left = sheet.page_margins.right = 0.5


def _cell(sheet: Any, words: str, style: str = "") -> Any:
    """Return a text cell.

    openpyxl would make a formula of a text that begins with =, so value and type are set past it.
    quotePrefix keeps the text a text when somebody edits it in Excel.
    """
    cell: Any = WriteOnlyCell(sheet)
    cell.style = style or TEXT
    cell.quotePrefix = bool(words)
    cell._value, cell.data_type = printable_text(words), "s"
    return cell


def _row_xml(book: Workbook) -> RowXml:
    sheet: Any = book.worksheets[0]
    blank: Any = WriteOnlyCell(sheet)
    blank.style = TEXT
    number, day, text = (_cell(sheet, "", style) for style in (NUMBER, DAY, TEXT))
    text.quotePrefix = True
    return RowXml(
        number=number.style_id,
        day=day.style_id,
        text=text.style_id,
        blank=blank.style_id,
        columns=len(LEDGER_HEADINGS),
    )


def _add_about(book: Workbook, data: ProgressData, made_on: date, digest: str) -> None:
    lines = (
        ("文件", f"{data['notice']['title']}（{data['notice']['number']}）"),
        ("填报期", f"{data['period']['label']}（{data['period']['state_label']}）"),
        ("统计范围", f"{day_words(data['period']['cumulative_from'])}至{day_words(data['as_of'])}"),
        ("进度和预警灯评定日期", day_words(data["judged_on"])),
        ("生成日期", day_words(made_on.isoformat())),
        ("数据性质", DEMO if data["is_demo"] else f"各单位报送并经{data['accepted_word']}的数据"),
        ("数据集摘要（SHA-256）", digest),
        ("密级提示", "非涉密。严禁填写国家秘密和工作秘密。"),
    )
    sheet: Any = book.create_sheet("说明")
    _set_up_print(sheet, A4)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 26, 76
    for name, words in lines:
        sheet.append([_cell(sheet, name, HEAD), _cell(sheet, words)])
