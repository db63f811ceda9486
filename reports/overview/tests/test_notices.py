"""总览 with several notices: one is shown, its neighbours are a click away."""

import pytest

from agencies.permissions import Role
from measures.choices import ResponsibilityRole
from measures.instructions.tests.factories import make_instruction
from measures.models import Measure
from measures.tests.factories import (
    make_agency,
    make_another_notice,
    make_measure,
    make_responsibility,
    make_user,
)
from reports.tests.reading import measures, read, words

URL = "/overview/"


def add_notice(number):
    """Create another notice with one measure."""
    notice = make_another_notice(f"渝府办发〔2020〕{number}号")
    measure = make_measure(title=f"第{number}件事", ordinal=80 + number)
    section = measure.section
    section.pk, section.notice = None, notice
    section.save()
    Measure.objects.filter(pk=measure.pk).update(notice=notice, section=section)


@pytest.fixture
def second(world):
    """Create one notice besides the real one."""
    add_notice(9)


@pytest.fixture
def many(second):
    """Create nine notices besides the real one."""
    for number in range(10, 18):
        add_notice(number)


def turned(page):
    return [words(tab) for tab in page.xpath("//nav[@aria-label='文件']/a")]


def tab(page, number):
    return URL + page.xpath(f"//nav[@aria-label='文件']/a[contains(., '{number}')]/@href")[0]


def test_of_several_notices_one_is_shown_with_links_to_the_others(second, signed_in):
    page = read(signed_in.get(URL))
    assert len(measures(page)) == 17
    tabs = {words(a): a.get("href") for a in page.xpath("//nav[@aria-label='文件']/a")}
    assert list(tabs) == ["渝府办发〔2018〕175号", "渝府办发〔2020〕9号"]
    other = read(signed_in.get(URL + tabs["渝府办发〔2020〕9号"]))
    assert measures(other) == ["第9件事"]
    assert "渝府办发〔2020〕9号" in words(other.xpath("//p[contains(@class, 'page-sub')]")[0])
    make_instruction(make_agency(), measure=Measure.objects.get(ordinal=1))
    assert measures(read(signed_in.get(URL))) == ["第9件事"]  # the choice is remembered
    assert "待1家回复" in words(read(signed_in.get(URL + tabs["渝府办发〔2018〕175号"])))
    assert "待1家回复" not in words(read(signed_in.get(URL + tabs["渝府办发〔2020〕9号"])))


def test_an_agency_is_offered_the_notices_of_the_page_head(many, client):
    agency = make_agency()
    found = Measure.objects.filter(
        notice__number__in=["渝府办发〔2020〕9号", "渝府办发〔2020〕10号"]
    )
    for measure in found:
        make_responsibility(measure, agency, ResponsibilityRole.RESPONSIBLE)
    client.force_login(make_user(Role.LIAISON, agency))
    page = read(client.get(URL))
    assert turned(page) == ["渝府办发〔2020〕9号", "渝府办发〔2020〕10号"]
    assert "共10份文件" in words(page)  # the others are found by search


def test_with_one_notice_there_is_no_choice(world, signed_in):
    assert not read(signed_in.get(URL)).xpath("//nav[@aria-label='文件']")


@pytest.mark.parametrize("notice", ["x", "-1", "9" * 30])
def test_a_notice_that_is_no_number_is_404(world, signed_in, notice):
    assert signed_in.get(URL, {"notice": notice}).status_code == 404


def test_an_unknown_notice_is_404(world, signed_in):
    assert signed_in.get(URL + "?notice=999999").status_code == 404


def test_of_many_notices_the_neighbours_are_offered(many, signed_in):
    page = read(signed_in.get(URL))
    after = [f"渝府办发〔2020〕{number}号" for number in range(9, 15)]
    assert turned(page) == ["渝府办发〔2018〕175号", *after[:3]]
    middle = read(signed_in.get(tab(page, "〕11号")))
    assert turned(middle) == ["渝府办发〔2018〕175号", *after]
    assert words(middle.xpath("//nav[@aria-label='文件']/a[@aria-current]")[0]) == after[2]
    assert "共10份文件" in words(page)


@pytest.mark.parametrize("wanted", ["2020〕17", " 〔2020〕17号 "])
def test_any_other_is_found_by_its_number(many, signed_in, wanted):
    page = read(signed_in.get(URL, {"find": wanted}, follow=True))
    assert measures(page) == ["第17件事"]


@pytest.mark.parametrize("wanted", ["2077", "\x00", "长" * 61, "%"], ids=range(4))
def test_a_search_without_a_result_says_so_and_keeps_the_page(many, signed_in, wanted):
    page = read(signed_in.get(URL, {"find": wanted}, follow=True))
    assert "没有文号或标题含这几个字的文件" in words(page)
    assert len(measures(page)) == 17
