"""Edits of a reading: each action, each answer to a doubt, each refusal."""

from datetime import date

import pytest

from lib.errors import DomainError
from measures.choices import GapKind
from measures.intake.acts import EditRefused
from measures.intake.answers import choices_of
from measures.intake.directory import AgencyDirectory, DirectoryEntry
from measures.intake.editing import apply, carried_out, prepared
from measures.intake.marks import marked_lines
from measures.intake.tests.pasted import read_pasted
from measures.intake.work import COLLECTIVE, NO_LEAD, OPEN_LIST, work_from, work_json
from measures.intake.work_begun import work_of

WATER = [{"agency": "water", "name": "市水利局"}]
MONEY = [{"agency": "money", "name": "市财政局"}]
DIRECTORY = AgencyDirectory(
    (
        DirectoryEntry("trade", "市商务委", "重庆市商务委员会"),
        DirectoryEntry("money", "市财政局", "重庆市财政局"),
        DirectoryEntry("water", "市水利局", "重庆市水利局"),
    ),
)
TEXT = """重庆市人民政府办公厅关于促进夜间经济发展的通知
渝府办发〔2026〕12号
市政府有关部门：
一、丰富供给
（一）办好市集。支持市集。2027年6月底前建成20个市集。（市商务委、市财政局负责）
（二）延长时间。推动场馆延长开放时间。鼓励商场延长营业时间。（市财政局等有关部门负责）
二、强化保障
（三）优化交通。加密公交班次。（市公交协会、市财政局负责）
（四）加强监管。加强监管。（各区县政府负责）
重庆市人民政府办公厅
2026年11月2日"""


FOR_ALL = """重庆市人民政府办公厅关于整治积水的通知
一、任务
（一）疏通雨水口。全面疏通。
（二）改造泵站。改造5座。
（三）清理河道。清理20公里。
二、要求
以上任务由市水利局、市财政局负责，抓紧组织实施。"""


@pytest.fixture
def work():
    return work_of(read_pasted(TEXT, lambda day: DIRECTORY))


def done(work, do, **said):
    return apply(work, prepared({"do": do} | said, work, DIRECTORY))


def titles(work):
    return [item.title for item in work.items]


def names(work, item=1):
    return [body.name for body in work.item(item).bodies]


def roles(work, item=1):
    return [body.role for body in work.item(item).bodies]


def doubt(work, kind):
    return next(one for one in work.open_doubts if one.kind == kind)


def settle(work, about, choice, **said):
    return done(work, "settle", doubt=doubt(work, about).id, choice=choice, **said)


def test_a_reading_starts_with_its_items_bodies_days_and_doubts(work):
    assert titles(work) == ["办好市集", "延长时间", "优化交通", "加强监管"]
    assert [item.section for item in work.items] == ["丰富供给", "丰富供给", "强化保障", "强化保障"]
    assert names(work) == ["市商务委", "市财政局"]
    assert roles(work) == ["lead", "responsible"]
    assert work.item(1).due_on == "2027-06-30"
    assert {one.kind for one in work.open_doubts} >= {OPEN_LIST, COLLECTIVE, "unmatched_name"}


def test_what_is_kept_as_json_comes_back_the_same(work):
    import json

    assert work_from(json.loads(json.dumps(work_json(work)))) == work


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (
            {"do": "title", "item": 1, "text": "（一）办夜市。"},
            ["办夜市", "延长时间", "优化交通", "加强监管"],
        ),
        ({"do": "remove", "item": 2}, ["办好市集", "优化交通", "加强监管"]),
        ({"do": "move", "item": 2, "by": -1}, ["延长时间", "办好市集", "优化交通", "加强监管"]),
        ({"do": "move", "item": 2, "by": 1}, ["办好市集", "优化交通", "延长时间", "加强监管"]),
        ({"do": "merge", "item": 1}, ["办好市集", "优化交通", "加强监管"]),
        (
            {"do": "split", "item": 2, "text": "鼓励商场"},
            ["办好市集", "延长时间", "鼓励商场延长营业时间", "优化交通", "加强监管"],
        ),
        (
            {"do": "make", "text": "设立专班。负责统筹。", "first": 6, "last": 6},
            ["办好市集", "延长时间", "设立专班", "优化交通", "加强监管"],
        ),
    ],
)  # fmt: skip
def test_an_act_on_items(work, act, expected):
    assert titles(apply(work, act)) == expected


