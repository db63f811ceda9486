"""单位: who has what to do, and one agency with its record."""

import re

import pytest

from agencies.models import Agency
from agencies.permissions import Role
from measures.tests.factories import make_user
from reports.tests.pages.reading import read, words
from reports.tests.pages.world import make_many, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def leader(client, real_notice):
    make_world(real_notice)
    client.force_login(make_user(Role.LEADER, Agency.objects.get(code="zfbgt")))
    return client


def test_all_seventeen_agencies_stand_in_protocol_order(leader):
    rows = leader.get("/agencies/").context["rows"]
    assert len(rows) == 17
    assert [row.agency.order for row in rows] == sorted(row.agency.order for row in rows)
    assert sum(row.led + row.shared for row in rows) == 53
    assert {row.agency.code: row.led for row in rows}["sww"] == 10


def test_an_agency_shows_its_measures_filings_record_and_names(leader):
    agency = Agency.objects.get(code="sww")
    page = leader.get(f"/agencies/{agency.pk}/")
    data = page.context["data"]
    assert (len(data.duties), data.led) == (13, 10)
    assert data.line is not None
    assert len(data.line.lines) == 13
    assert [record.period.state for record in data.records] == ["open"]
    assert "重庆市商务委员会" in page.content.decode()


def duties(page):
    return page.xpath("//section[@aria-labelledby='duties']//tbody/tr")


def test_every_count_of_the_list_opens_exactly_those_measures(leader):
    page = read(leader.get("/agencies/"))
    links = page.xpath("//tbody//td//a")
    assert len(links) == 8  # 4 lead; 4 lights are dark
    assert {words(link)[:3] for link in links if "light=" in link.get("href")} == {"▲滞后", "●预警"}
    for link in links:
        (count,) = re.findall(r"\d+", words(link))
        assert len(duties(read(leader.get(link.get("href"))))) == int(count), link.get("href")


def test_a_narrowed_list_says_so_and_can_be_opened_again(leader):
    agency = Agency.objects.get(code="sww")
    page = read(leader.get(f"/agencies/{agency.pk}/?role=lead&light=yellow"))
    chips = page.xpath("//a[@class='chip']")
    assert [words(chip) for chip in chips] == ["牵头单位", "预警"]
    assert len(duties(read(leader.get(f"/agencies/{agency.pk}/{chips[1].get('href')}")))) == 10
    none = leader.get(f"/agencies/{agency.pk}/?role=support").content.decode()
    assert "没有符合条件的措施" in none
    lost = leader.get(f"/agencies/{agency.pk}/?role=x&light=blue")
    assert len(duties(read(lost))) == 13


def test_its_people_are_named_and_their_phones_masked(leader):
    agency = Agency.objects.get(code="cqcustoms")
    person = make_user(Role.LIAISON, agency)
    person.phone = "13812345678"
    person.save()
    words = leader.get(f"/agencies/{agency.pk}/").content.decode()
    assert person.name in words
    assert "138****5678" in words
    assert "13812345678" not in words


def test_an_agency_without_duties_says_so(leader):
    office = Agency.objects.get(code="zfbgt")
    assert "现在不负责任何措施" in leader.get(f"/agencies/{office.pk}/").content.decode()


@pytest.mark.parametrize("path", ["/agencies/999999/", "/agencies/1/?period=x"])
def test_what_is_not_there_is_404(leader, path):
    assert leader.get(path).status_code == 404


@pytest.mark.parametrize("size", [1, 30])
def test_the_list_costs_the_same_for_any_number(client, size, django_assert_max_num_queries):
    make_many(size)
    client.force_login(make_user(Role.LEADER))
    client.get("/agencies/")
    with django_assert_max_num_queries(10):
        client.get("/agencies/")


@pytest.mark.parametrize("size", [1, 30])
def test_an_agency_costs_the_same_for_any_number(client, size, django_assert_max_num_queries):
    make_many(size)
    agency = Agency.objects.filter(responsibilities__isnull=False).order_by("pk").first()
    client.force_login(make_user(Role.LEADER))
    client.get(f"/agencies/{agency.pk}/")
    with django_assert_max_num_queries(14):
        client.get(f"/agencies/{agency.pk}/")
