"""Walking the product by its links, as one person."""

import gzip
from collections import Counter, deque
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from django.test import Client
from django.urls import resolve
from lxml import html

START = "/"


class Link(NamedTuple):
    """Where a link leads, and the page it stands on."""

    address: str
    stands_on: str


class Visit(NamedTuple):
    """What a link led to; `page` is None for a file."""

    link: Link
    status: int
    page: html.HtmlElement | None

    @property
    def view_name(self) -> str:
        """Which page of the product it is."""
        return resolve(urlsplit(self.link.address).path).view_name


def walk(client: Client, *, same_kind: int) -> Iterator[Visit]:
    """Every page that links lead to from the landing page on, each asked for once.

    Of one address pattern with the same questions no more than `same_kind` pages are walked.
    """
    waiting, seen, kinds = deque([Link(START, "")]), {START}, Counter[tuple]()
    while waiting:
        visit = _visit(client, waiting.popleft())
        yield visit
        if visit.page is None:
            continue
        for href in visit.page.xpath("//a/@href"):
            address, _ = urldefrag(urljoin(visit.link.address, href))
            if address in seen or urlsplit(address).netloc:
                continue
            kind = _kind_of(address)
            kinds[kind] += 1
            if kinds[kind] <= same_kind:
                seen.add(address)
                waiting.append(Link(address, visit.link.address))


def compressed(content: bytes) -> int:
    """How many bytes a content is on the wire."""
    return len(gzip.compress(content, 6))


def _visit(client: Client, link: Link) -> Visit:
    response = client.get(link.address, follow=True)
    if response.streaming:
        b"".join(response)
    is_page = response.get("Content-Type", "").startswith("text/html")
    page = html.fromstring(response.content.decode()) if is_page else None
    return Visit(link, response.status_code, page)


def _kind_of(address: str) -> tuple[str, ...]:
    parts = urlsplit(address)
    return resolve(parts.path).view_name, *sorted(key for key, _ in parse_qsl(parts.query))
