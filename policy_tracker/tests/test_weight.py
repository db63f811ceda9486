"""What a page weighs on the wire, compressed, on the demonstration data."""

import gzip
from collections.abc import Iterator
from io import StringIO

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import transaction
from lxml import html

from agencies.models import User
from policy_tracker.tests.crawling import walk

pytestmark = pytest.mark.django_db
FIRST_LOAD = 80_000  # bytes: page, styles and scripts together
AFTER = 10_000  # the page alone, once the rest is kept by the browser
READERS = ("lingdao", "shangwu", "haiguan")


@pytest.fixture(scope="module")
def _played(django_db_setup, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("seed_demo", stdout=StringIO())
        yield
        transaction.set_rollback(True)


def compressed(content: bytes) -> int:
    return len(gzip.compress(content, 6))


def static_files(page: html.HtmlElement) -> list[str]:
    return [str(path) for path in page.xpath("//link[@rel='stylesheet']/@href | //script/@src")]


@pytest.mark.usefixtures("_played", "db")
@pytest.mark.parametrize("username", READERS)
def test_no_page_is_heavier_than_it_may_be(client, username):
    client.force_login(User.objects.get(username=username))
    heavy = []
    for visit in walk(client, same_kind=1):
        if visit.page is None:
            continue
        size = compressed(html.tostring(visit.page, encoding="utf-8"))
        if size > AFTER:
            heavy.append(f"{visit.link.address}: {size}")
    assert not heavy, "\n".join(heavy)


@pytest.mark.usefixtures("_played", "db")
def test_the_first_load_stays_light(client):
    client.force_login(User.objects.get(username="lingdao"))
    content = client.get("/overview/").content
    total = compressed(content)
    for address in static_files(html.fromstring(content.decode())):
        found = finders.find(address.removeprefix("/static/"))
        assert found, address
        with open(found, "rb") as file:
            total += compressed(file.read())
    assert total <= FIRST_LOAD
