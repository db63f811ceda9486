"""Where a head lands, and what the frame counts for them."""

import pytest
from django.urls import reverse

from agencies.permissions import Role
from measures.choices import FilingState
from measures.tests.factories import make_agency, make_filing, make_measure, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def agency(client):
    agency = make_agency(needs_inner_approval=True)
    client.force_login(make_user(Role.AGENCY_HEAD, agency))
    return agency


def test_a_head_lands_where_something_waits_for_approval(client, agency):
    make_filing(measure=make_measure(lead=agency), state=FilingState.IN_AGENCY)
    assert client.get(reverse("home")).url == reverse("measures:reviews")
    page = client.get(reverse("measures:my_filings")).content.decode()
    assert '1<span class="visually-hidden">项待审核</span>' in page


def test_a_head_with_nothing_to_approve_lands_on_what_is_owed(client, agency):
    make_filing(measure=make_measure(), state=FilingState.IN_AGENCY)  # another agency's
    assert client.get(reverse("home")).url == reverse("measures:my_filings")
    assert "项待审核" not in client.get(reverse("measures:my_filings")).content.decode()
