"""The ledger as a workbook: typed cells, text that can never become a formula."""

from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import Any
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter

from reports.data.frozen import digest_of
from reports.data.shapes import ProgressData
from reports.writers.document import Tick
from reports.writers.seen import seen
from reports.writers.tables import (
    AGENCY_HEADINGS,
    LEDGER_HEADINGS,
    Value,
    agency_rows,
    ledger_rows,
    sub_line,
)
from reports.writers.titles import ledger_title
from reports.writers.wording import day_words

# Small enough that A3 on its side is read without a glass.
LEDGER_WIDTHS = (
    *(6, 12, 22, 9, 11, 9, 8, 9, 20, 13, 9, 10, 7, 11),  # the measure, the agency, the filing
    *(44, 24, 20, 24),  # what the note says
    *(9, 8, 9, 14, 8, 8),  # what the agency thinks; which row this is
)
AGENCY_WIDTHS = (6, 26, 10, 10, 10, 10, 10, 10)
_LOOKS: WeakKeyDictionary[Workbook, dict[tuple[str, bool], Any]] = WeakKeyDictionary()
HEAD_ROW = 3  # after the title and the line under it
A3, A4 = 8, 9
DEMO = "演示数据，进展情况为虚构示例"
TITLE, SUB, HEAD, TEXT, NUMBER, DAY = "公文标题", "表下说明", "表头", "文本", "数字", "日期"


def write_xlsx(data: ProgressData, *, made_on: date, tick: Tick) -> bytes:
    """The workbook's bytes: the ledger, how each agency filed, and where the figures come from."""
    book = Workbook(write_only=True)
    for style in _styles():
        book.add_named_style(style)
    _sheet(
        book,
        "台账",
        (ledger_title(data), sub_line(data, made_on)),
        LEDGER_HEADINGS,
        _told(ledger_rows(data), tick),
        widths=LEDGER_WIDTHS,
        frozen_columns=3,
        paper=A3,
    )
    _sheet(
        book,
        "报送情况",
        (f"{data['period']['label']}各单位报送情况统计表", sub_line(data, made_on)),
        AGENCY_HEADINGS,
        agency_rows(data),
        widths=AGENCY_WIDTHS,
        frozen_columns=2,
    )
    _about(book, data, made_on)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _styles() -> list[NamedStyle]:
    thin = Side(style="thin", color="808080")
    grid = Border(left=thin, right=thin, top=thin, bottom=thin)
    body = Font(name="宋体", size=10)
    centre = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return [
        NamedStyle(TITLE, font=Font(name="宋体", size=16, bold=True)),
        NamedStyle(SUB, font=body),
        NamedStyle(
            HEAD,
            font=Font(name="黑体", size=10),
            fill=PatternFill("solid", fgColor="E8EDF4"),
            border=grid,
            alignment=centre,
        ),
        NamedStyle(
            TEXT,
            font=body,
            border=grid,
            alignment=Alignment(vertical="top", wrap_text=True),
            number_format="@",
        ),
        NamedStyle(
            NUMBER,
            font=body,
            border=grid,
            alignment=Alignment(horizontal="center", vertical="top"),
            number_format="0",
        ),
        NamedStyle(
            DAY,
            font=body,
            border=grid,
            alignment=Alignment(horizontal="center", vertical="top"),
            number_format="yyyy-mm-dd",
        ),
    ]


def _sheet(
    book: Workbook,
    name: str,
    above: Sequence[str],
    headings: Sequence[str],
    rows: Iterable[Sequence[Value]],
    *,
    widths: Sequence[int],
    frozen_columns: int,
    paper: int = A4,
) -> None:
    sheet: Any = book.create_sheet(name)
    for n, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(n)].width = width
    # In a write-only book what stands before the rows must be set before the first of them.
    sheet.freeze_panes = f"{get_column_letter(frozen_columns + 1)}{HEAD_ROW + 1}"
    _print_setup(sheet, paper)
    for words, style in zip(above, (TITLE, SUB), strict=True):
        sheet.append([_cell(sheet, words, style)])
    sheet.append([_cell(sheet, heading, HEAD) for heading in headings])
    last = HEAD_ROW
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
        last += 1
    sheet.auto_filter.ref = f"A{HEAD_ROW}:{get_column_letter(len(headings))}{last}"
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"


def _print_setup(sheet: Any, paper: int) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = paper
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "— &P —"
    sheet.page_margins.left = sheet.page_margins.right = 0.5


def _cell(sheet: Any, value: Any, style: str = "") -> Any:
    cell: Any = WriteOnlyCell(sheet)
    is_text = bool(value) and not isinstance(value, int | date)
    if not style:
        style = DAY if isinstance(value, date) else NUMBER if isinstance(value, int) else TEXT
    cell._style = _look(sheet.parent, style, is_text=is_text)
    if is_text:
        # The type of the cell, not a mark in the text, keeps =… from being worked out.
        cell._value, cell.data_type = seen(value), "s"
    else:
        cell.value = value
    return cell


def _look(book: Any, style: str, *, is_text: bool) -> Any:
    """A style as openpyxl keeps it on a cell, looked up by name once a book: that is slow."""
    looks = _LOOKS.setdefault(book, {})
    if (style, is_text) not in looks:
        cell: Any = WriteOnlyCell(book.worksheets[0])
        cell.style = style
        cell.quotePrefix = is_text
        looks[style, is_text] = cell._style
    return looks[style, is_text]


def _told(rows: Iterable[Sequence[Value]], tick: Tick) -> Iterable[Sequence[Value]]:
    for row in rows:
        yield row
        tick(1)


def _about(book: Workbook, data: ProgressData, made_on: date) -> None:
    lines = (
        ("文件", f"{data['notice']['title']}（{data['notice']['number']}）"),
        ("填报期", f"{data['period']['label']}（{data['period']['state_label']}）"),
        ("统计范围", f"{day_words(data['period']['cumulative_from'])}至{day_words(data['as_of'])}"),
        ("进度和预警灯评定日期", day_words(data["judged_on"])),
        ("生成日期", day_words(made_on.isoformat())),
        ("数据性质", DEMO if data["is_demo"] else "各单位报送并经采用的数据"),
        ("数据集摘要（SHA-256）", digest_of(data)),
        ("密级提示", "非涉密。严禁填写国家秘密和工作秘密。"),
    )
    sheet: Any = book.create_sheet("说明")
    _print_setup(sheet, A4)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 26, 76
    for name, words in lines:
        sheet.append([_cell(sheet, name, HEAD), _cell(sheet, words)])
