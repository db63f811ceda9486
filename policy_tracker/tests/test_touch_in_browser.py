"""On a phone touch targets are high enough, and no page is wider than the screen."""

import pytest
from playwright.sync_api import Browser

from agencies.inbox.messages import tell
from agencies.permissions import Role
from measures.choices import FilingState, MeasureMessage
from measures.tests.factories import (
    NOW,
    make_agency,
    make_another_notice,
    make_filing,
    make_measure,
    make_note,
    make_user,
)
from policy_tracker.tests.browsing import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LEAST = 44
TOO_LOW = """(least) => {
  const places = ".btn, select, main input:not([type=hidden]), .chip, main summary, nav a, " +
    ".brand, .frame-help, .frame-inbox, .person > summary, .person-menu a, .person-menu button, " +
    ".filing-foot > a, .filing-head h2 > a";
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
        (Role.LIAISON, ["/filings/", "/filings/sheets/", "/inbox/", "/reports/"]),
        (Role.LEADER, ["/coordination/decisions/", "/overview/", "/instructions/"]),
    ],
)
def test_touch_targets_are_high_enough(browser: Browser, live_server, role, addresses):
    agency = make_agency()
    make_filing(measure=make_measure(lead=agency))
    done = make_filing(
        measure=make_measure(lead=agency), state=FilingState.SUBMITTED, first_submitted_at=NOW
    )
    make_note(done, submitted=True)
    make_measure(
        notice=make_another_notice("渝府发〔2026〕2号")
    )  # so that there is a choice of notices
    person = make_user(role, agency if role == Role.LIAISON else None, username="person")
    tell([person], kind=MeasureMessage.REMARK, sentence="市商务委留言：请补充数据。", at=NOW)
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
        for fold in page.locator("details.person, details.evidence").all():
            fold.evaluate("(one) => { one.open = true; }")
        assert page.evaluate(TOO_LOW, LEAST) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
