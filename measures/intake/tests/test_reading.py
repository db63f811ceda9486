"""An invented notice, read from the pasted text to its items."""

import pytest

from measures.intake.tests.pasted import read_pasted
from measures.intake.values import DoubtKind

NOTICE = """关于发展社区图书角的实施意见
青办发〔2031〕5号
各街道办事处，市级有关部门：
为方便居民就近读书，现提出以下意见。
一、建好场所
（一）利用闲置房屋。每个街道至少开放2处。（市文旅局、市财政局负责）
（二）统一标识。2031年6月底前完成。（市城管局牵头，市文旅局、各街道办事处配合）
市政府办公厅
2031年3月1日
"""


def test_a_short_notice_is_read_whole() -> None:
    reading = read_pasted(NOTICE)
    assert reading.number == "青办发〔2031〕5号"
    assert reading.title == "关于发展社区图书角的实施意见"
    assert str(reading.issued_on) == "2031-03-01"
    assert [item.title for item in reading.items] == ["利用闲置房屋", "统一标识"]
    assert [(body.name, body.role) for body in reading.items[1].bodies] == [
        ("市城管局", "lead"),
        ("市文旅局", "support"),
        ("各街道办事处", "support"),
    ]
    assert str(reading.items[1].deadline.on) == "2031-06-30"


@pytest.mark.parametrize(
    "behind", [" 青办发〔2031〕5号", "（青办发〔2031〕5号）", "(青办发[2031]5号)"]
)
def test_a_number_behind_the_title_is_no_part_of_it(behind) -> None:
    title = "市政府办公厅关于发展社区图书角的实施意见"
    menu = "智能问答 | 无障碍浏览\n当前位置: 首页 > 政务公开\n"
    text = NOTICE.replace("青办发〔2031〕5号\n", "")
    reading = read_pasted(menu + text.replace("关于发展社区图书角的实施意见", title + behind))
    assert reading.title == title
    assert reading.number.replace("[", "〔").replace("]", "〕") == "青办发〔2031〕5号"
    assert reading.issuer == "市政府办公厅"


def test_a_signature_is_no_part_of_an_item_without_a_list() -> None:
    added = "二、抓好落实\n（三）加强协作。各单位抓好落实。\n"
    text = NOTICE.replace("市政府办公厅\n", f"{added}市政府办公厅\n")
    reading = read_pasted(text + "（此件公开发布）\n")
    assert reading.items[2].text == "各单位抓好落实。"
    assert reading.items[2].lines == (9, 9)
    assert reading.closing == ("市政府办公厅", "2031年3月1日", "（此件公开发布）")
    assert str(reading.issued_on) == "2031-03-01"


def test_the_same_text_twice_in_one_paste_is_read_once() -> None:
    reading = read_pasted(NOTICE + NOTICE)
    assert reading.items == read_pasted(NOTICE).items
    assert len(reading.source_lines) == 2 * NOTICE.count("\n") + 1
    assert [doubt.kind for doubt in reading.doubts] == [DoubtKind.SECOND_COPY]
    assert reading.doubts[0].lines == (10,)


def test_what_the_second_copy_has_otherwise_is_said() -> None:
    reading = read_pasted(NOTICE + NOTICE.replace("至少开放2处", "至少开放3处"))
    assert reading.doubts[-1].lines == (10, 15)
    assert "第15行与第一份不同" in reading.doubts[-1].sentence
    assert "2处" in reading.items[0].text


