"""The ledger's sheet for reading and printing: ten columns, a group of rows per measure. Pure.

It is the first sheet of the ledger to be filled in and of a report's frozen ledger.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from math import ceil
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Border, Font, NamedStyle, Side

from lib.workbook.cells import (
    A3,
    BODY,
    CENTRED,
    HEAD,
    HEAD_ROW,
    SUB,
    SUB_ROW,
    TEXT,
    THIN,
    TITLE,
    TITLE_ROW,
    WRAPPED,
    centre_above,
    put_text,
    set_up_print,
    set_widths,
    style_number,
)
from lib.workbook.rows import CellStyle, RowXml
from measures.choices import NOTE_LABELS, Light, ResponsibilityRole

PRINTED_SHEET = "阅览"
TITLE_HEIGHT, HEAD_HEIGHT = 36, 30  # points
TROUBLED = (Light.RED, Light.YELLOW)
CONTINUED = "（续）"
FAINT = Side(style="thin", color="D9D9D9")
_GREY = Font(name="宋体", size=10, color="808080")


class PrintedColumn(NamedTuple):
    heading: str
    width: int  # in characters; together they fit on A3 landscape without scaling
    is_centred: bool = False


MEASURE_COLUMNS = (
    PrintedColumn("序号", 7, is_centred=True),
    PrintedColumn("措施", 20),
    PrintedColumn("性质及时限", 15, is_centred=True),
    PrintedColumn("进度", 9, is_centred=True),
    PrintedColumn("预警灯及原因", 31),
)
AGENCY_COLUMNS = (
    PrintedColumn("单位及责任", 20),
    PrintedColumn("填报情况", 15),
    PrintedColumn(NOTE_LABELS["progress"], 44),
    PrintedColumn("存在问题和需协调事项", 26),
    PrintedColumn(NOTE_LABELS["next_steps"], 18),
)
COLUMNS = (*MEASURE_COLUMNS, *AGENCY_COLUMNS)
# An Excel row is at most 409 pt high, which is 29 lines of this font. A text that may need more
# continues in the next row. A Chinese character is as wide as 1.9 characters of the default font.
LINES_MOST = 25
LINE_LENGTHS = [int(column.width / 1.9) for column in AGENCY_COLUMNS[2:]]
CUT_AFTER = "。；\n"


class AgencyWords(NamedTuple):
    """An agency's part in a measure, in the order of AGENCY_COLUMNS."""

    agency: str
    filing: str = ""
    progress: str = ""
    trouble: str = ""
    next_steps: str = ""


class MeasureWords(NamedTuple):
    """A measure in the order of MEASURE_COLUMNS, and its agencies: at least one."""

    mark: str
    title: str
    nature: str
    stage: str
    light: str
    agencies: Sequence[AgencyWords]


def agency_words(name: str, role: str) -> str:
    """Return an agency with its role, which is left out if it is 责任单位."""
    goes_without = role in ("", ResponsibilityRole.RESPONSIBLE)
    return name if goes_without else f"{name}（{ResponsibilityRole(role).short}）"


def light_words(light: str, label: str, sentence: str, *, since: str, waits_for: str) -> str:
    """Return a light with its reason, ▲滞后：…; for red and yellow also since when and 待办单位.

    `label` is the light's name, in an older report the name of that time.
    """
    words = f"{Light(light).shape}{label}{'：' if sentence else ''}{sentence}"
    if light not in TROUBLED:
        return words
    facts = (f"自{since}起" if since else "", f"待办：{waits_for}" if waits_for else "")
    return "\n".join(filter(None, (words, "，".join(filter(None, facts)))))


def stage_words(stage: str, percent: int | None) -> str:
    return stage if percent is None else f"{stage}\n{percent}%"


def nature_words(nature: str, due_on: str) -> str:
    return f"{nature}\n{due_on}" if due_on else nature


def filing_words(status: str, timeliness: str, submitted_on: str) -> str:
    """Return a filing's status and, if it was submitted, whether in time and on which day."""
    return f"{status}，{timeliness}\n{submitted_on}" if submitted_on else status


def trouble_words(problems: str, help_needed: str) -> str:
    return "\n".join(filter(None, (problems, f"需协调：{help_needed}" if help_needed else "")))


