"""What every test may ask for."""

from datetime import date, datetime

import pytest
from django.core.cache import cache

from measures.actions import notice as loading
from measures.models import Notice
from measures.tests.factories import NOW


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> None:
    """Counts of sign-ins do not carry over from test to test."""
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
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
    loading.load_agencies()
    loading.load_workdays()
    return loading.load_notice()
