"""情况通报: praise, what lags, who has not filed, and by when it is asked for."""

from datetime import date
from typing import Any

import pytest

from lib.official.document import Form
from measures.models import Period
from measures.tests.factories import TODAY
from reports.choices import FileFormat, ReportKind
from reports.datasets.circular import circular_from, gather
from reports.datasets.schema import CircularData, ProgressData, measures_of
from reports.documents.circular import document_of, file_title, praised
from reports.documents.tests.cases import all_in_time, calm, changed, part, party_changed, words
from reports.models.report import Scope
from reports.rules.naming import named_as_missing

pytestmark = pytest.mark.django_db
MADE_ON = date(2026, 11, 24)


@pytest.fixture
def circular(data: ProgressData) -> CircularData:
    """The circular of the filed period, with no measure that lags."""
    return circular_from(calm(data), on=TODAY, calendar={})


def said(data: Any, key: str) -> str:
    return words(document_of(data, made_on=MADE_ON), key)


def test_it_is_an_official_document_with_a_red_head(circular: CircularData) -> None:
    document = document_of(circular, made_on=MADE_ON, number="渝商务通报〔2026〕1号")
    assert document.form == Form.OFFICIAL
    assert document.title == "关于2026年前三季度扩大进口促进外贸发展工作进展情况的通报"
    assert document.head is not None
    assert (document.head.mark, document.head.number) == (
        "重庆市商务委员会",
        "渝商务通报〔2026〕1号",
    )
    assert document.imprint is not None
    assert document.imprint.copies == ("重庆市人民政府办公厅",)
    assert document.imprint.printed_on == MADE_ON
    assert document.addressee == "各责任单位"
    assert document.ending == "特此通报。"
    assert [p.heading for p in document.parts] == [
        "一、报送情况",
        "二、进展情况",
        "三、存在的问题",
        "四、下一步工作要求",
    ]


def test_the_file_is_named_after_it(circular: CircularData) -> None:
    assert file_title(circular, FileFormat.DOCX).endswith("工作进展情况通报")


def test_no_note_of_anybody_stands_in_it(filed: Period) -> None:
    data = gather(Scope(filed.pk), on=TODAY)
    assert all(p["note"] is None for m in measures_of(data) for p in m["parties"])
    assert "的一件事" not in str(document_of(data, made_on=MADE_ON))


def test_who_filed_all_in_time_is_praised_and_the_issuer_is_not(circular: CircularData) -> None:
    good = praised(circular)
    assert "市科技局" in good
    assert not {"市商务委", "重庆海关", "市知识产权局", "市发展改革委"} & set(good)
    assert f"共{len(good)}个单位予以表扬。" in said(circular, "filings")


NOT_PRAISED = [
    {"timeliness": "late"},
    {"timeliness": "missing"},
    {"returned": 1},
    {"part": "waiting"},  # in time, but nobody has read it yet
    {"part": "mending"},
]


@pytest.mark.parametrize("values", NOT_PRAISED)
def test_one_slip_costs_the_praise(circular: CircularData, values: dict[str, object]) -> None:
    assert "市科技局" not in praised(party_changed(circular, 1, "市科技局", **values))


def test_who_leads_what_lags_is_not_praised(circular: CircularData) -> None:
    assert "市农业农村委" in praised(circular)
    assert "市农业农村委" not in praised(changed(circular, 3, light="red"))


def test_with_nobody_to_praise_nothing_is_said_of_it(circular: CircularData) -> None:
    for measure in measures_of(circular):
        for party in measure["parties"]:
            party["returned"] = 1
    assert "表扬" not in said(circular, "filings")


LAGS: dict[str, Any] = {"light": "red", "light_label": "滞后"} | {
    "since": "2026-07-13",
    "waits_for": ["市农业农村委"],
    "others": [],
}


def test_what_lags_is_named_with_its_lead_and_cause(circular: CircularData) -> None:
    red = changed(circular, 3, **LAGS, sentence="二、三季度进展均未报")
    problems = said(red, "problems")
    assert problems.startswith(
        "一是个别措施进展滞后：（三）扩大优质农产品和重要资源性产品进口"
        "（牵头单位：市农业农村委），二、三季度进展均未报"
        "（自2026年7月13日起，待办单位：市农业农村委）；"
    )
    assert "请滞后措施牵头单位市农业农村委查明原因" in said(red, "asked")
    assert (
        "（三）扩大优质农产品和重要资源性产品进口为红灯（滞后），二、三季度进展均未报"
        "（自2026年7月13日起，待办单位：市农业农村委）。"
        in str(part(document_of(red, made_on=MADE_ON), "sections"))
    )


