"""Every link that a person sees opens a page that they may see, in the whole product.

For each demonstration account, from its landing page on: no refusal, no error, no address of
another machine, one heading, no id twice, no page too large, few stylesheets but all needed ones,
no retired word of the glossary, and each `#fragment` exists on its page.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from lxml import html

from agencies.demonstration import ACCOUNTS
from policy_tracker.tests.crawling import Reader, Visit, compressed, target_of, walk
from policy_tracker.tests.retired_words import retired_in
from policy_tracker.tests.stylesheets import style_faults

HEAVIEST = 10_000  # bytes of a compressed page, without styles and scripts, which are cached
WHOLE_DOCUMENT = 20_000  # the same for a page that shows a whole document
DOCUMENTS = {"reports:report", "reports:edit", "reports:compare_reports"}


# All liaisons may open the same kinds of pages, so each kind is loaded once for all of them.
MORE_LIAISONS = {"jingxin", "nongye"}


@pytest.mark.parametrize("username", [username for username, _ in ACCOUNTS])
def test_every_link_opens_a_page(reader_of: Callable[[str], Reader], username: str) -> None:
    visits = list(walk(reader_of(username), same_kind=1 if username in MORE_LIAISONS else 3))
    faults = [fault for visit in visits for fault in _faults(visit)] + list(_lost_places(visits))
    assert not faults, "\n".join(faults)


def _faults(visit: Visit) -> Iterator[str]:
    where = visit.link.address
    if visit.status >= 400:
        yield f"{where} answers {visit.status} (linked from {visit.link.stands_on})"
    if visit.page is not None:
        yield from (f"{where} {fault}" for fault in _page_faults(visit.page))
        weight = compressed(html.tostring(visit.page, encoding="utf-8"))
        if weight > (WHOLE_DOCUMENT if visit.view_name in DOCUMENTS else HEAVIEST):
            yield f"{where} weighs {weight} bytes"


def _page_faults(page: html.HtmlElement) -> Iterator[str]:
    heads = page.xpath("//h1")
    if len(heads) != 1:
        yield f"has {len(heads)} h1"
    twice = [name for name, times in Counter(page.xpath("//@id")).items() if times > 1]
    if twice:
        yield f"has ids twice: {twice}"
    levels = [int(h.tag[1]) for h in page.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
    if any(below - above > 1 for above, below in zip(levels, levels[1:], strict=False)):
        yield f"skips a level of headings: {levels}"
    for table in page.xpath("//table[.//th][not(caption)]"):
        yield f"has a table without a caption: {table.get('class')}"
    for source in page.xpath("//a/@href|//@src|//link/@href|//@action"):
        # An app of the same telephone takes the key of 两步验证; its "machine" is the word totp.
        if urlsplit(source).netloc and not source.startswith("otpauth://totp/"):
            yield f"names another machine: {source}"
    yield from (f"says {word}" for word in retired_in(page.text_content()))
    yield from style_faults(page)


def _lost_places(visits: list[Visit]) -> Iterator[str]:
    """Return links to fragments that do not exist on their page."""
    places = {v.link.address: set(v.page.xpath("//@id")) for v in visits if v.page is not None}
    for visit in visits:
        for href in visit.page.xpath("//a/@href") if visit.page is not None else ():
            address, place = target_of(href, stands_on=visit.link.address)
            if place and place not in places.get(address, {place}):
                yield f"{visit.link.address} points to {address}#{place}, which is not there"
