"""The demonstration's documents read back from their files, as by a clerk new to them."""

import re
from decimal import Decimal
from typing import Any

import pytest

from lib.numbers import share
from policy_tracker.tests.retired_words import retired_in
from reports.choices import ReportKind
from reports.tests.papers import WANTED, Papers, office_papers, papers

__all__ = ["office_papers", "papers"]
pytestmark = pytest.mark.django_db  # sets up the database that the session's fixture needs

SYSTEM_WORDS = re.compile(
    "采用|内容未纳入|尚未下达|尚未布置|预警：|进度：|待核(?!定)|人工认定|缺失|undefined|None"
)
ISO_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
BARE_MARK = re.compile(r"(?<![第、])（[一二三四五六七八九十]+）(?=[、；。，：])")
CUT_OFF = re.compile(r"截至：?(\d{4}年\d{1,2}月\d{1,2}日)")
SHARE = re.compile(r"(\d+)[项件][^，。；、]{0,12}、占(\d+\.\d)%")
# Whose documents these are: the commission's, except an agency's own.
OTHERS_VOICE = re.compile("我局|我关|我行|我厅|我办|我公司|我单位|我们|本局|本关|本行|你单位")


def named(*kinds: ReportKind) -> list[str]:
    return [name for name, one in WANTED.items() if one.kind in kinds]


PROSE = named(
    ReportKind.PROGRESS, ReportKind.CIRCULAR, ReportKind.BRIEF, ReportKind.LETTER, ReportKind.AGENCY
)
COMMISSIONS = named(ReportKind.PROGRESS, ReportKind.CIRCULAR, ReportKind.BRIEF, ReportKind.LETTER)
WHOLE_NOTICE = named(ReportKind.PROGRESS, ReportKind.CIRCULAR, ReportKind.BRIEF)


@pytest.mark.parametrize("name", PROSE)
def test_no_word_belongs_to_the_system(papers: Papers, name: str) -> None:
    assert SYSTEM_WORDS.findall(papers.words(name)) == []


@pytest.mark.parametrize("name", WANTED)
def test_no_word_is_retired_in_the_glossary(papers: Papers, name: str) -> None:
    assert retired_in(papers.words(name)) == []


@pytest.mark.parametrize("name", COMMISSIONS)
def test_demonstration_data_are_marked_for_the_whole_document(papers: Papers, name: str) -> None:
    """After each text, a mark would look like a part of it; an agency's text is sent as it is."""
    assert "（演示数据）" not in papers.words(name)


@pytest.mark.parametrize("name", PROSE)
def test_every_day_is_written_out(papers: Papers, name: str) -> None:
    assert ISO_DATE.findall(papers.words(name)) == []


@pytest.mark.parametrize("name", WHOLE_NOTICE)
def test_a_measure_is_never_confused_with_a_section(papers: Papers, name: str) -> None:
    assert BARE_MARK.findall(papers.text(name)) == []


@pytest.mark.parametrize("name", PROSE)
def test_it_names_its_day_once(papers: Papers, name: str) -> None:
    data, text = papers.data(name), papers.words(name)
    day = data.get("told_on") or data["judged_on"]
    year, month, number = (int(part) for part in day.split("-"))
    told = CUT_OFF.findall(text)
    assert len(told) == (0 if WANTED[name].kind == ReportKind.AGENCY else 1)
    assert set(told) <= {f"{year}年{month}月{number}日"}


@pytest.mark.parametrize("name", COMMISSIONS)
def test_the_commissions_documents_are_in_its_own_voice(papers: Papers, name: str) -> None:
    assert OTHERS_VOICE.findall(papers.words(name)) == []


@pytest.mark.parametrize("name", WHOLE_NOTICE)
def test_each_share_is_rounded_as_by_a_calculator(papers: Papers, name: str) -> None:
    data = papers.data(name)
    paced = sum(bool(m["pace"]) for part in data["sections"] for m in part["measures"])
    totals = {sum(count["count"] for count in data[key]) for key in ("lights", "filings")}
    totals |= {paced} - {0}
    for count, said in SHARE.findall(papers.text(name)):
        assert Decimal(said) in {share(int(count), total) for total in totals}, (count, said)


def counts_of(data: Any, key: str) -> dict[str, int]:
    return {count["key"]: count["count"] for count in data[key]}


