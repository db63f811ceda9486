"""Refused forms in a browser: reloading and going back show their page, with what was typed."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from agencies.permissions import Role
from measures.choices import FilingState
from measures.models import Filing
from measures.tests.factories import NOW, make_filing, make_note, make_user
from policy_tracker.tests.browsing import signed_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]
WORDS = "请补充口岸查验的数据。" * 200  # too long, and so refused


@pytest.fixture
def filing():
    make_user(Role.COORDINATOR, username="reviewer")
    return make_filing(state=FilingState.SUBMITTED, first_submitted_at=NOW - timedelta(days=1))


@pytest.fixture
def refused(browser: Browser, live_server, filing):
    """The page that answers a comment which is too long."""
    page = signed_in(browser, live_server.url, "reviewer")
    page.goto(f"/reviews/{filing.pk}/?against=none")
    page.get_by_label("退回意见").fill(WORDS)
    page.get_by_role("button", name="退回补正").click()
    expect(page.locator(".form-errors")).to_be_visible()
    return page


def test_it_stands_at_the_address_of_its_page(refused, filing):
    assert refused.url.endswith(f"/reviews/{filing.pk}/?against=none")
    refused.reload()
    expect(refused.get_by_label("退回意见")).to_have_value(WORDS)
    expect(refused.get_by_text("没有提交成功的内容")).to_be_visible()


def test_going_back_to_it_shows_the_page_with_what_was_typed(refused, filing):
    refused.goto("/help/")
    refused.go_back()
    expect(refused.get_by_label("退回意见")).to_have_value(WORDS)


def test_once_it_went_through_nothing_comes_back(refused, filing):
    refused.get_by_label("退回意见").fill("请补充数据。")
    refused.get_by_role("button", name="退回补正").click()
    expect(refused.locator(".message.is-success")).to_be_visible()
    Filing.objects.update(state=FilingState.SUBMITTED)
    make_note(filing, submitted=True)
    refused.goto(f"/reviews/{filing.pk}/?against=none")
    expect(refused.get_by_label("退回意见")).to_have_value("")


def test_what_a_rule_refused_comes_back_with_the_way_back(browser: Browser, live_server, filing):
    page = signed_in(browser, live_server.url, "reviewer")
    page.goto(f"/reviews/{filing.pk}/")
    page.get_by_label("退回意见").fill("请补充数据。")
    make_note(filing, submitted=True, progress="后来的话。")
    page.get_by_role("button", name="退回补正").click()
    expect(page.get_by_text("现在已是第2版")).to_be_visible()
    page.get_by_role("link", name="返回并刷新").click()
    expect(page.get_by_label("退回意见")).to_have_value("请补充数据。")


def test_another_person_in_the_tab_is_shown_nothing_of_it(refused, filing, live_server, browser):
    make_user(Role.COORDINATOR, username="another")
    cookies = signed_in(browser, live_server.url, "another").context.cookies()
    refused.context.add_cookies(cookies)
    refused.reload()
    expect(refused.get_by_text("开始审核，尚未作出决定")).to_be_visible()
    assert refused.evaluate("sessionStorage.getItem('refused-form')") is None
