"""Which place's bodies a notice names: those of another place are never certain."""

import pytest

from measures.intake.directory import AgencyDirectory, DirectoryEntry
from measures.intake.places import (
    HomePlace,
    home_of,
    known_places,
    place_in,
    place_of_notice,
    short_forms,
)
from measures.intake.tests.pasted import read_pasted
from measures.intake.values import DoubtKind

BODIES = (
    ("trade", "市商务委", "重庆市商务委员会"),
    ("money", "市财政局", "重庆市财政局"),
    ("north", "江北区", "重庆市江北区人民政府"),
    ("zone", "两江新区管委会", "重庆两江新区管理委员会"),
    ("shizhu", "石柱土家族自治县", "石柱土家族自治县人民政府"),
    ("bank", "人行重庆营管部", "中国人民银行重庆营业管理部"),
    ("customs", "重庆海关", "中华人民共和国重庆海关"),
    ("commerce", "商务部", "商务部"),
    ("bare", "市公安局", "市公安局"),
    ("gt_money", "甘棠市财政局", "甘棠市财政局"),
    ("gt_bank", "人行甘棠市分行", "人行甘棠市分行"),
    ("district_money", "区财政局", "重庆市渝中区财政局"),
    ("sc_money", "省财政厅", "四川省财政厅"),
)
DIRECTORY = AgencyDirectory(tuple(DirectoryEntry(*one) for one in BODIES))
OURS = ("重庆市人民政府关于办好小事的意见", "渝府发〔2031〕3号", "重庆市人民政府")
CHENGDU = (
    "成都市人民政府办公厅关于办好小事的意见",
    "成办发〔2031〕3号",
    "成都市人民政府办公厅",
)
GANTANG = ("关于办好小事的意见", "甘政办发〔2031〕3号", "甘棠市人民政府办公厅")
YUZHONG = ("关于办好小事的意见", "渝中府发〔2031〕3号", "重庆市渝中区人民政府")
SICHUAN = ("四川省人民政府关于办好小事的意见", "川府发〔2031〕3号", "四川省人民政府")
NINGBO = ("关于办好小事的意见", "甬政发〔2031〕3号", "宁波市人民政府")
STATE = ("国务院关于办好小事的意见", "国发〔2031〕3号", "国务院")
NAMELESS = ("关于办好小事的意见", "青办发〔2031〕3号", "市政府办公厅")
JOINT = ("关于办好小事的意见", "川府发〔2031〕3号", "重庆市人民政府\n四川省人民政府")
TOGETHER = (
    "重庆市人民政府办公厅四川省人民政府办公厅关于办好小事的意见",
    "渝府办发〔2031〕3号",
    "重庆市人民政府办公厅",
)
MINGLED = ("关于印发《临溪市小事方案》的通知", "渝府发〔2031〕3号", "市政府办公厅")
FOREIGN_SIGN = ("关于办好小事的意见", "川府发〔2031〕3号", "重庆市人民政府")
SIGNED_ONLY = ("关于办好小事的意见", "渝府发〔2031〕3号", "市政府办公厅")


def reading_of(head, names):
    title, number, issuer = head
    return read_pasted(
        f"{title}\n{number}\n一、办事\n（一）修路灯。修好。（{names}负责）\n{issuer}\n2031年5月1日\n",
        lambda day: DIRECTORY,
    )