@pytest.mark.parametrize("name", named(ReportKind.CIRCULAR))
def test_a_circulars_figures_are_those_of_its_dataset(papers: Papers, name: str) -> None:
    data, text = papers.data(name), papers.text(name)
    lights, filings = counts_of(data, "lights"), counts_of(data, "filings")
    came = counts_of(data, "timeliness")
    assert f"本期应报{sum(filings.values())}件，涉及{len(data['agencies'])}个单位" in text
    for word, count in (
        ("审核通过", filings["accepted"]),
        ("待审核", filings["waiting"]),
        ("退回补正", filings["mending"]),
        ("未报", filings["unfiled"]),
    ):
        assert (f"{word}{count}件、占" in text) is (count > 0)
    assert f"按时报送{came['in_time']}件、" in text
    for word, count in (("红灯（滞后）", lights["red"]), ("黄灯（预警）", lights["yellow"])):
        assert (f"{word}{count}项、占" in text) is (count > 0)
    assert f"绿灯（正常）{lights['green'] + lights['waiting']}项、占" in text


@pytest.mark.parametrize("name", named(ReportKind.BRIEF))
def test_a_briefs_figures_are_those_of_its_dataset(papers: Papers, name: str) -> None:
    data, text = papers.data(name), papers.text(name)
    lights = counts_of(data, "lights")
    for word, count in (("进展滞后", lights["red"]), ("预警", lights["yellow"])):
        assert (f"{word}{count}项" in text) is (count > 0)
    assert f"本期应报{sum(counts_of(data, 'filings').values())}件，" in text
    figures = [one for part in data["sections"] for m in part["measures"] for one in m["figures"]]
    told = [one for one in figures if one["is_import"]]
    assert len(told) == 3
    for one in told:
        assert f"{one['name']}{one['value']}" in text
        assert one["change"] in text


OWN_WORDS = {"agency-one": "我办", "agency-seven": "我关"}
OWN_VOICE = re.compile("我[委局关行厅办]|我公司|本[局关行]")


@pytest.mark.parametrize("name", OWN_WORDS)
def test_an_agencys_own_report_is_in_its_own_voice(papers: Papers, name: str) -> None:
    assert set(OWN_VOICE.findall(papers.words(name))) == {OWN_WORDS[name]}


@pytest.mark.parametrize("name", OWN_WORDS)
def test_an_agency_never_rates_itself(papers: Papers, name: str) -> None:
    assert not re.findall("[红黄绿灰]灯|滞后|预警", papers.words(name))


NAMED_ONCE = ("市科技局", "市经济信息委", "市国资委", "人行重庆市分行")


def test_each_debtor_is_named_once_with_its_debts(papers: Papers) -> None:
    text = papers.text("circular-3")
    problems = text[text.index("三、存在的问题") : text.index("四、下一步工作要求")]
    filed = text[text.index("一、报送情况") : text.index("二、进展情况")]
    for agency in NAMED_ONCE:
        assert problems.count(agency) == 1
        assert agency not in filed
    assert "逾期3个工作日：" in problems
    assert "市经济信息委（未报2件、退回待补正1件）、" in problems


def test_only_agencies_without_any_debt_are_praised(papers: Papers) -> None:
    praise = "市政府口岸物流办（1件）、市知识产权局（1件）、中国信保重庆营管部（1件）"
    assert f"{praise}按时报送、全部审核通过，予以表扬。" in papers.text("circular-3")
    # It has a filing that nobody has reviewed yet.
    assert "市市场监管局" not in papers.text("circular-3")


def test_an_undecided_circular_praises_and_names_nobody(papers: Papers) -> None:
    text = papers.text("circular-undecided").partition("编辑核对事项")[0]
    assert "表扬" not in text
    assert "经市政府同意" not in text
    assert not any(agency in text for agency in NAMED_ONCE)