def test_an_item_that_moves_past_a_heading_comes_under_it(work):
    assert apply(work, {"do": "move", "item": 2, "by": 1}).item(2).section == "强化保障"


def test_a_heading_is_given_to_the_item_and_those_below_it_of_the_same_part(work):
    after = done(work, "section", item=2, text="优化环境")
    sections = [item.section for item in after.items]
    assert sections == ["丰富供给", "优化环境", "强化保障", "强化保障"]


def test_merging_keeps_one_lead_and_the_doubts(work):
    after = done(work, "merge", item=1)
    assert names(after) == ["市商务委", "市财政局"]
    assert roles(after) == ["lead", "responsible"]
    assert doubt(after, OPEN_LIST).item == 1


def test_words_selected_in_a_source_with_narrow_marks_are_found_and_marked():
    text = (
        "城市公告\n一、任务\n1.修路,铺桥。修路;造桥(含便道)。(市水利局负责)\n2.治水。(市财政局负责)"
    )
    work = work_of(read_pasted(text, lambda day: DIRECTORY))
    split = done(work, "split", item=1, text="造桥(含便道)")
    assert titles(split)[:2] == ["修路，铺桥", "造桥（含便道）"]
    assert titles(done(work, "title", item=1, text="修路,铺桥"))[0] == "修路，铺桥"
    marked = marked_lines(work, text.split("\n"))[2].segments
    assert [part.text for part in marked if part.kind] == ["修路,铺桥", "市水利局"]


def test_split_items_have_the_same_agencies(work):
    after = done(work, "split", item=2, text="鼓励商场延长")
    assert names(after, after.next_item - 1) == names(after, 2)


def test_a_body_is_matched_with_the_directory_only_by_equality(work):
    after = done(work, "body", item=1, text="（重庆市水利局、市水务局负责）")
    assert [(body.name, body.agency) for body in after.item(1).bodies][2:] == [
        ("重庆市水利局", "water"),
        ("市水务局", ""),
    ]
    found = next(one for one in after.open_doubts if one.name == "市水务局")
    assert "is:water" in [one.key for one in choices_of(after, found, DIRECTORY.name_of)]


UNNAMED = """重庆市人民政府办公厅关于促进夜间经济发展的通知
渝府办发〔2026〕12号
一、丰富供给
（一）办好市集。支持市集。（市商务委牵头，市级有关部门、各区县政府按职责分工负责）
（二）延长时间。延长时间。（市财政局牵头，有关单位配合）
（三）办好展会。办好展会。（市水利局等负责）
（四）优化交通。加密班次。
按月调度。由市财政局牵头，市科技局、市商务委等单位配合。"""


def test_a_doubt_says_what_leaves_a_list_open():
    work = work_of(read_pasted(UNNAMED, lambda day: DIRECTORY))
    said = {one.item: one.sentence for one in work.open_doubts if one.kind == OPEN_LIST}
    assert [said[number].partition("：")[0] for number in (1, 2, 3)] == [
        "“市级有关部门”没有写明是哪些单位",
        "“有关单位”没有写明是哪些单位",
        "“市水利局”之后有“等”",
    ]
    assert [work.item(number).unnamed for number in (1, 2, 3)] == [
        ("市级有关部门",), ("有关单位",), (),
    ]  # fmt: skip
    keep = choices_of(work, doubt(work, OPEN_LIST), DIRECTORY.name_of)[0]
    assert keep.label == "只记已点名的1家"


def test_that_a_class_of_bodies_is_one_agency_is_the_last_answer():
    work = work_of(read_pasted(UNNAMED, lambda day: DIRECTORY))
    every = choices_of(work, doubt(work, COLLECTIVE), DIRECTORY.name_of)
    assert [one.key for one in every] == ["assign", "gap", "drop", "new"]


def test_a_sentence_that_names_bodies_is_read_and_asked_about():
    work = work_of(read_pasted(UNNAMED, lambda day: DIRECTORY))
    unclear = doubt(work, "unclear_list")
    assert (
        unclear.sentence
        == "“由市财政局牵头，市科技局、市商务委等单…”写在正文中，请确认它是责任单位。"
    )
    assert (unclear.item, unclear.lines) == (4, (8,))
    assert [(one.name, one.role, one.agency) for one in work.item(4).bodies] == [
        ("市财政局", "lead", "money"),
        ("市科技局", "support", ""),
        ("市商务委", "support", "trade"),
    ]
    labels = [one.label for one in choices_of(work, unclear, DIRECTORY.name_of)]
    assert labels == ["已核对原文，按现在的读法", "不是责任单位，都删去", "责任单位留作待核对"]
    after = done(work, "settle", doubt=unclear.id, choice="none")
    assert (names(after, 4), unclear.id in [one.id for one in after.open_doubts]) == ([], False)


