"""工作台账 as a workbook: a sheet to read and print, and one with every field.

openpyxl writes everything but the rows, which lib.workbook.rows adds to its file.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from lib.official.document import Tick, ticking
from lib.text import printable_text
from lib.workbook.cells import (
    A3,
    A4,
    DAY,
    HEAD,
    HEAD_ROW,
    NUMBER,
    SUB,
    SUB_ROW,
    TEXT,
    TITLE,
    TITLE_ROW,
    new_book,
    put_text,
    set_up_print,
    set_widths,
    style_number,
)
from lib.workbook.rows import CellStyle, RowXml, Value, book_bytes
from measures.sheets.printed_ledger import (
    PRINTED_SHEET,
    AgencyWords,
    MeasureWords,
    add_printed_sheet,
    agency_words,
    filing_words,
    light_words,
    nature_words,
    printed_rows,
    printed_styles,
    stage_words,
    trouble_words,
)
from reports.datasets.frozen import digest_of
from reports.datasets.older import as_current
from reports.datasets.schema import MeasureData, PartyData, ProgressData, measures_of
from reports.documents.names import ledger_title
from reports.documents.tables import (
    LEDGER_HEADINGS,
    agency_headings,
    agency_rows,
    agency_totals,
    ledger_row_count,
    ledger_rows,
    marked_title,
    sub_line,
    waiting_agencies,
)
from reports.documents.wording import day_words

FULL_SHEET, AGENCIES_SHEET, ABOUT_SHEET = "台账", "报送情况", "说明"
# In characters of the default font, as Excel counts; together they fit A3 landscape.
LEDGER_WIDTHS = (
    *(6, 12, 22, 9, 11, 9, 8, 13, 20, 11, 13),  # the measure
    *(13, 9, 10, 7, 11, 6),  # the agency, the filing
    *(42, 23, 19, 22),  # the note
    *(9, 8, 9, 14, 8, 8),  # the agency's estimate; the row's key
)
KEY_HEADINGS = ("行标识", "行版本")  # for the system only: hidden, not printed
COUNT_WIDTH = 10
DEMO = "演示数据，进展情况为虚构示例"
SHEETS = (
    f"“{PRINTED_SHEET}”供阅读和打印（A3横向）；“{FULL_SHEET}”每个单位一行，列出全部字段，供筛选。"
    "本工作簿随报告固定，不能导入；更新进度请从“工作台账”页下载，在下载的表中填写。"
)


def write_xlsx(data: ProgressData, *, made_on: date, tick: Tick) -> bytes:
    """Return the workbook's bytes; `tick` is called with 1 after each row of the ledger."""
    digest = digest_of(data)  # of the dataset as it was frozen
    data = cast(ProgressData, as_current(data))
    book = new_book(*printed_styles())
    line = sub_line(data, made_on) + ("　演示数据" if data["is_demo"] else "")
    agencies, headings = agency_rows(data), agency_headings(data)
    total = [agency_totals(data)] if agencies else []
    title = printable_text(ledger_title(data))
    add_printed_sheet(book, title, printable_text(line))
    columns = dict(zip(LEDGER_HEADINGS, LEDGER_WIDTHS, strict=True))
    count = ledger_row_count(data)
    _add_sheet(book, FULL_SHEET, (title, line), columns, row_count=count, frozen_at="D4", paper=A3)
    _hide_keys(book[FULL_SHEET], HEAD_ROW + count)
    above = (f"{data['period']['label']}各单位报送情况统计表", line)
    columns = dict.fromkeys(headings, COUNT_WIDTH) | {"序号": 6, "单位": 26}
    count = len(agencies)
    _add_sheet(book, AGENCIES_SHEET, above, columns, row_count=count, frozen_at="C4", paper=A4)
    _add_about(book, data, made_on, digest)
    row_xml = RowXml([_cell_style(book)] * len(LEDGER_HEADINGS))
    rows = {
        PRINTED_SHEET: printed_rows(book, map(_measure, measures_of(data))),
        FULL_SHEET: _numbered(ticking(ledger_rows(data), tick), row_xml),
        AGENCIES_SHEET: _numbered([*agencies, *total], row_xml),
    }
    return book_bytes(book, rows)


