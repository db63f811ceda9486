"""Refused forms in a browser: reloading and going back show their page with the typed text."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from agencies.permissions import Role
from measures.choices import FilingState
from measures.models import Filing
from measures.tests.factories import NOW, PASSWORD, make_filing, make_note, make_user
from policy_tracker.tests.browsing import signed_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]
WORDS = "请补充口岸查验的数据。" * 200  # too long, so it is refused


@pytest.fixture
def filing():
    make_user(Role.COORDINATOR, username="reviewer")
    return make_filing(state=FilingState.SUBMITTED, first_submitted_at=NOW - timedelta(days=1))


@pytest.fixture
def refused(browser: Browser, live_server, filing):
    """Return the page that answers a too long comment."""
    page = signed_in(browser, live_server.url, "reviewer")
    page.goto(f"/reviews/{filing.pk}/?against=none")
    page.get_by_label("退回意见").fill(WORDS)
    page.get_by_role("button", name="退回补正").click()
    expect(page.locator(".form-errors")).to_be_visible()
    return page


def test_a_refused_form_has_the_address_of_its_page(refused, filing):
    assert refused.url.endswith(f"/reviews/{filing.pk}/?against=none")
    refused.reload()
    expect(refused.get_by_label("退回意见")).to_have_value(WORDS)
    expect(refused.get_by_text("没有提交成功的内容")).to_be_visible()


def test_going_back_to_it_shows_the_page_with_the_typed_text(refused, filing):
    refused.goto("/help/")
    refused.go_back()
    expect(refused.get_by_label("退回意见")).to_have_value(WORDS)


def test_after_it_was_accepted_nothing_is_restored(refused, filing):
    refused.get_by_label("退回意见").fill("请补充数据。")
    refused.get_by_role("button", name="退回补正").click()
    expect(refused.locator(".message.is-success")).to_be_visible()
    Filing.objects.update(state=FilingState.SUBMITTED)
    make_note(filing, submitted=True)
    refused.goto(f"/reviews/{filing.pk}/?against=none")
    expect(refused.get_by_label("退回意见")).to_have_value("")


def test_a_form_refused_by_a_rule_is_restored_with_a_link_back(
    browser: Browser, live_server, filing
):
    page = signed_in(browser, live_server.url, "reviewer")
    page.goto(f"/reviews/{filing.pk}/")
    page.get_by_label("退回意见").fill("请补充数据。")
    make_note(filing, submitted=True, progress="后来的话。")
    page.get_by_role("button", name="退回补正").click()
    expect(page.get_by_text("现在已是第2版")).to_be_visible()
    page.get_by_role("link", name="返回并刷新").click()
    expect(page.get_by_label("退回意见")).to_have_value("请补充数据。")


def test_another_person_in_the_tab_sees_nothing_of_it(refused, filing, live_server, browser):
    make_user(Role.COORDINATOR, username="another")
    cookies = signed_in(browser, live_server.url, "another").context.cookies()
    refused.context.add_cookies(cookies)
    refused.reload()
    expect(refused.get_by_text("开始审核，尚未作出决定")).to_be_visible()
    assert refused.evaluate("sessionStorage.getItem('refused-form')") is None


@pytest.fixture
def ended(browser: Browser, live_server, filing):
    """Return the page that answers a form sent after the session had ended."""
    page = signed_in(browser, live_server.url, "reviewer")
    page.goto(f"/reviews/{filing.pk}/?against=none")
    page.get_by_label("退回意见").fill("请补充数据。")
    page.context.clear_cookies()
    page.get_by_role("button", name="退回补正").click()
    expect(page.get_by_role("heading", name="页面已失效")).to_be_visible()
    return page


def sign_in_again(page, name):
    page.get_by_role("link", name="重新登录").click()
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/login/" not in url)


def test_a_form_of_an_ended_session_has_its_page_s_address_and_the_text(ended, filing):
    assert ended.url.endswith(f"/reviews/{filing.pk}/?against=none")
    expect(ended.get_by_text("请补充数据。")).to_be_visible()


def test_after_signing_in_again_its_page_restores_the_typed_text(ended, filing):
    sign_in_again(ended, "reviewer")
    assert ended.url.endswith(f"/reviews/{filing.pk}/?against=none")
    expect(ended.get_by_label("退回意见")).to_have_value("请补充数据。")


def test_reloading_it_asks_to_sign_in_and_loses_nothing(ended):
    ended.reload()
    ended.get_by_label("账号").fill("reviewer")
    ended.get_by_label("密码").fill("wrong")
    ended.get_by_role("button", name="登录").click()
    ended.get_by_label("密码").fill(PASSWORD)
    ended.get_by_role("button", name="登录").click()
    expect(ended.get_by_label("退回意见")).to_have_value("请补充数据。")


def test_another_person_who_signs_in_sees_nothing_of_it(ended):
    make_user(Role.COORDINATOR, username="another")
    sign_in_again(ended, "another")
    expect(ended.get_by_text("开始审核，尚未作出决定")).to_be_visible()
    assert ended.evaluate("sessionStorage.getItem('refused-form')") is None
