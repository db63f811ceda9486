"""Checks of rows: unchanged, would change, invalid, stale; and the workbook with its marks."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import Workbook

from agencies.permissions import Role
from measures.choices import FilingState
from measures.filings.drafts import save_note
from measures.filings.submission import submit_note
from measures.models import Filing, Note, SheetImport
from measures.reviews.actions import return_note
from measures.rules.periods import Quarter
from measures.sheets.actions import download_marked, download_sheet
from measures.sheets.tests.sheets import (
    FIRST,
    LATER,
    checked,
    column,
    filled,
    handed_back,
    opened,
    put,
    untouched,
    uploaded,
)
from measures.tests.factories import (
    NOW,
    content,
    make_agency,
    make_another_notice,
    make_dated_measure,
    make_filing,
    make_measure,
    make_period,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def dated(agency, period):
    return make_filing(measure=make_dated_measure(lead=agency), period=period)


def back(filing: Filing, liaison, fill) -> SheetImport:
    return checked(handed_back(filing.period, filing.agency, liaison, fill))


AWKWARD = "  首行\r\n第二行\x0b\ufffe\uffff\n=SUM(A1)\n\t末行  "


@pytest.mark.parametrize(
    "state", [FilingState.PENDING, FilingState.DRAFT, FilingState.RETURNED, FilingState.SUBMITTED]
)
def test_an_unchanged_sheet_changes_nothing_and_says_so(agency, liaison, period, state):
    for measure in (make_measure(lead=agency), make_dated_measure(lead=agency)):
        make_filing(measure=measure, period=period, state=state)
    before = list(Note.objects.values())
    sheet = checked(handed_back(period, agency, liaison, untouched))
    assert (sheet.state, sheet.rows_total, sheet.rows_changed, sheet.result) == (
        "unchanged", 2, 0, [],
    )  # fmt: skip
    assert list(Note.objects.values()) == before


def test_awkward_words_survive_the_round_trip(filing, liaison):
    said = content(progress=AWKWARD)
    save_note(filing, by=liaison, content=said, revision=0, at=NOW)
    assert back(filing, liaison, untouched).state == "unchanged"


def test_a_fault_in_merged_cells_is_told_and_marked_like_any_other(filing, liaison):
    def fill(sheet):
        stage = column("自评进度")
        sheet.merge_cells(start_row=FIRST, start_column=stage - 1, end_row=FIRST, end_column=stage)

    sheet = back(filing, liaison, fill)
    assert sheet.state == "faulty"
    assert [fault["column"] for fault in sheet.result[0]["faults"]] == ["自评进度"]
    marked = opened(download_marked(sheet, by=liaison, at=LATER))["填报表"]
    assert marked.cell(FIRST, column("自评进度")).comment.text.startswith("须从")


def test_what_would_change_is_told_field_by_field_and_nothing_is_written(dated, liaison):
    def fill(sheet):
        put(sheet, "进展情况", "已开行班列12列。")
        put(sheet, "自评进度", "基本完成")
        put(sheet, "自评完成比例", 60)

    sheet = back(dated, liaison, fill)
    assert (sheet.state, sheet.rows_changed) == ("ready", 1)
    assert sheet.result[0]["changes"] == [
        {"label": "进展情况", "old": "", "new": "已开行班列12列。"},
        {"label": "自评进度", "old": "推进中", "new": "基本完成"},
        {"label": "自评完成比例", "old": "", "new": "60"},
    ]
    assert not Note.objects.exists()


FAULTS = [
    ("自评进度", "已完成", "须从“未启动、推进中、基本完成”中选择。"),
    ("自评进度", None, "须从“未启动、推进中、基本完成”中选择。"),
    ("完成预期", "很好", "须从“正常、有风险、难以完成”中选择。"),
    ("自评完成比例", 101, "须填0到100之间的整数，如60，不填60%或0.6。"),
    ("自评完成比例", -1, "须填0到100之间的整数"),
    ("自评完成比例", 0.6, "须填0到100之间的整数"),
    ("自评完成比例", "六十", "须填0到100之间的整数"),
    ("自评完成比例", "60%", "须填0到100之间的整数"),
    ("存在问题", "长" * 1001, "最多1000字，现在是1001字，请删减。"),
    ("进展情况", "长" * 4001, "最多4000字，现在是4001字，请删减。"),
    ("进展情况", "=1+1", "单元格内是公式"),
    ("措施", "=HYPERLINK(\"http://x\")", "单元格内是公式"),
    ("行标识", "9999999.0-0.0123456789ab", "这一行不在您下载的表中"),
    ("行标识", "不是", "这一行不在您下载的表中"),
    ("行标识", None, "这一行不在您下载的表中"),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "value", "allowed"), FAULTS)
def test_a_fault_names_its_cell_its_value_and_what_is_allowed(
    dated, liaison, heading, value, allowed
):
    sheet = back(dated, liaison, lambda ws: put(ws, heading, value))
    fault = sheet.result[0]["faults"][0]
    where = "措施" if heading == "行标识" else heading
    assert sheet.state == "faulty"
    assert fault["place"] == f"{'ABCDEFGHIJKLMN'[column(where) - 1]}{FIRST}"
    assert fault["allowed"].startswith(allowed)


@pytest.mark.parametrize("value", [0, 100, "60", 60.0])
def test_whole_percentages_are_taken_as_numbers_or_words(dated, liaison, value):
    sheet = back(dated, liaison, lambda ws: put(ws, "自评完成比例", value))
    assert sheet.result[0]["values"] == {"claimed_percent": int(value)}


def test_an_ongoing_measure_takes_no_percentage(filing, liaison):
    sheet = back(filing, liaison, lambda ws: put(ws, "自评完成比例", 50))
    assert "长期坚持" in sheet.result[0]["faults"][0]["allowed"]


def test_what_was_handed_in_takes_no_words(agency, liaison, period):
    filing = make_filing(
        measure=make_measure(lead=agency), period=period, state=FilingState.SUBMITTED
    )
    sheet = back(filing, liaison, lambda ws: put(ws, "进展情况", "改过的。"))
    assert sheet.result[0]["faults"][0]["allowed"] == "“已报送”的填报不能填写，请恢复原样。"


def test_a_closed_period_still_takes_first_words(filing, liaison):
    content_ = filled(
        download_sheet("filings", filing.period, filing.agency, by=liaison, at=NOW),
        lambda ws: put(ws, "进展情况", "改过的。"),
    )
    type(filing.period).objects.update(state="closed", closed_at=NOW)
    sheet = checked(uploaded(filing.period, filing.agency, liaison, content_, kind="filings"))
    assert "faults" not in sheet.result[0]


def test_a_stale_row_is_refused_by_its_measure_and_who_saved(filing, agency, liaison):
    sheet = handed_back(
        filing.period, agency, liaison, lambda ws: put(ws, "进展情况", "表里写的。")
    )
    deputy = make_user(Role.LIAISON, agency, name="李四")
    save_note(filing, by=deputy, content=content(), revision=0, at=NOW + timedelta(minutes=1))
    sheet = checked(sheet)
    assert (sheet.state, sheet.result[0]["outcome"]) == ("faulty", "stale")
    assert sheet.result[0]["faults"][0]["allowed"] == (
        f"{filing.measure}：李四已于2026-11-23 10:01在您下载后保存过，请重新下载后合并填写。"
    )


def test_a_new_version_is_seen_though_the_count_of_saves_is_the_same(filing, agency, liaison):
    """Saved once, submitted, returned: saves were not counted before and are not now."""
    save_note(filing, by=liaison, content=content(), revision=0, at=NOW)
    submit_note(filing, by=liaison, at=NOW)
    return_note(filing, by=make_user(Role.COORDINATOR), comment="请补充。", at=NOW)
    sheet = handed_back(filing.period, agency, liaison, lambda ws: put(ws, "进展情况", "改。"))
    save_note(filing, by=liaison, content=content(), revision=0, at=NOW)
    submit_note(filing, by=liaison, is_sure=True, at=NOW)
    return_note(filing, by=make_user(Role.COORDINATOR), comment="请再补充。", at=NOW)
    assert checked(sheet).result[0]["outcome"] == "stale"


def test_an_untouched_row_is_unchanged_whoever_saved_since(filing, agency, liaison):
    sheet = handed_back(filing.period, agency, liaison, untouched)
    save_note(filing, by=liaison, content=content(), revision=0, at=NOW)
    assert checked(sheet).state == "unchanged"


def test_a_row_twice_is_refused(filing, dated, liaison):
    def fill(sheet):
        sheet.cell(FIRST + 1, 1).value = sheet.cell(FIRST, 1).value

    sheet = back(filing, liaison, fill)
    assert "与第4行重复" in sheet.result[0]["faults"][0]["allowed"]


def test_rows_may_be_taken_away_or_stand_in_another_order(filing, dated, liaison):
    def fill(sheet):
        put(sheet, "进展情况", "第二项。", row=FIRST + 1)
        sheet.delete_rows(FIRST)

    sheet = back(filing, liaison, fill)
    assert [row["name"] for row in sheet.result] == [str(dated.measure)]


def book_bytes(**titles: str) -> bytes:
    book, out = Workbook(), BytesIO()
    book.active.title = titles.get("title", "Sheet")
    book.save(out)
    return out.getvalue()


def test_another_workbook_is_refused_whole(filing, liaison):
    for content_, words in (
        (book_bytes(), "工作簿中没有“填报表”工作表"),
        (book_bytes(title="填报表"), "A3的表头应为“行标识”"),
        (book_bytes(title="台账"), "这是报告中固定存档的台账，不能导入"),
    ):
        sheet = uploaded(filing.period, filing.agency, liaison, content_, kind="filings")
        assert checked(sheet).state == "failed"
        assert sheet.error.startswith(words)


def test_another_agencys_sheet_or_another_periods_is_refused_whole(filing, liaison):
    other = make_agency()
    theirs = make_user(Role.LIAISON, other)
    make_filing(period=filing.period, measure=make_measure(lead=other))
    content_ = download_sheet("filings", filing.period, other, by=theirs, at=NOW)
    sheet = checked(uploaded(filing.period, filing.agency, liaison, content_, kind="filings"))
    assert sheet.state == "failed"
    assert "不是为这一单位、这一填报期下载的" in sheet.error


def test_a_sheet_of_another_period_names_it(filing, liaison):
    other = make_period(Quarter(2026, 2), state="closed")
    make_filing(period=other, measure=filing.measure)
    content_ = download_sheet("filings", other, filing.agency, by=liaison, at=NOW)
    sheet = checked(uploaded(filing.period, filing.agency, liaison, content_, kind="filings"))
    assert sheet.state == "failed"
    assert sheet.error == f"这个文件是为“{other}”下载的，不能在“{filing.period}”上传，" + (
        f"请在“{other}”的页面上传。"
    )


def test_a_sheet_of_another_notice_names_both(filing, agency, liaison):
    notice = make_another_notice("渝府办发〔2020〕9号")
    other = make_period(notice=notice)
    make_filing(period=other, measure=make_measure(lead=agency, notice=notice))
    content_ = download_sheet("filings", other, agency, by=liaison, at=NOW)
    sheet = checked(uploaded(filing.period, agency, liaison, content_, kind="filings"))
    meant, here = f"{notice}{other}", f"{filing.period.notice}{filing.period}"
    assert sheet.error == f"这个文件是为“{meant}”下载的，不能在“{here}”上传，" + (
        f"请在“{meant}”的页面上传。"
    )


def test_the_same_workbook_comes_back_with_its_faulty_cells_marked(filing, dated, liaison):
    def fill(sheet):
        put(sheet, "进展情况", "第一项。")
        put(sheet, "自评进度", "很好", row=FIRST + 1)

    sheet = back(filing, liaison, fill)
    marked = opened(download_marked(sheet, by=liaison, at=LATER))["填报表"]
    wrong = marked.cell(FIRST + 1, column("自评进度"))
    assert wrong.value == "很好"
    assert wrong.fill.fgColor.rgb.endswith("FFD9D9")
    assert wrong.comment.text == "须从“未启动、推进中、基本完成”中选择。"
    assert marked.cell(FIRST, column("进展情况")).value == "第一项。"
    assert marked.cell(FIRST, column("进展情况")).comment is None
    assert marked.protection.sheet
