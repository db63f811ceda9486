"""Fixtures and hooks for all tests."""

import gc
import os
import socket
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path

import pytest
import time_machine
from django.contrib.contenttypes.management import create_contenttypes
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models.signals import post_migrate
from hypothesis import settings
from pytest_django import DjangoDbBlocker

from measures.models import Notice
from measures.notice.load import load_basis
from measures.tests.factories import NOW
from measures.tests.starts import define_start, keep_standing, last_start, make_start
from policy_tracker.tests.played import play
from reports.tests.world import make_world

_COMMITTING = {"transactional_db", "live_server"}  # tests with these do not share rows with others
_blockers: list[DjangoDbBlocker] = []


def pytest_configure() -> None:
    # By Python's own limits it looks through all tests, or all models, again and again.
    gc.set_threshold(10_000, 50, 100)
    # As in CI: equal examples in each run, and no test fails because the machine is busy.
    settings.load_profile("ci")
    _leave_out_permissions()


def _leave_out_permissions() -> None:
    """Leave out Django's own permissions and content types, which the product does not use.

    Writing them again after each test that commits took longer than emptying all tables.
    """
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)


def pytest_collection_finish() -> None:
    """Exclude modules and tests, which live as long as the run, from garbage collection."""
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Share start rows between tests that roll back their changes and need the same rows."""
    fixtures = getattr(item, "fixturenames", ())
    mark = item.get_closest_marker("django_db")
    commits = mark and mark.kwargs.get("transaction") or _COMMITTING & set(fixtures)
    for blocker in _blockers:
        with blocker.unblock():
            keep_standing(None if commits else last_start(fixtures))


@pytest.fixture(scope="session", autouse=True)
def _blocker(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Remember pytest-django's blocker for the hook above; at the first test there is none yet."""
    _blockers.append(django_db_blocker)
    yield
    _blockers.clear()


def _uses_database(request: pytest.FixtureRequest) -> bool:
    return bool(request.node.get_closest_marker("django_db") or "db" in request.fixturenames)


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> None:
    """Empty the cache, so that counts of failed sign-ins do not affect other tests."""
    if _uses_database(request):
        cache.clear()


@pytest.fixture
def now() -> datetime:
    """Return the time that the factories use as now."""
    return NOW


@pytest.fixture
def today() -> date:
    """Return the day of `now`."""
    return NOW.date()


@pytest.fixture(autouse=True)
def rows_at_start(request: pytest.FixtureRequest) -> None:
    """Provide the shared start rows, before any other fixture creates its own."""
    if start := last_start(request.fixturenames):
        request.getfixturevalue("db")
        make_start(start)


@pytest.fixture(autouse=True)
def _same_ids_of_people(request: pytest.FixtureRequest, rows_at_start: None) -> None:
    """Give the people of each test the same ids.

    The statements of a page contain a reviewer's id (agencies.statements): with other ids in each
    test PostgreSQL would plan them again, and keep gigabytes of plans.
    """
    if _uses_database(request):
        request.getfixturevalue("db")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval('agencies_user_id_seq', coalesce(max(id), 1)) FROM agencies_user"
            )


start_with_notice = define_start("start_with_notice", lambda: load_basis(at=NOW))
start_in_world = define_start(
    "start_in_world", lambda: make_world(Notice.objects.get()), after="start_with_notice"
)


@pytest.fixture
def real_notice(start_with_notice: None) -> Notice:
    """Return the notice, with its agencies and the calendar, as a new installation loads them."""
    return Notice.objects.get()


@pytest.fixture
def frozen() -> Iterator[None]:
    """Freeze the clock at `now`."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def hung() -> Iterator[int]:
    """The port of a machine that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        yield listening.getsockname()[1]


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of this run, the same for all its processes."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def play_demonstration(shared_folder: Path) -> Callable[..., None]:
    """Return `play` with a folder for its results that all processes of this run share."""
    return partial(play, shared_folder / "played")


@pytest.fixture(scope="module")
def played(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    play_demonstration: Callable[..., None],
) -> Iterator[None]:
    """Load the demonstration as of today for all tests of a file; each rolls back its changes."""
    with django_db_blocker.unblock(), transaction.atomic():
        play_demonstration()
        yield
        transaction.set_rollback(True)