def test_a_sentence_is_read_with_its_roles_once_selected():
    work = work_of(read_pasted(UNNAMED, lambda day: DIRECTORY))
    work = settle(work, "unclear_list", "none")
    after = done(work, "body", item=4, text="由市财政局牵头，市科技局、市商务委等单位配合。")
    bodies = [(one.name, one.role, one.agency) for one in after.item(4).bodies]
    assert bodies == [
        ("市财政局", "lead", "money"),
        ("市科技局", "support", ""),
        ("市商务委", "support", "trade"),
    ]
    assert doubt(after, "unmatched_name").name == "市科技局"
    after = done(work, "body", item=4, text="由市财政局牵头，会同市商务委组织实施。")
    assert names(after, 4) == ["市财政局", "市商务委"]


def test_who_leads_from_now_on_leads_alone(work):
    after = done(work, "role", item=1, at=1, role="lead")
    assert roles(after) == ["responsible", "lead"]


@pytest.mark.parametrize("role", ["support", "guide", "join", "responsible"])
def test_every_role_can_be_given(work, role):
    assert roles(done(work, "role", item=1, at=1, role=role)) == ["lead", role]


def test_an_agency_of_the_directory_is_added_once(work):
    after = done(work, "assign", item=1, agency="water", name="市水利局", role="support")
    assert roles(after) == ["lead", "responsible", "support"]
    with pytest.raises(EditRefused, match="已在这一项中"):
        done(after, "assign", item=1, agency="water", name="市水利局")


def test_the_first_body_of_an_item_leads_by_custom(work):
    after = done(work, "drop_body", item=4, at=0)
    after = done(after, "body", item=4, text="市水利局、市财政局")
    assert roles(after, 4) == ["lead", "responsible"]
    assert after.item(4).bodies[0].basis == "first_named"


def test_a_day_is_read_from_selected_words(work):
    after = done(work, "deadline", item=2, text="2028年底前")
    assert after.item(2).due_on == "2028-12-31"
    assert after.item(2).deadline == "2028年底前"
    assert done(after, "deadline", item=2, ongoing=True).item(2).due_on == ""


def test_the_head_is_corrected(work):
    head = {"number": "渝府〔2026〕1号", "title": "通知", "issuer": "市政府"}
    after = done(work, "head", **head, issued_on="2026-11-03")
    assert (after.number, after.issued_on) == ("渝府〔2026〕1号", "2026-11-03")


def test_a_promise_is_chosen_and_left_again(work):
    assert work.item(1).promises
    after = done(work, "promise", item=1, at=0)
    assert after.item(1).promises[0].is_chosen
    assert not done(after, "promise", item=1, at=0).item(1).promises[0].is_chosen


@pytest.mark.parametrize(
    ("kind", "choice", "said", "item", "agencies"),
    [
        ("unmatched_name", "new", {"kind": "municipal"}, 3, ["new:市公交协会", "money"]),
        ("unmatched_name", "drop", {}, 3, ["money"]),
        ("unmatched_name", "assign", {"agencies": WATER}, 3, ["water", "money"]),
        ("unmatched_name", "assign", {"agencies": MONEY}, 3, ["money"]),
        (COLLECTIVE, "assign", {"agencies": WATER}, 4, ["water"]),
        (OPEN_LIST, "keep", {}, 2, ["money"]),
        (OPEN_LIST, "assign", {"agencies": WATER}, 2, ["money", "water"]),
    ],
)  # fmt: skip
def test_a_doubt_about_agencies_is_settled(work, kind, choice, said, item, agencies):
    before = len(work.open_doubts)
    after = settle(work, kind, choice, **said)
    assert [body.agency for body in after.item(item).bodies] == agencies
    assert len(after.open_doubts) == before - 1


@pytest.mark.parametrize(("kind", "item"), [("unmatched_name", 3), (COLLECTIVE, 4), (OPEN_LIST, 2)])
def test_a_doubt_that_is_left_becomes_a_gap(work, kind, item):
    assert settle(work, kind, "gap").item(item).gaps == (GapKind.OTHERS,)