def test_an_annex_that_begins_like_the_notice_is_no_second_copy() -> None:
    annex = "关于发展社区图书角的实施意见\n（三）另设流动书车。每周一次。（市文旅局负责）\n"
    reading = read_pasted(NOTICE + annex)
    assert DoubtKind.SECOND_COPY not in {doubt.kind for doubt in reading.doubts}


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("实现重点区域300米以下空域连续覆盖", []),
        ("年配送量突破100万单", ["年配送量 100 万单"]),
        ("对现有9处夜市分类改造", []),
        ("贯通滨江步道12公里", ["贯通滨江步道 12 公里"]),
        ("部署基站1500个", ["部署基站 1500 个"]),
        ("部署1500个基站", ["部署基站 1500 个"]),
        ("设立总规模20亿元的产业基金", ["设立总规模 20 亿元"]),
        ("评选“老味道”名店50家", ["评选“老味道”名店 50 家"]),
        ("谋划布局10万卡算力集群", []),
        ("整体通关时间压缩至30小时以内", ["整体通关时间 30 小时"]),
    ],
)
def test_a_figure_is_proposed_where_it_is_an_aim(text, figures) -> None:
    item = read_pasted(NOTICE.replace("每个街道至少开放2处", text)).items[0]
    assert [f"{one.name} {one.value} {one.unit}" for one in item.commitments] == figures


@pytest.mark.parametrize(
    ("words", "on", "is_ongoing"),
    [
        ("每年12月底前", None, True),
        ("每年底前", None, True),
        ("每年第四季度", None, True),
        ("12月底前", "2031-12-31", False),
        ("年底前", "2031-12-31", False),
    ],
)
def test_what_comes_every_year_has_no_one_day(words, on, is_ongoing) -> None:
    deadline = read_pasted(NOTICE.replace("2031年6月底前完成", words)).items[1].deadline
    assert (deadline.text, deadline.is_ongoing) == (words, is_ongoing)
    assert (deadline.on and str(deadline.on)) == on


@pytest.mark.parametrize("words", ["每季度", "每月底", "每半年通报", "每学期不少于2次"])
def test_what_a_list_asks_again_and_again_goes_on(words) -> None:
    tasks = f"1.公示账目。（市财政局、市审计局，{words}）\n2.答复。（市审计局）"
    item = read_pasted(f"关于公示的通知\n一、任务\n{tasks}").items[0]
    assert [body.name for body in item.bodies] == ["市财政局", "市审计局"]
    assert item.deadline == item.deadlines[0]
    assert (item.deadline.text, item.deadline.on, item.deadline.is_ongoing) == (words, None, True)


def test_held_every_year_is_no_deadline() -> None:
    text = NOTICE.replace("2031年6月底前完成", "每年举办一次")
    assert read_pasted(text).items[1].deadline is None


def test_a_cell_has_labels_of_its_own_or_repeats_the_one_above() -> None:
    rows = (
        "序号\t任务\t责任单位\t完成时限",
        "1\t修桥\t牵头：甲局；配合：乙局、各区县政府\t2031年6月底前",
        "2\t铺路\t同上\t同上",
        "3\t架灯\t丙局\t长期",
    )
    reading = read_pasted("\n".join(("关于修桥铺路的通知", "一、任务分工", *rows)))
    own = [(body.name, body.role) for body in reading.items[0].bodies]
    assert own == [("甲局", "lead"), ("乙局", "support"), ("各区县政府", "support")]
    assert [(body.name, body.role) for body in reading.items[1].bodies] == own
    assert [str(item.deadline and item.deadline.on) for item in reading.items[:2]] == [
        "2031-06-30"
    ] * 2
    assert not [one for one in reading.doubts if one.kind == "unclear_list"]


def test_headings_that_say_who_leads_in_a_sentence_are_not_lost_in_silence() -> None:
    reading = read_pasted(
        "关于修桥铺路的通知\n一、修桥\n（一）选址。选好址。（甲局负责）\n（二）施工。修好桥。（乙局负责）\n"
        "二、铺路\n1．路面由丙局牵头，5月底前完成；\n2．路灯由丁局负责，长期坚持。\n三、保障措施\n由甲局负责调度。"
    )
    assert len(reading.items) == 2
    (doubt,) = [one for one in reading.doubts if "在正文中写明" in one.sentence]
    assert (doubt.lines, "等2条" in doubt.sentence) == ((6, 7), True)
