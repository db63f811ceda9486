"""What every test may ask for."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
import time_machine
from django.core.cache import cache

from measures.actions.notice import load_basis
from measures.models import Notice
from measures.tests.factories import NOW


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
