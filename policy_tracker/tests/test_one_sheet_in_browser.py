"""Handouts for meetings are printed on one sheet of A4."""

import re

import pytest
from playwright.sync_api import Browser, Page

from agencies.permissions import Role
from measures.choices import PeriodState
from measures.models import Notice, Period
from measures.periods.actions import close_period
from measures.tests.factories import NOW, make_user
from policy_tracker.tests.browsing import run_axe, signed_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]
SHEETS = [
    "/matrix/?view=roles",
    "/matrix/?view=filings",
    "/matrix/?view=lights",
    "/dates/",
    "/dates/?span=all",
    "/agencies/",
]


@pytest.fixture
def page(browser: Browser, live_server, start_in_world) -> Page:
    make_user(Role.LEADER, username="leader")
    return signed_in(browser, live_server.url, "leader")


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize("address", SHEETS)
def test_it_prints_on_one_sheet_and_meets_the_accessibility_rules(page: Page, address: str) -> None:
    page.goto(address)
    found = run_axe(page)
    assert found.violations_count == 0, found.generate_report()
    assert pages_of(page.pdf(prefer_css_page_size=True)) == 1


CLOSED = [
    "/matrix/?view=roles&period={}",
    "/matrix/?view=filings&period={}",
    "/agencies/?period={}",
]


@pytest.mark.parametrize("address", CLOSED)
def test_a_closed_period_prints_on_one_sheet_too(page: Page, address: str) -> None:
    """It has more text above the table: the days of its names, lights and filings."""
    Notice.objects.update(demonstrated_at=NOW)  # the banner is printed too
    period = Period.objects.get(state=PeriodState.OPEN)
    close_period(period, by=make_user(Role.COORDINATOR), at=NOW)
    page.goto(address.format(period.pk))
    assert "关闭后的补报、审核、更正和免报也计入" in page.locator("main").inner_text()
    assert pages_of(page.pdf(prefer_css_page_size=True)) == 1
