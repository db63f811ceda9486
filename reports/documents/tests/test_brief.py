"""专题简报: one page with figures, the worst first."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from lib.official.document import Form
from lib.official.pdf import geometry_for, write_pdf
from lib.official.tests.reading import pages_of
from reports.datasets.schema import ProgressData, measures_of
from reports.datasets.totals import fill_totals
from reports.documents.brief import document_of
from reports.documents.tests.cases import (
    asking,
    before_items,
    calm,
    changed,
    noted,
    part,
    words,
)

pytestmark = pytest.mark.django_db
MADE_ON = date(2026, 11, 24)


@pytest.fixture
def data(data: ProgressData) -> ProgressData:
    """Return the filed period's dataset with no measure that lags."""
    return calm(data)


def said(data: ProgressData, key: str) -> str:
    return words(document_of(data, made_on=MADE_ON), key)


def test_it_has_figures_whose_numbers_are_those_of_the_dataset(data: ProgressData) -> None:
    document = document_of(data, made_on=MADE_ON)
    assert document.form == Form.BRIEF
    lights, filings = part(document, "overall").figures
    assert {b.label: b.value for b in lights.bars} == {
        c["label"]: c["count"] for c in data["lights"]
    }
    assert sum(bar.value for bar in lights.bars) == 17
    assert filings.unit == "件"
    assert [(bar.label, bar.value) for bar in filings.bars] == [("已通过", 51), ("未报", 2)]
    assert not {bar.shape for bar in filings.bars} & {bar.shape for bar in lights.bars}
    assert all(bar.shape for bar in lights.bars if bar.value)


def test_without_filings_there_is_no_bar_for_them(data: ProgressData) -> None:
    for count in (*data["filings"], *data["timeliness"]):
        count["count"] = 0
    overall = part(document_of(data, made_on=MADE_ON), "overall")
    assert len(overall.figures) == 1
    assert overall.paragraphs == ("本期没有布置报送任务。",)


RED: dict[str, Any] = {"light": "red", "light_label": "滞后", "since": "2026-07-13"}


def test_the_bar_of_lights_distinguishes_the_two_greens(data: ProgressData) -> None:
    data = changed(data, 1, light="waiting", light_label="正常·待审核")
    bars = part(document_of(data, made_on=MADE_ON), "overall").figures[0].bars
    greens = [(bar.label, bar.value, bar.tone, bar.shape) for bar in bars if "正常" in bar.label]
    assert greens == [("正常·已审核", 12, "green", "■"), ("正常·待审核", 1, "waiting", "▨")]


def test_it_begins_with_the_lights_worst_first(data: ProgressData) -> None:
    data = changed(data, 7, **RED)
    data = changed(data, 1, light="waiting", light_label="正常·待审核")
    assert document_of(data, made_on=MADE_ON).opening == (
        "截至2026年11月23日，17项政策措施中，进展滞后1项、正常12项（其中待审核1项）、未评定4项；"
        "尚未启动17项。"
    )
    assert document_of(data, made_on=MADE_ON).parts[0].heading == "一、滞后和预警事项"


@pytest.mark.parametrize(
    ("greens", "waiting", "told"),
    [
        (1, 1, "正常1项（待审核）"),
        (3, 3, "正常3项（均待审核）"),
        (3, 2, "正常3项（其中待审核2项）"),
        (3, 0, "正常3项、"),
    ],
)
def test_the_number_of_waiting_green_ones_is_stated(
    data: ProgressData, greens: int, waiting: int, told: str
) -> None:
    green = [m["ordinal"] for m in measures_of(data) if m["light"] == "green"]
    for ordinal in green[greens:]:
        data = changed(data, ordinal, light="yellow", light_label="预警")
    for ordinal in green[:waiting]:
        data = changed(data, ordinal, light="waiting", light_label="正常·待审核")
    assert told in document_of(data, made_on=MADE_ON).opening


