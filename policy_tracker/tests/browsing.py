"""How browser tests get in."""

from playwright.sync_api import Browser, Page

from measures.tests.factories import PASSWORD


def enter(browser: Browser, address: str, name: str, password: str = PASSWORD) -> Page:
    """Sign in with a fresh browser context; the page keeps every console error."""
    page = browser.new_context(base_url=address, locale="zh-CN").new_page()
    page.complaints = []  # type: ignore[attr-defined]
    page.on("console", lambda m: m.type == "error" and page.complaints.append(m.text))  # type: ignore[attr-defined]
    page.goto("/")
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    # Loaded, so that the page's scripts listen before a test does anything.
    page.wait_for_url(lambda url: "/login/" not in url)
    return page
