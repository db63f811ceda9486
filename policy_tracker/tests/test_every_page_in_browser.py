"""Every kind of page, as every demonstration account, in a real Chromium.

No message in the console (also none about the content policy), no request to another machine, no
page wider than a phone or than a window at a zoom of 200 %, and no fault by WCAG 2.2 A and AA that
axe can find. A page whose content was checked for another account is not checked again;
the frame differs by account and is checked on the pages that differ. If SCREENSHOTS
names a folder, a faulty page is saved there as a picture, wide, narrow and printed;
EVERY_ROLE=1 checks and saves every page of every account.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import html
from playwright.sync_api import Browser, Page

from agencies.demonstration import ACCOUNTS
from policy_tracker.tests.browsing import AXE, run_axe
from policy_tracker.tests.crawling import Reader, Visit, walk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
ENLARGED = {"width": 720, "height": 450}  # the size of the wide window at a zoom of 200 %
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCREENSHOTS = os.environ.get("SCREENSHOTS")
EVERY_ROLE = os.environ.get("EVERY_ROLE") == "1"


@pytest.fixture
def is_new(shared_folder: Path) -> Callable[[str], bool]:
    """Return whether no process of this run has checked the content with this digest."""
    looked_at = shared_folder / "looked_at"
    looked_at.mkdir(exist_ok=True)

    def is_new(digest: str) -> bool:
        try:
            (looked_at / digest).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    return is_new


@pytest.mark.parametrize("username", [username for username, _ in ACCOUNTS])
def test_every_page_works_in_a_browser(
    live_server,
    reader_of: Callable[[str], Reader],
    browser: Browser,
    is_new: Callable[[str], bool],
    username: str,
) -> None:
    faults = list(_faults_of(reader_of(username), browser, live_server.url, is_new))
    assert not faults, "\n".join(faults)


def _faults_of(
    reader: Reader, browser: Browser, base: str, is_new: Callable[[str], bool]
) -> Iterator[str]:
    addresses = list(_new_pages(reader, is_new))
    context = browser.new_context(base_url=base, locale="zh-CN", viewport=WIDE)
    cookie = reader.client.cookies["sessionid"].value
    context.add_init_script(AXE)  # once, not for each page
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": base}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: m.type in ("error", "warning") and complaints.append(m.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda r: r.url.startswith((base, "data:")) or complaints.append(r.url))
    for address in addresses:
        complaints.clear()
        faults = [f"{address} {fault}" for fault in _page_faults(page, address)]
        faults += [f"{address} says: {words}" for words in complaints]
        if SCREENSHOTS and (faults or EVERY_ROLE):
            _keep(page, Path(SCREENSHOTS) / reader.username, address)
        yield from faults
    context.close()


def _new_pages(reader: Reader, is_new: Callable[[str], bool]) -> Iterator[str]:
    """Return the simplest address of every kind of page, without known contents."""
    kinds: dict[str, Visit] = {}
    for visit in walk(reader, same_kind=1):
        known = kinds.get(visit.view_name)
        if visit.page is not None and (known is None or _length(visit) < _length(known)):
            kinds[visit.view_name] = visit
    for visit in kinds.values():
        if EVERY_ROLE or is_new(_digest(visit.page)):
            yield visit.link.address


def _length(visit: Visit) -> int:
    """Return the length of the address: a page without query parameters has the shortest."""
    return len(visit.link.address)


def _digest(page: html.HtmlElement) -> str:
    (content,) = page.xpath("//main")
    for token in content.xpath(".//input[@name='csrfmiddlewaretoken']"):
        token.set("value", "")
    return hashlib.sha256(html.tostring(content)).hexdigest()


def _page_faults(page: Page, address: str) -> Iterator[str]:
    page.set_viewport_size(WIDE)
    page.goto(address)
    found = run_axe(page, only=RULES, script="0")
    for breach in found.response["violations"]:
        nodes = [node["target"] for node in breach["nodes"]][:3]
        yield f"axe {breach['id']}: {breach['help']} {nodes}"
    for size in (ENLARGED, NARROW):
        page.set_viewport_size(size)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > size["width"]:
            yield f"is {width} px wide where there are {size['width']}"


def _keep(page: Page, folder: Path, address: str) -> None:
    """Save a page as pictures: narrow, wide and printed."""
    name = urlsplit(address).path.strip("/").replace("/", "-") or "home"
    for width, size in (("narrow", NARROW), ("wide", WIDE)):
        page.set_viewport_size(size)
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
    page.pdf(path=folder / f"{name}-printed.pdf", prefer_css_page_size=True)
