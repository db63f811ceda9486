"""What the page tests of this app share."""

import pytest
from django.test import Client

from agencies.models import User
from agencies.permissions import Role
from measures.models import Period
from measures.tests.factories import TODAY, make_user
from reports.tests.world import make_world


@pytest.fixture
def _at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages are opened on the factories' day."""
    monkeypatch.setattr("reports.overview.views.localdate", lambda: TODAY)
    monkeypatch.setattr("reports.matrix.views.localdate", lambda: TODAY)
    monkeypatch.setattr("reports.dates.views.localdate", lambda: TODAY)


@pytest.fixture
def world(real_notice, _at_noon) -> tuple[Period, Period]:
    """The real notice with a closed and an open period."""
    return make_world(real_notice)


@pytest.fixture
def coordinator(db, _at_noon) -> User:
    """A coordinator of the commission."""
    return make_user(Role.COORDINATOR)


@pytest.fixture
def signed_in(client: Client, coordinator: User) -> Client:
    """The coordinator's browser."""
    client.force_login(coordinator)
    return client
