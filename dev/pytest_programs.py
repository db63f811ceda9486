"""Skips tests marked `browser` or `office`, with a reason, if their program is missing.

With REQUIRE_BROWSER=1 or REQUIRE_OFFICE=1 they fail instead: CI must not pass by skipping.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

# Headless Chromium comes first: with windows, whose bars and menus nobody sees, every page that a
# test opens takes five times as long.
_BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
_PLAYWRIGHTS_OWN = (
    "chromium_headless_shell-*/*/*headless*shell",
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/Chromium.app/*/*/Chromium",
)
_CACHES = (".cache/ms-playwright", "Library/Caches/ms-playwright")
NO_BROWSER = "没有找到 Chromium，浏览器测试没有运行（Debian、Ubuntu：apt install chromium）"
NO_OFFICE = "这台机器上没有 LibreOffice（Debian：apt install libreoffice-writer-nogui）"


def find_chromium() -> Path | None:
    """Return the machine's Chromium, or the one that Playwright has downloaded."""
    if found := _on_path(*_BROWSERS):
        return found
    for cache in _CACHES:
        for pattern in _PLAYWRIGHTS_OWN:
            if fetched := sorted((Path.home() / cache).glob(pattern)):
                return fetched[-1]
    return None


def find_office() -> Path | None:
    """Return the machine's LibreOffice."""
    return _on_path("soffice", "libreoffice")


def _on_path(*names: str) -> Path | None:
    found = next(filter(None, map(shutil.which, names)), None)
    return Path(found) if found else None


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """Return the argument for `playwright.chromium.launch(executable_path=…)`."""
    found = find_chromium()
    if found is None:
        pytest.skip(NO_BROWSER)
    return found


def turn_into_pdf(files: Sequence[Path], folder: Path, *, font_settings: Path) -> None:
    """Convert Word files to PDF in `folder`, in one run, with the fonts of a fontconfig file."""
    office = find_office()
    assert office is not None, NO_OFFICE
    command = [str(office), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    subprocess.run(
        [*command, "--convert-to", "pdf", "--outdir", str(folder), *map(str, files)],
        env=os.environ | {"FONTCONFIG_FILE": str(font_settings)},
        check=True,
        capture_output=True,
        timeout=180,
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark, find, reason in (
        ("browser", find_chromium, NO_BROWSER),
        ("office", find_office, NO_OFFICE),
    ):
        if item.get_closest_marker(mark) is None or find():
            continue
        if os.environ.get(f"REQUIRE_{mark.upper()}") == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
