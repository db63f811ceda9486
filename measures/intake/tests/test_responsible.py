"""Lists of responsible bodies: a table of forms, each with what it says."""

import pytest

from measures.intake.lines import in_usual_widths
from measures.intake.passage import SourcePassage
from measures.intake.responsible import lists_in

# The words at the end of a paragraph; what they say: 牵 lead, 责 responsible, 配 support,
# 指 guide, 参 join, and ? where a person must confirm.
FORMS = {
    "（甲局、乙局负责）": "责甲局 责乙局",
    "（甲局牵头，乙局、丙局配合）": "牵甲局 配乙局 配丙局",
    "（甲局牵头、乙局配合）": "牵甲局 配乙局",
    "（由甲局牵头，乙局参与）": "牵甲局 参乙局",
    "（甲局牵头负责）": "牵甲局",
    "（甲局牵头，各有关部门按职责分工负责）": "牵甲局 责各有关部门",
    "（甲局、乙局共同牵头，有关部门配合）": "牵甲局 牵乙局",
    "（责任单位：甲局、乙局；配合单位：丙局）": "责甲局 责乙局 配丙局",
    "（牵头单位：甲局，配合单位：乙局、丙局，各区县）": "牵甲局 配乙局 配丙局 配各区县",
    "〔责任单位：甲局、乙局按职责分工负责〕": "责甲局 责乙局",
    "(牵头部门: 甲局 责任部门: 乙局,丙局)": "牵甲局 责乙局 责丙局",
    "（甲局、乙局等部门负责）": "责甲局 责乙局",
    "（甲局、乙局等和各区县（自治县）人民政府负责）": "责甲局 责乙局 责各区县（自治县）人民政府",
    "（甲局会同乙局、丙局负责）": "责甲局 参乙局 参丙局",
    "（甲局指导，各街道办事处落实）": "指甲局 责各街道办事处",
    "（甲局（牵头）、乙局）": "牵甲局 责乙局",
    "（甲局为牵头单位，乙局为配合单位）": "牵甲局 配乙局",
    "（责任单位：甲局，各市、县（市、区）政府）": "责甲局 责各市、县（市、区）政府",
    "（甲市、乙市人民政府负责）": "责甲市人民政府 责乙市人民政府",
    "（东河、西山市人民政府负责）": "责东河市人民政府? 责西山市人民政府",
    "（发展和改革委和财政局负责）": "责发展和改革委? 责财政局?",
    "（市发展和改革委员会、中央和国家机关工委负责）": "责市发展和改革委员会 责中央和国家机关工委",
    "（市市场监管局（市知识产权局）、甲局负责）": "责市市场监管局（市知识产权局） 责甲局",
    "（责任领导：张三；责任单位：甲局）": "责甲局",
    "（甲局、乙局，列第一位者为牵头单位，下同）": "责甲局 责乙局",
    "（责任单位：甲局；完成时限：2031年6月底）": "责甲局",
    "（甲局、乙局）": "责甲局 责乙局",
    "责任单位：甲局、乙局": "责甲局 责乙局",
    "（责任单位：甲局、乙局": "责甲局 责乙局",
    "（甲局负责，责任人：张三）": "责甲局",
    "（甲局（总牵头）、乙局）": "牵甲局 责乙局",
    "牵头：甲局；配合：乙局、丙局": "牵甲局 配乙局 配丙局",
    "做好这件事。由甲局牵头，乙局、丙局配合。": "牵甲局? 配乙局? 配丙局?",
    "做好这件事；甲局为牵头单位，乙局为责任单位。": "牵甲局? 责乙局?",
    # Bodies with an act before them, or after them, do not do the task.
    "（市财政局牵头，督促市审计局、市民政局落实）": "牵市财政局 责督促市审计局? 责市民政局?",
    "（市财政局牵头，对接省财政厅、省审计局）": "牵市财政局 责对接省财政厅? 责省审计局?",
    "（参照市财政局、市审计局落实）": "责参照市财政局? 责市审计局?",
    "（在市财政局指导下，由各区县负责）": "",
    "（市财政局对市政府负责）": "责市财政局?",
    "（市财政局、市审计局负责，市民政局、市司法局审核）": (
        "责市财政局 责市审计局 责市民政局? 责市司法局?"
    ),
    "（各区县落实向市财政局、市审计局报告）": "",
    # Not now, not surely, or one of several.
    "（必要时由市财政局牵头）": "",
    "（建议由市财政局牵头）": "",
    "（可由市财政局负责）": "",
    "（此前由市财政局牵头，现由市审计局负责）": "牵此前由市财政局? 责市审计局",
    "（市财政局、市审计局或各区县负责）": "责市财政局? 责市审计局?",
    "（责任单位：市财政局调整为市审计局）": "责市财政局?",
    "（责任单位：3个区县、市财政局）": "责3个区县? 责市财政局",
    "（牵头单位：市财政局、市审计局配合）": "配市财政局? 配市审计局?",
    "（责任单位：市发改、财政局）": "责市发改? 责财政局?",
    # A comma before the first supporters separates them from who is in charge, only without a lead.
    "（市财政局，市审计局配合）": "责市财政局 配市审计局",
    "（市财政局牵头；市审计局，市民政局配合）": "牵市财政局 配市审计局 配市民政局",
    "（市财政局牵头 市审计局负责）": "牵市财政局 责市审计局",
    # No lists.
    "（实行市长负责制）": "",
    "做好这件事。由甲局牵头制定办法。": "",
    "做好这件事。企业做好整改，甲局予以配合。": "",
    "（市、区）": "",
    "（此件公开发布）": "",
    "（以下简称甲局）": "",
    "（含甲公司、乙公司等单位参与）": "",
    "（企业直接向甲局申报，不需乙部门转报）": "",
    "（联系单位：甲局）": "",
}
SIGNS = {"牵": "lead", "责": "responsible", "配": "support", "指": "guide", "参": "join"}