def test_everything_that_fits_on_a_page_is_included(data: ProgressData) -> None:
    """Seven warnings and four problems of usual length: the page is full, nothing is cut."""
    for ordinal in (1, 2, 3, 5, 6, 7, 10):
        data = changed(data, ordinal, light="yellow", light_label="预警")
    for ordinal in (1, 2, 3, 5):
        data = noted(data, ordinal, problems=f"第{ordinal}个问题" + "企业反映办理时间仍然较长" * 3)
    data["is_demo"] = True
    document = document_of(data, made_on=MADE_ON)
    assert "从略" not in words(document, "problems")
    assert geometry_for(document).body_pt >= 12


USUAL_REASONS = (
    "市科技局三季度进展未报，逾期34个工作日",
    "节点“完成首批设备进口贴息资金拨付”已逾期47个工作日未完成",
    "监管进口消费品金额较2026-06-30的22.4亿元下降1.5亿元，与目标方向相反",
    "自评“有风险”：受国际海运价格上涨影响，部分重点商品到岸时间推迟，年内完成目标存在不确定性",
)
USUAL_PROBLEM = "部分企业反映通关单证需要在多个系统重复录入，办理时间仍然较长，建议整合申报入口"
USUAL_REQUEST = "请明确进口贴息资金列支渠道，并协调口岸查验单位在年底前延长服务时间"


@pytest.mark.parametrize("lagging", [3, 5, 7, 9, 10, 12])
@pytest.mark.parametrize("asked", [3, 6])
def test_a_page_that_does_not_hold_everything_is_full(
    data: ProgressData, lagging: int, asked: int
) -> None:
    for number in range(lagging):
        light = RED if number % 3 == 0 else {"light": "yellow", "since": "2026-10-08"}
        reason = USUAL_REASONS[number % len(USUAL_REASONS)]
        data = changed(data, number + 1, **light, sentence=reason, others=[])
    for ordinal in (1, 2, 3, 5, 6, 7)[:asked]:
        data = noted(data, ordinal, problems=f"第{ordinal}项{USUAL_PROBLEM}")
        data = asking(data, ordinal, USUAL_REQUEST)
    document = document_of(data, made_on=MADE_ON)
    (page,) = pages_of(write_pdf(document))
    assert geometry_for(document).body_pt >= 12
    last = max(word["bottom"] for word in page.extract_words() if word["bottom"] < page.height - 60)
    assert last / page.height > 0.78  # its text may reach down to 0.92


def with_yellow(data: ProgressData, most: int, reason: str) -> ProgressData:
    """The same, with yellow lights of one reason for the first measures."""
    for ordinal in range(1, most + 1):
        data = changed(
            data, ordinal, light="yellow", light_label="预警", sentence=reason,
            since="2026-07-08", waits_for=["市科技局"], others=[],
        )  # fmt: skip
    return data


def test_reasons_of_yellow_lights_are_left_out_one_by_one(data: ProgressData) -> None:
    reason = "原材料进口年度目标存在缺口" * 6
    data = with_yellow(data, 8, reason)
    lines = said(data, "behind").splitlines()
    told = sum(reason in line for line in lines)
    assert 0 < told < 8
    assert lines[told].startswith(f"●其余预警{8 - told}项：第（")


def test_all_lagging_measures_are_listed_red_first(data: ProgressData) -> None:
    for ordinal in (1, 2, 3, 5, 6):
        data = changed(data, ordinal, light="yellow", light_label="预警")
    data = changed(data, 7, **RED, sentence="逾期", waits_for=[], others=[])
    lines = said(data, "behind").splitlines()
    assert lines[0] == (
        "▲第（七）项“做好中国国际进口博览会采购交易工作”（我委牵头），逾期（自2026年7月13日起）。"
    )
    assert len(lines) == 6
    assert all(line.startswith("●") for line in lines[1:])
    assert "从略" not in lines[-1]


def test_many_warnings_are_listed_with_agency_and_first_day(data: ProgressData) -> None:
    long = "原材料进口年度目标存在缺口" * 60
    data = with_yellow(data, 9, long)
    lines = said(data, "behind").splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(
        "●预警9项：第（一）项“扩大先进技术设备和关键零部件进口”（市科技局，自7月8日起）；第（二）项"
    )


