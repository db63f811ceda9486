"""The workbook, opened again: typed cells, all rows, and never a formula."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from lib.workbook.tests.printing import printed_size
from measures.choices import SheetKind
from measures.sheets.reading import SheetError, read_sheet
from reports.datasets.frozen import digest_of
from reports.datasets.schema import ProgressData, measures_of
from reports.documents.tables import LEDGER_HEADINGS
from reports.documents.xlsx import LEDGER_WIDTHS, write_xlsx

pytestmark = pytest.mark.django_db


def opened(data: ProgressData) -> Workbook:
    return load_workbook(
        BytesIO(write_xlsx(data, made_on=date(2026, 11, 23), tick=lambda rows: None))
    )


def column(heading: str) -> int:
    return LEDGER_HEADINGS.index(heading)


def test_every_measure_and_agency_has_its_row_with_progress(data: ProgressData) -> None:
    rows = list(opened(data)["台账"].iter_rows(min_row=4, values_only=True))
    expected: list[tuple[int, str, str | None, str | None]] = []
    for measure in measures_of(data):
        for party in measure["parties"]:
            note = party["note"]
            progress = note["progress"] if note else None
            expected.append((measure["ordinal"], party["agency"], party["role_label"], progress))
        if not measure["parties"]:
            expected.append((measure["ordinal"], "责任单位待核对", None, None))
    picked = [column(h) for h in ("序号", "单位", "责任", "进展情况")]
    assert [tuple(row[n] or None for n in picked) for row in rows] == expected
    assert {row[0] for row in rows} == set(range(1, 18))


def test_cells_have_their_types(data: ProgressData) -> None:
    measures_of(data)[0]["due_on"] = "2026-12-31"
    measures_of(data)[0]["percent"] = 60
    row = next(opened(data)["台账"].iter_rows(min_row=4, max_row=4))
    assert row[column("序号")].value == 1
    assert row[column("完成比例（%）")].value == 60
    assert row[column("完成时限")].value == datetime(2026, 12, 31)  # noqa: DTZ001
    assert row[column("完成时限")].number_format == "yyyy-mm-dd"
    assert row[column("进展情况")].data_type == "s"


DANGEROUS = [
    "=1+1",
    "+86",
    "-5%",
    "@SUM(A1)",
    '=HYPERLINK("http://x","y")',
    "\t=1",
    "=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_never_becomes_a_formula_and_is_not_changed(data: ProgressData, text: str) -> None:
    note = measures_of(data)[0]["parties"][0]["note"]
    assert note is not None
    note["progress"] = text
    cell = opened(data)["台账"].cell(4, column("进展情况") + 1)
    assert cell.value == text
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_the_sheet_is_ready_to_print_and_to_filter(data: ProgressData) -> None:
    sheet = opened(data)["台账"]
    assert sheet.freeze_panes == "D4"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.auto_filter.ref == f"A3:AA{sheet.max_row}"
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    setup = sheet.sheet_properties.pageSetUpPr
    assert setup is not None
    assert setup.fitToPage


def test_the_title_names_subject_and_period(data: ProgressData) -> None:
    sheet = opened(data)["台账"]
    assert sheet["A1"].value == "2026年前三季度扩大进口促进外贸发展工作台账"
    assert sheet["A2"].value == (
        "填报单位：重庆市商务委员会　截至：2026年11月23日　填报时间：2026年11月23日"
    )


def test_agencies_are_counted_in_protocol_order(data: ProgressData) -> None:
    rows = list(opened(data)["报送情况"].iter_rows(min_row=4, values_only=True))
    named = [agency["agency"] for agency in data["agencies"]]
    assert [row[1] for row in rows] == [*named, "合计"]
    assert rows[-1][2:] == tuple(map(sum, list(zip(*rows[:-1], strict=True))[2:]))
    assert rows[0][:3] == (1, "市商务委", 13)
    assert all(row[2] == sum(row[3:7]) for row in rows)  # 应报 is its four parts


def test_red_and_yellow_lights_have_first_day_and_agencies(data: ProgressData) -> None:
    told: Any = {"light": "yellow", "light_label": "预警", "since": "2026-10-13"}
    measures_of(data)[0].update(**told, waits_for=["市科技局"], others=["市财政局"])
    row = next(opened(data)["台账"].iter_rows(min_row=4, max_row=4))
    assert row[column("预警起始日期")].value == datetime(2026, 10, 13)  # noqa: DTZ001
    assert row[column("待办单位")].value == "市科技局、市财政局"


def test_both_greens_are_distinguished(data: ProgressData) -> None:
    measures_of(data)[1].update(light="waiting", light_label="正常·待审核", light_shape="▨")
    rows = list(opened(data)["台账"].iter_rows(min_row=4, values_only=True))
    lights = {row[0]: row[column("预警灯")] for row in rows}
    assert (lights[1], lights[2]) == ("■正常·已审核", "▨正常·待审核")


def test_demonstration_data_are_marked(data: ProgressData) -> None:
    data["is_demo"] = True
    book = opened(data)
    assert "演示数据" in book["台账"]["A2"].value
    assert "演示数据" in {cell.value.split("，")[0] for cell in book["说明"]["B"]}


def test_characters_that_excel_refuses_are_removed(data: ProgressData) -> None:
    note = measures_of(data)[0]["parties"][0]["note"]
    assert note is not None
    note["progress"] = "甲\x0b乙\x01丙"
    assert opened(data)["台账"].cell(4, column("进展情况") + 1).value == "甲乙丙"


def test_each_sheet_is_as_wide_as_its_paper(data: ProgressData) -> None:
    book = opened(data)
    assert {sheet.title: sheet.page_setup.paperSize for sheet in book} == {
        "阅览": 8,  # A3: 10 columns
        "台账": 8,  # A3: 26 columns
        "报送情况": 9,
        "说明": 9,
    }
    assert all(sheet.page_setup.fitToWidth == 1 for sheet in book)
    ledger = book["台账"]
    assert ledger.max_column == len(LEDGER_HEADINGS) == len(LEDGER_WIDTHS)


def printed(data: ProgressData) -> list[list[Any]]:
    rows = opened(data)["阅览"].iter_rows(min_row=4, values_only=True)
    return [[value or "" for value in row] for row in rows]


def test_the_workbook_opens_at_the_printed_ledger(data: ProgressData) -> None:
    book = opened(data)
    assert book.sheetnames == ["阅览", "台账", "报送情况", "说明"]
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == ["阅览"]
    sheet: Any = book["阅览"]
    assert book.active is sheet
    assert {one.activeCell for one in sheet.sheet_view.selection} == {"A1"}
    assert sheet["A1"].value == book["台账"]["A1"].value
    assert sheet["A2"].value == book["台账"]["A2"].value


def test_the_printed_ledger_has_ten_columns_in_eight_points(data: ProgressData) -> None:
    sheet: Any = opened(data)["阅览"]
    assert [cell.value for cell in sheet[3]] == [
        *("序号", "措施", "性质及时限", "进度", "预警灯及原因"),
        *("单位及责任", "填报情况", "进展情况", "存在问题和需协调事项", "下一步打算"),
    ]
    assert printed_size(sheet, digit=8.5) >= 8


def test_it_has_each_measure_and_agency_with_equal_texts(data: ProgressData) -> None:
    expected = []
    for measure in measures_of(data):
        for party in measure["parties"]:
            note = party["note"]
            mark = {"牵头单位": "（牵头）"}.get(party["role_label"], "")
            progress = note["progress"] if note else ""
            expected.append((measure["mark"], f"{party['agency']}{mark}", progress))
        if not measure["parties"]:
            expected.append((measure["mark"], "责任单位待核对", ""))
    assert [(row[0], row[5], row[7]) for row in printed(data)] == expected


def test_one_column_has_the_light_its_reason_first_day_and_agencies(data: ProgressData) -> None:
    told: Any = {"light": "red", "light_label": "滞后", "light_shape": "▲"}
    since: Any = {"since": "2026-10-13", "waits_for": ["市科技局"], "others": []}
    measures_of(data)[0].update(**told, **since, sentence="三季度进展未报")
    assert printed(data)[0][4] == "▲滞后：三季度进展未报\n自2026年10月13日起，待办：市科技局"


def test_a_closed_ongoing_measure_is_called_routine(data: ProgressData) -> None:
    measures_of(data)[0].update(stage="done", stage_label="常态化")
    assert printed(data)[0][3] == "常态化"
    assert opened(data)["台账"].cell(4, column("进度") + 1).value == "常态化"


def test_keys_are_neither_shown_nor_printed(data: ProgressData) -> None:
    sheet = opened(data)["台账"]
    shown = [
        c for c in [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "AA"] if not sheet.column_dimensions[c].hidden
    ]
    assert "".join(shown) == "ABCDEFGHIJKLMNOPQRSTUVWXY"
    assert [sheet[f"{c}3"].value for c in ("Z", "AA")] == ["行标识", "行版本"]
    assert sheet.print_area == f"'台账'!$A$1:$Y${sheet.max_row}"


def test_the_digest_is_folded_under_its_heading(data: ProgressData) -> None:
    sheet: Any = opened(data)["说明"]
    heading, digest = sheet.max_row - 1, sheet.max_row
    assert sheet.cell(heading, 1).value == "技术信息"
    assert sheet.cell(digest, 2).value == digest_of(data)
    folded = [row for row, one in sheet.row_dimensions.items() if one.hidden and one.outlineLevel]
    assert folded == [digest]
    assert sheet.sheet_properties.outlinePr.summaryBelow is False


def test_the_frozen_ledger_is_refused_as_an_import_and_says_so(data: ProgressData) -> None:
    content = write_xlsx(data, made_on=date(2026, 11, 23), tick=lambda rows: None)
    with pytest.raises(SheetError, match="固定存档的台账，不能导入"):
        read_sheet(BytesIO(content), SheetKind.STATUSES)
    about = {row[0]: row[1] for row in opened(data)["说明"].iter_rows(values_only=True)}
    assert "不能导入" in str(about["工作表"])


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_of_the_printed_ledger_becomes_a_formula(data: ProgressData, text: str) -> None:
    note = measures_of(data)[0]["parties"][0]["note"]
    assert note is not None
    note["progress"] = text
    cell = opened(data)["阅览"].cell(4, 8)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
