"""审批 in a real browser: missing text is required before the question whether to submit."""

import pytest
from playwright.sync_api import Browser, expect

from agencies.permissions import Role
from measures.tests.factories import make_agency, make_dated_measure, make_user
from measures.tests.request_factories import make_due_date_request
from policy_tracker.tests.browsing import signed_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


def test_a_refusal_shows_that_it_needs_a_reason_and_asks_for_it(
    browser: Browser, live_server
) -> None:
    make_user(Role.CHIEF, username="chief", name="王主任")
    request = make_due_date_request(make_dated_measure(lead=make_agency()))
    page = signed_in(browser, live_server.url, "chief")
    page.goto(f"/approvals/due-date/{request.pk}/")
    mark, question = page.locator('label[for="id_answer"] .required'), page.locator("dialog")
    expect(mark).to_be_hidden()
    page.get_by_label("不同意").check()
    expect(mark).to_be_visible()
    page.get_by_role("button", name="提交审批意见").click()
    expect(question).to_have_count(0)
    expect(page.locator("#id_answer")).to_be_focused()
    page.locator("#id_answer").fill("依据不足。")
    page.get_by_role("button", name="提交审批意见").click()
    expect(question).to_be_visible()
    question.get_by_role("button", name="取消").click()
    page.get_by_label("同意", exact=True).check()
    expect(mark).to_be_hidden()
