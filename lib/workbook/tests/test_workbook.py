"""A workbook with rows written as XML, opened again."""

from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from lib.workbook.cells import (
    DAY,
    NUMBER,
    TEXT,
    TITLE,
    centre_above,
    new_book,
    put_text,
    set_widths,
    style_number,
)
from lib.workbook.rows import CellStyle, RowXml, Value, book_bytes


def written(*rows: list[Value]) -> bytes:
    book = new_book()
    sheet = book.create_sheet("表")
    put_text(sheet.cell(1, 1), "标题", TITLE)
    centre_above(sheet, 1, 3)
    set_widths(sheet, (6, 20, 10))
    style = CellStyle(
        text=style_number(sheet, TEXT, is_text=True),
        blank=style_number(sheet, TEXT),
        number=style_number(sheet, NUMBER),
        day=style_number(sheet, DAY),
    )
    xml = RowXml([style] * 3)
    return book_bytes(book, {"表": (xml.of(n, row) for n, row in enumerate(rows, start=2))})


def opened(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content))


def test_each_kind_of_value_has_its_type_and_style() -> None:
    row: Any = opened(written([1, "甲", date(2026, 11, 29)], [None, "", "乙"]))["表"]
    assert [cell.value for cell in row[2]] == [1, "甲", datetime(2026, 11, 29)]  # noqa: DTZ001
    assert [cell.style for cell in row[2]] == [NUMBER, TEXT, DAY]
    assert [cell.value for cell in row[3]] == [None, None, "乙"]
    assert all(cell.border.left.style == "thin" for cell in row[3])


@pytest.mark.parametrize("text", ["=1+1", "+86", "@cmd", "<b>&", " 甲\n乙 "])
def test_text_never_becomes_a_formula(text: str) -> None:
    cell: Any = opened(written([text]))["表"]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


@pytest.mark.parametrize("sign", [*"\x00\x0b\x1f\ufffe\uffff\u061c\ud800"])
def test_characters_that_xml_forbids_are_left_out(sign: str) -> None:
    book = new_book()
    put_text(book.create_sheet("表").cell(1, 1), f"甲{sign}乙")
    rows: Any = opened(book_bytes(book, {"表": []}))["表"]
    assert rows["A1"].value == "甲乙"
    assert opened(written([f"甲{sign}乙"]))["表"]["A2"].value == "甲乙"


def test_the_title_is_centred_over_the_columns() -> None:
    sheet: Any = opened(written([1]))["表"]
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A1:C1"]
    assert sheet["A1"].alignment.horizontal == "center"


def test_the_file_declares_no_wrong_sheet_size() -> None:
    content = written(*[[n] for n in range(100)])
    with ZipFile(BytesIO(content)) as archive:
        assert b"<dimension" not in archive.read("xl/worksheets/sheet1.xml")
    assert opened(content)["表"].max_row == 101


def test_column_widths_are_counted_in_the_body_font() -> None:
    """So a column holds as many characters in an office without Calibri."""
    book: Any = opened(written([1]))
    normal = book._named_styles["Normal"].font
    assert (normal.name, normal.sz) == ("宋体", 10)
