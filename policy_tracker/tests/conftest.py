"""Fixtures: readers of the demonstration, and a browser for the tests that need one."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Browser, sync_playwright

from policy_tracker.tests.crawling import Reader

REFUSED = re.compile(r"Failed to load resource: .* status of 4\d\d |net::ERR_")


@pytest.fixture(scope="module")
def chromium(chromium_path: Path) -> Iterator[Browser]:
    """Start a real Chromium for the tests of a file: starting takes longer than most of them."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread; Django must not mistake it for async code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()
        connections.close_all()  # Django opens its own connection beside an event loop


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """Return the browser without a signed-in person; pages are closed at the end of a test.

    Its pages may only report errors for refusals that a test provokes.
    """
    yield chromium
    pages = [page for context in chromium.contexts for page in context.pages]
    said = [words for page in pages for words in getattr(page, "complaints", ())]
    for context in chromium.contexts:
        context.close()
    assert [words for words in said if not REFUSED.search(words)] == []


@pytest.fixture
def reader_of(
    transactional_db: None, play_demonstration: Callable[..., None], shared_folder: Path
) -> Iterator[Callable[[str], Reader]]:
    """Return an account of the demonstration with its reports, as of today."""
    play_demonstration(with_reports=True)
    pages = shared_folder / "pages"
    pages.mkdir(exist_ok=True)
    readers: list[Reader] = []

    def reader_of(username: str) -> Reader:
        readers.append(Reader(username, pages / username))
        return readers[-1]

    yield reader_of
    for reader in readers:
        reader.keep()
