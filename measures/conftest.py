"""Fixtures: a measure with its lead, and one person of every role."""

import pytest

from agencies.models import Agency
from measures.models import Measure
from measures.tests.cast import Cast, make_cast
from measures.tests.factories import make_agency, make_measure


@pytest.fixture
def agency(db: None) -> Agency:
    """Return the agency that leads the measure and files."""
    return make_agency(name="市农业农村委")


@pytest.fixture
def measure(agency: Agency) -> Measure:
    """Return the agency's measure."""
    return make_measure(lead=agency)


@pytest.fixture
def people(agency: Agency) -> Cast:
    """Return people who may act, and people who may not."""
    return make_cast(agency)
