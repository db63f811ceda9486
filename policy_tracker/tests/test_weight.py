"""The compressed size of the first page; test_crawl.py measures all others."""

from collections.abc import Callable

from django.contrib.staticfiles import finders
from lxml import html

from policy_tracker.tests.crawling import Reader, compressed

FIRST_LOAD = 80_000  # bytes: page, styles and scripts together


def static_files(page: html.HtmlElement) -> list[str]:
    return [str(path) for path in page.xpath("//link[@rel='stylesheet']/@href | //script/@src")]


def test_the_first_load_stays_light(reader_of: Callable[[str], Reader]) -> None:
    content = reader_of("lingdao").load("/overview/").content
    assert content is not None
    total = compressed(content)
    for address in static_files(html.fromstring(content.decode())):
        found = finders.find(address.removeprefix("/static/"))
        assert found, address
        with open(found, "rb") as file:
            total += compressed(file.read())
    assert total <= FIRST_LOAD
