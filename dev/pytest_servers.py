"""Throwaway PostgreSQL and Valkey for the suite, up before Django reads its settings.

A plugin rather than a part of test.py, so that plain `pytest` does the same.
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
    """Those that the environment already names are left alone; xdist's workers inherit ours."""
    missing = [name for name in NAMES if not os.environ.get(name)]
    running = ExitStack()
    config.add_cleanup(running.close)
    site = site_packages(Path(sys.prefix))
    try:
        os.environ |= running.enter_context(throwaway_servers(ROOT, site, missing))
    except Refusal as refusal:
        raise pytest.UsageError(str(refusal)) from None


def _take_own_cache(worker: str) -> None:
    """pytest-django gives each xdist worker a database; here each gets its part of Valkey."""
    number = int(re.sub(r"\D", "", worker) or 0) + 1
    if "?" not in os.environ["REDIS_URL"]:
        os.environ["REDIS_URL"] += f"?db={number}"


def _take_own_folder(worker: str) -> None:
    """Files that one worker's tests remove as nobody's are named by the rows of another's."""
    if "VAR_DIR" in os.environ:
        os.environ["VAR_DIR"] = str(Path(os.environ["VAR_DIR"]) / worker)