# How each document begins, a sentence from its middle, and its end, without spaces.
SENTENCES = {
    "circular-1": (
        "经市政府同意，现将2026年一季度工作报送和进展情况（截至2026年4月22日）通报如下。",
        "逾期10个工作日：市经济信息委（未报1件）、市国资委（迟报1件、未报1件）、",
        "请各责任单位按期报送下一期进展，写明数据、事例和需协调事项。特此通报。",
    ),
    "circular-2": (
        "经市政府同意，现将2026年上半年工作报送和进展情况（截至2026年7月21日）通报如下。",
        "市发展改革委（迟报1件、未报1件（已补报））",
        "请各责任单位按期报送下一期进展，写明数据、事例和需协调事项。特此通报。",
    ),
    "circular-3": (
        "经市政府同意，现将2026年前三季度工作报送和进展情况（截至2026年11月23日）通报如下。",
        "第（十三）项“进一步拓宽金融服务渠道”，市地方金融管理局一、二、三季度进展均未报，",
        "请各责任单位按期报送下一期进展，写明数据、事例和需协调事项。特此通报。",
    ),
    "brief-1": (
        "截至2026年4月22日，17项政策措施中，预警6项、正常7项、未评定4项；",
        "●第（十）项（我委牵头），重庆海关一季度进展未报，逾期10个工作日（自2026年4月9日起）。",
        "四、需协调事项没有等待答复的需协调事项。",
    ),
    "brief-2": (
        "截至2026年7月21日，17项政策措施中，进展滞后1项、预警6项、正常6项、未评定4项；",
        "▲第（十三）项“进一步拓宽金融服务渠道”，市地方金融管理局一、二季度进展均未报，",
        "四、需协调事项没有等待答复的需协调事项。",
    ),
    "brief-3": (
        "截至2026年11月23日，17项政策措施中，进展滞后2项、预警8项、正常3项（其中待审核1项）、",
        "进口药品备案平均用时7.9个工作日，比6月末延长0.8个工作日",
        "是否优先保障进口货物舱位（待市领导定，已等1个工作日，请于2026年12月3日前答复）。",
    ),
    "agency-one": (
        "现将我办2026年前三季度（2026年1月1日至9月30日）扩大进口促进外贸发展工作进展情况报告如下。",
        "第（十六）项（清理规范进出口环节收费）。免除查验没有问题外贸企业吊装移位仓储费用6090标箱，",
        "特此报告。重庆市人民政府口岸和物流办公室2026年11月23日",
    ),
    "agency-seven": (
        "现将我关2026年前三季度（2026年1月1日至9月30日）扩大进口促进外贸发展工作进展情况函告如下。",
        "我关承担7项措施。本函反映其中4项的进展情况，目前基本完成1项、正在推进3项。",
        "特此函告。中华人民共和国重庆海关2026年11月23日",
    ),
    "letter-one": (
        "截至2026年11月23日，贵委应报送的1项尚未报送。",
        "第（三）项“扩大优质农产品和重要资源性产品进口”（牵头），逾期3个工作日。",
        "特此函达。重庆市商务委员会2026年11月23日",
    ),
    "letter-many": (
        "截至2026年11月23日，贵关应报送7项，尚有3项未报送（逾期3个工作日）。",
        "另有2026年一季度第（十）项未报送，请一并补报。",
        "特此函达，请予支持为盼。重庆市商务委员会2026年11月23日",
    ),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_it_contains_all_its_parts_in_order(papers: Papers, name: str) -> None:
    text = papers.text(name)
    first, between, last = SENTENCES[name]
    assert text.index(first) < text.index(between) < text.rindex(last)


PAGES = {
    "progress-1": 14, "progress-2": 14, "progress-3": 14,
    "circular-1": 6, "circular-2": 6, "circular-3": 8, "circular-undecided": 6,
    "brief-1": 1, "brief-2": 1, "brief-3": 1,
    "agency-one": 2, "agency-seven": 3, "letter-one": 1, "letter-many": 1,
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_it_has_the_expected_number_of_pages(papers: Papers, name: str) -> None:
    assert papers.page_count(name) == PAGES[name]


@pytest.mark.office
@pytest.mark.parametrize("name", PAGES)
def test_word_and_pdf_differ_by_one_page_at_most(office_papers: Papers, name: str) -> None:
    by_word = office_papers.page_count(name, by_office=True)
    assert abs(by_word - PAGES[name]) <= (0 if WANTED[name].kind == ReportKind.BRIEF else 1)


@pytest.mark.parametrize("name", PAGES)
def test_word_and_pdf_have_the_same_text_in_the_same_order(papers: Papers, name: str) -> None:
    assert papers.pdf_text(name) == papers.text(name)


PROGRESS = named(ReportKind.PROGRESS)


@pytest.mark.office
@pytest.mark.parametrize("name", PROGRESS)
def test_a_report_has_12_to_15_pages(office_papers: Papers, name: str) -> None:
    assert 12 <= office_papers.page_count(name) <= 15
    assert 12 <= office_papers.page_count(name, by_office=True) <= 15


@pytest.mark.parametrize("name", PROGRESS)
def test_only_its_own_day_is_above_its_tables(papers: Papers, name: str) -> None:
    assert not re.findall("填报单位|填报时间|填报期", papers.words(name))


def test_an_agency_s_text_and_its_indicator_agree(papers: Papers) -> None:
    text = papers.text("progress-3")
    assert "自沿线国家进口111.7亿元。" in text
    assert "111.6" not in text