def test_items_that_do_not_fit_on_the_page_are_counted(data: ProgressData) -> None:
    for ordinal in range(1, 18):
        data = changed(data, ordinal, **RED, sentence="原材料进口年度目标存在缺口" * 6)
    lines = said(data, "behind").splitlines()
    assert 4 <= len(lines) < 17
    assert lines[-1].endswith(f"另有{17 - len(lines)}项从略。")


def test_the_number_of_agencies_with_debts_is_stated(data: ProgressData) -> None:
    assert said(data, "overall") == "本期应报53件，其中逾期未报2件、涉及2个单位。"
    late = next(one for one in data["agencies"] if one["missing"])
    late["chased"] = 2
    assert said(data, "overall").endswith("涉及2个单位，已催报2次。")


def test_the_lead_is_not_named_twice(data: ProgressData) -> None:
    who = {"waits_for": ["市商务委"], "others": ["市科技局"]}
    data = changed(data, 7, **RED, sentence="市商务委三季度进展未报", **who)
    assert said(data, "behind") == (
        "▲第（七）项“做好中国国际进口博览会采购交易工作”，我委三季度进展未报（自2026年7月13日起）。"
    )


def test_agencies_that_can_end_a_light_are_named_unless_the_reason_does(data: ProgressData) -> None:
    data = changed(data, 7, **RED, sentence="节点已逾期", waits_for=["市科技局"], others=[])
    assert said(data, "behind").endswith("节点已逾期（自2026年7月13日起，待办单位：市科技局）。")


def test_problems_of_lagging_measures_come_first_and_uncut(data: ProgressData) -> None:
    for ordinal in (1, 2, 3, 5, 6):
        data = noted(data, ordinal, problems=f"第{ordinal}个问题" + "很长" * 10)
    data = changed(data, 5, light="red", since=None)
    lines = said(data, "problems").splitlines()
    assert "第5个问题" in lines[0]
    assert len(lines) == 5
    assert "…" not in "".join(lines)


def test_problems_are_dropped_before_a_request_is_shortened(data: ProgressData) -> None:
    for ordinal in (1, 2, 3, 5, 6, 7, 10):
        data = noted(
            data, ordinal, problems=f"第{ordinal}个问题" * 20, help_needed=f"第{ordinal}个请求" * 5
        )
    document = document_of(data, made_on=MADE_ON)
    told = part(document, "help").paragraphs
    assert len(told) == 7
    assert "…" not in "".join(told)
    assert "从略" in "".join(part(document, "problems").paragraphs)


def test_requests_are_shortened_before_one_is_left_out(data: ProgressData) -> None:
    for ordinal in (1, 2, 3, 5, 6, 7, 10, 12, 13):
        data = noted(data, ordinal, help_needed=f"第{ordinal}个请求" + "很长" * 80)
    lines = said(data, "help").splitlines()
    assert len(lines) == 9
    assert all("…" in line for line in lines)


def test_a_request_is_cut_at_the_end_of_a_clause(data: ProgressData) -> None:
    for ordinal in (1, 2, 3, 5, 6, 7, 10, 12, 13):
        words = f"请统一第{ordinal}项的资料要求，" + "减少企业重复提交" * 20
        data = noted(data, ordinal, help_needed=words)
    first = said(data, "help").splitlines()[0]
    assert first.endswith("（我委）：请统一第1项的资料要求…")


def test_a_request_is_worded_for_the_commission(data: ProgressData) -> None:
    data = noted(data, 3, help_needed="请市商务委协调我委与海关。")
    assert said(data, "help") == (
        "第（三）项“扩大优质农产品和重要资源性产品进口”（市农业农村委）：请我委协调市农业农村委与海关。"
    )
    assert document_of(data, made_on=MADE_ON).editor_notes == ()


def test_a_clause_with_an_unclear_speaker_is_a_note_for_the_editor(data: ProgressData) -> None:
    data = noted(data, 3, help_needed="请协调我局与海关。")
    notes = document_of(data, made_on=MADE_ON).editor_notes
    assert notes == ("以下文字的人称待核对：市农业农村委“请协调我局与海关”。",)


