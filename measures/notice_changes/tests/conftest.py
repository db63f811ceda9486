"""Fixtures: the real notice in an open period, and the two people that a change needs."""

import pytest

from agencies.models import User
from agencies.permissions import Role
from measures.models import Notice, Period
from measures.periods.actions import open_period
from measures.tests.factories import NOW, make_period, make_user


@pytest.fixture
def coordinator(real_notice: Notice) -> User:
    """Create the person who enters a change."""
    return make_user(Role.COORDINATOR)


@pytest.fixture
def chief(real_notice: Notice) -> User:
    """Create the person who confirms it."""
    return make_user(Role.CHIEF)


@pytest.fixture
def period(real_notice: Notice) -> Period:
    """Open a period with the action, with its filings."""
    made = make_period(state="draft", opened_at=None)
    open_period(made, by=None, at=NOW)
    return Period.objects.get()
