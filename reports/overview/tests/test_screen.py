"""大屏: the overview for a wall screen."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.permissions import Role
from measures.choices import Cause, Light
from measures.instructions.tests.factories import make_instruction
from measures.models import Measure
from measures.tests.factories import TODAY, make_agency, make_user
from reports.overview.screen import CALM_BELOW, CALM_BESIDE, STUCK_FEW, STUCK_MOST
from reports.overview.tests.test_page import MOST_QUERIES
from reports.tests.reading import read, words

URL = "/overview/screen/"
PART = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("reports.overview.screen.localdate", lambda: TODAY)


def sections(page):
    return {words(s.xpath("h2")[0]): words(s) for s in page.xpath("//section[h2]")}


def calm(page):
    return [words(one) for one in page.xpath("//ul[@class='wall-calm']/li")]


def test_it_shows_everything_for_a_wall(world, signed_in):
    make_instruction(make_agency(), measure=Measure.objects.get(ordinal=13))
    since = TODAY - timedelta(days=138)
    Measure.objects.filter(ordinal=13).update(light_since=since)
    page = read(signed_in.get(URL))
    assert words(page.xpath("//h1")[0]) == "十七项措施进展"
    assert "渝府办发〔2018〕175号" in words(page.xpath("//header")[0])
    said = words(page.xpath("//main/p")[0])
    assert "2026年前三季度（填报中） · 截至2026年11月23日 · 刷新于" in said
    assert words(page.xpath("//p[@class='lights-words']")[0]) == (
        "▲滞后2项，●预警2项；■正常9项，其中9项牵头单位进展已审核；○未评定4项。"
    )
    worst = page.xpath("//table[@class='hands']/tbody/tr")[0]
    assert [words(cell) for cell in worst] == [
        "▲滞后",
        "（十三）进一步拓宽金融服务渠道",
        "市金融监管局连续2期未报进展",
        "市地方金融管理局",
        f"{since:%Y-%m-%d}139天",
        "待1家回复",
    ]
    found = sections(page)
    assert "44/53 已通过；待审核3，退回1，未报5" in found["报送"]
    assert {"要处理的4项", "指标", "时限与节点", "其余13项"} <= set(found)
    assert "新增滞后1项（十六）" in words(page.xpath("//p[@class='lights-changes']")[0])
    assert len(calm(page)) == 13
    assert not page.xpath("//main//a")


def test_a_grey_light_shows_what_it_waits_for(world, signed_in):
    Measure.objects.filter(ordinal=8).update(light_cause=Cause.UNCONFIRMED)
    (row,) = [one for one in calm(read(signed_in.get(URL))) if "（八）" in one]
    assert row.endswith("等：责任单位核对")


def test_its_script_fetches_only_the_part_that_changes(world, signed_in):
    answer = signed_in.get(URL, headers=PART)
    assert "<html" not in answer.content.decode()
    assert "刷新于" in answer.content.decode()


def test_without_scripts_it_reloads_itself(world, signed_in):
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in (
        signed_in.get(URL).content.decode()
    )


def test_after_the_session_ended_the_answer_says_so(client, world):
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
def test_people_who_may_watch_have_links_to_open_and_leave_it(client, world, role, may):
    client.force_login(make_user(role, make_agency()))
    assert client.get(URL).status_code == (200 if may else 403)
    assert (f'href="{URL}"' in client.get("/overview/").content.decode()) is may
    if may:
        assert 'href="/overview/"' in client.get(URL).content.decode()


def test_measures_that_do_not_fit_are_counted(world, signed_in):
    Measure.objects.update(light=Light.YELLOW)
    found = sections(read(signed_in.get(URL)))["要处理的17项"]
    assert found.endswith(f"另有{17 - STUCK_MOST}项滞后或预警")


@pytest.mark.parametrize(("length", "is_counted"), [(20, False), (70, True)])
def test_a_single_further_measure_is_shown_if_it_fits(world, signed_in, length, is_counted):
    Measure.objects.update(light=Light.GREEN)
    stuck = Measure.objects.filter(ordinal__lte=STUCK_MOST + 1)
    stuck.update(light=Light.YELLOW, light_sentence="未" * length)
    found = sections(read(signed_in.get(URL)))[f"要处理的{STUCK_MOST + 1}项"]
    assert ("另有1项" in found) is is_counted


@pytest.mark.parametrize(("stuck", "is_beside"), [(STUCK_FEW, False), (STUCK_FEW + 1, True)])
def test_other_measures_are_shown_if_they_fit_and_the_rest_is_counted(
    world, signed_in, stuck, is_beside
):
    Measure.objects.update(light=Light.GREEN)
    Measure.objects.filter(ordinal__lte=stuck).update(light=Light.RED)
    page = read(signed_in.get(URL))
    side = page.xpath("//div[@class='wall-side']//ul[@class='wall-calm']")
    assert bool(side) is is_beside
    shown = min(17 - stuck, CALM_BESIDE if is_beside else CALM_BELOW)
    assert len(calm(page)) == shown
    assert ("另有" in sections(page)[f"其余{17 - stuck}项"]) is (shown < 17 - stuck)


def test_without_a_notice_it_still_works(signed_in):
    page = read(signed_in.get(URL))
    assert "还没有可以显示的措施" in words(page)
    assert "还没有开始过填报期" in words(page)


def test_a_refresh_takes_as_few_queries_as_the_overview(world, signed_in):
    signed_in.get(URL)
    with CaptureQueriesContext(connection) as queries:
        signed_in.get(URL, headers=PART)
    assert len(queries) <= MOST_QUERIES
