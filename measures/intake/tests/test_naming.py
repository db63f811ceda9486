"""The proposed name and kind of a new agency."""

import pytest

from measures.intake.directory import AgencyDirectory, DirectoryEntry
from measures.intake.naming import full_name_of, kind_of, proposed_agency
from measures.intake.places import NOWHERE, HomePlace
from measures.intake.work import NewAgency

CITY = HomePlace("", "甘棠")
DISTRICT = HomePlace("重庆", "重庆", "渝中区")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("市财政局", "municipal"),
        ("市发展改革委", "municipal"),
        ("市政府办公厅", "municipal"),
        ("团市委", "municipal"),
        ("市总工会", "municipal"),
        ("国网甘棠供电公司", "enterprise"),
        ("临溪移动", "enterprise"),
        ("市城投集团", "enterprise"),
        ("云川海关", "central"),
        ("人行甘棠市分行", "central"),
        ("金融监管总局云川分局", "central"),
        ("市税务局", "central"),
        ("临溪高新区管委会", "zone"),
        ("渝中区人民政府", "district"),
        ("城口县", "district"),
        ("各区人民政府", ""),
        ("市夜间经济促进会", ""),
        ("项目法人", "enterprise"),
    ],
)
def test_the_kind_is_told_by_the_name(name, kind):
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    ("name", "here", "full_name"),
    [
        ("市财政局", CITY, "甘棠市财政局"),
        ("市财政局", HomePlace("四川", "成都"), "成都市财政局"),
        ("省财政厅", HomePlace("四川", "成都"), "四川省财政厅"),
        ("省财政厅", CITY, "省财政厅"),
        ("区财政局", DISTRICT, "重庆市渝中区财政局"),
        ("区财政局", CITY, "区财政局"),
        ("团市委", CITY, "共青团甘棠市委员会"),
        ("国网甘棠供电公司", CITY, "国网甘棠供电公司"),
        ("云岭风景区管委会", CITY, "甘棠市云岭风景区管委会"),
        ("国家邮政局", CITY, "国家邮政局"),
        ("市财政局", NOWHERE, "市财政局"),
    ],
)
def test_the_full_name_says_the_place_of_the_notice(name, here, full_name):
    assert full_name_of(name, here) == full_name


def test_a_body_of_another_place_bears_its_place_in_its_short_name():
    own = ("money", "市财政局", "重庆市财政局"), ("water", "市水利局", "重庆市水利局")
    other = ("gt", "甘棠市水务局", "甘棠市水务局")
    directory = AgencyDirectory(tuple(DirectoryEntry(*one) for one in (*own, other)))
    at_home = HomePlace("重庆", "重庆")
    for name, here, short in [
        ("市民政局", CITY, "甘棠市民政局"),
        ("市民政局", HomePlace("四川", "成都"), "成都市民政局"),
        ("国网甘棠供电公司", CITY, "国网甘棠供电公司"),
        ("市民政局", at_home, "市民政局"),
        ("区民政局", DISTRICT, "区民政局"),
        ("市民政局", NOWHERE, "市民政局"),
    ]:
        assert proposed_agency(name, here, directory).name == short


def test_a_namesake_is_told_apart_by_its_short_name_too():
    directory = AgencyDirectory((DirectoryEntry("money", "市财政局", "重庆市财政局"),))
    assert proposed_agency("市财政局", CITY, directory) == NewAgency(
        "甘棠市财政局", "甘棠市财政局", "municipal"
    )
    assert proposed_agency("市数据局", CITY, AgencyDirectory()).name == "市数据局"
