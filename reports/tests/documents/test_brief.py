"""专题简报: one page, with figures, the worst first."""

from copy import deepcopy
from datetime import date

import pytest

from reports.data.shapes import ProgressData, measures_of
from reports.documents.brief import BEHIND_MOST, POINTS_MOST, SIGNS_MOST, document_of
from reports.tests.documents.cases import changed, noted, part, words
from reports.writers.document import Form

pytestmark = pytest.mark.django_db
MADE_ON = date(2026, 11, 24)


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
    assert all(bar.shape for bar in lights.bars if bar.value)


def test_without_filings_there_is_no_bar_of_them(data: ProgressData) -> None:
    for count in data["filings"]:
        count["count"] = 0
    assert len(part(document_of(data, made_on=MADE_ON), "overall").figures) == 2


def test_what_is_behind_is_told_red_first_and_the_rest_counted(data: ProgressData) -> None:
    for ordinal in (1, 2, 3, 5, 6):
        data = changed(data, ordinal, light="yellow", light_label="预警")
    data = changed(data, 7, light="red", light_label="滞后", sentence="逾期")
    lines = said(data, "behind").splitlines()
    assert lines[0] == (
        "一是（七）做好中国国际进口博览会采购交易工作（市商务委牵头）：红灯（滞后），逾期；"
    )
    assert len(lines) == BEHIND_MOST
    assert lines[-1].endswith("另有2项见进展情况报告。")


def test_problems_of_what_lags_come_first_and_are_cut_short(data: ProgressData) -> None:
    for ordinal in (1, 2, 3, 5, 6):
        data = noted(data, ordinal, problems=f"第{ordinal}个问题" + "很长" * 40)
    data = changed(data, 5, light="red")
    lines = said(data, "problems").splitlines()
    assert "第5个问题" in lines[0]
    assert len(lines) == POINTS_MOST
    assert len(lines[0]) <= SIGNS_MOST + 3
    assert "另有2条见进展情况报告。" in lines[-1]


EMPTY = [
    ("behind", "没有滞后和预警事项。"),
    ("problems", "本期未收到问题。"),
    ("help", "本期未收到需协调事项。"),
    ("changes", "此前没有已关闭的填报期，暂无上期数据可比。"),
]


@pytest.mark.parametrize(("key", "sentence"), EMPTY)
def test_an_empty_part_says_so(data: ProgressData, key: str, sentence: str) -> None:
    assert said(data, key) == sentence


def test_the_fullest_one_stays_within_a_page_of_signs(data: ProgressData) -> None:
    """22 lines of 28 signs, less the title and what the figures take."""
    full = deepcopy(data)
    for measure in measures_of(full):
        measure["light"] = "red"
        note = measure["parties"][0]["note"] if measure["parties"] else None
        if note:
            note["problems"] = note["help_needed"] = f"{measure['mark']}" + "很长" * 60
    document = document_of(full, made_on=MADE_ON)
    assert sum(len(p) for part in document.parts for p in part.paragraphs) < 1000
