"""总览 of a notice with hundreds of measures: in pages, each number for the whole notice."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from measures.choices import Light
from measures.models import Measure, Snapshot
from measures.rules.periods import Quarter
from measures.tests.factories import (
    NOW,
    TODAY,
    make_filing,
    make_measure,
    make_milestone,
    make_period,
)
from reports.choices import Order
from reports.overview.large_notice import needs_rows
from reports.period import measures as paged
from reports.tests.reading import measures, read, words
from reports.tests.world import make_many

URL = "/overview/"
MOST_QUERIES = 20  # the rows of a page are read separately from the counts


@pytest.fixture
def large(monkeypatch):
    """Let every notice count as large, with five measures a page."""
    monkeypatch.setattr(paged, "WHOLE_MOST", 5)
    monkeypatch.setattr(paged, "PER_PAGE", 5)


def told(page):
    """Return what the page says of all measures, without the rows of its lists."""
    parts = page.xpath("//p[contains(@class, 'lights')] | //*[@class='lights-bar']")
    parts += page.xpath("//div[@class='notes'] | //h1 | //h2")
    options = sorted(words(one) for one in page.xpath("//form[@class='filters']//option"))
    return [*(words(part) for part in parts), options]


def rows(page):
    """Return the rows of the ledger."""
    return [words(row) for row in page.xpath("//table[@class='ledger']//tr[td]")]


@pytest.mark.usefixtures("world")
def test_all_numbers_are_those_of_the_whole_notice(signed_in, monkeypatch):
    make_milestone(Measure.objects.get(ordinal=7), title="建成平台", due_on=TODAY.replace(day=1))
    whole = read(signed_in.get(URL))
    monkeypatch.setattr(paged, "WHOLE_MOST", 5)
    page = read(signed_in.get(URL))
    assert told(page) == told(whole)
    assert rows(page) == rows(whole)


@pytest.mark.parametrize(
    ("then", "now", "told_of"),
    [
        ("yyyyy", "ggggg", "恢复正常5项（一）（二）（三）（四）（五）"),
        ("yryrya", "wggyry", "新增滞后1项（五），新增预警1项（六），恢复正常3项（一）（二）（三）"),
        ("yyrrag", "ayyrag", "预警灯没有变化"),
        ("yyyyyy", "aggggg", "恢复正常5项（二）（三）（四）（五）（六）"),
        ("gggggg", "ryryry", "新增滞后3项（一）（三）（五），新增预警3项（二）（四）（六）"),
        ("yyyyyy", "gggggg", "恢复正常6项"),
    ],
)
@pytest.mark.usefixtures("large", "_at_noon")
def test_changes_of_lights_are_counted_and_named_while_few(signed_in, then, now, told_of):
    closed = make_period(Quarter(2026, 2), state="closed", closed_at=NOW - timedelta(days=30))
    make_period(due_on=TODAY)
    lights = {"r": Light.RED, "y": Light.YELLOW, "g": Light.GREEN, "w": Light.WAITING}
    lights["a"] = Light.GREY
    for was, light in zip(then, now, strict=True):
        measure = make_measure(light=lights[light], light_on=TODAY)
        Snapshot.objects.create(
            period=closed, measure=measure, taken_at=NOW, stage="under_way", light=lights[was],
            light_label=lights[was].label, filed=0, owed=0,
        )  # fmt: skip
    line = words(read(signed_in.get(URL)).xpath("//p[@class='lights-changes']")[0])
    assert f"：{told_of}。" in line


@pytest.mark.parametrize(
    "query",
    [
        *("", "light=red", "light=green", "stage=done", "section=1", "section=99"),
        *("section=2&light=green", "light=green&stage=under_way&section=2"),
        *("sort=changed", "sort=light&light=green", "agency=市商务委", "change=never_filed"),
    ],
)
@pytest.mark.usefixtures("world")
def test_its_pages_are_parts_of_the_list(signed_in, monkeypatch, query):
    whole = rows(read(signed_in.get(f"{URL}?{query}")))
    monkeypatch.setattr(paged, "WHOLE_MOST", 5)
    monkeypatch.setattr(paged, "PER_PAGE", 5)
    pages = [read(signed_in.get(f"{URL}?{query}&page={one + 1}")) for one in range(4)]
    assert [row for page in pages[: -(-len(whole) // 5)] for row in rows(page)] == whole


@pytest.mark.parametrize(
    ("filters", "order", "needed"),
    [
        ({}, Order.ORDINAL, False),
        ({"light": "green"}, Order.ORDINAL, False),
        ({"stage": "done", "section": "1"}, Order.ORDINAL, False),
        ({"light": "green", "change": "worse"}, Order.ORDINAL, True),
        ({"agency": "市商务委"}, Order.ORDINAL, True),
        ({}, Order.CHANGED, True),
        ({"light": "green"}, Order.LIGHT, True),
    ],
)
def test_figures_from_totals_read_no_rows_of_measures(filters, order, needed):
    assert needs_rows(filters, order) is needed


@pytest.mark.usefixtures("world")
def test_the_screen_shows_the_same(signed_in, monkeypatch):
    Measure.objects.filter(ordinal__lte=3).update(light=Light.GREY)
    whole = words(read(signed_in.get(f"{URL}screen/")))
    monkeypatch.setattr(paged, "WHOLE_MOST", 5)
    assert words(read(signed_in.get(f"{URL}screen/"))) == whole


@pytest.mark.parametrize("query", ["filing=unreported", "dates=late", "change=never_filed"])
@pytest.mark.usefixtures("world", "large")
def test_the_list_that_a_number_opens_is_paged_too(signed_in, query):
    make_milestone(Measure.objects.get(ordinal=7), title="建成平台", due_on=TODAY.replace(day=1))
    page = read(signed_in.get(f"{URL}?{query}"))
    assert len(page.xpath("//main//tbody/tr[td]")) <= 5


@pytest.mark.usefixtures("world", "large")
def test_the_pager_keeps_the_filters(signed_in):
    page = read(signed_in.get(f"{URL}?light=green"))
    assert "?light=green&page=2" in page.xpath("//nav[@class='pager']//a/@href")
    assert len(measures(page)) == 5


@pytest.mark.usefixtures("world", "large")
def test_the_worst_measures_that_need_action_are_shown(signed_in):
    Measure.objects.update(light=Light.YELLOW)
    page = read(signed_in.get(URL))
    assert words(page.xpath("//h2[@id='hands']")[0]).startswith("要处理的17项")
    assert len(page.xpath("//table[@class='hands']/tbody/tr")) == 10
    assert "另有7项滞后或预警" in words(page)


@pytest.mark.usefixtures("world", "large")
def test_a_light_not_computed_today_is_computed(signed_in):
    Measure.objects.filter(ordinal=1).update(light_on=None)
    page = read(signed_in.get(URL))
    assert len(measures(page)) == 5


@pytest.mark.usefixtures("large")
def test_a_closed_period_is_paged(world, signed_in):
    assert len(measures(read(signed_in.get(f"{URL}?period={world[0].pk}")))) == 5


@pytest.mark.usefixtures("large", "_at_noon")
def test_the_number_of_queries_does_not_grow_with_the_measures(signed_in):
    period, costs = make_many(8), []
    for _ in range(2):
        signed_in.get(URL)
        with CaptureQueriesContext(connection) as asked:
            signed_in.get(URL)
        costs.append(len(asked))
        for _ in range(20):
            measure = make_measure(light=Light.RED, light_sentence="逾期", light_on=TODAY)
            make_filing(measure=measure, period=period)
    assert costs[0] == costs[1] <= MOST_QUERIES
