"""两期对照: two moments side by side, and what is different in words."""

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
from reports.tests.reading import figures, read, words
from reports.tests.world import relabel

pytestmark = pytest.mark.django_db
URL = "/compare/"


@pytest.fixture(autouse=True)
def _same_day(monkeypatch):
    monkeypatch.setattr("reports.compare.views.localdate", lambda: TODAY)


def rows(page):
    return page.xpath("//table[contains(@class, 'table-plain')]/tbody/tr")


def ask(client, **query):
    return client.get(f"{URL}?{urlencode(query)}")


def test_the_last_closed_period_stands_beside_the_present(world, signed_in):
    page = read(signed_in.get(URL))
    assert (
        "2026年上半年（截至2026年8月15日） → 当前 · 2026年前三季度（截至2026年11月23日）"
        in words(page.xpath("//p[contains(@class, 'page-sub')]")[0]).replace("）→", "） →")
    )
    assert len(rows(page)) == 17
    sixteenth = words(rows(page)[15])
    assert "二季度时的原因16" in sixteenth
    assert "市政府口岸物流办三季度进展逾期8个工作日未报" in sixteenth
    assert "预警灯由正常变为滞后" in sixteenth
    assert "市政府口岸物流办从未报送" in sixteenth
    assert "无变化" in words(rows(page)[0])


def test_a_percentage_and_a_date_are_told_with_how_far_they_moved(world, signed_in):
    seventh = words(rows(read(signed_in.get(URL)))[6])
    assert "进度由推进中变为基本完成" in seventh
    assert "完成比例由40%提高到96%（提高56个百分点）" in seventh
    assert "时限未留存" in seventh  # that snapshot is from before dates were kept
    assert "时限由" not in seventh


def test_every_figure_opens_as_many_rows_as_it_says(world, signed_in):
    found = figures(read(signed_in.get(URL)))
    assert list(found) == [str(change.label) for change in Change]
    for label, (number, address) in found.items():
        assert len(rows(read(signed_in.get(URL + address)))) == number, label


def test_two_closed_periods_are_told_by_their_snapshots_whatever_came_after(
    world, signed_in, coordinator
):
    closed, opened = world
    close_period(opened, by=coordinator, at=NOW)
    url = {"from": closed.pk, "to": opened.pk}
    before = [words(row) for row in rows(read(ask(signed_in, **url)))]
    Measure.objects.update(light=Light.GREEN, light_sentence="现在", stage=Stage.NEARLY_DONE)
    Filing.objects.update(agency_name="改名后的单位")
    assert [words(row) for row in rows(read(ask(signed_in, **url)))] == before


def test_each_side_speaks_in_the_words_of_its_day(world, signed_in):
    """Lights and stages were called otherwise when the earlier period was closed."""
    closed, _ = world
    relabel(closed, green="绿灯", under_way="进行中")
    page = read(ask(signed_in, was="under_way", stage="nearly_done"))
    assert [words(chip) for chip in page.xpath("//a[@class='chip']")] == [
        "当前 · 2026年前三季度基本完成",
        "2026年上半年进行中",
    ]
    seventh, sixteenth = (words(rows(read(signed_in.get(URL)))[n]) for n in (6, 15))
    assert "进度由进行中变为基本完成" in seventh
    assert "预警灯由绿灯变为滞后" in sixteenth
    assert "正常" not in sixteenth


def test_the_earlier_one_always_stands_first(world, signed_in, coordinator):
    closed, opened = world
    close_period(opened, by=coordinator, at=NOW)
    page = read(ask(signed_in, **{"from": opened.pk, "to": closed.pk}))
    heads = [words(head) for head in page.xpath("//th[@scope='colgroup']")]
    assert heads == ["2026年上半年", "2026年前三季度"]


def test_filters_stand_in_the_address_and_add_up(world, signed_in):
    def count(**query):
        return len(rows(read(ask(signed_in, **query))))

    assert count(section=3) == 5
    assert count(change="newly_red") == 1
    assert count(change="newly_red", section=1) == 0
    assert count(was="under_way", stage="nearly_done") == 1
    assert count(only="changed") == 7
    assert count(change="lost", was="lost", only="lost", section="x") == 17
    page = read(ask(signed_in, was="under_way", stage="nearly_done"))
    chips = [words(chip) for chip in page.xpath("//a[@class='chip']")]
    assert chips == ["当前 · 2026年前三季度基本完成", "2026年上半年推进中"]


def test_with_one_closed_period_it_is_compared_with_the_present(world, signed_in):
    page = read(signed_in.get(URL))
    options = page.xpath("//select[@id='to']/option/text()")
    assert options == ["当前情况", "2026年上半年"]


def test_without_a_closed_period_the_page_says_what_comes(signed_in):
    make_period()
    make_measure()
    page = read(signed_in.get(URL))
    assert "还没有可以对照的快照" in words(page)
    assert not page.xpath("//table")


@pytest.mark.parametrize("query", ["from=0", "from=x", "to=99999", "from=" + "9" * 99, "from=-1"])
def test_an_unknown_period_is_not_found(world, signed_in, query):
    assert signed_in.get(f"{URL}?{query}").status_code == 404


def test_a_period_is_not_compared_with_itself(world, signed_in):
    closed, opened = world
    assert ask(signed_in, **{"from": closed.pk, "to": closed.pk}).status_code == 404
    assert ask(signed_in, **{"from": opened.pk}).status_code == 404  # open: it is the present


def test_a_measure_that_is_younger_than_the_snapshot_is_not_judged(world, signed_in):
    make_measure(title="新增的一件事", ordinal=18)
    last = words(rows(read(signed_in.get(URL)))[-1])
    assert "当时尚无这项措施的快照" in last
    assert "不比较" in last


def test_cost_does_not_grow_with_the_measures(signed_in):
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
    assert counts[0] <= 10


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
