"""On a phone touch targets are high enough, and no page is wider than the screen."""

import pytest
from playwright.sync_api import Browser

from agencies.permissions import Role
from measures.tests.factories import make_agency, make_filing, make_measure, make_user
from policy_tracker.tests.browsing import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LEAST = 44
TOO_LOW = """(least) => {
  const places = ".btn, select, main input:not([type=hidden]):not([type=file]), .chip, " +
    "main summary, nav a, .frame-help, .frame-inbox, .person > summary";
  return Array.from(document.querySelectorAll(places)).map((one) => {
    const label = /radio|checkbox/.test(one.type) && one.labels[0];
    return [one, (label || one).getBoundingClientRect()];
  }).filter(([one, box]) => one.offsetParent && box.width && box.height < least - 0.5 &&
    !one.closest("details:not([open]) > :not(summary), .visually-hidden"))
    .map(([one, box]) => one.outerHTML.slice(0, 90) + " " + box.height);
}"""


@pytest.mark.parametrize(
    ("role", "addresses"),
    [
        (Role.LIAISON, ["/filings/", "/inbox/", "/reports/"]),
        (Role.LEADER, ["/coordination/decisions/", "/overview/", "/instructions/"]),
    ],
)
def test_touch_targets_are_high_enough(browser: Browser, live_server, role, addresses):
    agency = make_agency()
    make_filing(measure=make_measure(lead=agency))
    make_user(role, agency if role == Role.LIAISON else None, username="person")
    page = signed_in(browser, live_server.url, "person")
    cookies = page.context.cookies()
    phone = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
    )
    phone.add_cookies(cookies)
    page = phone.new_page()
    for address in addresses:
        page.goto(address)
        assert page.url.endswith(address)
        assert page.evaluate(TOO_LOW, LEAST) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
