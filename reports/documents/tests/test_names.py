"""Names of measures and agencies in documents: each kind of title and name."""

import pytest

from reports.datasets.schema import MeasureData, ProgressData, measures_of
from reports.documents.names import (
    agency_word,
    author_names,
    item_name,
    measure_name,
    measure_note,
)

WHOLE = "扩大优质农产品和重要资源性产品进口"
LONG = "推进贸易便利化优化口岸营商环境和跨境物流服务体系建设"
NAMES = [
    # number, title, what is to be confirmed, name
    ("（三）", WHOLE, "", f"第（三）项“{WHOLE}”"),
    ("（五）", "扩大“一带一路”国家进口规模", "", "第（五）项“扩大‘一带一路’国家进口规模”"),
    ("（十）", "〔标题原文缺失〕", "标题待核对", "第（十）项"),
    (
        "（十二）",
        "落实进口税收优惠政策",
        "标题暂拟、待核对",
        "第（十二）项（落实进口税收优惠政策）",
    ),
    ("（二）", "", "标题待核对", "第（二）项"),
    ("（四）", f"推进贸易便利化，{LONG}", "", "第（四）项“推进贸易便利化”"),
    ("（四）", LONG, "", f"第（四）项“{LONG}”"),
]


@pytest.mark.parametrize(("mark", "title", "title_mark", "name"), NAMES)
def test_a_measure_has_number_and_title(mark: str, title: str, title_mark: str, name: str) -> None:
    assert item_name(mark, title, title_mark) == name


AGENCIES = [
    ("市商务委", "市商务委", "我委"),
    ("市科技局", "市商务委", "市科技局"),
    ("重庆海关", "重庆海关", "我关"),
    ("人行重庆营管部", "人行重庆营管部", "我行"),
    ("万盛经开区", "万盛经开区", "我区"),
    ("中国信保重庆营管部", "中国信保重庆营管部", "我公司"),
]


@pytest.mark.parametrize(("name", "author", "word"), AGENCIES)
def test_the_author_is_called_we(name: str, author: str, word: str) -> None:
    assert agency_word(name, author=author) == word


@pytest.mark.django_db
def test_all_gaps_of_the_captured_text_are_one_note(data: ProgressData) -> None:
    rows = measures_of(data)
    assert measure_name(rows[9]) == "第（十）项"
    assert measure_note(rows) == (
        "第（十）项的标题在采集的通知文本中缺失，文中只写序号；"
        "第（九）、（十二）、（十六）项的标题按留存文字暂拟，不是通知原文；"
        "第（八）、（九）、（十一）、（十五）项的责任单位名单缺失，没有布置填报。"
        "请与公布的通知文本核对后定稿。",
    )
    whole: list[MeasureData] = rows[:3]
    assert measure_note(whole) == ()


@pytest.mark.django_db
def test_each_spelling_of_the_author_is_known(data: ProgressData) -> None:
    assert author_names(data["notice"]) == dict.fromkeys(
        ("重庆市商务委员会", "市商务委员会", "重庆市商务委", "市商务委"), "我委"
    )
