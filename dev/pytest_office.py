"""Tests marked `office` are skipped, with a reason, where there is no LibreOffice.

Unless REQUIRE_OFFICE=1, which makes them fail: CI must not pass by skipping.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

NOT_FOUND = "这台机器上没有 LibreOffice（Debian：apt install libreoffice-writer-nogui）"
_NAMES = ("soffice", "libreoffice")


def find_office() -> Path | None:
    """The machine's LibreOffice."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    return Path(found) if found else None


def turn_into_pdf(files: Sequence[Path], folder: Path, *, font_settings: Path) -> None:
    """Turn Word files into PDF in `folder`, in one run, with the fonts of a fontconfig file."""
    office = find_office()
    assert office is not None, NOT_FOUND
    command = [str(office), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    subprocess.run(
        [*command, "--convert-to", "pdf", "--outdir", str(folder), *map(str, files)],
        env=os.environ | {"FONTCONFIG_FILE": str(font_settings)},
        check=True,
        capture_output=True,
        timeout=180,
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("office") is None or find_office():
        return
    if os.environ.get("REQUIRE_OFFICE") == "1":
        pytest.fail(NOT_FOUND, pytrace=False)
    pytest.skip(NOT_FOUND)
