"""责任矩阵, 节点与期限, 指标与趋势 of a notice with hundreds of measures: in pages like 总览.

Every number is for the whole notice.
"""

import pytest

from measures.choices import Light
from measures.models import Gap, Measure
from measures.periods.snapshots import take_snapshots
from measures.tests.counted import make_indicator
from measures.tests.factories import TODAY, make_milestone
from reports.matrix.data import matrix_for
from reports.period import measures as paged
from reports.period.measures import LazyRows
from reports.period.shown import shown_period
from reports.tests.reading import read, words

PER_PAGE = 5


@pytest.fixture
def cut(monkeypatch):
    """Let every notice count as large from here on."""

    def cut():
        monkeypatch.setattr(paged, "WHOLE_MOST", PER_PAGE)
        monkeypatch.setattr(paged, "PER_PAGE", PER_PAGE)

    return cut


def rows(page, of):
    return [words(row) for row in page.xpath(of)]


@pytest.mark.parametrize(
    ("url", "lines", "told"),
    [
        (
            "/matrix/?",
            "//table[@class='matrix']//tr[td and not(ancestor::tfoot)]",
            "//tfoot | //h1",
        ),
        (
            "/matrix/?view=lights",
            "//table[@class='matrix']//tr[td and not(ancestor::tfoot)]",
            "//h1",
        ),
        ("/matrix/?list=all", "//section[@id='listed']//tbody/tr", "//h2[@id='listed-head']"),
        ("/compare/?show=all", "//table[contains(@class, 'compare-table')]/tbody/tr", "//h2 | //p"),
        ("/dates/?only=all", "//table[contains(@class, 'dates')]/tbody/tr", "//p | //select"),
    ],
)
@pytest.mark.usefixtures("world")
def test_its_pages_are_parts_of_the_list_and_its_numbers_those_of_all(
    signed_in, cut, url, lines, told
):
    make_milestone(Measure.objects.get(ordinal=7), title="建成平台", due_on=TODAY.replace(day=1))
    whole = read(signed_in.get(url))
    every = rows(whole, lines)
    cut()
    count = -(-len(every) // PER_PAGE)
    pages = [read(signed_in.get(f"{url}&page={number + 1}")) for number in range(count)]
    assert count > 1
    assert [row for page in pages for row in rows(page, lines)] == every
    for page in pages:
        assert rows(page, told) == rows(whole, told)
        assert f"第{pages.index(page) + 1}/{count}页" in words(
            page.xpath("//nav[@class='pager']")[0]
        )


@pytest.mark.parametrize("keeps_all", [True, False])
def test_a_closed_period_that_kept_all_measures_is_read_by_page(signed_in, cut, world, keeps_all):
    closed, _ = world
    if keeps_all:
        Gap.objects.filter(measure__isnull=False).delete()
        take_snapshots(closed, closed.closed_at)
    url, told = f"/matrix/?period={closed.pk}", "//tfoot | //h1"
    lines = "//table[@class='matrix']//tr[td and not(ancestor::tfoot)]"
    whole = read(signed_in.get(url))
    every = rows(whole, lines)
    cut()
    shown = shown_period(closed.pk, on=TODAY)
    assert isinstance(matrix_for(shown, on=TODAY, in_pages=True).rows, LazyRows) == keeps_all
    count = -(-len(every) // PER_PAGE)
    pages = [read(signed_in.get(f"{url}&page={number + 1}")) for number in range(count)]
    assert [row for page in pages for row in rows(page, lines)] == every
    assert [rows(page, told) for page in pages] == [rows(whole, told)] * count


@pytest.mark.usefixtures("world")
def test_an_opened_list_replaces_a_long_grid(signed_in, cut):
    assert read(signed_in.get("/matrix/?list=all")).xpath("//table[@class='matrix']")
    cut()
    assert not read(signed_in.get("/matrix/?list=all")).xpath("//table[@class='matrix']")


@pytest.mark.usefixtures("world")
def test_one_page_of_indicators_is_drawn_and_all_are_counted(signed_in, cut):
    measure = Measure.objects.get(ordinal=7)
    for number in range(6):
        make_indicator(measure, name=f"指标{number}")
    names = "//article//h3/a[1]"
    whole = read(signed_in.get("/trends/"))
    cut()
    pages = [read(signed_in.get(f"/trends/?page={number}")) for number in (1, 2)]
    assert len(rows(whole, names)) > PER_PAGE
    assert [name for page in pages for name in rows(page, names)] == rows(whole, names)
    head = "//section[@aria-labelledby='indicators']/div[contains(@class, 'block-head')]"
    assert [rows(page, head) for page in pages] == [rows(whole, head)] * 2


@pytest.mark.usefixtures("world")
def test_some_of_the_lights_that_changed_are_named_and_all_are_counted(signed_in, cut):
    Measure.objects.filter(snapshots__isnull=False).update(light=Light.RED, light_on=TODAY)
    links = "//*[contains(., '转滞后')]//a[starts-with(@href, '/measures/')]/@href"
    whole = set(read(signed_in.get("/trends/")).xpath(links))
    cut()
    page = read(signed_in.get("/trends/"))
    assert whole == set(page.xpath(links))
    assert len(whole) > PER_PAGE
