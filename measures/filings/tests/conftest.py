"""Fixtures: an agency and its liaison, for the tests of 本期应报."""

import pytest
from django.test import Client

from agencies.models import Agency, User
from agencies.permissions import Role
from measures.tests.factories import make_agency, sign_in


@pytest.fixture
def customs(db: None) -> Agency:
    """Create the agency that files."""
    return make_agency(name="重庆海关")


@pytest.fixture
def liaison(client: Client, customs: Agency) -> User:
    """Create its liaison, signed in."""
    return sign_in(client, Role.LIAISON, customs)
