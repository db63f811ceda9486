"""情况通报: praise, measures that lag, who has not filed, and the new due date."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from lib.official.document import Form
from measures.models import Period
from measures.tests.factories import TODAY
from reports.choices import FileFormat, ReportKind
from reports.datasets.circular import circular_from, gather
from reports.datasets.schema import CircularData, ProgressData, measures_of
from reports.documents.circular import document_of, file_title
from reports.documents.proposals import naming_proposals
from reports.documents.tests.cases import (
    all_in_time,
    calm,
    changed,
    chosen,
    party_changed,
    standings_of,
    words,
)
from reports.models.report import Scope
from reports.rules.naming import named_as_missing

pytestmark = pytest.mark.django_db
MADE_ON = date(2026, 11, 24)


@pytest.fixture
def circular(data: ProgressData) -> CircularData:
    """Return the filed period's circular: no measure lags, nothing is chosen yet."""
    return circular_from(calm(data), standings_of(data), on=TODAY, calendar={})


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


def test_it_contains_no_notes(filed: Period) -> None:
    data = gather(Scope(filed.pk), on=TODAY)
    assert all(p["note"] is None for m in measures_of(data) for p in m["parties"])
    assert "的一件事" not in str(document_of(data, made_on=MADE_ON))


def test_without_choices_it_praises_and_names_nobody(circular: CircularData) -> None:
    document = document_of(circular, made_on=MADE_ON)
    assert "表扬" not in str(document.parts)
    assert said(circular, "problems") == "个别单位报送不及时，迟报1件、未报2件。"
    assert document.editor_notes[0].startswith("表扬和点名的单位尚未选定，文中暂不出现")


def test_it_names_the_chosen_agencies(circular: CircularData) -> None:
    data = chosen(circular, praise=["市科技局"], name=["重庆海关"], with_consent=True)
    document = document_of(data, made_on=MADE_ON)
    assert said(data, "filings").endswith("\n市科技局（3件）按时报送、全部审核通过，予以表扬。")
    assert said(data, "problems") == (
        "个别单位报送不及时，迟报1件、未报2件。"
        "其中点名通报1个单位，逾期1个工作日：重庆海关（未报1件）。"
    )
    assert "要求，经市政府同意，现将2026年前三季度工作报送和进展情况" in document.opening
    assert "经市政府同意" not in document_of(circular, made_on=MADE_ON).opening
    assert not any("尚未选定" in note for note in document.editor_notes)


LAGS: dict[str, Any] = {"light": "red", "light_label": "滞后"} | {
    "since": "2026-07-13",
    "waits_for": ["市农业农村委"],
    "others": [],
}


def test_a_lagging_measure_is_named_with_lead_and_cause(circular: CircularData) -> None:
    red = changed(circular, 3, **LAGS, sentence="二、三季度进展均未报")
    problems = said(red, "problems")
    assert problems.startswith(
        "一是1项措施进展滞后。第（三）项“扩大优质农产品和重要资源性产品进口”"
        "（市农业农村委牵头），二、三季度进展均未报（自2026年7月13日起）。"
    )
    assert "请滞后措施的牵头单位市农业农村委查明原因" in said(red, "asked")


def test_the_author_refers_to_itself_as_we(circular: CircularData) -> None:
    red = changed(circular, 7, **LAGS, sentence="市商务委三季度进展未报")
    assert "未报”，" not in said(red, "problems")
    assert "第（七）项“做好中国国际进口博览会采购交易工作”，我委三季度进展未报（自" in said(
        red, "problems"
    )
    assert "请" not in said(red, "asked").split("；")[0].removeprefix("一是请未报的单位")


def test_a_late_agency_is_named_with_the_number_of_days(circular: CircularData) -> None:
    assert said(chosen(circular, name=["全部"]), "problems") == (
        "个别单位报送不及时，迟报1件、未报2件。逾期1个工作日："
        "市发展改革委（迟报1件）、重庆海关（未报1件）、市知识产权局（未报1件）。"
    )


def test_many_late_agencies_are_grouped_by_days(circular: CircularData) -> None:
    data = all_in_time(circular)
    for name, days in (("市科技局", 2), ("市经济信息委", 9), ("市发展改革委", 2), ("市商务委", 9)):
        data = party_changed(data, 1, name, timeliness="missing", workdays_late=days)
    assert said(chosen(data, name=["全部"]), "problems") == (
        "部分单位报送不及时，未报4件。其中点名通报3个单位，逾期9个工作日："
        "市经济信息委（未报1件）；逾期2个工作日：市发展改革委（未报1件）、市科技局（未报1件）。"
    )


SOME = [(1, "个别"), (3, "个别"), (4, "部分")]


