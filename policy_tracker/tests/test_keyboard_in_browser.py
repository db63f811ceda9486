"""Filing and reviewing by keyboard only, with a visible focus at each step."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from agencies.demonstration import PASSWORD
from measures.models import Measure

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FAR = 400  # steps after which an element counts as unreachable
# The focused element: its text, its kind, and whether an outline or a shadow marks it.
FOCUSED = """() => {
  const it = document.activeElement, look = getComputedStyle(it);
  const label = it.labels && it.labels[0] ? it.labels[0].innerText : "";
  const name = it.getAttribute("aria-label") || label || it.innerText || it.value || "";
  const shown = look.outlineStyle !== "none" || look.boxShadow !== "none";
  const card = it.closest("article");
  return {name: name.trim(), tag: it.tagName, shown,
           within: card ? card.innerText : ""};
}"""


@pytest.fixture
def at_login(live_server, transactional_db, play_demonstration, browser: Browser):
    """Open the sign-in page, to be used by keyboard only."""
    play_demonstration()

    def opened() -> Page:
        page = browser.new_context(base_url=live_server.url, locale="zh-CN").new_page()
        page.goto("/")
        return page

    return opened


def tab_to(page: Page, words: str, *, tag: str, within: str = "") -> None:
    """Press Tab until the element has the focus."""
    for _ in range(FAR):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        assert stop["shown"] or stop["tag"] == "BODY", f"the focus on {stop} is not to be seen"
        if stop["name"].startswith(words) and stop["tag"] == tag and within in stop["within"]:
            return
    pytest.fail(f"{words} cannot be reached by the keyboard")


def sign_in(opened: Callable[[], Page], name: str) -> Page:
    page = opened()
    tab_to(page, "账号", tag="INPUT")
    page.keyboard.type(name)
    tab_to(page, "密码", tag="INPUT")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    return page


def test_a_note_is_written_and_submitted_by_keyboard(at_login):
    page = sign_in(at_login, "haiguan")
    tab_to(page, "进展情况", tag="TEXTAREA", within="大力培育进口贸易平台")
    page.keyboard.type("前三季度指导综合保税区完成进口平台备案12家。")
    tab_to(page, "提交", tag="BUTTON", within="大力培育进口贸易平台")
    page.keyboard.press("Enter")
    expect(page.get_by_text("大力培育进口贸易平台已报送市商务委")).to_be_visible()


def test_a_note_is_read_and_returned_by_keyboard(at_login):
    page = sign_in(at_login, "shangwu")
    tab_to(page, "（十七）加快改善营商环境", tag="A")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reviews/*/**")
    expect(page.get_by_label("退回意见")).to_be_visible()
    tab_to(page, "退回意见", tag="TEXTAREA")
    page.keyboard.type("请补充办理时间。")
    tab_to(page, "退回补正", tag="BUTTON")
    page.keyboard.press("Enter")
    expect(page.get_by_text("将收到通知")).to_be_visible()


def test_the_first_focus_of_every_page_skips_its_head(at_login):
    page = sign_in(at_login, "lingdao")
    for address in ("/overview/", "/matrix/", "/reports/"):
        page.goto(address)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"


def test_a_fold_of_a_measure_is_fetched_once_when_it_is_opened(at_login):
    page = sign_in(at_login, "shangwu")
    measure = Measure.objects.get(ordinal=13)
    page.goto(f"/measures/{measure.pk}/")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    tab_to(page, "办理记录", tag="SUMMARY")
    page.keyboard.press("Enter")
    trail = page.locator("section.fold[aria-labelledby='trail']")
    expect(trail.locator(".timeline li").first).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(trail.locator(".timeline li").first).to_be_visible()
    assert [url for url in asked if "/folds/" in url] == [f"{page.url}folds/trail/"]
    page.goto(f"/measures/{measure.pk}/#words")  # a link into a fold opens it
    page.reload()
    expect(page.locator("section.fold[aria-labelledby='words'] article").first).to_be_visible()


def test_a_question_is_answered_by_keyboard_and_returns_the_focus(at_login):
    page = sign_in(at_login, "jingxin")
    tab_to(page, "撤回修改", tag="BUTTON")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate(FOCUSED)["name"].startswith("撤回修改")