def test_who_was_late_is_named_with_how_long(circular: CircularData) -> None:
    assert said(circular, "problems") == (
        "个别单位报送材料不及时：市发展改革委迟报1件（最长逾期1个工作日）、"
        "重庆海关未报1件（最长逾期1个工作日）、市知识产权局未报1件（最长逾期1个工作日）。"
    )


def test_after_closing_lights_and_filings_are_told_with_their_days(circular: CircularData) -> None:
    data = changed(circular, 3, light="red", light_label="滞后", sentence="逾期10个工作日未报")
    data["judged_on"] = "2026-11-06"
    problems = said(data, "problems")
    assert "措施进展滞后（截至2026年11月6日）：" in problems
    assert "单位报送材料不及时（截至2026年11月23日）：" in problems


def test_many_who_were_late_are_told_by_their_days(circular: CircularData) -> None:
    data = all_in_time(circular)
    for name, days in (("市科技局", 2), ("市经济信息委", 9), ("市发展改革委", 2), ("市商务委", 9)):
        data = party_changed(data, 1, name, timeliness="missing", workdays_late=days)
    assert said(data, "problems") == (
        "部分单位报送材料不及时：最长逾期9个工作日的市商务委未报1件、市经济信息委未报1件；"
        "最长逾期2个工作日的市发展改革委未报1件、市科技局未报1件。"
    )


SOME = [(1, "个别"), (3, "个别"), (4, "部分")]


@pytest.mark.parametrize(("count", "word"), SOME)
def test_a_few_are_some_and_more_are_part(circular: CircularData, count: int, word: str) -> None:
    data = all_in_time(circular)
    names = ["市科技局", "市经济信息委", "市发展改革委", "市商务委"]
    for name in names[:count]:
        data = party_changed(data, 1, name, timeliness="late", workdays_late=2)
    assert said(data, "problems").startswith(f"{word}单位报送材料不及时：")


def test_what_was_sent_back_is_told(circular: CircularData) -> None:
    data = party_changed(all_in_time(circular), 1, "市科技局", returned=2)
    assert said(data, "problems") == "个别单位报送内容需要补正，曾退回1件：市科技局1件。"


def test_with_nothing_wrong_it_says_so(circular: CircularData) -> None:
    assert said(all_in_time(circular), "problems") == "本期没有滞后事项，也没有迟报、未报的单位。"
    assert said(all_in_time(circular), "asked") == (
        "请各责任单位按期报送下一期进展，写明数据、事例和需协调事项。"
    )


def test_who_has_not_filed_is_asked_to_within_five_working_days(circular: CircularData) -> None:
    assert circular["file_by"] == "2026-11-30"
    assert said(circular, "asked").startswith(
        "一是请重庆海关、市知识产权局于2026年11月30日前补报；\n二是"
    )


def test_after_closing_it_is_asked_for_all_the_same(circular: CircularData) -> None:
    circular["period"]["is_closed"] = True
    asked = said(circular, "asked")
    assert asked.startswith("一是请重庆海关、市知识产权局于2026年11月30日前补报；")


def test_what_was_written_off_is_asked_for_no_more(circular: CircularData) -> None:
    data = party_changed(circular, 17, "重庆海关", is_written_off=True)
    assert said(data, "asked").startswith("一是请市知识产权局于2026年11月30日前补报；")
    assert named_as_missing(ReportKind.CIRCULAR, data) == {(17, "zscqj")}


def test_each_green_says_which(circular: CircularData) -> None:
    data = changed(circular, 1, light="waiting", light_label="正常·待审核")
    count = len(data["sections"][0]["measures"])
    greens = f"绿灯（正常·已审核）{count - 1}项；绿灯（正常·待审核）1项。"
    sections = part(document_of(data, made_on=MADE_ON), "sections")
    assert f"本部分{count}项措施中，{greens}" in str(sections)
