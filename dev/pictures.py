"""Takes the README's picture from a running demonstration: python -m dev.pictures [ADDRESS].

Needs Chromium and the packages of requirements-dev.txt. It is the top of 总览 at 1440 × 900, as a
leader sees it.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from agencies.demonstration import PASSWORD
from dev.pytest_programs import NO_BROWSER, find_chromium

ADDRESS = "http://127.0.0.1:8000"
PICTURE = Path(__file__).resolve().parent.parent / "docs/images/overview.png"
ACCOUNT, PAGE = "lingdao", "/overview/"


def take(address: str) -> None:
    chromium_path = find_chromium()
    if chromium_path is None:
        raise SystemExit(NO_BROWSER)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(
            base_url=address, locale="zh-CN", viewport={"width": 1440, "height": 900}
        ).new_page()
        page.goto("/")
        page.get_by_label("账号").fill(ACCOUNT)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda url: "/login/" not in url)
        page.goto(PAGE, wait_until="networkidle")
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1] if len(sys.argv) > 1 else ADDRESS)
    print(PICTURE)
