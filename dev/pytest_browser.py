"""Tests marked `browser` are skipped, with a reason, where there is no Chromium.

Unless REQUIRE_BROWSER=1, which makes them fail: CI must not pass by skipping.
"""

import os
import shutil
from pathlib import Path

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PLAYWRIGHTS_OWN = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/Chromium.app/*/*/Chromium",
)
_CACHES = (".cache/ms-playwright", "Library/Caches/ms-playwright")
NOT_FOUND = "没有找到 Chromium，浏览器测试没有运行（Debian、Ubuntu：apt install chromium）"


def find_chromium() -> Path | None:
    """The machine's, or else the one that Playwright has fetched."""
    for name in _NAMES:
        if found := shutil.which(name):
            return Path(found)
    for cache in _CACHES:
        for pattern in _PLAYWRIGHTS_OWN:
            if fetched := sorted((Path.home() / cache).glob(pattern)):
                return fetched[-1]
    return None


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """For `playwright.chromium.launch(executable_path=…)`."""
    found = find_chromium()
    if found is None:
        pytest.skip(NOT_FOUND)
    return found


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") is None or find_chromium():
        return
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(NOT_FOUND, pytrace=False)
    pytest.skip(NOT_FOUND)