def _numbered(rows: Iterable[Sequence[Value]], row_xml: RowXml) -> Iterator[str]:
    return (row_xml.of(number, row) for number, row in enumerate(rows, start=HEAD_ROW + 1))


def _cell_style(book: Workbook) -> CellStyle:
    sheet = book[FULL_SHEET]
    return CellStyle(
        text=style_number(sheet, TEXT, is_text=True),
        blank=style_number(sheet, TEXT),
        number=style_number(sheet, NUMBER),
        day=style_number(sheet, DAY),
    )


def _add_sheet(
    book: Workbook,
    name: str,
    above: tuple[str, str],
    columns: Mapping[str, int],
    *,
    row_count: int,
    frozen_at: str,
    paper: int,
) -> None:
    """Add a sheet without its rows; `columns` are widths by heading."""
    sheet: Any = book.create_sheet(name)
    set_widths(sheet, columns.values())
    put_text(sheet.cell(TITLE_ROW, 1), above[0], TITLE)
    put_text(sheet.cell(SUB_ROW, 1), above[1], SUB)
    for number, heading in enumerate(columns, start=1):
        put_text(sheet.cell(HEAD_ROW, number), heading, HEAD)
    sheet.freeze_panes = frozen_at
    last = f"{get_column_letter(len(columns))}{HEAD_ROW + row_count}"
    sheet.auto_filter.ref = f"A{HEAD_ROW}:{last}"
    set_up_print(sheet, paper)


def _hide_keys(sheet: Any, last_row: int) -> None:
    first = LEDGER_HEADINGS.index(KEY_HEADINGS[0]) + 1
    for number in range(first, first + len(KEY_HEADINGS)):
        sheet.column_dimensions[get_column_letter(number)].hidden = True
    sheet.print_area = f"A1:{get_column_letter(first - 1)}{last_row}"


def _add_about(book: Workbook, data: ProgressData, made_on: date, digest: str) -> None:
    lines = (
        ("文件", f"{data['notice']['title']}（{data['notice']['number']}）"),
        ("填报期", f"{data['period']['label']}（{data['period']['state_label']}）"),
        ("统计范围", f"{day_words(data['period']['cumulative_from'])}至{day_words(data['as_of'])}"),
        ("进度和预警灯评定日期", day_words(data["judged_on"])),
        ("生成日期", day_words(made_on.isoformat())),
        ("数据性质", DEMO if data["is_demo"] else f"各单位报送并经{data['accepted_word']}的数据"),
        ("工作表", SHEETS),
        ("密级提示", "非涉密。严禁填写国家秘密和工作秘密。"),
        ("技术信息", "点左侧“＋”展开"),
        ("数据集摘要（SHA-256）", digest),
    )
    sheet: Any = book.create_sheet(ABOUT_SHEET)
    set_up_print(sheet, A4, repeats_head=False)
    set_widths(sheet, (26, 76))
    for number, (name, words) in enumerate(lines, start=1):
        put_text(sheet.cell(number, 1), name, HEAD)
        put_text(sheet.cell(number, 2), words, TEXT)
    sheet.sheet_properties.outlinePr.summaryBelow = False
    sheet.row_dimensions.group(len(lines), len(lines), hidden=True)


def _measure(measure: MeasureData) -> MeasureWords:
    return MeasureWords(
        mark=measure["mark"],
        title=marked_title(measure),
        nature=nature_words(measure["nature_label"], _day(measure["due_on"])),
        stage=stage_words(measure["stage_label"], measure["percent"]),
        light=light_words(
            measure["light"],
            measure["light_label"],
            measure["sentence"],
            since=_day(measure["since"]),
            waits_for=waiting_agencies(measure),
        ),
        agencies=[_agency(party) for party in measure["parties"]]
        or [AgencyWords(measure["agencies_mark"])],
    )


def _agency(party: PartyData) -> AgencyWords:
    note = party["note"]
    return AgencyWords(
        agency=agency_words(party["agency"], party["role"]),
        filing=filing_words(
            party["filing_state"], party["timeliness_label"], _day(party["submitted_on"])
        ),
        progress=note["progress"] if note else "",
        trouble=trouble_words(note["problems"], note["help_needed"]) if note else "",
        next_steps=note["next_steps"] if note else "",
    )


def _day(day: str | None) -> str:
    return day_words(day) if day else ""