@pytest.mark.parametrize(("count", "word"), SOME)
def test_few_agencies_are_called_some_and_more_are_called_part(
    circular: CircularData, count: int, word: str
) -> None:
    data = all_in_time(circular)
    names = ["市科技局", "市经济信息委", "市发展改革委", "市商务委"]
    for name in names[:count]:
        data = party_changed(data, 1, name, timeliness="late", workdays_late=2)
    assert said(data, "problems").startswith(f"{word}单位报送不及时，")


def test_returned_filings_that_are_not_corrected_are_mentioned(circular: CircularData) -> None:
    data = party_changed(all_in_time(circular), 1, "市科技局", returned=2, part="mending")
    assert said(chosen(data, name=["全部"]), "problems") == (
        "个别单位报送内容需要补正，退回待补正1件。退回待补正：市科技局（1件）。"
    )
    # Each return set its own due date.
    mend = "请退回待补正的单位于退回时所定期限前重新报送，期限已过的立即报送；"
    assert said(data, "asked").startswith(f"一是{mend}")
    both = party_changed(circular, 1, "市科技局", returned=1, part="mending")
    assert said(both, "asked").startswith(f"一是请未报的单位于2026年11月30日前补报，{mend[1:]}")


def test_late_and_returned_filings_are_worded_separately(
    circular: CircularData,
) -> None:
    data = party_changed(circular, 1, "市科技局", returned=2, part="mending")
    assert said(data, "problems").startswith("部分单位报送不及时或需补正，迟报1件、未报2件、退回")


def test_without_any_fault_it_says_so(circular: CircularData) -> None:
    assert said(all_in_time(circular), "problems") == (
        "本期没有滞后和预警事项，也没有迟报、未报的单位。"
    )
    assert said(all_in_time(circular), "asked") == (
        "请各责任单位按期报送下一期进展，写明数据、事例和需协调事项。"
    )


def test_agencies_that_have_not_filed_must_do_so_in_five_working_days(
    circular: CircularData,
) -> None:
    assert circular["file_by"] == "2026-11-30"
    assert said(circular, "asked").startswith("一是请未报的单位于2026年11月30日前补报；\n二是")


def test_missing_filings_are_requested_even_after_closing(circular: CircularData) -> None:
    circular["period"]["is_closed"] = True
    assert said(circular, "asked").startswith("一是请未报的单位于2026年11月30日前补报；")


def test_written_off_filings_are_neither_requested_nor_named(circular: CircularData) -> None:
    data = party_changed(circular, 17, "重庆海关", is_written_off=True)
    assert "重庆海关" not in {one.agency for one in naming_proposals(data)}
    assert "未报的1件经我委核定不再补报。" in said(data, "filings")
    assert named_as_missing(ReportKind.CIRCULAR, data) == {(17, "zscqj")}


def test_each_debtor_is_named_once(circular: CircularData) -> None:
    text = str(document_of(chosen(circular, name=["全部"]), made_on=MADE_ON).parts)
    assert text.count("重庆海关") == text.count("市知识产权局") == 1


def test_its_only_day_is_that_of_the_lights(data: ProgressData) -> None:
    """A filing that came after the closing was missing then; the circular says it came later."""
    late = party_changed(
        calm(data), 17, "重庆海关", timeliness="late", part="accepted", is_backfilled=True,
        due_on="2026-11-18", submitted_on="2026-11-27", workdays_late=7,
    )  # fmt: skip
    circular = circular_from(late, standings_of(data), on=TODAY + timedelta(days=9), calendar={})
    assert circular["told_on"] == circular["judged_on"] == "2026-11-23"
    told = said(chosen(circular, name=["重庆海关"]), "problems")
    assert told.endswith("逾期3个工作日：重庆海关（未报1件（已补报））。")
    assert named_as_missing(ReportKind.CIRCULAR, circular) == {(17, "zscqj")}
    days = set(re.findall(r"截至(\d+年\d+月\d+日)", str(document_of(circular, made_on=MADE_ON))))
    assert days == {"2026年11月23日"}


def test_both_greens_are_counted_as_one_with_the_waiting_ones_beside(
    circular: CircularData,
) -> None:
    data = changed(circular, 1, light="waiting", light_label="正常·待审核")
    assert "绿灯（正常）13项、占76.5%；灰灯（未评定）4项、占23.5%。正常的13项中，1项待审核。" in (
        said(data, "sections")
    )


def test_gaps_of_the_captured_text_are_notes_for_the_editor_only(circular: CircularData) -> None:
    document = document_of(circular, made_on=MADE_ON)
    assert any("第（十）项的标题" in note for note in document.editor_notes)
    assert "缺失" not in str(document.parts)