def test_all_of_a_kind_are_settled_alike(work):
    work = done(work, "body", item=1, text="市甲协会")
    after = settle(work, "unmatched_name", "gap", all=True)
    assert not [one for one in after.open_doubts if one.kind == "unmatched_name"]


def test_new_agencies_are_made_in_one_go_but_not_where_one_of_the_directory_is_like_it(work):
    work = done(work, "body", item=1, text="市甲乙丙丁协会、市水务局")
    first = doubt(work, "unmatched_name")
    assert not first.candidates
    after = settle(work, "unmatched_name", "new", all=True, kind="municipal")
    left = [one.name for one in after.open_doubts if one.kind == "unmatched_name"]
    assert left == ["市水务局"]
    assert [one.name for one in after.new_agencies] == ["市公交协会", "市甲乙丙丁协会"]


LEADLESS = """重庆市人民政府关于办好小事的意见
渝府发〔2031〕3号
二、办事
（十）修路灯。修好。责任单位：市商务委、市财政局
（十一）种树。种好。牵头单位：市水利局
（十三）养花。养好。责任单位：各区县政府
（十三）养花。养好。责任单位：各区县政府
重庆市人民政府
2031年5月1日
（此件公开发布）"""


@pytest.fixture
def leadless():
    return work_of(read_pasted(LEADLESS, lambda day: DIRECTORY))


@pytest.mark.parametrize(
    ("choice", "leads", "bases"),
    [
        ("first", ["lead", "responsible"], ["first_named", "text"]),
        ("lead:市财政局", ["responsible", "lead"], ["text", "person"]),
        ("gap", ["responsible", "responsible"], ["text", "text"]),
    ],
)
def test_a_list_without_a_lead_is_asked_about(leadless, choice, leads, bases):
    assert [one.item for one in leadless.open_doubts if one.kind == NO_LEAD] == [1]
    after = settle(leadless, NO_LEAD, choice)
    assert roles(after) == leads
    assert [body.basis for body in after.item(1).bodies] == bases
    assert [one for one in after.open_doubts if one.kind == NO_LEAD] == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"do": "role", "at": 1, "role": "lead"}, ["joint_lead", "lead", "support"]),
        ({"do": "role", "at": 0, "role": "lead"}, ["lead", "joint_lead", "support"]),
        ({"choice": "lead:市财政局"}, ["joint_lead", "lead", "support"]),
        ({"do": "role", "at": 1, "role": "responsible"}, ["lead", "responsible", "support"]),
    ],
)
def test_of_two_that_the_text_names_as_lead_the_other_one_stays_beside(said, expected):
    list_of_two = "（市商务委、市财政局共同牵头，市水利局配合）"
    text = TEXT.replace("（市商务委、市财政局负责）", list_of_two)
    both = work_of(read_pasted(text, lambda day: DIRECTORY))
    assert roles(both) == ["lead", "lead", "support"]
    after = done(both, item=1, **said) if "do" in said else settle(both, "role_twice", **said)
    assert roles(after) == expected


def test_a_lead_given_by_hand_settles_the_question_of_the_lead(leadless):
    after = done(leadless, "role", item=1, at=1, role="lead")
    assert [one for one in after.open_doubts if one.kind == NO_LEAD] == []


def test_a_paragraph_that_stands_twice_is_removed_by_its_doubt(leadless):
    assert "文字与上一条相同" in leadless.doubts[-1].sentence
    after = settle(leadless, "repeated_ordinal", "remove")
    assert [item.label for item in after.items] == ["（十）", "（十一）", "（十三）"]


def test_a_missing_number_stays_free_or_is_put_in_to_be_checked(leadless):
    missing = [one for one in leadless.open_doubts if one.kind == "missing_ordinal"]
    about = next(one for one in missing if one.item == 3)
    keys = [one.key for one in choices_of(leadless, about, {})]
    assert keys == ["keep", "insert"]
    after = done(leadless, "settle", doubt=about.id, choice="insert")
    assert [item.label for item in after.items][:4] == [
        "（十）",
        "（十一）",
        "（十二）",
        "（十三）",
    ]
    assert after.items[2].gaps == (GapKind.TITLE, GapKind.TEXT, GapKind.AGENCIES)
    assert after.items[2].section == "办事"