def printed_styles() -> list[NamedStyle]:
    """Return the styles of a measure's columns: a frame around its group of rows.

    It has faint inner lines, so that the frame is closed at the end of a page.
    """
    return [
        NamedStyle(
            _style_name(is_centred=is_centred, is_first=is_first, is_last=is_last),
            font=BODY if is_first else _GREY,
            border=Border(
                left=THIN,
                right=THIN,
                top=THIN if is_first else FAINT,
                bottom=THIN if is_last else FAINT,
            ),
            alignment=CENTRED if is_centred else WRAPPED,
            number_format="@",
        )
        for is_centred in (True, False)
        for is_first in (True, False)
        for is_last in (True, False)
    ]


def add_printed_sheet(book: Workbook, title: str, sub: str) -> None:
    """Add the sheet without its rows (printed_rows); the book has printed_styles()."""
    sheet: Any = book.create_sheet(PRINTED_SHEET)
    set_widths(sheet, [column.width for column in COLUMNS])
    for row, words, style in ((TITLE_ROW, title, TITLE), (SUB_ROW, sub, SUB)):
        put_text(sheet.cell(row, 1), words, style)
    centre_above(sheet, TITLE_ROW, len(COLUMNS))
    sheet.merge_cells(start_row=SUB_ROW, start_column=1, end_row=SUB_ROW, end_column=len(COLUMNS))
    for number, column in enumerate(COLUMNS, start=1):
        put_text(sheet.cell(HEAD_ROW, number), column.heading, HEAD)
    sheet.row_dimensions[TITLE_ROW].height = TITLE_HEIGHT
    sheet.row_dimensions[HEAD_ROW].height = HEAD_HEIGHT
    sheet.freeze_panes = f"A{HEAD_ROW + 1}"
    set_up_print(sheet, A3)


def printed_rows(book: Workbook, measures: Iterable[MeasureWords]) -> Iterator[str]:
    """Yield the rows as XML; the book must already have their styles.

    A measure's data are in the first of its rows, its number is in each, so that a row can be
    recognised after a page break.
    """
    writers = {
        (is_first, is_last): _writer(book, is_first=is_first, is_last=is_last)
        for is_first in (True, False)
        for is_last in (True, False)
    }
    return _rows(writers, measures)


def _rows(
    writers: Mapping[tuple[bool, bool], RowXml], measures: Iterable[MeasureWords]
) -> Iterator[str]:
    number = HEAD_ROW
    for measure in measures:
        rows = [row for agency in measure.agencies for row in _on_rows(agency)]
        told = (measure.mark, measure.title, measure.nature, measure.stage, measure.light)
        for at, row in enumerate(rows):
            number += 1
            yield writers[at == 0, at == len(rows) - 1].of(number, (*told, *row))
            told = (measure.mark, "", "", "", "")


def _on_rows(agency: AgencyWords) -> Iterator[AgencyWords]:
    """Yield an agency's texts, on as many rows as the longest of them needs."""
    texts = zip(agency[2:], LINE_LENGTHS, strict=True)
    columns = [_pieces(text, length) for text, length in texts]
    for at, (progress, trouble, next_steps) in enumerate(zip_longest(*columns, fillvalue="")):
        name = f"{agency.agency}{CONTINUED}" if at else agency.agency
        yield AgencyWords(name, "" if at else agency.filing, progress, trouble, next_steps)


def _pieces(text: str, line_length: int) -> list[str]:
    """Split a text into pieces that fit into a row, after a sentence if possible."""
    pieces = []
    while (end := _shown_in_a_row(text, line_length)) < len(text):
        cut = max(text.rfind(mark, end // 2, end) for mark in CUT_AFTER) + 1 or end
        pieces.append(text[:cut].rstrip())
        text = text[cut:]
    return [*pieces, text]


def _shown_in_a_row(text: str, line_length: int) -> int:
    """Return how many of a text's first characters fill LINES_MOST lines."""
    lines = at = 0
    for line in text.split("\n"):
        needed = max(1, ceil(len(line) / line_length))
        if lines + needed > LINES_MOST:
            return at + (LINES_MOST - lines) * line_length
        lines, at = lines + needed, at + len(line) + 1
    return len(text)


def _writer(book: Workbook, *, is_first: bool, is_last: bool) -> RowXml:
    sheet = book[PRINTED_SHEET]
    names = [
        _style_name(is_centred=column.is_centred, is_first=is_first, is_last=is_last)
        for column in MEASURE_COLUMNS
    ]
    return RowXml(
        [
            CellStyle(text=style_number(sheet, name, is_text=True), blank=style_number(sheet, name))
            for name in (*names, *[TEXT] * len(AGENCY_COLUMNS))
        ]
    )


def _style_name(*, is_centred: bool, is_first: bool, is_last: bool) -> str:
    return f"措施{'首行' * is_first}{'末行' * is_last}{'居中' * is_centred}"
