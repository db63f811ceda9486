"""两期对照: two moments side by side, and their differences in words."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from measures.choices import Change, Light, Stage
from measures.models import Filing, Measure, Period, Snapshot
from measures.periods.actions import close_period
from measures.rules.periods import Quarter
from measures.tests.factories import NOW, TODAY, make_filing, make_measure, make_period
from reports.compare.data import difference_words
from reports.overview.rows import MeasureRow
from reports.period.shown import SectionHead
from reports.tests.reading import read, words
from reports.tests.world import relabel

pytestmark = pytest.mark.django_db
URL = "/compare/"


@pytest.fixture(autouse=True)
def _same_day(monkeypatch):
    monkeypatch.setattr("reports.compare.views.localdate", lambda: TODAY)


def rows(page):
    return page.xpath("//table[contains(@class, 'compare-table')]/tbody/tr")


def ask(client, **query):
    return client.get(f"{URL}?{urlencode(query)}")


def row_of(page, mark):
    """Return the row of a measure, by its Chinese number."""
    (found,) = [words(row) for row in rows(page) if words(row).startswith(f"（{mark}）")]
    return found


def changes(page):
    """Return each change with its number of measures and the list it opens."""
    found = {}
    for link in page.xpath("//p[@class='changes']/a"):
        number = words(link.xpath("b")[0])
        found[words(link).removesuffix(number)] = (int(number), link.get("href"))
    return found


def test_the_last_closed_period_is_compared_with_the_present(world, signed_in):
    page = read(signed_in.get(URL))
    assert "2026年上半年（截至2026年8月15日）与前三季度（截至2026年11月23日）对照" in words(
        page.xpath("//p[contains(@class, 'page-sub')]")[0]
    )
    heads = [words(head) for head in page.xpath("//table[contains(@class, 'compare')]//thead//th")]
    assert heads == ["措施", "上半年的灯", "已报", "前三季度的灯", "已报", "变化"]
    sixteenth = row_of(page, "十六")
    assert "二季度时的原因16" in sixteenth
    assert "市政府口岸物流办三季度进展逾期8个工作日未报" in sixteenth
    assert "预警灯由正常·已审核变为滞后" in sixteenth
    assert "市政府口岸物流办从未报送" in sixteenth
    whole = read(ask(signed_in, show="all"))
    assert len(rows(whole)) == 17
    assert "无变化" in row_of(whole, "一")


def test_what_changed_is_shown_first_and_the_worst_above(world, signed_in):
    page = read(signed_in.get(URL))
    assert len(rows(page)) == 7
    lights = [row.xpath("td[3]//span[contains(@class, 'badge')]/@class")[0] for row in rows(page)]
    order = [f"badge is-{light.tone}" for light in Light]
    assert lights == sorted(lights, key=order.index)
    assert lights[0] == "badge is-red"
    head = words(page.xpath("//section[@aria-labelledby='listed']/div")[0])
    assert "有变化的7项" in head
    assert "看全部17项" in head
    (link,) = page.xpath("//a[.='看全部17项']/@href")
    whole = words(
        read(signed_in.get(URL + link)).xpath("//section[@aria-labelledby='listed']/div")[0]
    )
    assert "全部17项" in whole
    assert "只看有变化的7项" in whole


def test_changes_of_percentage_and_date_show_their_size(world, signed_in):
    page = read(signed_in.get(URL))
    seventh = row_of(page, "七")
    assert "进度由推进中变为基本完成" in seventh
    assert "完成比例由40%提高到96%（提高56个百分点）" in seventh
    assert "时限由" not in seventh  # that snapshot was taken before dates were stored
    assert "上半年关闭时时限未留存，不比较时限" in words(page)


def test_every_figure_opens_a_list_of_that_length(world, signed_in):
    found = changes(read(signed_in.get(URL)))
    labels = [str(change.label) for change in Change]
    assert list(found) == [label for label in labels if label in found]
    assert len(found) >= 4
    for label, (number, address) in found.items():
        assert number > 0
        assert len(rows(read(signed_in.get(URL + address)))) == number, label
    for change in set(labels) - set(found):
        key = next(one for one in Change if str(one.label) == change)
        assert not rows(read(ask(signed_in, change=key)))


def test_lights_and_filings_of_both_moments_are_shown_below(world, signed_in):
    page = read(signed_in.get(URL))
    path = "//section[@aria-labelledby='{}']//tbody/tr"
    before, after = page.xpath(path.format("lights"))
    assert words(before).startswith("上半年")
    assert words(before).endswith("前期")
    assert words(after).endswith("▲滞后 +1■正常 −1")
    labels = [link.get("aria-label") for link in after.xpath(".//a")]
    assert labels == ["滞后2项", "预警2项", "正常·已审核9项", "未评定4项"]
    filings = [words(row.xpath("td")[-1]) for row in page.xpath(path.format("filings"))]
    assert filings == ["应报0 —", "应报53 90.6%"]


def test_an_old_undivided_green_is_no_change(world, signed_in):
    closed, _ = world
    relabel(closed, green="正常")
    Measure.objects.filter(ordinal=1).update(light=Light.WAITING)
    whole = read(ask(signed_in, show="all"))
    assert "无变化" in row_of(whole, "一")
    assert "上半年的正常不分已审核、待审核" in words(whole)


def test_if_nothing_changed_the_page_says_so(world, signed_in):
    for kept in Snapshot.objects.all():
        own = {"stage": kept.stage, "light": kept.light, "percent": kept.percent}
        Measure.objects.filter(pk=kept.measure_id).update(**own)
    Filing.objects.update(due_on=TODAY)
    page = read(signed_in.get(URL))
    assert "有变化的0项" in words(page)
    assert "两期之间没有变化" in words(page)


def test_two_closed_periods_are_compared_by_their_snapshots_only(world, signed_in, coordinator):
    closed, opened = world
    close_period(opened, by=coordinator, at=NOW)
    url = {"from": closed.pk, "to": opened.pk, "show": "all"}
    before = [words(row) for row in rows(read(ask(signed_in, **url)))]
    Measure.objects.update(light=Light.GREEN, light_sentence="现在", stage=Stage.NEARLY_DONE)
    Filing.objects.update(agency_name="改名后的单位")
    assert [words(row) for row in rows(read(ask(signed_in, **url)))] == before


def test_each_side_has_the_labels_of_its_day(world, signed_in):
    """Lights and stages had other names when the earlier period was closed."""
    closed, _ = world
    relabel(closed, green="绿灯", under_way="进行中")
    page = read(ask(signed_in, was="under_way", stage="nearly_done"))
    assert [words(chip) for chip in page.xpath("//a[@class='chip']")] == [
        "当前 · 2026年前三季度基本完成",
        "2026年上半年进行中",
    ]
    now = read(signed_in.get(URL))
    seventh, sixteenth = row_of(now, "七"), row_of(now, "十六")
    assert "进度由进行中变为基本完成" in seventh
    assert "预警灯由绿灯变为滞后" in sixteenth
    assert "正常" not in sixteenth


def test_the_earlier_period_is_always_first(world, signed_in, coordinator):
    closed, opened = world
    close_period(opened, by=coordinator, at=NOW)
    page = read(ask(signed_in, **{"from": opened.pk, "to": closed.pk}))
    heads = [words(head) for head in page.xpath("//table[contains(@class, 'compare')]//thead//th")]
    assert (heads[1], heads[3]) == ("上半年的灯", "前三季度的灯")


def test_filters_are_in_the_address_and_combine(world, signed_in):
    def count(**query):
        return len(rows(read(ask(signed_in, **query))))

    assert count(section=3, show="all") == 5
    assert count(section=3) == 1
    assert count(change="newly_red") == 1
    assert count(change="newly_red", section=1) == 0
    assert count(was="under_way", stage="nearly_done") == 1
    assert count(only="changed") == 7
    assert count(was="under_way", stage="under_way") == 12  # unchanged ones too
    assert count(change="lost", was="lost", only="lost", section="x") == 7
    assert count(change="lost", was="lost", only="lost", section="x", show="all") == 17
    page = read(ask(signed_in, was="under_way", stage="nearly_done"))
    chips = [words(chip) for chip in page.xpath("//a[@class='chip']")]
    assert chips == ["当前 · 2026年前三季度基本完成", "2026年上半年推进中"]


def test_with_one_closed_period_it_is_compared_with_the_present(world, signed_in):
    page = read(signed_in.get(URL))
    options = page.xpath("//select[@id='to']/option/text()")
    assert options == ["当前情况", "2026年上半年"]


def test_while_nothing_is_due_the_last_two_closed_periods_are_compared(world, signed_in):
    _, third = world
    close_period(third, by=None, at=NOW)
    make_period(Quarter(2026, 4), due_on=TODAY + timedelta(days=60))
    told = words(read(signed_in.get(URL)).xpath("//p[contains(@class, 'page-sub')]")[0])
    assert "2026年上半年（截至2026年8月15日）与前三季度（截至2026年11月23日）对照" in told
    assert "与2026年（" in words(read(ask(signed_in, **{"from": third.pk})))


def test_without_a_closed_period_the_page_says_that_it_cannot_compare(signed_in):
    make_period()
    make_measure()
    page = read(signed_in.get(URL))
    assert "还没有可以对照的快照" in words(page)
    assert not page.xpath("//table")


@pytest.mark.parametrize("query", ["from=0", "from=x", "to=99999", "from=" + "9" * 99, "from=-1"])
def test_an_unknown_period_is_404(world, signed_in, query):
    assert signed_in.get(f"{URL}?{query}").status_code == 404


def test_a_period_is_not_compared_with_itself(world, signed_in):
    closed, opened = world
    assert ask(signed_in, **{"from": closed.pk, "to": closed.pk}).status_code == 404
    assert ask(signed_in, **{"from": opened.pk}).status_code == 404  # an open period is the present


def test_a_measure_newer_than_the_snapshot_has_no_change(world, signed_in):
    make_measure(title="新增的一件事", ordinal=18)
    last = row_of(read(ask(signed_in, show="all")), "十八")
    assert "当时尚无这项措施的快照" in last
    assert "不比较" in last


def test_the_number_of_queries_does_not_grow_with_the_measures(signed_in):
    counts = []
    closed = make_period(Quarter(2026, 2), state="closed", due_on=date(2026, 7, 7), closed_at=NOW)
    opened = make_period(due_on=TODAY - timedelta(days=3))
    for more in (1, 29):
        for _ in range(more):
            measure = make_measure(light=Light.RED, light_sentence="逾期", light_on=TODAY)
            make_filing(measure=measure, period=opened)
            _snapshot(measure, closed)
        signed_in.get(URL)
        with CaptureQueriesContext(connection) as queries:
            assert signed_in.get(URL).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 14


def _snapshot(measure: Measure, period: Period) -> None:
    Snapshot.objects.create(
        period=period,
        measure=measure,
        taken_at=NOW,
        stage=measure.stage,
        stage_label="推进中",
        light="green",
        light_label="正常",
        sentence="已报送",
        filed=1,
        owed=1,
    )


def test_words_of_dates_leads_and_going_back():
    assert difference_words(*_two_rows()) == (
        "进度由基本完成变为推进中",
        "完成比例由60%降低到50%（降低10个百分点）",
        "时限由2026-06-30推后到2026-12-31",
        "牵头单位由甲变为乙",
    )


def _two_rows():
    def row(stage, label, percent, due, lead):
        return MeasureRow(
            measure_id=1, ordinal=1, title="一件事", section=SectionHead(1, "一"), lost=frozenset(),
            is_title_ours=False, is_ongoing=False, due_on=due, stage=stage, stage_label=label,
            percent=percent, light="green", light_label="正常", sentence="", fact_url="",
            manual_until=None,
            agencies=((lead, "lead"),), filed=1, owed=1, never_filed=(),
            changed_on=None,
        )  # fmt: skip

    return (
        row("nearly_done", "基本完成", 60, date(2026, 6, 30), "甲"),
        row("under_way", "推进中", 50, date(2026, 12, 31), "乙"),
    )
