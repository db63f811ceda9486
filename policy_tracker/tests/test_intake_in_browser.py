"""An unknown notice, from pasting to an open period: by mouse, and by keyboard only."""

import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from agencies.permissions import Role
from measures.models import Notice, Period
from measures.notice.load import load_basis
from measures.tests.factories import NOW, make_user
from policy_tracker.tests.browsing import enter

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NUMBER = "渝府办发〔2026〕31号"
MINUTES_MOST = 5
BODIES = (
    "市商务委、市财政局",
    "市发展改革委牵头，市科技局、市财政局配合",
    "市经济信息委等有关部门",
    "重庆海关、市商务委",
    "市夜间经济促进会、市商务委",
)


def twenty_items() -> str:
    lines = ["重庆市人民政府办公厅关于培育夜间消费的通知", NUMBER, "市政府有关部门："]
    lines.append("为培育夜间消费，现通知如下。")
    for part, title in enumerate(("优化供给", "改善环境", "强化保障", "加强管理")):
        lines.append(f"{'一二三四'[part]}、{title}")
        for n in range(1, 6):
            ending = "" if "牵头" in BODIES[n - 1] else "负责"
            lines.append(
                f"（{'一二三四五'[n - 1]}）做好第{part * 5 + n}件事。按照要求办好这一件事。"
                f"（{BODIES[n - 1]}{ending}）"
            )
    return "\n".join([*lines, "重庆市人民政府办公厅", "2026年11月2日"])


@pytest.fixture
def page(live_server, transactional_db, browser: Browser) -> Page:
    load_basis(at=NOW)
    coordinator = make_user(Role.COORDINATOR)
    return enter(browser, live_server.url, coordinator.username)


@pytest.fixture(autouse=True)
def within_minutes():
    began = time.monotonic()
    yield
    assert time.monotonic() - began < MINUTES_MOST * 60


def left(page: Page) -> int:
    words = page.locator(".intake-left").inner_text()
    return int("".join(filter(str.isdigit, words)) or 0)


def demand_plan() -> None:
    notice = Notice.objects.get(number=NUMBER)
    assert notice.measures.count() == 20
    assert Period.objects.get(notice=notice).filings.exists()


def test_a_notice_of_twenty_items_is_imported_by_mouse(page):
    page.goto("/intake/")
    page.get_by_label("文件全文").fill(twenty_items())
    page.get_by_role("button", name="读取").click()
    expect(page.get_by_role("heading", name="读出20项")).to_be_visible()
    while doubts := left(page):
        doubt = page.locator("#doubt")
        if "不在单位名录中" in doubt.inner_text():
            doubt.get_by_text("新建“").click()
            doubt.get_by_label("类别").select_option(label="市级部门")
            doubt.get_by_role("button", name="确定").locator("visible=true").click()
        else:
            if doubt.get_by_role("checkbox").count():
                doubt.get_by_role("checkbox").check()
            doubt.get_by_role("button", name=re.compile("只记已点名的|按排名首位")).click()
        expect(page.locator(".intake-left")).not_to_contain_text(f"还有{doubts}处")
        if left(page):
            page.get_by_role("link", name="下一处").click()
            expect(page.locator("#doubt")).to_be_visible()
    page.get_by_role("link", name="确认", exact=True).click()
    page.get_by_role("button", name="确认并生成").click()
    expect(page.get_by_text("开始填报，布置")).to_be_visible()
    assert page.complaints == []
    demand_plan()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def answered(page: Page, key: str) -> None:
    """Press a key, and wait for the resulting page."""
    with page.expect_response(lambda answer: "/intake/" in answer.url):
        page.keyboard.press(key)
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


def tab_to(page: Page, words: str, most: int = 400) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "(d => d.labels && d.labels[0] ? d.labels[0].innerText : d.innerText)"
            "(document.activeElement)"
        )
        if name.strip().startswith(words):
            return
    pytest.fail(f"{words} cannot be reached by the keyboard")


def test_a_notice_of_twenty_items_is_imported_by_keyboard_only(page):
    page.goto("/intake/")
    expect(page.get_by_label("文件全文")).to_be_focused()
    page.keyboard.insert_text(twenty_items())
    tab_to(page, "读取", most=2)
    press(page, "Enter")
    page.wait_for_url("**/intake/*/")  # wait until it is loaded, so that its script listens
    expect(page.get_by_role("heading", name="读出20项")).to_be_visible()
    # Text of an item is selected with Shift and becomes its title; the last correction is undone.
    answered(page, "j")
    first = page.locator(".intake-item.is-current .intake-title").inner_text()
    press(page, "e", "Control+Home", *["ArrowRight"] * 3, *["Shift+ArrowRight"] * 2)
    answered(page, "t")
    expect(page.locator(".intake-item.is-current .intake-title")).to_have_text("做好")
    assert page.evaluate("document.activeElement.id") == "intake-own"
    answered(page, "u")
    expect(page.locator(".intake-item.is-current .intake-title")).to_have_text(first)
    while doubts := left(page):
        answered(page, "d")
        assert page.evaluate("document.activeElement.id") == "doubt"
        if "不在单位名录中" in page.locator("#doubt").inner_text():
            press(page, new_agency_key(page))
            press(page, "ArrowDown")  # the first kind: 市级部门
            answered(page, "Enter")
        else:
            answered(page, "1")
        expect(page.locator(".intake-left")).not_to_contain_text(f"还有{doubts}处")
    assert page.evaluate("document.activeElement.closest('#intake-work') !== null")
    press(page, "c")
    page.wait_for_url("**/confirm/")
    expect(page.locator(".intake-sum")).to_be_focused()
    tab_to(page, "确认并生成", most=12)
    press(page, "Enter")
    expect(page.get_by_text("开始填报，布置")).to_be_visible()
    assert page.complaints == []
    demand_plan()


def new_agency_key(page: Page) -> str:
    choice = page.locator("#doubt details", has_text="新建“").first
    return str(choice.get_attribute("data-choice"))


def test_the_next_doubt_comes_into_view_on_a_small_screen(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/intake/")
    text = twenty_items().replace("夜间消费的通知", "夜间消费行动方案（2026—2028年）的通知")
    page.get_by_label("文件全文").fill(text)
    page.get_by_role("button", name="读取").click()
    page.wait_for_url("**/intake/*/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="下一处").click()
    expect(page.locator("#doubt")).to_be_in_viewport(ratio=1)
