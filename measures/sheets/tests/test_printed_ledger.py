"""The ledger for reading, opened again as it is printed. No database."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from lib.workbook.cells import HEAD_ROW, new_book
from lib.workbook.rows import book_bytes
from lib.workbook.tests.printing import printed_size
from measures.sheets.printed_ledger import (
    COLUMNS,
    PRINTED_SHEET,
    AgencyWords,
    MeasureWords,
    add_printed_sheet,
    agency_words,
    filing_words,
    light_words,
    printed_rows,
    printed_styles,
    stage_words,
)

FIRST = HEAD_ROW + 1
ONE = MeasureWords(
    "（一）",
    "扩大进口",
    "长期坚持",
    "推进中",
    "▲滞后：未报",
    [AgencyWords("甲委（牵头）", "已通过", "进展。", "问题。", "打算。"), AgencyWords("乙局")],
)
TWO = MeasureWords(
    "（二）", "优化环境", "长期坚持", "常态化", "■正常·已审核", [AgencyWords("丙局")]
)


def sheet_of(*measures: MeasureWords) -> Any:
    book = new_book(*printed_styles())
    add_printed_sheet(book, "工作台账", "填报单位：市商务委")
    content = book_bytes(book, {PRINTED_SHEET: printed_rows(book, measures)})
    return load_workbook(BytesIO(content))[PRINTED_SHEET]


def rows_of(sheet: Any) -> list[list[str]]:
    rows = sheet.iter_rows(min_row=FIRST, values_only=True)
    return [[value or "" for value in row] for row in rows]


def test_a_measure_is_told_once_and_its_number_in_each_row() -> None:
    assert rows_of(sheet_of(ONE, TWO)) == [
        [
            *("（一）", "扩大进口", "长期坚持", "推进中", "▲滞后：未报"),
            *("甲委（牵头）", "已通过", "进展。", "问题。", "打算。"),
        ],
        ["（一）", "", "", "", "", "乙局", "", "", "", ""],
        ["（二）", "优化环境", "长期坚持", "常态化", "■正常·已审核", "丙局", "", "", "", ""],
    ]


def test_a_frame_stands_around_each_measure() -> None:
    sheet = sheet_of(ONE, TWO)
    lines = [
        (sheet.cell(row, 2).border.top.color.rgb, sheet.cell(row, 2).border.bottom.color.rgb)
        for row in range(FIRST, FIRST + 3)
    ]
    dark, faint = "00808080", "00D9D9D9"
    assert lines == [(dark, faint), (faint, dark), (dark, dark)]


def test_it_prints_on_a3_at_eight_points_or_more() -> None:
    sheet = sheet_of(ONE, TWO)
    setup = sheet.page_setup
    assert (sheet.max_column, setup.paperSize, setup.orientation) == (10, 8, "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (setup.fitToWidth, setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$3:$3"
    assert printed_size(sheet, digit=7) == 10  # 宋体
    assert printed_size(sheet, digit=8.5) >= 8  # DejaVu, the widest substitute


def test_it_opens_at_its_title_which_is_centred_over_the_table() -> None:
    sheet = sheet_of(ONE)
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A1:J1", "A2:J2"]
    assert sheet["A1"].alignment.horizontal == "center"
    assert sheet.freeze_panes == "A4"
    view = sheet.sheet_view
    assert view.topLeftCell in (None, "A1")
    assert {one.activeCell for one in view.selection} == {"A1"}


@pytest.mark.parametrize("end", ["。", "，", "\n"])
def test_what_is_too_long_for_a_row_goes_on_in_the_next(end: str) -> None:
    text = f"{'已推进一件事' * 5}{end}" * 60
    measure = ONE._replace(agencies=[AgencyWords("甲委", "已通过", text, "问题。")])
    rows = rows_of(sheet_of(measure))
    assert len(rows) > 1
    assert "".join(row[7] for row in rows).replace("\n", "") == text.replace("\n", "")
    assert [row[5:7] for row in rows] == [
        ["甲委", "已通过"],
        *[["甲委（续）", ""]] * (len(rows) - 1),
    ]
    assert [row[8] for row in rows] == ["问题。", *[""] * (len(rows) - 1)]
    if end == "。":
        assert all(row[7].endswith(end) for row in rows)


def test_many_short_lines_need_more_rows() -> None:
    text = "\n".join(str(n) for n in range(60))
    measure = ONE._replace(agencies=[AgencyWords("甲委", "已通过", text)])
    rows = rows_of(sheet_of(measure))
    assert "\n".join(row[7] for row in rows) == text
    assert len(rows) == 3


def test_a_light_says_its_reason_and_a_troubled_one_since_when_and_for_whom() -> None:
    told = {"since": "2026年7月1日", "waits_for": "市科技局"}
    assert light_words("red", "滞后", "未报。", **told) == (
        "▲滞后：未报。\n自2026年7月1日起，待办：市科技局"
    )
    assert light_words("red", "滞后", "未报。", since="", waits_for="") == "▲滞后：未报。"
    assert light_words("green", "正常·已审核", "已报送", **told) == "■正常·已审核：已报送"
    assert light_words("grey", "未评定", "", since="", waits_for="") == "○未评定"


@pytest.mark.parametrize(
    ("role", "said"),
    [("lead", "甲委（牵头）"), ("responsible", "甲委"), ("support", "甲委（配合）"), ("", "甲委")],
)
def test_a_role_is_said_where_it_is_not_the_usual_one(role: str, said: str) -> None:
    assert agency_words("甲委", role) == said


def test_percent_and_day_stand_where_there_are_any() -> None:
    assert (stage_words("推进中", 0), stage_words("常态化", None)) == ("推进中\n0%", "常态化")
    assert filing_words("已通过", "迟报", "2026年7月1日") == "已通过，迟报\n2026年7月1日"
    assert filing_words("逾期未报", "未报", "") == "逾期未报"


def test_there_are_ten_columns_in_the_order_of_the_words() -> None:
    assert len(COLUMNS) == len(MeasureWords._fields) - 1 + len(AgencyWords._fields)
