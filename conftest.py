"""What every test may ask for."""

import os
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from pytest_django import DjangoDbBlocker

from measures.models import Notice
from measures.notice.load import load_basis
from measures.tests.factories import NOW
from policy_tracker.tests.played import play


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


@pytest.fixture
def real_notice(db: None) -> Notice:
    """The notice, its agencies and the calendar, as a fresh start loads them."""
    return load_basis(at=NOW).notice


@pytest.fixture
def frozen() -> Iterator[None]:
    """The clock stands at the factories' moment."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="session")
def play_demonstration(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., None]:
    """`play`, with a shelf that all processes of this run share."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    return partial(play, shared / "played")


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
