"""总览 and 大屏 in a real Chromium: one sheet, one screen, and cut lines."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from unicodedata import normalize

import pdfplumber
import pytest
from django.test import Client
from django.utils.timezone import localdate
from playwright.sync_api import Browser, Page, expect

from agencies.models import User, UserSession
from measures.choices import PeriodState
from measures.models import Filing, Measure, Period
from measures.rules.periods import Quarter
from policy_tracker.tests.browsing import run_axe

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WALL = {"width": 1920, "height": 1080}
SCREEN = "/overview/screen/"


def signed_in(browser: Browser, base: str, username: str) -> Page:
    client = Client()
    client.force_login(User.objects.get(username=username))
    context = browser.new_context(base_url=base, locale="zh-CN", viewport=WALL)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": base}])
    return context.new_page()


def test_it_prints_on_one_sheet_and_fits_on_one_screen(
    live_server, transactional_db: None, play_demonstration: Callable[..., None], browser: Browser
) -> None:
    play_demonstration()
    page = signed_in(browser, live_server.url, "lingdao")
    demand_one_sheet(page, "/overview/")
    expect(page.locator("body.is-wordy")).to_have_count(0)  # its causes are shown in full
    open_the_next_period()
    demand_one_sheet(page, "/overview/")
    page.goto(SCREEN)
    demand_no_scrolling(page)
    Measure.objects.update(light_sentence="牵头单位三季度进展逾期未报，" * 4)
    page.goto(SCREEN)
    expect(page.locator(".wall-main.is-wordy")).to_have_count(0)  # on paper it fits in full
    demand_no_scrolling(page)
    Measure.objects.update(light_sentence="牵头单位三季度进展逾期未报，" * 8)
    demand_one_sheet(page, "/overview/")
    expect(page.locator("body.is-wordy")).to_have_count(1)
    page.goto(SCREEN)
    demand_no_scrolling(page)
    assert not run_axe(page).response["violations"]
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size(WALL)
    demand_that_a_cut_line_is_told(page)
    demand_that_an_ended_session_is_told(page)


def open_the_next_period() -> None:
    """Beside a period past its due day and not closed yet: then there is more text."""
    last, on = Period.objects.latest("covers_from"), localdate()
    whole = Quarter.holding(last.covers_to + timedelta(days=1))
    ahead = Period.objects.create(
        notice=last.notice,
        kind=last.kind,
        label=whole.label,
        covers_from=whole.starts_on,
        covers_to=whole.ends_on,
        cumulative_from=whole.cumulative_from,
        opens_on=on,
        due_on=on + timedelta(days=38),
        closes_on=on + timedelta(days=52),
        state=PeriodState.OPEN,
    )
    owed = last.filings.values_list("measure", "agency", "agency_name", "role")
    names = ("measure_id", "agency_id", "agency_name", "role")
    Filing.objects.bulk_create(
        Filing(period=ahead, due_on=ahead.due_on, **dict(zip(names, row, strict=True)))
        for row in owed
    )


def demand_one_sheet(page: Page, address: str) -> None:
    page.goto(address)
    with pdfplumber.open(BytesIO(page.pdf(prefer_css_page_size=True))) as printed:
        assert len(printed.pages) == 1
        words = normalize("NFKC", "".join(printed.pages[0].extract_text().split()))
    heads = ("渝府办发〔2018〕175号", "截至", "前三季度", "要处理的", "待办单位", "时限与节点")
    for part in (*heads, "（一）", "（十七）", "滞后", "未评定"):
        assert normalize("NFKC", part) in words


def demand_no_scrolling(page: Page) -> None:
    measured = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert page.evaluate(measured) == [WALL["width"], WALL["height"]]
    assert page.evaluate(
        "Array.from(document.querySelectorAll('.wall-main, .wall-side'))"
        ".every(one => one.scrollHeight <= one.clientHeight"
        " && one.getBoundingClientRect().bottom <= window.innerHeight)"
    )


def demand_that_a_cut_line_is_told(page: Page) -> None:
    page.clock.install()
    page.goto(SCREEN)
    page.context.set_offline(True)
    page.clock.fast_forward(61_000)
    expect(page.get_by_role("alert")).to_contain_text("连接中断")
    page.context.set_offline(False)
    page.clock.fast_forward(11_000)
    expect(page.locator("[data-lost]")).to_be_hidden()


def demand_that_an_ended_session_is_told(page: Page) -> None:
    UserSession.objects.all().delete()
    page.clock.fast_forward(61_000)
    expect(page.get_by_role("alert")).to_contain_text("登录已结束")
    assert page.get_by_role("link", name="请重新登录").get_attribute("href").endswith(SCREEN)
