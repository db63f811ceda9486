"""总览: orders, combined filters, where it is stuck, who must move, instructions."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.permissions import Role
from measures.instructions.tests.factories import make_instruction
from measures.models import Measure, Milestone
from measures.tests.factories import TODAY, make_agency, make_user
from policy_tracker.tests.crawling import compressed
from reports.overview.tests.test_page import MOST_QUERIES
from reports.tests.reading import figures, read, words

URL = "/overview/"
MOST_BYTES = 7_000  # the page of seventeen rows, compressed, as it is sent


def bands(page):
    return [words(band) for band in page.xpath("//tr[@class='ledger-band']")]


def ordinals(page):
    return [words(cell) for cell in page.xpath("//td[@class='ledger-no']")]


def test_by_light_the_worst_stand_first(world, signed_in):
    page = read(signed_in.get(URL + "?sort=light"))
    assert bands(page) == ["按预警灯17项"]
    assert ordinals(page)[:6] == ["（十三）", "（十六）", "（三）", "（五）", "（八）", "（九）"]


def test_by_change_the_newest_stand_first(world, signed_in):
    page = read(signed_in.get(URL + "?sort=changed"))
    assert bands(page) == ["按最近更新17项"]
    assert ordinals(page)[:3] == ["（一）", "（二）", "（三）"]
    assert ordinals(page)[-1] == "（十五）"  # never changed


def test_an_unknown_order_is_that_of_the_notice(world, signed_in):
    assert len(bands(read(signed_in.get(URL + "?sort=beauty")))) == 5


def test_filters_and_order_are_kept_together(world, signed_in):
    page = read(signed_in.get(URL + "?light=red&sort=light&section=4"))
    assert ordinals(page) == ["（十三）"]
    assert words(page.xpath("//p[@class='filtered']")[0]).startswith("共17项，显示1项：")
    assert page.xpath("//p[@class='filtered']/a[.='清除筛选']/@href") == ["?sort=light"]
    chosen = {s.get("name"): s.xpath("string(option[@selected])") for s in page.xpath("//select")}
    assert chosen["light"] == "滞后"
    assert chosen["section"] == "四、〔标题原文缺失〕"
    assert chosen["sort"] == "按预警灯"
    hidden = page.xpath("//form[.//select[@name='period']]//input[@type='hidden']")
    kept = {one.get("name"): one.get("value") for one in hidden}
    assert kept == {"sort": "light", "light": "red", "section": "4"}


def test_where_it_is_stuck_the_worst_stands_first_with_its_cause(world, signed_in):
    page = read(signed_in.get(URL))
    stuck = [words(one) for one in page.xpath("//section[@aria-labelledby='stuck']//li")]
    assert [one.split()[0] for one in stuck] == ["▲滞后", "▲滞后", "●预警", "●预警"]
    assert stuck[0].endswith("市金融监管局连续2期未报进展")
    filtered = read(signed_in.get(URL + "?light=green"))
    assert not filtered.xpath("//section[@aria-labelledby='stuck']")


@pytest.mark.parametrize("period", ["open", "closed"])
def test_who_must_move_is_named_with_the_list_of_it(world, signed_in, period):
    url = URL if period == "open" else f"{URL}?period={world[0].pk}"
    marks = read(signed_in.get(url)).xpath("//a[contains(@class, 'mover-mark')]")
    assert bool(marks) is (period == "open")
    for mark in marks:
        listed = read(signed_in.get(URL + mark.get("href")))
        rows = listed.xpath("//table[contains(@class, 'table-plain')]//th[@scope='row']")
        assert len(rows) == int(words(mark.xpath("b")[0]))


def test_a_late_milestone_is_told_though_its_measure_is_green(world, signed_in):
    said = {"measure": Measure.objects.get(ordinal=1), "title": "一件事", "source": "方案"}
    for day in (TODAY - timedelta(days=1), TODAY):  # due today is not late
        Milestone.objects.create(due_on=day, original_due_on=day, **said)
    page = read(signed_in.get(URL))
    (link,) = page.xpath("//p[@class='late-milestones']/a")
    late = words(read(signed_in.get(link.get("href"))))
    told = int(words(link).removeprefix("▲节点逾期未完成").removesuffix("个"))
    assert f"逾期未完成{told}个" in late


def test_where_nothing_is_stuck_it_says_so(signed_in, world):
    Measure.objects.update(light="green")
    assert "没有滞后或预警的措施。" in signed_in.get(URL).content.decode()


def test_instructions_are_counted_as_each_reader_may_see_them(world, client):
    measure = Measure.objects.get(ordinal=1)
    agency, other = make_agency(), make_agency()
    make_instruction(agency, measure=measure, due_on=TODAY - timedelta(days=1))
    make_instruction(agency, other, measure=measure, answered=[agency, other])
    expected = [
        (make_user(Role.LEADER), "2", "1"),
        (make_user(Role.COORDINATOR), "2", "1"),
        (make_user(Role.LIAISON, agency), "2", "1"),
        (make_user(Role.LIAISON, other), "1", "0"),
        (make_user(Role.LIAISON, make_agency()), "0", "0"),
    ]
    for user, total, overdue in expected:
        client.force_login(user)
        page = read(client.get(URL))
        found = figures(page)
        assert (str(found["未办结"][0]), str(found["逾期"][0])) == (total, overdue)
        listed = read(client.get(found["未办结"][1]))
        assert len(listed.xpath("//tbody/tr")) == int(total)
        assert ("批示逾期" in page.text_content()) is (overdue == "1")


def test_a_closed_period_tells_nothing_of_instructions(world, signed_in):
    make_instruction(make_agency(), measure=Measure.objects.get(ordinal=1))
    assert "未办结" not in signed_in.get(f"{URL}?period={world[0].pk}").content.decode()


def test_with_everything_on_it_the_page_costs_no_more_queries(world, signed_in):
    make_instruction(make_agency(), measure=Measure.objects.get(ordinal=1))
    signed_in.get(URL)
    with CaptureQueriesContext(connection) as queries:
        signed_in.get(URL)
    assert len(queries) <= MOST_QUERIES


def test_seventeen_rows_are_not_heavier_than_they_may_be(world, signed_in):
    for ordinal in (3, 13, 16):
        make_instruction(make_agency(), measure=Measure.objects.get(ordinal=ordinal))
    assert compressed(signed_in.get(URL).content) <= MOST_BYTES