@pytest.mark.parametrize(
    ("head", "name", "agency"),
    [
        (OURS, "市商务委", "trade"),
        (OURS, "市商务委员会", "trade"),
        (OURS, "市财政局", "money"),
        (OURS, "江北区", "north"),
        (OURS, "江北区政府", "north"),
        (OURS, "江北区人民政府", "north"),
        (OURS, "两江新区管委会", "zone"),
        (OURS, "石柱土家族自治县", "shizhu"),
        (OURS, "人行重庆营管部", "bank"),
        (OURS, "甘棠市财政局", "gt_money"),
        (OURS, "市公安局", None),
        (OURS, "区财政局", None),
        (OURS, "省财政厅", None),
        (SIGNED_ONLY, "市商务委", "trade"),
        (CHENGDU, "市商务委", None),
        (CHENGDU, "市财政局", None),
        (CHENGDU, "市公安局", None),
        (CHENGDU, "两江新区管委会", None),
        (CHENGDU, "重庆市商务委员会", "trade"),
        (CHENGDU, "重庆海关", "customs"),
        (CHENGDU, "省财政厅", None),
        (GANTANG, "市财政局", "gt_money"),
        (GANTANG, "市商务委", None),
        (GANTANG, "市公安局", None),
        (GANTANG, "人行甘棠市分行", "gt_bank"),
        (YUZHONG, "区财政局", "district_money"),
        (YUZHONG, "市财政局", "money"),
        (SICHUAN, "省财政厅", "sc_money"),
        (SICHUAN, "市财政局", None),
        (NINGBO, "江北区", None),
        (NINGBO, "石柱土家族自治县", "shizhu"),
        (STATE, "市财政局", None),
        (STATE, "商务部", "commerce"),
        (NAMELESS, "市财政局", None),
        (JOINT, "市财政局", None),
        (TOGETHER, "市财政局", None),
        (MINGLED, "市财政局", None),
        (FOREIGN_SIGN, "市财政局", None),
    ],
)
def test_a_name_means_a_body_of_the_notice_s_own_place(head, name, agency):
    reading = reading_of(head, name)
    assert reading.items[0].bodies[0].agency == agency
    kinds = [doubt.kind for doubt in reading.doubts]
    assert kinds == ([] if agency else [DoubtKind.OTHER_PLACE])


@pytest.mark.parametrize(
    ("full_name", "name", "found"),
    [
        ("市财政局", "市财政局", ("old",)),
        ("市财政局", "甘棠市财政局", ("old",)),
        ("市财政局", "四川省甘棠市财政局", ()),
        ("省林业局", "省林业局", ("old",)),
        ("团市委", "团市委", ("old",)),
        ("市公安局", "市财政局", ()),
    ],
)
def test_an_agency_without_a_place_in_its_name_is_of_that_of_its_notices(full_name, name, found):
    place = HomePlace("云川", "甘棠", "临溪区")
    entry = DirectoryEntry("old", full_name, full_name, home=home_of(full_name, place))
    ours = DirectoryEntry("money", "市财政局", "重庆市财政局")
    directory = AgencyDirectory((entry, ours))
    assert directory.meant(name, HomePlace("云川", "甘棠")) == found
    assert directory.meant("市财政局", HomePlace("重庆", "重庆")) == ("money",)


def test_the_doubt_shows_the_namesakes_and_says_whose_notice_it_is():
    reading = reading_of(CHENGDU, "市财政局")
    assert reading.doubts[0].candidates == ("money", "gt_money")
    assert "文件由成都市印发" in reading.doubts[0].sentence


def test_bodies_of_one_level_are_not_like_each_other_for_that():
    entries = (
        ("kw", "市科委", "市科学技术委员会"),
        ("water", "市水利局", "重庆市水利局"),
        ("office", "市政府办公厅", "重庆市人民政府办公厅"),
        ("bank", "人行重庆市分行", "中国人民银行重庆市分行"),
        ("tax", "市税务局", "国家税务总局重庆市税务局"),
    )
    directory = AgencyDirectory(tuple(DirectoryEntry(*one) for one in entries))
    assert directory.like("市教委") == ()
    assert directory.like("市水务局") == ("water",)
    assert directory.like("市政府新闻办") == directory.like("国家外汇局重庆市分局") == ()


def test_what_shares_the_end_of_its_name_or_is_of_another_place_is_not_near():
    entries = (("money", "市财政局", "重庆市财政局"), ("water", "市水利局", "重庆市水利局"))
    directory = AgencyDirectory(tuple(DirectoryEntry(*one) for one in entries))
    assert directory.like("市民政局") == ()
    assert directory.candidates("市水务局", HomePlace("重庆", "重庆")) == ("water",)
    assert directory.candidates("市水务局", HomePlace("四川", "成都")) == ()


def test_namesakes_are_told_apart_by_their_full_names():
    twins = [
        DirectoryEntry("a", "市财政局", "重庆市财政局"),
        DirectoryEntry("b", "市财政局", "甘棠市财政局"),
        DirectoryEntry("c", "市水务局", "市水务局"),
        DirectoryEntry("d", "市水务局", "市水务局"),
    ]
    assert list(AgencyDirectory(tuple(twins)).name_of.values()) == [
        "市财政局（重庆市财政局）",
        "市财政局（甘棠市财政局）",
        "市水务局（市水务局，c）",
        "市水务局（市水务局，d）",
    ]


