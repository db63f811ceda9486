"""总览."""

from datetime import date, timedelta
from urllib.parse import urljoin

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.permissions import Role
from measures.choices import Change, FilingState, Light, Nature, Stage
from measures.models import Filing, Gap, Measure, Snapshot
from measures.rules.periods import Quarter
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_dated_measure,
    make_filing,
    make_measure,
    make_period,
    make_user,
)
from reports.tests.reading import figures, measures, read, row_of, words
from reports.tests.world import make_many

URL = "/overview/"
MOST_QUERIES = 13


def titled(page):
    return words(page.xpath("//h1")[0])


def sub(page):
    return words(page.xpath("//p[contains(@class, 'page-sub')]")[0])


def test_seventeen_measures_stand_in_five_sections(world, signed_in):
    page = read(signed_in.get(URL))
    assert titled(page) == "十七项措施进展总览"
    assert sub(page) == "截至2026年11月23日 · 数据期 2026年前三季度 · 18处原文待核"
    assert len(measures(page)) == 17
    bands = [words(band) for band in page.xpath("//tr[@class='ledger-band']")]
    assert bands == [
        "一、优化进口结构4项",
        "二、优化国际市场布局2项",
        "三、积极发挥多渠道促进作用5项",
        "四、〔标题原文缺失〕待核 2项",
        "五、改善贸易自由化便利化条件4项",
    ]


@pytest.mark.parametrize("period", ["open", "closed"])
def test_every_figure_is_the_length_of_the_list_it_opens(world, signed_in, period):
    url = URL if period == "open" else f"{URL}?period={world[0].pk}"
    found = figures(read(signed_in.get(url)))
    assert {"正常", "预警", "滞后", "未评定", "未启动", "推进中", "基本完成", "已完成"} <= set(
        found
    )
    assert len(found) >= 11
    for label, (number, address) in found.items():
        page = read(signed_in.get(urljoin(URL, address)))
        listed = page.xpath(
            "//table[contains(@class, 'ledger') or contains(@class, 'table-plain')]"
        )
        rows = listed[0].xpath(".//th[@scope='row']") if listed else []
        assert len(rows) == number, label
        if period == "closed":
            assert f"period={world[0].pk}" in address


def test_the_figures_count_what_the_world_holds(world, signed_in):
    found = {label: number for label, (number, _) in figures(read(signed_in.get(URL))).items()}
    lights = {label: found[label] for label in ("正常", "预警", "滞后", "未评定")}
    assert lights == {"正常": 9, "预警": 2, "滞后": 2, "未评定": 4}
    changes = {change: found[change] for change in map(str, Change.labels)}
    assert changes == {
        "新增滞后": 1,
        "新增预警": 1,
        "恢复正常": 1,
        "进度推进": 2,
        "进度回退": 0,
        "时限变动": 0,
        "办结": 0,
        "从未报送": 4,
    }
    statuses = ("已采用", "待审核", "退回修改", "逾期未报")
    assert [found[status] for status in statuses] == [44, 3, 1, 5]


@pytest.mark.parametrize("overdue", [True, False])
def test_the_figures_of_the_filings_add_up_to_what_is_owed(world, signed_in, overdue):
    if not overdue:
        Filing.objects.filter(period=world[1]).update(due_on=TODAY)
    page = read(signed_in.get(URL))
    found = figures(page)
    counted = ("已采用", "待审核", "退回修改", "逾期未报", "未到期")
    assert sum(found[label][0] for label in counted if label in found) == 53
    assert ("未到期" in found) is not overdue
    assert "应报53项" in words(page)


def test_the_rate_has_one_decimal_and_explains_itself(world, signed_in):
    page = read(signed_in.get(URL))
    rate = page.xpath("//li[contains(@class, 'figure')]/span[.//span[text()='报送率']]")[0]
    assert words(rate.xpath("b")[0]) == "90.6%"
    assert "48项÷应报53项" in rate.get("title")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?light=red", 2),
        ("?light=red&section=4", 1),
        ("?stage=not_started", 4),
        ("?change=newly_red", 1),
        ("?section=3", 5),
        ("?agency=市商务委", 13),
        ("?agency=市商务委&light=yellow", 2),
        ("?light=purple", 17),  # unknown: no filter
        ("?section=x", 17),
        pytest.param("?section=" + "9" * 5000, 17, id="section far too long"),
    ],
)
def test_filters_stand_in_the_address_and_add_up(world, signed_in, query, count):
    assert len(measures(read(signed_in.get(URL + query)))) == count


def test_a_chip_takes_its_own_filter_away_and_keeps_the_others(world, signed_in):
    page = read(signed_in.get(f"{URL}?period={world[1].pk}&light=red&section=4"))
    chips = {words(c): c.get("href") for c in page.xpath("//a[@class='chip']")}
    assert chips == {
        "滞后": f"?period={world[1].pk}&section=4",
        "第四部分": f"?period={world[1].pk}&light=red",
    }


def test_an_empty_result_says_so_and_leads_back(world, signed_in):
    page = read(signed_in.get(URL + "?light=red&stage=done"))
    assert measures(page) == []
    empty = page.xpath("//div[@class='empty']")[0]
    assert "没有符合条件的措施" in words(empty)
    assert empty.xpath(".//a/@href") == ["?"]


