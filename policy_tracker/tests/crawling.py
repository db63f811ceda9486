"""Follows the product's links, as one account of the demonstration.

Loading pages takes long, so all tests of a run share the loaded pages.
"""

import fcntl
import gzip
import pickle
from collections import Counter, deque
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from django.test import Client
from django.urls import resolve
from lxml import html

from agencies.models import User

START = "/"


class Answer(NamedTuple):
    """The response of an address after redirects; `content` is None for a file."""

    status: int
    content: bytes | None
    is_redirected: bool

    @property
    def page(self) -> html.HtmlElement | None:
        return None if self.content is None else html.fromstring(self.content.decode())


class Reader:
    """One account, each address loaded once.

    `file` keeps the responses for other processes of a run. They all come from the same rows,
    so it does not matter which process has loaded them.
    """

    def __init__(self, username: str, file: Path) -> None:
        self.username = username
        self._file = file
        self._answers = _kept_in(file)
        self._client: Client | None = None

    @property
    def client(self) -> Client:
        """The account's browser, signed in."""
        if self._client is None:
            self._client = Client()
            self._client.force_login(User.objects.get(username=self.username))
        return self._client

    def load(self, address: str) -> Answer:
        """Return the response of an address."""
        if address not in self._answers:
            self._answers[address] = _ask(self.client, address)
        return self._answers[address]

    def keep(self) -> None:
        """Add the loaded responses to those that other processes have stored meanwhile."""
        with self._file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            fresh = self._file.with_suffix(".new")
            fresh.write_bytes(pickle.dumps(_kept_in(self._file) | self._answers))
            fresh.replace(self._file)


def _kept_in(file: Path) -> dict[str, Answer]:
    return pickle.loads(file.read_bytes()) if file.exists() else {}


def _ask(client: Client, address: str) -> Answer:
    response = client.get(address, follow=True)
    if response.streaming:
        b"".join(response)
    is_page = response.get("Content-Type", "").startswith("text/html")
    content = response.content if is_page else None
    return Answer(response.status_code, content, bool(response.redirect_chain))


class Link(NamedTuple):
    """The target of a link, and the page that contains it."""

    address: str
    stands_on: str


class Visit(NamedTuple):
    """The response of a link; `page` is None for a file."""

    link: Link
    status: int
    page: html.HtmlElement | None

    @property
    def view_name(self) -> str:
        """The name of the page."""
        return _view_name(urlsplit(self.link.address).path)


def walk(reader: Reader, *, same_kind: int) -> Iterator[Visit]:
    """Yield every kind of page that links reach from the landing page on, each loaded once.

    Of an address pattern with the same query parameter, or none, `same_kind` pages are loaded; with
    more parameters only pages with a new pair of them: filters have hundreds of combinations.
    """
    waiting, seen = deque([Link(START, "")]), {START}
    kinds, pairs = Counter[tuple[str, ...]](), set[tuple[str, ...]]()
    while waiting:
        link = waiting.popleft()
        answer = reader.load(link.address)
        visit = Visit(link, answer.status, answer.page)
        yield visit
        if visit.page is None:
            continue
        for href in visit.page.xpath("//a/@href"):
            address, _ = target_of(href, stands_on=visit.link.address)
            if address in seen or urlsplit(address).netloc:
                continue
            view, *questions = kind = _kind_of(address)
            kinds[kind] += 1
            brought = {(view, *pair) for pair in combinations(questions, 2)} - pairs
            if brought if len(questions) > 1 else kinds[kind] <= same_kind:
                pairs |= brought
                seen.add(address)
                waiting.append(Link(address, visit.link.address))


def target_of(href: str, *, stands_on: str) -> tuple[str, str]:
    """Return the address and the fragment of a link."""
    return _joined(START if href.startswith("/") else stands_on, href)


@cache  # most of the tens of thousands of links are equal
def _joined(base: str, href: str) -> tuple[str, str]:
    address, place = urldefrag(urljoin(base, href))
    return address, place


def compressed(content: bytes) -> int:
    """Return the compressed size of a content in bytes."""
    return len(gzip.compress(content, 6))


def _kind_of(address: str) -> tuple[str, ...]:
    parts = urlsplit(address)
    return _view_name(parts.path), *sorted(key for key, _ in parse_qsl(parts.query))


@cache
def _view_name(path: str) -> str:
    return resolve(path).view_name
