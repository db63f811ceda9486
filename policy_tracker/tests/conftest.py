"""A browser for the tests that need one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch, chromium_path: Path) -> Iterator[Browser]:
    """A real Chromium, without anybody signed in."""
    # Playwright keeps an event loop in this thread; Django must not mistake it for async code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()
