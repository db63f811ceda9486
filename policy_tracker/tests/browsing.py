"""Signing in and checking accessibility for browser tests."""

from collections.abc import Sequence

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from agencies.models import User
from measures.tests.factories import PASSWORD

COUNTING = """
window.addEventListener("pointerdown", function (event) {
  if (event.isTrusted) {
    sessionStorage.setItem("clicks", Number(sessionStorage.getItem("clicks")) + 1);
  }
}, true);
"""
# axe reads each color again for each element above it: a third of its time.
_COLORS_READ_ONCE = """(() => {
  const { Color } = axe.commons.color, { parseString } = Color.prototype, known = new Map();
  Color.prototype.parseString = function (words) {
    if (!known.has(words)) known.set(words, parseString.call(new Color(0, 0, 0), words));
    const { r, g, b, alpha } = known.get(words);
    return Object.assign(this, { r, g, b, alpha });
  };
})();"""
AXE = AXE_SCRIPT + _COLORS_READ_ONCE


def run_axe(page: Page, *, only: Sequence[str] = (), script: str = AXE) -> AxeResults:
    """Return the faults that axe finds, by the rules with the tags `only`, or by its usual rules.

    The list of passed checks is left out: it is longer than the page. `script` is "0" if the page
    has run AXE.
    """
    options = {"reporter": "no-passes"} | ({"runOnly": [*only]} if only else {})
    return Axe(script).run(page, options=options)


def enter(browser: Browser, address: str, name: str, password: str = PASSWORD) -> Page:
    """Sign in by the form in a new browser context; the page collects all console errors."""
    page = new_page(browser, address)
    page.goto("/")
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    # Wait until the page is loaded, so that its scripts listen before a test does anything.
    page.wait_for_url(lambda url: "/login/" not in url)
    return page


def signed_in(browser: Browser, address: str, name: str) -> Page:
    """Sign in on the suite's own server without the form; the page is still blank."""
    client = Client()
    client.force_login(User.objects.get(username=name))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page = new_page(browser, address)
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    return page


def new_page(browser: Browser, address: str) -> Page:
    page = browser.new_context(base_url=address, locale="zh-CN").new_page()
    page.complaints = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
    page.on("console", lambda m: m.type == "error" and page.complaints.append(m.text))  # type: ignore[attr-defined]
    return page


def count_clicks(page: Page) -> None:
    """Count all mouse clicks from now on, on all pages."""
    page.context.add_init_script(COUNTING)


def clicks(page: Page) -> int:
    return int(page.evaluate('Number(sessionStorage.getItem("clicks"))'))
