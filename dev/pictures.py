"""Takes the README's pictures from a running demonstration: python -m dev.pictures [ADDRESS].

Needs Chromium and the packages of requirements-dev.txt. Each picture is the top of one page at
1440 × 900, as its account sees it.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from agencies.demonstration import PASSWORD
from dev.pytest_programs import NO_BROWSER, find_chromium

ADDRESS = "http://127.0.0.1:8000"
FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
# (file, account, page)
PICTURES = (
    ("overview", "lingdao", "/overview/"),
    ("matrix", "lingdao", "/matrix/"),
    ("filings", "haiguan", "/filings/"),
    ("reviews", "shangwu", "/reviews/"),
)


def take(address: str) -> list[Path]:
    chromium_path = find_chromium()
    if chromium_path is None:
        raise SystemExit(NO_BROWSER)
    taken = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"]
        )
        for name, account, path in PICTURES:
            page = browser.new_context(
                base_url=address, locale="zh-CN", viewport={"width": 1440, "height": 900}
            ).new_page()
            page.goto("/")
            page.get_by_label("账号").fill(account)
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            page.wait_for_url(lambda url: "/login/" not in url)
            page.goto(path, wait_until="networkidle")
            taken.append(FOLDER / f"{name}.png")
            page.screenshot(path=taken[-1])
        browser.close()
    return taken


if __name__ == "__main__":
    for file in take(sys.argv[1] if len(sys.argv) > 1 else ADDRESS):
        print(file)
