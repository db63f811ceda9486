"""Starts throwaway PostgreSQL and Valkey for the suite, before Django reads its settings.

It is a plugin and not a part of test.py, so that plain `pytest` does the same.
"""

import os
import re
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from dev.console import Refusal
from dev.programs import site_packages
from dev.throwaway import NAMES, throwaway_servers

ROOT = Path(__file__).resolve().parent.parent
_ONLY_ASKING = {"-h", "--help", "--version", "-V", "--markers", "--fixtures"}


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        _take_own_cache(worker)
        _take_own_folder(worker)
    elif not _ONLY_ASKING & set(args):
        _start_servers(early_config)


def _start_servers(config: pytest.Config) -> None:
    """Start the servers that the environment does not name; xdist's workers inherit them."""
    missing = [name for name in NAMES if not os.environ.get(name)]
    running = ExitStack()
    config.add_cleanup(running.close)
    site = site_packages(Path(sys.prefix))
    try:
        os.environ |= running.enter_context(throwaway_servers(ROOT, site, missing))
    except Refusal as refusal:
        raise pytest.UsageError(str(refusal)) from None


def _take_own_cache(worker: str) -> None:
    """Give each xdist worker its own Valkey database, as pytest-django does for PostgreSQL."""
    number = int(re.sub(r"\D", "", worker) or 0) + 1
    if "?" not in os.environ["REDIS_URL"]:
        os.environ["REDIS_URL"] += f"?db={number}"


def _take_own_folder(worker: str) -> None:
    """Give each xdist worker its own folder: tests delete files without rows in their database."""
    if "VAR_DIR" in os.environ:
        os.environ["VAR_DIR"] = str(Path(os.environ["VAR_DIR"]) / worker)