KNOWN = known_places(["重庆市财政局", "甘棠市财政局"])


@pytest.mark.parametrize(
    ("name", "place", "words"),
    [
        ("重庆市财政局", HomePlace("重庆", "重庆"), "重庆市"),
        ("重庆市渝中区财政局", HomePlace("重庆", "重庆", "渝中区"), "重庆市渝中区"),
        ("重庆市城市管理局", HomePlace("重庆", "重庆"), "重庆市"),
        ("共青团重庆市委员会", HomePlace("重庆", "重庆"), "重庆市"),
        ("共青团甘棠市委员会", HomePlace("", "甘棠"), "甘棠市"),
        ("重庆市两江新区人民政府", HomePlace("重庆", "重庆"), "重庆市"),
        ("中共重庆市委办公厅", HomePlace("重庆", "重庆"), "重庆市"),
        ("国家税务总局重庆市税务局", HomePlace("重庆", "重庆"), "重庆市"),
        ("国家税务总局临溪市税务局", HomePlace("", "临溪"), "临溪市"),
        ("国网甘棠供电公司", HomePlace("", "甘棠"), "甘棠市"),
        ("四川省成都市武侯区人民政府", HomePlace("四川", "成都", "武侯区"), "四川省成都市武侯区"),
        ("宁夏回族自治区银川市财政局", HomePlace("宁夏", "银川"), "宁夏回族自治区银川市"),
        ("云南省大理白族自治州财政局", HomePlace("云南", "大理白族自治州"), "云南省大理白族自治州"),
        ("市财政局", HomePlace(), ""),
        ("省财政厅", HomePlace(), ""),
        ("商务部", HomePlace(), ""),
    ],
)
def test_a_full_name_says_its_place(name, place, words):
    assert place_in(name, KNOWN) == place
    assert place.words == words


@pytest.mark.parametrize(
    ("title", "place"),
    [
        ("关于推进城市更新的意见", "重庆"),
        ("关于印发《农产品市场体系建设方案》的通知", "重庆"),
        ("关于印发《全市老旧小区改造方案》的通知", "重庆"),
        ("关于印发《开发区发展方案》的通知", "重庆"),
        ("关于印发《重庆市城市更新方案》的通知", "重庆"),
        ("转发《四川省城市更新方案》的通知", ""),
        ("关于印发《临溪市低空经济方案》的通知", ""),
    ],
)
def test_a_title_that_names_another_place_than_its_issuer_leaves_it_open(title, place):
    found = place_of_notice("渝府发〔2031〕1号", title, "重庆市人民政府", KNOWN)
    assert found.city == place


@pytest.mark.parametrize(
    ("full_name", "forms"),
    [
        ("重庆市商务委员会", ["市商务委员会"]),
        ("四川省财政厅", ["省财政厅"]),
        ("重庆市渝中区财政局", ["渝中区财政局", "区财政局"]),
        ("云南省大理白族自治州财政局", ["大理白族自治州财政局", "州财政局"]),
        ("重庆海关", []),
    ],
)
def test_a_notice_of_the_same_place_calls_a_body_by_less(full_name, forms):
    assert short_forms(full_name) == forms


def test_a_name_that_was_split_out_and_is_unknown_is_one_doubt():
    text = "一、发展。做大。（市财政局牵头，云岭国有林场配合）"
    directory = AgencyDirectory((DirectoryEntry("money", "市财政局", "重庆市财政局"),))
    (doubt,) = read_pasted(text, lambda _: directory).doubts[-1:]
    kinds = [one.kind for one in read_pasted(text, lambda _: directory).doubts]
    assert kinds.count(DoubtKind.SPLIT_NAME) == 0
    assert (doubt.name, doubt.kind) == ("云岭国有林场", DoubtKind.UNMATCHED_NAME)
    assert "拆分出来" in doubt.sentence


def test_a_part_of_a_known_body_is_offered_as_that_body_and_never_taken_for_it():
    body = reading_of(OURS, "市商务委（自贸办）").items[0].bodies[0]
    assert (body.name, body.agency, body.candidates) == ("市商务委（自贸办）", None, ("trade",))


@pytest.mark.parametrize("name", ["市属国企", "市属企业", "省属高校", "市管国有企业"])
def test_companies_of_a_city_are_a_class_of_bodies(name):
    assert reading_of(OURS, f"市财政局、{name}").items[0].bodies[1].is_collective
