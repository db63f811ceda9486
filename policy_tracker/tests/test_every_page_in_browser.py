"""Every kind of page, as every demonstration account, in a real Chromium.

Nothing in the console (so the content policy is kept), nothing asked of another machine, nothing
wider than a phone, and no breach of WCAG 2.2 A and AA that axe can find. Where SCREENSHOTS names a
folder each page is kept there as a picture, wide and narrow.
"""

import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, Page

from agencies.demonstration import ACCOUNTS
from agencies.models import User
from policy_tracker.tests.crawling import walk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
HALVES = (ACCOUNTS[::2], ACCOUNTS[1::2])


@pytest.mark.parametrize("half", HALVES, ids=["one half", "the other half"])
def test_every_page_stands_in_a_browser(
    live_server, transactional_db, browser: Browser, half: tuple[tuple[str, str], ...]
) -> None:
    call_command("seed_demo", stdout=StringIO())
    faults = [
        f"{username} {fault}"
        for username, _ in half
        for fault in _faults_of(username, browser, live_server.url)
    ]
    assert not faults, "\n".join(faults)


def _faults_of(username: str, browser: Browser, base: str) -> Iterator[str]:
    client = Client()
    client.force_login(User.objects.get(username=username))
    kinds = {v.view_name: v.link.address for v in walk(client, same_kind=1) if v.page is not None}
    context = browser.new_context(base_url=base, locale="zh-CN", viewport=WIDE)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": base}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: m.type in ("error", "warning") and complaints.append(m.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda r: r.url.startswith((base, "data:")) or complaints.append(r.url))
    for address in kinds.values():
        complaints.clear()
        yield from (f"{address} {fault}" for fault in _page_faults(page, address, username))
        yield from (f"{address} says: {words}" for words in complaints)
    context.close()


def _page_faults(page: Page, address: str, username: str) -> Iterator[str]:
    page.set_viewport_size(WIDE)
    page.goto(address)
    _keep(page, address, username, "wide")
    found = Axe().run(page, options=RULES)
    for breach in found.response["violations"]:
        nodes = [node["target"] for node in breach["nodes"]][:3]
        yield f"axe {breach['id']}: {breach['help']} {nodes}"
    page.set_viewport_size(NARROW)
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > NARROW["width"]:
        yield f"is {width} px wide on a phone"
    _keep(page, address, username, "narrow")


def _keep(page: Page, address: str, username: str, width: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        name = urlsplit(address).path.strip("/").replace("/", "-") or "home"
        path = Path(folder) / username / f"{name}-{width}.png"
        page.screenshot(path=path, full_page=True)
