"""总览: sort orders, combined filters, and the cost of a page."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from measures.instructions.tests.factories import make_instruction
from measures.models import Measure
from measures.tests.factories import make_agency
from policy_tracker.tests.crawling import compressed
from reports.overview.tests.test_page import MOST_QUERIES
from reports.tests.reading import read, words

URL = "/overview/"
MOST_BYTES = 7_000  # a page of seventeen rows, compressed, as sent


def bands(page):
    return [words(band) for band in page.xpath("//tr[@class='ledger-band']")]


def ordinals(page):
    return [words(cell) for cell in page.xpath("//td[@class='ledger-no']")]


def test_sorted_by_light_the_worst_are_first(world, signed_in):
    page = read(signed_in.get(URL + "?sort=light"))
    assert bands(page) == ["按预警灯17项"]
    assert ordinals(page)[:6] == ["（十三）", "（十六）", "（三）", "（五）", "（一）", "（二）"]


def test_sorted_by_change_the_newest_are_first(world, signed_in):
    page = read(signed_in.get(URL + "?sort=changed"))
    assert bands(page) == ["按最近更新17项"]
    assert ordinals(page)[:3] == ["（一）", "（二）", "（三）"]
    assert ordinals(page)[-1] == "（十五）"  # never changed


def test_an_unknown_order_is_the_order_of_the_notice(world, signed_in):
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
    assert chosen["period"].startswith("2026年前三季度")
    assert len(page.xpath("//main//form[@method='get']")) == 1
    assert page.xpath("//details[@class='filter-fold no-print'][@open]")


def test_the_choices_are_folded_until_one_is_made(world, signed_in):
    page = read(signed_in.get(URL))
    assert not page.xpath("//details[@class='filter-fold no-print'][@open]")


def test_with_all_options_the_page_takes_no_more_queries(world, signed_in):
    make_instruction(make_agency(), measure=Measure.objects.get(ordinal=1))
    signed_in.get(URL)
    with CaptureQueriesContext(connection) as queries:
        signed_in.get(URL)
    assert len(queries) <= MOST_QUERIES


def test_seventeen_rows_do_not_exceed_their_size_limit(world, signed_in):
    for ordinal in (3, 13, 16):
        make_instruction(make_agency(), measure=Measure.objects.get(ordinal=ordinal))
    assert compressed(signed_in.get(URL).content) <= MOST_BYTES
