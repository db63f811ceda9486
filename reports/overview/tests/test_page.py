"""总览."""

from datetime import date, timedelta
from urllib.parse import urljoin

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.permissions import Role
from measures.choices import (
    Cause,
    Change,
    FilingState,
    Light,
    Nature,
    ResponsibilityRole,
    Stage,
)
from measures.models import Filing, Gap, Measure, Responsibility, Snapshot
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
from reports.overview.lights import NARROWEST
from reports.tests.reading import counted, measures, read, words
from reports.tests.world import make_many

URL = "/overview/"
MOST_QUERIES = 14


def titled(page):
    return words(page.xpath("//h1")[0])


def sub(page):
    return words(page.xpath("//p[contains(@class, 'page-sub')]")[0])


def test_seventeen_measures_are_in_five_sections(world, signed_in):
    page = read(signed_in.get(URL))
    assert titled(page) == "十七项措施进展"
    assert sub(page) == (
        "2026年前三季度（填报中，2026-11-12（周四）已截止，逾期未报5项） · "
        "截至2026年11月23日 · 18处原文待核对"
    )
    assert len(measures(page)) == 17
    bands = [words(band) for band in page.xpath("//tr[@class='ledger-band']")]
    assert bands == [
        "一、优化进口结构4项",
        "二、优化国际市场布局2项",
        "三、积极发挥多渠道促进作用5项",
        "四、〔标题原文缺失〕原文待核对 2项",
        "五、改善贸易自由化便利化条件4项",
    ]


@pytest.mark.parametrize("period", ["open", "closed"])
def test_every_number_is_the_length_of_the_list_it_opens(world, signed_in, period):
    url = URL if period == "open" else f"{URL}?period={world[0].pk}"
    page = read(signed_in.get(url))
    found = counted(page)
    assert {"滞后项", "预警项", "未评定项"} <= set(found)
    assert len(found) >= (12 if period == "open" else 7)
    bar = page.xpath("//svg//a")
    assert bar
    addresses = {one.get("href"): int(words(one.xpath("text/tspan[last()]")[0])) for one in bar}
    for address, number in [*addresses.items(), *((url, n) for n, url in found.values())]:
        assert rows_in(read(signed_in.get(urljoin(URL, address)))) == number, address
        if period == "closed":
            assert f"period={world[0].pk}" in address


def rows_in(page):
    """Return how many rows the list of a page has."""
    listed = page.xpath("//table[contains(@class, 'ledger') or contains(@class, 'table-plain')]")
    return len(listed[0].xpath(".//th[@scope='row']")) if listed else 0


def test_sentence_bar_and_line_have_the_counts_of_the_data(world, signed_in):
    told = read(signed_in.get(URL)).xpath("//p[@class='lights-words']")[0]
    assert "9项，其中9项牵头单位进展已审核；" in words(told)
    assert not [one for one in told.xpath("a") if words(one).startswith("0项")]
    Measure.objects.filter(ordinal=12).update(light=Light.WAITING)
    page = read(signed_in.get(URL))
    assert words(page.xpath("//p[@class='lights-words']")[0]) == (
        "▲滞后2项，●预警2项；■正常9项，其中8项牵头单位进展已审核、1项待审核（十二）；○未评定4项。"
    )
    parts = [words(one) for one in page.xpath("//svg//a/text")]
    assert parts == ["▲滞后2", "●预警2", "■正常·已审核8", "▨正常·待审核1", "○未评定4"]
    assert words(page.xpath("//p[@class='lights-changes']")[0]) == (
        "比上期（2026年上半年）：新增滞后1项（十六），新增预警1项（五），恢复正常1项（六）。 看变化"
    )


def test_the_parts_of_the_bar_are_never_too_narrow_and_fill_it(world, signed_in):
    page = read(signed_in.get(URL))
    rects = page.xpath("//svg//a/rect")
    widths = [float(one.get("width").removesuffix("%")) for one in rects]
    assert min(widths) >= NARROWEST
    assert sum(widths) == pytest.approx(100, abs=0.05)
    edges = [float(one.get("x").removesuffix("%")) for one in rects]
    assert edges == sorted(edges)


def test_at_most_ten_different_numbers_are_above_the_table(world, signed_in):
    page = read(signed_in.get(URL))
    above = page.xpath("//p[@class='lights-words']//b | //p[@class='lights-changes']//b")
    assert len(above) <= 10


def test_every_kind_of_change_can_be_filtered(world, signed_in):
    page = read(signed_in.get(URL))
    offered = page.xpath("//select[@id='change']/option[@value]/@value")
    assert [one for one in offered if one] == Change.values
    expected = {
        Change.NEWLY_RED: 1,
        Change.NEWLY_YELLOW: 1,
        Change.RECOVERED: 1,
        Change.ADVANCED: 2,
        Change.REGRESSED: 0,
        Change.DATE_MOVED: 0,
        Change.DONE: 0,
        Change.NEVER_FILED: 4,
    }
    for change, count in expected.items():
        assert len(measures(read(signed_in.get(f"{URL}?change={change}")))) == count


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
def test_filters_are_in_the_address_and_combine(world, signed_in, query, count):
    assert len(measures(read(signed_in.get(URL + query)))) == count


def test_a_chip_removes_its_own_filter_and_keeps_the_others(world, signed_in):
    page = read(signed_in.get(f"{URL}?period={world[1].pk}&light=red&section=4"))
    chips = {words(c): c.get("href") for c in page.xpath("//a[@class='chip']")}
    assert chips == {
        "滞后": f"?period={world[1].pk}&section=4",
        "第四部分": f"?period={world[1].pk}&light=red",
    }


