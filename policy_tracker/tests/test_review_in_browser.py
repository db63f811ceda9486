"""审核 in a real browser: the decision is visible, and the state of the review is updated."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from agencies.permissions import Role
from measures.choices import FilingState
from measures.models import Filing
from measures.tests.factories import (
    NOW,
    make_another_notice,
    make_filing,
    make_measure,
    make_note,
    make_notice,
    make_user,
)
from policy_tracker.tests.browsing import clicks, count_clicks, signed_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]
LONG = "已与有关单位逐项对接，清单中的事项均已明确办理时限和责任人。" * 40


@pytest.fixture
def waiting():
    make_user(Role.COORDINATOR, username="reviewer")
    filings = []
    for ordinal in range(1, 7):
        came = {"first_submitted_at": NOW - timedelta(days=1)}
        filing = make_filing(measure=make_measure(ordinal=ordinal), **came)
        make_note(filing, submitted=True, progress=LONG)
        filing.state = FilingState.SUBMITTED
        filing.save()
        filings.append(filing)
    return filings


@pytest.mark.parametrize("size", [(1440, 900), (1366, 768)], ids=str)
def test_the_decision_is_visible_for_each_filing_of_the_queue(
    browser: Browser, live_server, waiting, size
):
    page = signed_in(browser, live_server.url, "reviewer")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto("/reviews/")
    accept = page.get_by_role("button", name="通过，看下一项")
    for _ in waiting[1:]:
        expect(accept).to_be_in_viewport(ratio=1)
        accept.click()
        expect(page.locator(".message.is-success")).to_be_visible()
    expect(accept).to_be_in_viewport(ratio=1)


def test_on_a_phone_one_tap_opens_the_decision(browser: Browser, live_server, waiting):
    page = signed_in(browser, live_server.url, "reviewer")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/reviews/{waiting[0].pk}/")
    jump = page.get_by_role("link", name="去作决定")
    expect(jump).to_be_in_viewport(ratio=1)
    jump.click()
    expect(page.get_by_role("button", name="通过，看下一项")).to_be_in_viewport()


def test_typing_the_first_word_begins_the_review(browser: Browser, live_server, waiting):
    page = signed_in(browser, live_server.url, "reviewer")
    page.goto(f"/reviews/{waiting[0].pk}/")
    expect(page.locator("#panel-state")).to_have_text("已报送")
    page.get_by_label("审核意见（可不填）").fill("同意。")
    expect(page.locator("#panel-state")).to_have_text("审核中")


def test_a_field_shown_by_a_choice_with_the_mouse_gets_the_focus(
    browser: Browser, live_server, waiting
):
    page = signed_in(browser, live_server.url, "reviewer")
    page.goto(f"/reviews/{waiting[0].pk}/")
    keep, update = page.locator("[name=status]").all()[:2]
    keep.focus()
    page.keyboard.press("ArrowDown")
    expect(update).to_be_checked()
    expect(update).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.get_by_text("更新进度").click()
    expect(page.get_by_label("变化与依据")).to_be_focused()
    expect(page.locator("#panel-state")).to_have_text("审核中")


@pytest.mark.parametrize("size", [(1440, 900), (1366, 768)], ids=str)
def test_the_field_to_type_in_is_not_below_the_button(browser: Browser, live_server, waiting, size):
    page = signed_in(browser, live_server.url, "reviewer")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"/reviews/{waiting[0].pk}/")
    page.get_by_text("更新进度").click()
    field = page.get_by_label("变化与依据")
    expect(field).to_be_focused()
    page.keyboard.type("各")
    expect(page.get_by_role("button", name="放回待审核")).to_be_visible()
    button = page.get_by_role("button", name="通过，看下一项")
    expect(field).to_be_in_viewport(ratio=1)
    typed, covers = field.bounding_box(), button.bounding_box()
    assert typed["y"] + typed["height"] <= covers["y"]


def test_six_reviews_take_at_most_eight_clicks(browser: Browser, live_server, waiting):
    """Three accepted, two with another stage, one returned; typing is one click per field."""
    page = signed_in(browser, live_server.url, "reviewer")
    count_clicks(page)
    page.goto("/reviews/")
    for left in (5, 4, 3):
        page.get_by_role("button", name="通过，看下一项").click()
        expect(page.get_by_text(f"待审核{left}项")).to_be_visible()
    for left in (2, 1):
        page.get_by_text("更新进度").click()
        page.keyboard.insert_text("各单位均已推进。")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text(f"待审核{left}项")).to_be_visible()
    page.get_by_label("退回意见").click()
    page.keyboard.insert_text("请补充数据来源。")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("没有待审核的")).to_be_visible()
    assert Filing.objects.filter(state=FilingState.ACCEPTED).count() == 5
    assert Filing.objects.filter(state=FilingState.RETURNED).count() == 1
    assert clicks(page) <= 8


def test_a_field_in_a_fold_opened_with_the_mouse_gets_the_focus(
    browser: Browser, live_server, waiting
):
    page = signed_in(browser, live_server.url, "reviewer")
    owed = make_filing(measure=make_measure(ordinal=9))
    page.goto(f"/filings/{owed.pk}/")
    fold = page.locator("summary").filter(has_text="免报").first
    fold.focus()
    page.keyboard.press("Enter")
    expect(fold).to_be_focused()
    page.keyboard.press("Enter")
    fold.click()
    expect(fold.locator("xpath=..").locator("textarea")).to_be_focused()


def test_the_open_filing_is_printed(browser: Browser, live_server, waiting):
    """One sheet for the person who decides; other waiting work is on 今日待办."""
    page = signed_in(browser, live_server.url, "reviewer")
    page.goto(f"/reviews/{waiting[0].pk}/")
    page.emulate_media(media="print")
    expect(page.locator("#panel-title")).to_be_visible()
    expect(page.locator(".queue")).to_be_hidden()


def test_on_a_phone_nothing_of_the_frame_is_cut_or_repeated(browser: Browser, live_server, waiting):
    make_measure(notice=make_another_notice("渝府办发〔2020〕9号"))
    page = signed_in(browser, live_server.url, "reviewer")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/overview/")
    numbers = page.locator("header").get_by_text(make_notice().number)
    expect(numbers.locator("visible=true")).to_have_count(1)
    for link in page.locator(".frame-pages a").all():
        box = link.bounding_box()
        assert box
        assert box["x"] + box["width"] <= 390, link.inner_text()