def test_a_row_tells_lead_light_cause_and_filings(world, signed_in):
    page = read(signed_in.get(URL))
    row = row_of(page, "扩大优质农产品")
    for part in (
        "（三）",
        "市农业农村委 等3家",
        "推进中",
        "长期坚持",
        "预警",
        "逾期3个工作日未报",
        "2/3",
    ):
        assert part in row
    assert row_of(page, "做好中国国际进口博览会").count("96%") >= 1
    assert "责任单位待核" in row_of(page, "优化进口通关流程")
    assert "暂拟 · 待核" in row_of(page, "境外投资和技术并购")


def test_the_cause_leads_to_its_fact(world, signed_in):
    filing = Filing.objects.filter(measure__ordinal=3, role="lead").get()
    Measure.objects.filter(ordinal=3).update(light_filing=filing)
    page = read(signed_in.get(URL))
    links = page.xpath("//a[@class='light-why']/@href")
    assert f"/filings/{filing.pk}/" in links
    assert f"/measures/{Measure.objects.get(ordinal=13).pk}/#parties" in links


def test_lights_not_kept_for_today_are_worked_out(world, signed_in):
    Measure.objects.update(light_on=TODAY - timedelta(days=1), light=Light.RED)
    found = figures(read(signed_in.get(URL)))
    assert found["未评定"][0] == 4
    assert found["滞后"][0] < 17


def test_with_no_notice_the_page_still_stands(signed_in):
    assert "还没有可以显示的措施" in words(read(signed_in.get(URL)))


@pytest.mark.parametrize(
    ("role", "asks"),
    [
        (Role.COORDINATOR, True),
        (Role.CHIEF, True),
        (Role.LEADER, True),
        (Role.LIAISON, False),
        (Role.AGENCY_HEAD, False),
    ],
)
def test_every_business_role_reads_and_some_may_ask_for_a_report(world, client, role, asks):
    client.force_login(make_user(role, make_agency()))
    page = read(client.get(URL))
    assert len(measures(page)) == 17
    assert bool(page.xpath("//form[@action='/reports/new/'][@method='post']")) is asks


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR])
def test_administrators_see_no_business_content(world, client, role):
    client.force_login(make_user(role))
    assert client.get(URL).status_code == 403


def test_a_stranger_is_sent_to_sign_in(db, client):
    response = client.get(URL)
    assert response.status_code == 302
    assert response["Location"].startswith("/login/")


def test_only_reading_is_allowed(world, signed_in):
    assert signed_in.post(URL).status_code == 405


def test_a_measure_that_is_behind_its_plan_shows_its_meter(signed_in):
    make_period()
    make_dated_measure(title="有时限的事", light=Light.YELLOW, light_on=TODAY)
    row = row_of(read(signed_in.get(URL)), "有时限的事")
    assert "50%" in row
    assert "2026-12-31前完成" in row


def test_an_ongoing_measure_that_was_closed_is_routine(signed_in):
    make_period()
    make_measure(title="转入常态的事", stage=Stage.DONE, completed_on=date(2026, 10, 1))
    assert Measure.objects.get().nature == Nature.ONGOING
    page = read(signed_in.get(URL))
    assert "常态化" in row_of(page, "转入常态的事")
    assert figures(page)["已完成"][0] == 1
    assert "进度 已完成含常态化1项" in [words(h2) for h2 in page.xpath("//h2")]


def test_waived_filings_are_not_owed(signed_in):
    other = make_agency()
    measure = make_measure(title="一件事", others=(other,))
    make_filing(measure=measure, state=FilingState.SUBMITTED)
    make_filing(measure=measure, agency=other, state=FilingState.WAIVED)
    page = read(signed_in.get(URL))
    assert "1/1" in row_of(page, "一件事")
    assert "100.0%" in words(page)


def test_a_confirmed_gap_is_no_longer_marked(world, signed_in, coordinator):
    Gap.objects.filter(measure__ordinal=8, kind="agencies").update(
        confirmed_by=coordinator, confirmed_at=timezone.now(), source="公报"
    )
    assert "17处原文待核" in sub(read(signed_in.get(URL)))


@pytest.mark.parametrize("frozen", [False, True])
def test_cost_does_not_grow_with_the_measures(signed_in, frozen):
    counts = []
    period = make_period(Quarter(2026, 2), state="closed", due_on=date(2026, 7, 7), closed_at=NOW)
    opened = make_many(1)
    url = f"{URL}?period={period.pk if frozen else opened.pk}"
    for more in (0, 29):
        _add_measures(more, opened)
        _snapshot_all(period)
        signed_in.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert signed_in.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= MOST_QUERIES


def _add_measures(count, period):
    for _ in range(count):
        measure = make_measure(light=Light.RED, light_sentence="逾期", light_on=TODAY)
        make_filing(measure=measure, period=period)


def _snapshot_all(period):
    for measure in Measure.objects.exclude(snapshots__period=period):
        Snapshot.objects.create(
            period=period,
            measure=measure,
            taken_at=NOW,
            stage=measure.stage,
            stage_label="推进中",
            light=measure.light,
            light_label="滞后",
            sentence="逾期",
            agencies=[],
            filed=0,
            owed=1,
        )
