"""Who speaks: pronouns by kind of agency, those common to all, and those in doubt."""

import pytest

from reports.rules.voice import (
    in_authors_voice,
    is_request,
    kind_word,
    third_person,
    without_requests,
)

KINDS = [
    ("市商务委", "委"),
    ("市科技局", "局"),
    ("重庆海关", "关"),
    ("人行重庆营管部", "行"),
    ("中国信保重庆营管部", "公司"),
    ("市政府口岸物流办", "办"),
    ("市政府办公厅", "厅"),
    ("万盛经开区", "区"),
    ("两江新区管委会", "委"),
    ("城口县", "县"),
    ("重庆机场集团", "集团"),
    ("保税公司", "公司"),
    ("贸促会", "单位"),
]


@pytest.mark.parametrize(("name", "word"), KINDS)
def test_an_agency_s_short_form_depends_on_its_name(name: str, word: str) -> None:
    assert kind_word(name) == word


SURE = [
    # agency, what it wrote, what another document says
    ("重庆海关", "我关监管进口消费品7.2亿元。", "重庆海关监管进口消费品7.2亿元。"),
    ("重庆海关", "我关联合市场监管部门执法。", "重庆海关联合市场监管部门执法。"),
    ("重庆海关", "我关于9月完成验收，本关减让税款。", "重庆海关于9月完成验收，该关减让税款。"),
    ("市商务委", "前三季度，我委会同有关部门。", "前三季度，市商务委会同有关部门。"),
    ("市商务委", "我委员会印发方案。", "市商务委印发方案。"),
    ("市科技局", "我局部署检查，本局面向企业。", "市科技局部署检查，该局面向企业。"),
    ("市科技局", "我局开展；我局机关带头。", "市科技局开展；该局机关带头。"),
    ("市科技局", "我局会同市财政局，我局牵头。", "市科技局会同市财政局，市科技局牵头。"),
    ("人行重庆营管部", "我行业务平稳，我部牵头。", "人行重庆营管部业务平稳，该行牵头。"),
    ("人行重庆营管部", "我行为企业办理结算。", "人行重庆营管部为企业办理结算。"),
    ("中国信保重庆营管部", "我公司承保，我司让利。", "中国信保重庆营管部承保，该公司让利。"),
    ("中国信保重庆营管部", "我营管部承保。", "中国信保重庆营管部承保。"),
    ("市政府口岸物流办", "我办检查口岸。", "市政府口岸物流办检查口岸。"),
    ("市政府办公厅", "我厅督办。", "市政府办公厅督办。"),
    ("万盛经开区", "我区引进项目，本区企业受惠。", "万盛经开区引进项目，该区企业受惠。"),
    ("城口县", "我县出台办法。", "城口县出台办法。"),
    ("重庆机场集团", "我集团调整免税店。", "重庆机场集团调整免税店。"),
    ("市药监局", "我单位、我们都已整改。", "市药监局、该局都已整改。"),
    ("市药监局", "市药监局牵头，我局跟进。", "市药监局牵头，该局跟进。"),
]


@pytest.mark.parametrize(("agency", "text", "told"), SURE)
def test_first_person_becomes_third_person(agency: str, text: str, told: str) -> None:
    assert third_person(text, agency=agency).text == told


COMMON = [
    *("我市进口增长。", "我国与东盟。", "我省、我党、我们国家。", "开展自我评估。"),
    *("按本办法执行。", "本行业、本部门、本部分、本期、本市、本级。", "来自日本公司的设备。"),
    *("降低成本局限。", "本行政区域内企业。", "本关税区。"),
]


@pytest.mark.parametrize("text", COMMON)
def test_words_about_everybody_stay_and_are_not_doubtful(text: str) -> None:
    for agency in ("市科技局", "重庆海关", "人行重庆营管部", "万盛经开区"):
        assert third_person(text, agency=agency) == (text, ())


DOUBTS = [
    # agency, unchanged text, clauses in doubt
    ("市科技局", "配合完成，我委牵头。", ("我委牵头",)),
    ("重庆海关", "支持我关区企业。", ("支持我关区企业",)),
    ("市商务委", "我委托第三方评估。", ("我委托第三方评估",)),
    ("市科技局", "我处已办结；我司来文。", ("我处已办结", "我司来文")),
    ("市科技局", "企业称“我们资金紧张”。", ("企业称“我们资金紧张”",)),
    ("市科技局", "我办理进口备案。", ("我办理进口备案",)),
    ("市科技局", "已报贵委，咱们商定。", ("已报贵委", "咱们商定")),
    ("市科技局", "本委、本公司。", ("本委、本公司",)),
]


@pytest.mark.parametrize(("agency", "text", "doubts"), DOUBTS)
def test_unclear_words_stay_and_are_listed(agency: str, text: str, doubts: tuple[str, ...]) -> None:
    assert third_person(text, agency=agency) == (text, doubts)


OURS = {"市商务委": "我委", "市商务委员会": "我委", "重庆市商务委员会": "我委"}
AUTHORS = [
    ("配合市商务委开展调研。", "配合我委开展调研。"),
    ("重庆市商务委员会、市商务委员会和市商务委", "我委、我委和我委"),
    (
        "印发《市商务委关于进口的通知》，市商务委解读。",
        "印发《市商务委关于进口的通知》，我委解读。",
    ),
]


@pytest.mark.parametrize(("text", "told"), AUTHORS)
def test_the_author_refers_to_itself_as_we(text: str, told: str) -> None:
    assert in_authors_voice(text, names=OURS) == told


REQUESTS = [
    *(
        "请市政府口岸物流办协调增加回程班次。",
        "恳请支持。",
        "建议由联席会议研究。",
        "希望予以支持。",
    ),
    *("手续较慢，建议统一资料要求。", "拟建议调整配额。", "现提请市政府审定。"),
]
NO_REQUESTS = [
    *("申请补贴12件。", "提出优化建议20条。", "邀请专家。", "形成意见建议9条。", "收到请示2件。"),
    *("有望年内开工。", "聘请顾问。", "已商请海关办理。", "召开恳谈会，回应企业期盼。"),
]


@pytest.mark.parametrize("sentence", REQUESTS)
def test_requests_are_recognised(sentence: str) -> None:
    assert is_request(sentence)


@pytest.mark.parametrize("sentence", NO_REQUESTS)
def test_texts_that_only_resemble_a_request_are_none(sentence: str) -> None:
    assert not is_request(sentence)


def test_requests_are_separated_from_the_rest_of_a_text() -> None:
    text = "回程运力紧张。请口岸物流办协调；班列减少。"
    assert without_requests(text) == ("回程运力紧张。班列减少。", "请口岸物流办协调；")
    assert without_requests("") == ("", "")
