"""专题简报: one page, with figures, the worst first."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from lib.official.document import Form
from lib.official.pdf import geometry_for
from reports.datasets.schema import ProgressData, measures_of
from reports.datasets.totals import fill_totals
from reports.documents.brief import document_of
from reports.documents.tests.cases import calm, changed, noted, part, words

pytestmark = pytest.mark.django_db
MADE_ON = date(2026, 11, 24)


@pytest.fixture
def data(data: ProgressData) -> ProgressData:
    """The dataset of the filed period, with no measure that lags."""
    return calm(data)


def said(data: ProgressData, key: str) -> str:
    return words(document_of(data, made_on=MADE_ON), key)


def test_it_has_figures_whose_numbers_are_those_of_the_dataset(data: ProgressData) -> None:
    document = document_of(data, made_on=MADE_ON)
    assert document.form == Form.BRIEF
    lights, stages, filings = part(document, "overall").figures
    assert {b.label: b.value for b in lights.bars} == {
        c["label"]: c["count"] for c in data["lights"]
    }
    assert sum(bar.value for bar in stages.bars) == 17
    assert filings.unit == "件"
    assert [(bar.label, bar.value) for bar in filings.bars] == [("已通过", 51), ("未报", 2)]
    assert not {bar.shape for bar in filings.bars} & {bar.shape for bar in lights.bars}
    assert all(bar.shape for bar in lights.bars if bar.value)


def test_without_filings_there_is_no_bar_of_them(data: ProgressData) -> None:
    for count in (*data["filings"], *data["timeliness"]):
        count["count"] = 0
    assert len(part(document_of(data, made_on=MADE_ON), "overall").figures) == 2


RED: dict[str, Any] = {"light": "red", "light_label": "滞后", "since": "2026-07-13"}


def test_the_bar_of_lights_tells_the_two_greens_apart(data: ProgressData) -> None:
    data = changed(data, 1, light="waiting", light_label="正常·待审核")
    bars = part(document_of(data, made_on=MADE_ON), "overall").figures[0].bars
    greens = [(bar.label, bar.value, bar.tone, bar.shape) for bar in bars if "正常" in bar.label]
    assert greens == [("正常·已审核", 12, "green", "■"), ("正常·待审核", 1, "waiting", "▨")]


def test_what_is_behind_is_told_red_first_and_all_of_it(data: ProgressData) -> None:
    for ordinal in (1, 2, 3, 5, 6):
        data = changed(data, ordinal, light="yellow", light_label="预警")
    data = changed(data, 7, **RED, sentence="逾期", waits_for=[], others=[])
    lines = said(data, "behind").splitlines()
    assert lines[0] == (
        "一是（七）做好中国国际进口博览会采购交易工作（市商务委牵头）：红灯（滞后），逾期（自2026年7月13日起）；"
    )
    assert len(lines) == 6
    assert "见进展情况报告" not in lines[-1]


def test_what_a_page_does_not_hold_is_counted(data: ProgressData) -> None:
    long = "原材料进口年度目标存在缺口" * 6
    for ordinal in range(1, 18):
        data = changed(data, ordinal, light="yellow", light_label="预警", sentence=long)
    lines = said(data, "behind").splitlines()
    assert 4 <= len(lines) < 17
    assert lines[-1].endswith(f"另有{17 - len(lines)}项见进展情况报告。")


def test_who_owes_is_named(data: ProgressData) -> None:
    assert "逾期未报单位：重庆海关、市知识产权局。" in said(data, "overall")


def test_who_leads_is_not_said_twice(data: ProgressData) -> None:
    who = {"waits_for": ["市商务委"], "others": ["市科技局"]}
    data = changed(data, 7, **RED, sentence="三季度进展未报", **who)
    assert said(data, "behind") == (
        "（七）做好中国国际进口博览会采购交易工作：红灯（滞后），三季度进展未报"
        "（自2026年7月13日起，待办单位：市商务委）。"
    )


def test_problems_of_what_lags_come_first_and_are_told_whole(data: ProgressData) -> None:
    for ordinal in (1, 2, 3, 5, 6):
        data = noted(data, ordinal, problems=f"第{ordinal}个问题" + "很长" * 20)
    data = changed(data, 5, light="red")
    lines = said(data, "problems").splitlines()
    assert "第5个问题" in lines[0]
    assert len(lines) == 5
    assert "…" not in "".join(lines)


def test_points_are_cut_before_one_is_left_out(data: ProgressData) -> None:
    for ordinal in (1, 2, 3, 5, 6, 7, 10):
        data = noted(data, ordinal, problems=f"第{ordinal}个问题" + "很长" * 80)
    lines = said(data, "problems").splitlines()
    assert len(lines) == 7
    assert all("…" in line for line in lines)


def test_a_point_is_cut_where_a_clause_ends(data: ProgressData) -> None:
    data = noted(data, 1, problems="部分高精度设备出口国许可周期延长，" + "企业交货期不确定" * 20)
    told: dict[str, Any] = {"light": "yellow", "light_label": "预警", "since": None}
    for ordinal in range(2, 18):
        data = changed(data, ordinal, **told, sentence="逾期" * 30)
    assert said(data, "problems") == "市商务委（一）：部分高精度设备出口国许可周期延长…"


EMPTY = [
    ("behind", "没有滞后和预警事项。"),
    ("problems", "本期未收到问题。"),
    ("help", "本期未收到需协调事项。"),
    ("changes", "此前没有已关闭的填报期，暂无上期数据可比。"),
]


@pytest.mark.parametrize(("key", "sentence"), EMPTY)
def test_an_empty_part_says_so(data: ProgressData, key: str, sentence: str) -> None:
    assert said(data, key) == sentence


def test_the_fullest_one_is_a_page_in_the_standards_type(data: ProgressData) -> None:
    """三号 to 小四: it says less before it is set smaller than that."""
    full = deepcopy(data)
    for measure in measures_of(full):
        measure["light"], measure["light_label"] = "red", "滞后"
        note = measure["parties"][0]["note"] if measure["parties"] else None
        if note:
            note["problems"] = note["help_needed"] = f"{measure['mark']}" + "很长" * 60
        for party in measure["parties"]:
            party["timeliness"] = "missing"
    full["is_demo"] = True
    document = document_of(fill_totals(full), made_on=MADE_ON)._replace(draft_line="送审稿")
    assert len(document.note_lines) == 2
    assert geometry_for(document).body_pt >= 12
    assert geometry_for(document_of(data, made_on=MADE_ON)).body_pt >= 14