def said(text: str) -> str:
    signs = {role: sign for sign, role in SIGNS.items()}
    names = [
        name for one in lists_in(SourcePassage.of(in_usual_widths(text), 1)) for name in one.names
    ]
    words = [f"{signs[one.role]}{one.name}{'' if one.is_certain else '?'}" for one in names]
    return " ".join(words)


@pytest.mark.parametrize(("words", "expected"), FORMS.items())
def test_a_form_says(words: str, expected: str) -> None:
    before = "做好这件事。" if words[0] in "（〔(" else ""
    assert said(before + words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("甲局、乙局、丙局等按职责分工负责", "责甲局 责乙局 责丙局"),
        ("甲局、乙局、丙局负责", "责甲局? 责乙局? 责丙局?"),
        ("甲局、乙局等按职责分工负责", ""),
        ("各区县、各部门、各单位按职责抓好落实", ""),
        ("发改、公安、民政等部门按职责分工负责", ""),
    ],
)
def test_a_last_sentence_is_a_certain_list_only_if_long(words: str, expected: str) -> None:
    assert said(f"做好这件事。{words}") == expected


def test_a_list_in_the_middle_of_a_sentence_is_not_certain() -> None:
    assert said("依托平台（甲局负责）开展服务，做好这件事。") == "责甲局?"


def test_names_without_a_verb_in_the_middle_of_a_text_are_no_list() -> None:
    assert said("请有关部门（甲局、乙局）按时报送。逾期不候。") == ""


def test_names_without_a_verb_inside_the_last_sentence_are_not_certain() -> None:
    assert said("做好这件事（甲局、乙局）。") == "责甲局? 责乙局?"


def test_a_clause_names_bodies_for_later_items() -> None:
    words = "做好这件事。（甲局负责。以下均需各区政府落实，不再列出）"
    (one,) = lists_in(SourcePassage.of(words, 7))
    assert one.clause is not None
    assert [name.name for name in one.clause.names] == ["各区政府"]