FIGURE = {
    "name": "监管进口消费品金额", "unit": "亿元", "value": "20.9亿元", "day": "2026-09-30",
    "previous": "15.1亿元", "previous_day": "2026-06-30", "change": "比6月末增加5.8亿元",
    "target": "31.0亿元", "target_day": "2026-12-31", "direction": "up", "is_reached": False,
    "is_worse": False, "is_cumulative": True, "is_import": True, "share": "67.4%",
    "reporter": "重庆海关",
}  # fmt: skip


def test_import_figures_have_their_change_and_target(data: ProgressData) -> None:
    data = changed(data, 2, figures=[FIGURE, FIGURE | {"name": "别的指标", "is_import": False}])
    words = said(data, "overall")
    assert words.startswith(
        "监管进口消费品金额20.9亿元，比6月末增加5.8亿元，完成年度目标31.0亿元的67.4%。\n本期应报53件，"
    )
    assert "别的指标" not in words


def test_changes_name_measures_by_number(data: ProgressData) -> None:
    before = {"stage": "not_started", "stage_label": "未启动", "light": "green", "percent": None}
    for ordinal in (1, 2, 7):
        data = changed(data, ordinal, before=before | {"light_label": "正常"})
    data = changed(changed(data, 7, **RED), 2, light="yellow")
    data["previous"] = "2026年上半年"
    assert said(data, "overall").startswith(
        "与2026年上半年相比，新增滞后1项，为第（七）项；新增预警1项，为第（二）项。\n"
    )


EMPTY = [
    ("behind", "没有滞后和预警事项。"),
    ("help", "没有等待答复的需协调事项。"),
]


@pytest.mark.parametrize(("key", "sentence"), EMPTY)
def test_an_empty_part_says_so(data: ProgressData, key: str, sentence: str) -> None:
    assert said(data, key) == sentence


def test_an_older_dataset_without_requests_says_so(data: ProgressData) -> None:
    assert said(before_items(data), "help") == "本期未收到需协调事项。"


def test_requests_come_from_the_items_not_from_the_notes(data: ProgressData) -> None:
    data = asking(noted(data, 3, help_needed="请市商务委协调。"), 2, "补贴从哪项资金列支。")
    assert said(data, "help") == (
        "第（二）项“增加关系民生的产品进口”（市财政局）："
        "补贴从哪项资金列支（卡在我委，已等12个工作日，请于2026年12月3日前答复）。"
    )


def test_items_of_red_measures_come_first(data: ProgressData) -> None:
    for ordinal in (1, 2, 3):
        data = asking(data, ordinal, f"{ordinal}号事")
    data = changed(data, 3, light="red", since=None)
    assert [line.partition("）：")[2][0] for line in said(data, "help").splitlines()] == list("312")


def test_items_of_equal_lights_are_sorted_by_due_day(data: ProgressData) -> None:
    """A full page leaves out the last ones."""
    for ordinal in (1, 2, 3):
        data = asking(data, ordinal, f"{ordinal}号事")
    for measure in measures_of(data):
        for item in measure["items"]:
            item["due_on"] = {1: "2026-12-11", 2: "2026-12-08", 3: "2026-12-09"}[measure["ordinal"]]
    assert [line.partition("）：")[2][0] for line in said(data, "help").splitlines()] == list("231")


def test_without_an_earlier_period_nothing_is_compared(data: ProgressData) -> None:
    assert "相比" not in said(data, "overall")


def test_the_fullest_brief_fits_on_a_page_in_the_standard_font_size(data: ProgressData) -> None:
    """三号 to 小四: text is left out before the type gets any smaller."""
    full = deepcopy(data)
    for measure in measures_of(full):
        measure["light"], measure["light_label"] = "red", "滞后"
        note = measure["parties"][0]["note"] if measure["parties"] else None
        if note:
            note["problems"] = note["help_needed"] = f"{measure['mark']}" + "很长" * 60
        for party in measure["parties"]:
            party["timeliness"] = "missing"
    for measure in measures_of(full):
        full = asking(full, measure["ordinal"], f"{measure['mark']}" + "很长" * 58)
    full["is_demo"] = True
    document = document_of(fill_totals(full), made_on=MADE_ON)._replace(draft_line="送审稿")
    assert len(document.note_lines) == 2
    assert geometry_for(document).body_pt >= 12
    assert geometry_for(document_of(data, made_on=MADE_ON)).body_pt >= 14
