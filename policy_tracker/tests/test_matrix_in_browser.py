"""责任矩阵 in a real browser: by keyboard only, with frozen heads."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from agencies.permissions import Role
from measures.tests.factories import make_user
from policy_tracker.tests.browsing import run_axe, signed_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]
FOCUS = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
# The positions of the focused cell and of the frozen parts of the grid on the screen.
BOXES = """() => {
  const box = (one) => one.getBoundingClientRect();
  const place = box(document.activeElement);
  const region = document.querySelector('.matrix-scroll');
  const foot = region.querySelector('tfoot tr:nth-last-child(2)');
  return {
    left: place.left - box(region.querySelector('.matrix-corner')).right,
    top: place.top - box(region.querySelector('.matrix-corner')).bottom,
    right: box(region).right - place.right,
    bottom: box(foot.cells[0]).top - place.bottom,
  };
}"""


@pytest.fixture
def page(browser: Browser, live_server, start_in_world) -> Page:
    make_user(Role.LEADER, username="leader")
    page = signed_in(browser, live_server.url, "leader")
    page.goto("/matrix/")
    return page


def press(page: Page, *keys: str) -> str:
    for key in keys:
        page.keyboard.press(key)
    return str(page.evaluate(FOCUS))


def test_arrow_keys_move_in_the_grid_and_enter_opens(page: Page) -> None:
    page.locator("table[data-grid] tbody td a").first.focus()
    assert page.evaluate(FOCUS).startswith("市商务委 牵头（一）")
    assert press(page, "ArrowRight").startswith("市发展改革委 责任（一）")
    assert press(page, "ArrowLeft", "ArrowLeft") == "扩大先进技术设备和关键零部件进口"
    assert press(page, "End") == "（一）共4项责任"
    assert press(page, "Home", "ArrowRight", "ArrowDown").startswith("市商务委 牵头（二）")
    # From （四） over the heading of the second section to （五）.
    assert press(page, "ArrowDown", "ArrowDown", "ArrowDown").startswith("市商务委 牵头（五）")
    assert press(page, "Control+End") == "全部合计53项责任"
    assert press(page, "Control+Home") == "措施 ＼ 责任单位"
    assert press(page, "ArrowRight") == "市商务委"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/agencies/\d+/$"))
    assert page.complaints == []  # type: ignore[attr-defined]


def test_tab_reaches_one_place_of_the_grid(page: Page) -> None:
    assert page.locator("table[data-grid] [tabindex='0']").count() == 1
    page.locator("table[data-grid] tbody td a").first.focus()
    press(page, "ArrowDown", "ArrowDown")
    assert page.locator("table[data-grid] [tabindex='0']").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('table[data-grid]')")


def test_row_and_column_are_marked_under_pointer_and_focus(page: Page) -> None:
    place = page.locator("table[data-grid] tbody td a").first
    for act in (place.hover, place.focus):
        act()
        expect(page.locator("tr.is-cross")).to_have_count(1)
        expect(page.locator("thead th.is-cross")).to_have_text("市商务委")


@pytest.mark.parametrize("width", [1440, 390])
def test_cells_reached_by_keyboard_are_not_hidden_by_frozen_parts(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 600})
    inner = page.evaluate("getComputedStyle(document.querySelector('.matrix-scroll')).overflowY")
    assert (inner == "visible") == (width == 1440)  # its own scroll box only if necessary
    page.locator("table[data-grid] tbody td a").first.focus()
    for keys in (["ArrowRight"] * 12, ["ArrowDown"] * 12, ["ArrowLeft"] * 8, ["ArrowUp"] * 9):
        press(page, *keys)
        for _ in range(20):  # the page scrolls with a short delay
            room = page.evaluate(BOXES)
            if min(room.values()) >= -1:
                break
            page.wait_for_timeout(100)
        else:
            pytest.fail(f"{keys[0]}: {room}")


@pytest.mark.parametrize("query", ["?view=roles&list=all"])
def test_the_page_meets_the_accessibility_rules(page: Page, query: str) -> None:
    page.goto(f"/matrix/{query}")
    found = run_axe(page)
    assert found.violations_count == 0, found.generate_report()
