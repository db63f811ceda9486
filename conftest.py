"""What every test may ask for."""

import gc
import os
import socket
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from pytest_django import DjangoDbBlocker

from measures.models import Notice
from measures.notice.load import load_basis
from measures.tests.factories import NOW
from measures.tests.starts import define_start, keep_standing, last_start, make_start
from policy_tracker.tests.migrated import (
    begin_migrating,
    copy_migrated,
    leave_out_permissions,
)
from policy_tracker.tests.played import play
from reports.tests.world import make_world

_COMMITTING = {"transactional_db", "live_server"}  # their tests have the database to themselves
_blockers: list[DjangoDbBlocker] = []


def pytest_configure(config: pytest.Config) -> None:
    leave_out_permissions()
    if config.getoption("numprocesses", None) and "PYTEST_XDIST_WORKER" not in os.environ:
        config.add_cleanup(begin_migrating())


def pytest_collection_finish() -> None:
    """Keep the garbage collector away from what lives as long as the run: modules and tests."""
    gc.freeze()
    gc.set_threshold(10_000, 50, 100)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests that start from the same rows find them there, if each undoes what it does."""
    fixtures = getattr(item, "fixturenames", ())
    mark = item.get_closest_marker("django_db")
    commits = mark and mark.kwargs.get("transaction") or _COMMITTING & set(fixtures)
    for blocker in _blockers:
        with blocker.unblock():
            keep_standing(None if commits else last_start(fixtures))


@pytest.fixture(scope="session", autouse=True)
def _blocker(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What bars tests from the database, for the hook before them; the first test has none."""
    _blockers.append(django_db_blocker)
    yield
    _blockers.clear()


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> None:
    """Counts of sign-ins do not carry over from test to test."""
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        cache.clear()


@pytest.fixture
def now() -> datetime:
    """The moment that the factories call now."""
    return NOW


@pytest.fixture
def today() -> date:
    """Its day."""
    return NOW.date()


@pytest.fixture(autouse=True)
def rows_at_start(request: pytest.FixtureRequest) -> None:
    """The rows that the test's fixtures start from, before any of them makes its own."""
    if start := last_start(request.fixturenames):
        request.getfixturevalue("db")
        make_start(start)


start_with_notice = define_start("start_with_notice", lambda: load_basis(at=NOW))
start_in_world = define_start(
    "start_in_world", lambda: make_world(Notice.objects.get()), after="start_with_notice"
)


@pytest.fixture
def real_notice(start_with_notice: None) -> Notice:
    """The notice, its agencies and the calendar, as a fresh start loads them."""
    return Notice.objects.get()


@pytest.fixture
def frozen() -> Iterator[None]:
    """The clock stands at the factories' moment."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def hung() -> Iterator[int]:
    """The port of a machine that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        yield listening.getsockname()[1]


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run, the same for all its processes."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """Of several processes one migrates; pytest-django asks this before it makes the database."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        with django_db_blocker.unblock():
            copy_migrated()


@pytest.fixture(scope="session")
def play_demonstration(shared_folder: Path) -> Callable[..., None]:
    """`play`, with a shelf that all processes of this run share."""
    return partial(play, shared_folder / "played")


@pytest.fixture(scope="module")
def played(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    play_demonstration: Callable[..., None],
) -> Iterator[None]:
    """The demonstration as of today, for all tests of a file; each undoes what it does itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        play_demonstration()
        yield
        transaction.set_rollback(True)
