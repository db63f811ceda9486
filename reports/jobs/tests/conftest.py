"""Fixtures: a report that waits to be built."""

import pytest

from agencies.permissions import Role
from measures.models import Period
from measures.tests.factories import NOW, make_user
from reports.jobs.request import request_report
from reports.models import Report


@pytest.fixture
def report(filed: Period) -> Report:
    """Create a queued report of the filed period."""
    by = make_user(Role.COORDINATOR)
    return request_report(by=by, kind="progress", period=filed, at=NOW)
