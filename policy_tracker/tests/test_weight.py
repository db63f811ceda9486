"""What the first page weighs on the wire, compressed; every later one is weighed on the crawl."""

import pytest
from django.contrib.staticfiles import finders
from lxml import html

from agencies.models import User
from policy_tracker.tests.crawling import compressed

pytestmark = pytest.mark.django_db
FIRST_LOAD = 80_000  # bytes: page, styles and scripts together


def static_files(page: html.HtmlElement) -> list[str]:
    return [str(path) for path in page.xpath("//link[@rel='stylesheet']/@href | //script/@src")]


@pytest.mark.usefixtures("played", "db")
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
