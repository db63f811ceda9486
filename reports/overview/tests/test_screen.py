"""大屏: the overview for a wall."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.permissions import Role
from measures.choices import Light
from measures.instructions.tests.factories import make_instruction
from measures.models import Measure
from measures.tests.factories import TODAY, make_agency, make_user
from reports.overview.screen import STUCK_MOST
from reports.overview.tests.test_page import MOST_QUERIES
from reports.tests.reading import read, words

URL = "/overview/screen/"
PART = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("reports.overview.screen.localdate", lambda: TODAY)


def sections(page):
    return {words(s.xpath("h2")[0]): words(s) for s in page.xpath("//section[h2]")}


def test_it_tells_all_that_a_wall_should(world, signed_in):
    make_instruction(make_agency(), measure=Measure.objects.get(ordinal=1))
    page = read(signed_in.get(URL))
    assert words(page.xpath("//h1")[0]) == "十七项措施进展总览"
    assert "渝府办发〔2018〕175号" in words(page.xpath("//header")[0])
    assert "截至2026年11月23日 · 数据期 2026年前三季度 · 刷新于" in words(page.xpath("//main/p")[0])
    assert len(page.xpath("//table//th[@scope='row']")) == 17
    found = sections(page)
    assert "2▲滞后" in found["预警灯"].replace(" ", "")
    assert "90.6%" in found["本期报送"]
    assert "1待回复" in found["批示"]
    assert found["卡在哪里"].startswith("卡在哪里 ▲滞后 （十三）")
    assert "逾期未报" in found["等谁办"]
    assert "新增滞后1 （十六）" in found["较上期变化"]


def test_its_script_fetches_only_the_part_that_changes(world, signed_in):
    answer = signed_in.get(URL, headers=PART)
    assert "<html" not in answer.content.decode()
    assert "刷新于" in answer.content.decode()


def test_without_scripts_it_loads_itself_anew(world, signed_in):
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in (
        signed_in.get(URL).content.decode()
    )


def test_whose_session_has_ended_is_told_by_the_answer(client, world):
    assert client.get(URL, headers=PART).status_code == 401


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.LEADER, True),
        (Role.CHIEF, True),
        (Role.COORDINATOR, True),
        (Role.LIAISON, False),
        (Role.AGENCY_HEAD, False),
    ],
)
def test_who_may_watch_finds_the_way_in_and_out(client, world, role, may):
    client.force_login(make_user(role, make_agency()))
    assert client.get(URL).status_code == (200 if may else 403)
    assert (f'href="{URL}"' in client.get("/overview/").content.decode()) is may
    if may:
        assert 'href="/overview/"' in client.get(URL).content.decode()


def test_what_has_no_room_is_counted(world, signed_in):
    Measure.objects.update(light=Light.YELLOW)
    found = sections(read(signed_in.get(URL)))["卡在哪里"]
    assert found.endswith(f"另有{17 - STUCK_MOST}项滞后或预警")


def test_with_no_notice_it_still_stands(signed_in):
    page = read(signed_in.get(URL))
    assert "还没有可以显示的措施" in words(page)
    assert "还没有开始过填报期" in words(page)


def test_a_refreshing_costs_as_few_queries_as_the_overview(world, signed_in):
    signed_in.get(URL)
    with CaptureQueriesContext(connection) as queries:
        signed_in.get(URL, headers=PART)
    assert len(queries) <= MOST_QUERIES
