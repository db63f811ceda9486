"""The downloaded sheet, opened again."""

from datetime import date, timedelta

import pytest

from agencies.permissions import Role
from measures.choices import FilingState, ResponsibilityRole, SheetKind, Stage
from measures.models import limits
from measures.rules.periods import Quarter
from measures.sheets.actions import download_sheet
from measures.sheets.columns import LAYOUTS, LONG, REASON, SHORT
from measures.sheets.ledger_sheet import CELL_MOST
from measures.sheets.tests.sheets import FIRST, column, opened
from measures.tests.counted import make_indicator
from measures.tests.factories import (
    NOW,
    make_agency,
    make_dated_measure,
    make_filing,
    make_measure,
    make_note,
    make_period,
    make_responsibility,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def sheet_of(period, agency, by, kind=SheetKind.FILINGS):
    return opened(download_sheet(kind, period, agency, by=by, at=NOW))


def test_the_limits_are_those_of_the_models():
    assert (LONG, SHORT, REASON) == (limits.TEXT_MOST, limits.SHORT_MOST, limits.REASON_MOST)


def test_each_filing_of_the_agency_has_a_row_and_others_none(agency, liaison):
    period = make_period()
    for _ in range(2):
        make_filing(measure=make_measure(lead=agency), period=period)
    make_filing(measure=make_measure(), period=period)
    sheet = sheet_of(period, agency, liaison)["填报表"]
    assert sheet.max_row == FIRST + 1
    assert [sheet.cell(r, column("序号")).value for r in (FIRST, FIRST + 1)] == ["（一）", "（二）"]


def test_what_is_told_is_locked_and_what_is_asked_is_open(agency, liaison):
    filing = make_filing(measure=make_dated_measure(lead=agency))
    make_indicator(filing.measure, asked=True)
    book = sheet_of(filing.period, agency, liaison)
    sheet = book["填报表"]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    for at, one in enumerate(LAYOUTS[SheetKind.FILINGS].columns, start=1):
        assert sheet.cell(FIRST, at).protection.locked is not bool(one.field), one.heading
    assert sheet.column_dimensions["A"].hidden
    assert sheet.freeze_panes == "D4"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.page_setup.orientation == "landscape"
    assert "说明" in book.sheetnames
    assert "非涉密" in str([cell.value for row in book["说明"].iter_rows() for cell in row])


def test_choices_come_as_lists_and_the_percentage_for_dated_measures_only(agency, liaison):
    period = make_period()
    make_filing(measure=make_measure(lead=agency), period=period)
    make_filing(measure=make_dated_measure(lead=agency), period=period)
    sheet = sheet_of(period, agency, liaison)["填报表"]
    rules = {r.formula1: str(r.sqref) for r in sheet.data_validations.dataValidation}
    assert rules == {
        '"未启动,推进中,基本完成"': "K4:K5",
        "0": "L5",
        '"正常,有风险,难以完成"': "M4:M5",
    }
    assert sheet.cell(FIRST, column("自评完成比例")).protection.locked
    assert not sheet.cell(FIRST + 1, column("自评完成比例")).protection.locked


def test_the_last_accepted_words_stand_beside_the_new(agency, liaison):
    measure = make_measure(lead=agency)
    earlier = make_period(Quarter(2026, 2), state="closed", due_on=date(2026, 7, 7))
    make_filing(measure=measure, period=earlier, state=FilingState.ACCEPTED)
    period = make_period()
    make_filing(measure=measure, period=period)
    sheet = sheet_of(period, agency, liaison)["填报表"]
    assert sheet.cell(FIRST, column("上次已通过的进展")).value == "已推进一件事。"


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@cmd", '=HYPERLINK("http://x")'])
def test_no_text_becomes_a_formula(agency, liaison, text):
    filing = make_filing(measure=make_measure(lead=agency))
    make_note(filing, progress=text)
    type(filing).objects.filter(pk=filing.pk).update(state=FilingState.DRAFT)
    cell = sheet_of(filing.period, agency, liaison)["填报表"].cell(FIRST, column("进展情况"))
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", text, True)


@pytest.mark.parametrize("state", [FilingState.SUBMITTED, FilingState.ACCEPTED, FilingState.WAIVED])
def test_what_cannot_be_written_now_is_told_and_locked(agency, liaison, state):
    filing = make_filing(measure=make_measure(lead=agency), state=state)
    sheet = sheet_of(filing.period, agency, liaison)["填报表"]
    assert sheet.cell(FIRST, column("进展情况")).protection.locked


def test_the_statuses_have_every_measure_with_its_newest_word(agency):
    measures = [make_measure(lead=agency), make_dated_measure()]
    period = make_period()
    coordinator = make_user(Role.COORDINATOR)
    sheet = sheet_of(period, None, coordinator, SheetKind.STATUSES)["工作台账"]
    where = column("进度", SheetKind.STATUSES)
    assert [sheet.cell(FIRST + n, where).value for n in range(len(measures))] == ["推进中"] * 2
    assert sheet.cell(FIRST + 1, where + 1).value == 50
    assert sheet.cell(FIRST, column("牵头单位", SheetKind.STATUSES)).value == "市农业农村委"


def test_the_ledger_tells_all_and_opens_three_columns(agency):
    measure = make_measure(lead=agency)
    second = make_agency(name="市财政局")
    make_responsibility(measure, second, ResponsibilityRole.SUPPORT)
    period = make_period()
    make_filing(measure=measure, period=period, state=FilingState.ACCEPTED)
    filing = make_filing(measure=measure, period=period, agency=second)
    make_note(filing, progress="别人还不能看的草稿。")
    type(filing).objects.filter(pk=filing.pk).update(state=FilingState.DRAFT)
    kind = SheetKind.STATUSES
    sheet = sheet_of(period, None, make_user(Role.COORDINATOR), kind)["工作台账"]
    layout = LAYOUTS[kind]
    told = {c.heading: sheet.cell(FIRST, column(c.heading, kind)).value for c in layout.columns}
    assert told["其他责任单位"] == "市财政局（配合）"
    assert told["本期报送"] == "1/2"
    assert told["进展情况"] == "市农业农村委：已推进一件事。"
    assert (told["预警灯"], told["性质"], told["完成时限"]) == ("未评定", "长期坚持", "长期")
    open_ones = [c.heading for c in LAYOUTS[kind].columns if c.field]
    assert open_ones == ["进度", "完成比例", "变化与依据", "回退原因"]
    for at, one in enumerate(LAYOUTS[kind].columns, start=1):
        is_open = one.field and not one.is_percent  # this one has no due date
        assert sheet.cell(FIRST, at).protection.locked is not bool(is_open), one.heading


def ledger_of(period):
    return sheet_of(period, None, make_user(Role.COORDINATOR), SheetKind.STATUSES)


def test_the_ledger_opens_with_the_sheet_to_be_read(agency):
    measure = make_measure(lead=agency, others=(make_agency(name="市财政局"),))
    period = make_period()
    make_filing(measure=measure, period=period, state=FilingState.ACCEPTED)
    book = ledger_of(period)
    assert book.sheetnames == ["阅览", "工作台账", "说明"]
    assert book.active.title == "阅览"
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == ["阅览"]
    sheet = book["阅览"]
    assert sheet["A1"].value == "2026年前三季度工作台账"
    assert sheet["A2"].value == (
        "填报单位：市商务委　截至：2026年11月23日　非涉密。严禁填写国家秘密和工作秘密。"
    )
    rows = [[value or "" for value in row] for row in sheet.iter_rows(FIRST, values_only=True)]
    assert rows == [
        [
            *("（一）", "推进一件事", "长期坚持", "推进中", "○未评定：首个填报期尚未到期"),
            *("市农业农村委（牵头）", "已通过，按时\n2026年11月22日", "已推进一件事。", "", ""),
        ],
        [*("（一）", "", "", "", ""), *("市财政局", "", "", "", "")],
    ]


def test_the_ledger_to_be_read_says_that_its_data_are_for_demonstration(agency):
    make_measure(lead=agency)
    period = make_period()
    type(period.notice).objects.update(demonstrated_at=NOW)
    period.notice.refresh_from_db()
    assert ledger_of(period)["阅览"]["A2"].value.endswith("　演示数据")


def test_an_agency_that_filed_is_told_when_it_is_responsible_no_more(agency):
    measure = make_measure(lead=agency)
    period = make_period()
    filing = make_filing(measure=measure, period=period)
    fields = {"agency": make_agency(name="市科技局"), "agency_name": "市科技局"}
    type(filing).objects.filter(pk=filing.pk).update(**fields)
    rows = ledger_of(period)["阅览"].iter_rows(FIRST, values_only=True)
    assert [row[5:7] for row in rows] == [
        ("市农业农村委（牵头）", None),
        ("市科技局（牵头）", "待报（未到截止日）"),
    ]


def test_keys_of_the_ledger_are_neither_shown_nor_printed(agency):
    make_measure(lead=agency)
    sheet = ledger_of(make_period())["工作台账"]
    assert sheet.column_dimensions["A"].hidden
    assert sheet.print_area == f"'工作台账'!$B$1:$W${FIRST}"


def test_responsible_agencies_are_named_without_saying_so_again(agency):
    make_measure(lead=agency, others=(make_agency(name="市财政局"), make_agency(name="市科技局")))
    sheet = ledger_of(make_period())["工作台账"]
    where = column("其他责任单位", SheetKind.STATUSES)
    assert sheet.cell(FIRST, where).value == "市财政局、市科技局"


@pytest.mark.parametrize("make", [make_measure, make_dated_measure])
def test_a_measure_that_is_closed_has_its_word(agency, make):
    ended = {"stage": Stage.DONE, "completed_on": date(2026, 11, 20)}
    make(lead=agency, **ended)
    book = ledger_of(make_period())
    word = "常态化" if make is make_measure else "已完成"
    cell = book["工作台账"].cell(FIRST, column("进度", SheetKind.STATUSES))
    assert (cell.value, cell.protection.locked) == (word, True)
    assert book["阅览"].cell(FIRST, 4).value.split("\n")[0] == word


def test_the_sheet_of_filings_says_how_to_report_nothing_new(agency, liaison):
    filing = make_filing(measure=make_measure(lead=agency))
    book = sheet_of(filing.period, agency, liaison)
    assert book.sheetnames == ["填报表", "说明"]
    told = {row[0]: row[1] for row in book["说明"].iter_rows(values_only=True)}
    assert "在“进展情况”填“本期无新进展：原因”" in told["本期无新进展"]
    assert "在“进展情况”填“本期无新进展：原因”" in book["填报表"]["B2"].value
    assert "无新进展" not in ledger_of(filing.period)["工作台账"]["B2"].value


def test_a_cell_of_the_ledger_never_holds_more_than_a_cell_can(agency):
    measure = make_measure(lead=agency)
    period = make_period()
    for number in range(10):
        one = agency if not number else make_agency()
        if number:
            make_responsibility(measure, one, ResponsibilityRole.RESPONSIBLE)
        filing = make_filing(measure=measure, period=period, agency=one)
        filing.accepted_note = make_note(filing, submitted=True, progress="长" * 4000)
        filing.save()
    kind = SheetKind.STATUSES
    sheet = sheet_of(period, None, make_user(Role.COORDINATOR), kind)["工作台账"]
    text = sheet.cell(FIRST, column("进展情况", kind)).value
    assert len(text) == CELL_MOST
    assert text.endswith("全文见平台）")


@pytest.mark.parametrize("size", [1, 20])
def test_the_ledger_s_cost_does_not_grow(size, django_assert_max_num_queries):
    period = make_period()
    for _ in range(size):
        make_filing(period=period, measure=make_measure(), state=FilingState.ACCEPTED)
    coordinator = make_user(Role.COORDINATOR)
    assert coordinator.current_memberships
    with django_assert_max_num_queries(16):  # one finds whether there are several documents
        download_sheet(SheetKind.STATUSES, period, None, by=coordinator, at=NOW)


@pytest.mark.parametrize("size", [1, 20])
def test_the_cost_does_not_grow(agency, liaison, size, django_assert_max_num_queries):
    period = make_period()
    for _ in range(size):
        make_filing(measure=make_measure(lead=agency), period=period, state=FilingState.DRAFT)
    assert liaison.current_memberships
    with django_assert_max_num_queries(10):
        download_sheet(SheetKind.FILINGS, period, agency, by=liaison, at=NOW + timedelta(seconds=1))
