"""Fixtures: a post and its holder, for the tests of handovers."""

import pytest

from agencies.models import Agency, User
from agencies.permissions import Role
from agencies.tests.factories import join, make_agency, make_user


@pytest.fixture
def agency(db: None) -> Agency:
    """Create the agency whose post is handed over."""
    return make_agency(name="重庆海关")


@pytest.fixture
def holder(agency: Agency) -> User:
    """Create the agency's A岗 liaison."""
    user = make_user(name="张三")
    join(user, Role.LIAISON, agency, is_deputy=False)
    return user