def test_a_notice_keeps_the_numbers_of_its_parts(leadless):
    assert {item.section_number for item in leadless.items} == {2}
    part = done(leadless, "section", item=1, text="做事")
    assert (part.items[0].section, part.items[0].section_number) == ("做事", 2)
    below = done(leadless, "section", item=2, text="三、做事")
    numbers = [item.section_number for item in below.items]
    assert (below.items[1].section, numbers) == ("做事", [2, 3, 3, 3])


def test_the_signature_is_no_part_of_the_last_item(leadless):
    assert leadless.items[-1].text == "养好。"
    assert leadless.closing == ("重庆市人民政府", "2031年5月1日", "（此件公开发布）")


def test_the_lead_by_the_text_s_own_rule_rests_on_the_text(work):
    rule = TEXT.replace("财政局负责）", "财政局负责，列第一位者为牵头单位，下同）", 1)
    ruled = work_of(read_pasted(rule, lambda day: DIRECTORY))
    assert [ruled.item(one).bodies[0].basis for one in (1, 2)] == ["rule", "rule"]
    assert work.item(1).bodies[0].basis == "first_named"


GANTANG = TEXT.replace("重庆", "甘棠").replace("渝府", "甘政")


@pytest.fixture
def foreign():
    return work_of(read_pasted(GANTANG, lambda day: DIRECTORY))


def test_bodies_of_another_city_are_made_in_one_go_each_by_its_own_name(foreign):
    foreign = done(foreign, "body", item=1, text="市公交集团、市商务委员会")
    after = settle(foreign, "other_place", "new", all=True)
    made = {one.name: (one.full_name, one.kind) for one in after.new_agencies}
    assert made == {
        "甘棠市商务委": ("甘棠市商务委", "municipal"),
        "甘棠市财政局": ("甘棠市财政局", "municipal"),
        "甘棠市商务委员会": ("甘棠市商务委员会", "municipal"),
    }


def test_others_that_are_made_alike_have_the_kind_of_their_own_names(work):
    work = done(work, "body", item=1, text="市公交协会、国网云川供电公司")
    after = settle(work, "unmatched_name", "new", all=True, kind="municipal")
    kinds = {one.name: one.kind for one in after.new_agencies}
    assert kinds == {"市公交协会": "municipal", "国网云川供电公司": "enterprise"}


@pytest.mark.parametrize("name", ["市财政局", "重庆市财政局"])
def test_a_second_agency_of_one_name_is_refused(foreign, name):
    with pytest.raises(EditRefused, match="名录中已有"):
        settle(foreign, "other_place", "new", short_name=name, full_name=name, kind="municipal")


def test_a_body_that_a_person_selects_is_matched_in_the_notice_s_place_alone(foreign):
    after = done(foreign, "body", item=1, text="市水利局")
    assert after.item(1).bodies[-1].agency == ""
    assert {one.kind for one in after.open_doubts if one.name == "市水利局"} == {"other_place"}


def test_an_issuer_that_is_corrected_decides_whom_the_names_mean(work):
    head = {"title": "通知", "issued_on": "2026-11-03"}
    there = done(work, "head", number="甘政〔2026〕1号", issuer="甘棠市人民政府", **head)
    assert [body.agency for body in there.item(1).bodies] == ["", ""]
    assert {one.name for one in there.open_doubts if one.kind == "other_place"} == {
        "市商务委",
        "市财政局",
    }
    back = done(there, "head", number="渝府〔2026〕1号", issuer="重庆市人民政府", **head)
    assert [body.agency for body in back.item(1).bodies] == ["trade", "money"]
    assert [one for one in back.open_doubts if one.kind == "other_place"] == []


def test_a_namesake_of_another_place_is_not_the_first_answer(foreign):
    about = next(one for one in foreign.open_doubts if one.name == "市商务委")
    keys = [one.key for one in choices_of(foreign, about, DIRECTORY.name_of)]
    assert keys[:2] == ["new", "is:trade"]


def test_what_a_person_has_said_of_a_name_outlasts_a_corrected_issuer(foreign):
    said = settle(foreign, "other_place", "is:trade", name="市商务委")
    head = {"title": "通知", "issued_on": "2026-11-03"}
    after = done(said, "head", number="临政〔2026〕1号", issuer="临溪市人民政府", **head)
    assert after.item(1).bodies[0].agency == "trade"


def test_the_rest_is_left_for_later(work):
    after = done(work, "gap_rest")
    assert after.open_doubts == []


