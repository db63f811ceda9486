"""Every number that opens a list is the length of that list, for each role."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import html

from agencies.models import Agency
from measures.models import Period
from policy_tracker.tests.crawling import Reader

READERS = ("shangwu", "shangwu_zong", "haiguan", "jingxin_ld", "lingdao")
# Where the rows are on a page that a number opens; the first that exists.
LISTS = (
    "//section[@aria-labelledby='listed']",
    "//table[contains(@class, 'ledger')]",
    "//table[contains(@class, 'compare-table')]",
    "//section[@aria-labelledby='duties']//table",
    "//div[@class='block']",
)
NUMBERS = (
    "//main//li[contains(@class, 'figure')]/a[b] | //main//p[@class='changes']/a"
    " | //main//a[contains(@class, 'part ')] | //main//a[@class='flow-stage']"
    " | //main//*[@class='flow']/a[*[contains(@class, 'flow-ribbon')]]"
    " | //main//td[contains(@class, 'num')]/a | //main//a[contains(@class, 'mover-mark')]"
    " | //main//a[contains(@class, 'counted')] | //main//p[@class='units-cut']//a[b]"
)


def read(reader: Reader, address: str) -> html.HtmlElement:
    answer = reader.load(address)
    assert answer.status == 200, address
    assert not answer.is_redirected, address
    page = answer.page
    assert page is not None, address
    return page


def number_of(link: html.HtmlElement) -> int:
    """Return the number that a link shows; a part of a chart is named by its label and number."""
    bold = link.xpath("b")
    shown = (bold[0] if bold else link).text_content()
    return int(re.findall(r"\d+", link.get("aria-label") or shown)[-1])


def rows_in(page: html.HtmlElement, address: str) -> int:
    """Return the number of rows in a page's list; an empty list has a text."""
    found = [place for path in LISTS for place in page.xpath(path)]
    if urlsplit(address).path == "/status/":
        found = page.xpath(LISTS[0])
        assert found, address
    if not found:
        assert page.xpath("//div[@class='empty']"), address
        return 0
    return len(found[0].xpath(".//tbody/tr[th[@scope='row']]"))


def pages() -> Iterator[str]:
    """Return 总览 and 措施与单位 for now and each period, 趋势, 两期对照, one agency."""
    for start in ("/overview/", "/matrix/", "/agencies/", "/status/"):
        yield start
        yield from (f"{start}?period={pk}" for pk in Period.objects.values_list("pk", flat=True))
    yield from ("/trends/", "/compare/")
    yield f"/agencies/{Agency.objects.get(code='cqcustoms').pk}/"


@pytest.mark.parametrize("username", READERS)
def test_every_number_is_the_length_of_the_list_it_opens(
    reader_of: Callable[[str], Reader], username: str
) -> None:
    reader = reader_of(username)
    lengths: dict[str, int] = {}
    asked = 0
    for start in pages():
        for link in read(reader, start).xpath(NUMBERS):
            address = urljoin(start, link.get("href"))
            if address not in lengths:
                lengths[address] = rows_in(read(reader, address), address)
            assert lengths[address] == number_of(link), f"{start} → {address}"
            asked += 1
    assert asked > 200