def test_an_empty_result_says_so_and_links_back(world, signed_in):
    page = read(signed_in.get(URL + "?light=red&stage=done"))
    assert measures(page) == []
    empty = page.xpath("//div[@class='empty']")[0]
    assert "没有符合条件的措施" in words(empty)
    assert empty.xpath(".//a/@href") == ["?"]


def test_a_row_shows_lead_light_cause_and_filings(world, signed_in):
    page = read(signed_in.get(URL))
    row = ledger_row(page, "扩大优质农产品")
    for part in (
        "（三）",
        "市农业农村委 等3家",
        "推进中",
        "预警",
        "逾期3个工作日未报",
        "2/3",
    ):
        assert part in row
    assert "基本完成 96%" in ledger_row(page, "做好中国国际进口博览会")
    assert "责任单位待核对" in ledger_row(page, "优化进口通关流程")
    assert "暂拟 · 待核对" in ledger_row(page, "境外投资和技术并购")


def test_joint_leads_are_named(world, signed_in):
    rows = Responsibility.objects.filter(measure__ordinal=3).exclude(role=ResponsibilityRole.LEAD)
    rows.filter(pk=rows.first().pk).update(role=ResponsibilityRole.JOINT_LEAD)
    name = rows.first().agency.short_name
    page = read(signed_in.get(URL))
    assert f"并列牵头：{name}" in ledger_row(page, "扩大优质农产品")
    hands = page.xpath("//table[contains(@class, 'hands')]//tr[th[contains(., '（三）')]]/td")
    assert f"并列牵头：{name}" in words(hands[2])


def ledger_row(page, title):
    """Return the text of a measure's row among all rows."""
    path = "//table[@class='ledger']//tr[th[@scope='row']/a[contains(., '{}')]]"
    (row,) = page.xpath(path.format(title))
    return words(row)


def test_a_grey_row_shows_what_it_waits_for(world, signed_in):
    Measure.objects.filter(ordinal=15).update(light_cause=Cause.UNCONFIRMED)
    row = ledger_row(read(signed_in.get(URL)), "优化进口通关流程")
    assert "等：责任单位核对" in row


def test_the_cause_links_to_its_fact(world, signed_in):
    filing = Filing.objects.filter(measure__ordinal=3, role="lead").get()
    Measure.objects.filter(ordinal=3).update(light_filing=filing)
    page = read(signed_in.get(URL))
    links = page.xpath("//a[@class='light-why']/@href")
    assert f"/filings/{filing.pk}/" in links
    assert f"/measures/{Measure.objects.get(ordinal=13).pk}/#parties" in links


def test_lights_not_stored_for_today_are_computed(world, signed_in):
    Measure.objects.update(light_on=TODAY - timedelta(days=1), light=Light.RED)
    found = counted(read(signed_in.get(URL)))
    assert found["未评定项"][0] == 4
    assert found["滞后项"][0] < 17


def test_without_a_notice_the_page_still_works(signed_in):
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
def test_every_business_role_can_read_and_some_can_request_a_report(world, client, role, asks):
    client.force_login(make_user(role, make_agency()))
    page = read(client.get(URL))
    assert len(measures(page)) == 17
    assert bool(page.xpath("//a[starts-with(@href, '/reports/?new=progress')]")) is asks


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR])
def test_administrators_see_no_business_content(world, client, role):
    client.force_login(make_user(role))
    assert client.get(URL).status_code == 403


def test_an_anonymous_visitor_is_redirected_to_sign_in(db, client):
    response = client.get(URL)
    assert response.status_code == 302
    assert response["Location"].startswith("/login/")


def test_the_page_accepts_only_reading_methods(world, signed_in):
    assert signed_in.post(URL).status_code == 405


def test_a_measure_that_is_behind_its_plan_shows_its_percent(signed_in):
    make_period()
    make_dated_measure(title="有时限的事", light=Light.YELLOW, light_on=TODAY)
    row = ledger_row(read(signed_in.get(URL)), "有时限的事")
    assert "50%" in row
    assert "2026-12-31前完成" in row


def test_an_ongoing_measure_that_was_closed_is_routine(signed_in):
    make_period()
    make_measure(title="转入常态的事", stage=Stage.DONE, completed_on=date(2026, 10, 1))
    assert Measure.objects.get().nature == Nature.ONGOING
    assert "常态化" in ledger_row(read(signed_in.get(URL)), "转入常态的事")
    assert measures(read(signed_in.get(URL + "?stage=done"))) == ["转入常态的事"]


def test_waived_filings_are_not_owed(signed_in):
    other = make_agency()
    measure = make_measure(title="一件事", others=(other,))
    make_filing(measure=measure, state=FilingState.SUBMITTED)
    make_filing(measure=measure, agency=other, state=FilingState.WAIVED)
    page = read(signed_in.get(URL))
    assert "0/1" in ledger_row(page, "一件事")
    assert note(page, "报送").startswith("0/1 已通过；待审核1，退回0，未报0；另免报1")


def note(page, title):
    """Return the text of one of the three notes, without its head."""
    (section,) = page.xpath(f"//section[h2[starts-with(normalize-space(), '{title}')]]")
    return words(section).removeprefix(words(section.xpath("h2")[0])).strip()


def test_a_confirmed_gap_is_no_longer_marked(world, signed_in, coordinator):
    Gap.objects.filter(measure__ordinal=8, kind="agencies").update(
        confirmed_by=coordinator, confirmed_at=timezone.now(), source="公报"
    )
    assert "17处原文待核对" in sub(read(signed_in.get(URL)))


@pytest.mark.parametrize("frozen", [False, True])
def test_the_number_of_queries_does_not_grow_with_the_measures(signed_in, frozen):
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