def test_a_removed_item_takes_its_doubts_along(work):
    after = done(work, "remove", item=2)
    assert OPEN_LIST not in {one.kind for one in after.open_doubts}


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        ({"do": "x"}, "没有这样的操作"),
        ({"do": "title", "item": 9, "text": "甲"}, "请先选定一项"),
        ({"do": "title", "item": 1, "text": " "}, "请先选中"),
        ({"do": "title", "item": 1, "text": "甲" * 101}, "100字"),
        ({"do": "move", "item": 1, "by": -1}, "不能再移动"),
        ({"do": "move", "item": 1, "by": 7}, "不能再移动"),
        ({"do": "merge", "item": 4}, "后面没有"),
        ({"do": "split", "item": 1, "text": "没有的话"}, "没有找到"),
        ({"do": "body", "item": 1, "text": "，"}, "没有读出单位"),
        ({"do": "body", "item": 1, "text": "市商务委"}, "没有新增"),
        ({"do": "role", "item": 1, "at": 0, "role": "boss"}, "没有这种责任"),
        ({"do": "role", "item": 1, "at": 8, "role": "lead"}, "已不存在"),
        ({"do": "deadline", "item": 1, "text": "近期"}, "没有读出确定的日期"),
        ({"do": "deadline", "item": 1, "on": "2026-13-01"}, "不是日期"),
        ({"do": "deadline", "item": 1, "on": "0001-01-01"}, "1949年至2099年"),
        ({"do": "head", "number": "", "title": "甲", "issuer": "乙"}, "发文字号"),
        ({"do": "settle", "doubt": 99, "choice": "gap"}, "已经处理"),
        ({"do": "settle", "doubt": 1, "choice": "lead:甲"}, "没有这个选项"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(work, act, sentence):
    with pytest.raises(DomainError, match=sentence):
        apply(work, prepared(act, work, DIRECTORY))


def test_undoing_is_leaving_out_the_last_act(work):
    acts = [{"do": "merge", "item": 1}, {"do": "title", "item": 1, "text": "甲"}]
    assert carried_out(work, acts[:1]) == apply(work, acts[0])
    assert carried_out(work, []) == work


def test_the_text_is_marked_where_it_was_read(work):
    lines = marked_lines(work, TEXT.split("\n"))
    first = lines[4]
    assert (first.kinds, first.item) == ("项期", 1)
    kinds = {part.kind: part.text for part in first.segments if part.kind}
    assert kinds["title"] == "办好市集"
    assert kinds["body"] in ("市商务委", "市财政局")
    assert "".join(part.text for part in first.segments) == TEXT.split("\n")[4]
    assert lines[3].kinds == "节"
    assert "疑" in lines[7].kinds
    assert ("市公交协会", "doubt") in [tuple(part) for part in lines[7].segments]


def test_the_day_of_the_notice_is_the_year_of_its_dates(work):
    assert date.fromisoformat(work.issued_on) == date(2026, 11, 2)
    assert done(work, "deadline", item=2, text="12月底前").item(2).due_on == "2026-12-31"


# A sentence that names bodies for all items -------------------------------------------------------


@pytest.fixture
def for_all():
    return work_of(read_pasted(FOR_ALL, lambda day: DIRECTORY))


def test_a_sentence_for_all_items_asks_once_who_leads(for_all):
    assert [one.kind for one in for_all.open_doubts] == ["unclear_list", NO_LEAD]
    led = settle(for_all, NO_LEAD, "lead:市财政局")
    assert [roles(led, item) for item in (1, 2, 3)] == [["responsible", "lead"]] * 3
    assert [one.kind for one in led.open_doubts] == ["unclear_list"]


def test_the_first_named_leads_all_items_of_the_sentence_but_those_that_have_a_lead(for_all):
    led = settle(done(for_all, "role", item=2, at=1, role="lead"), NO_LEAD, "first")
    assert [roles(led, item) for item in (1, 2, 3)] == [
        ["lead", "responsible"],
        ["responsible", "lead"],
        ["lead", "responsible"],
    ]


def test_one_answer_refuses_a_sentence_for_all_items(for_all):
    refused = settle(for_all, "unclear_list", "none")
    assert [names(refused, item) for item in (1, 2, 3)] == [[], [], []]
    assert not refused.open_doubts


def test_one_answer_leaves_the_bodies_of_all_items_to_be_checked(for_all):
    left = settle(for_all, "unclear_list", "gap")
    assert [left.item(item).gaps for item in (1, 2, 3)] == [(GapKind.AGENCIES.value,)] * 3
