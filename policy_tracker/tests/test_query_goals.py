"""What a page may ask of the database, person and frame included, for whoever opens it.

The demonstration has of everything; that no cost grows with the rows is told by the tests of the
pages themselves.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import User
from measures.models import Measure

pytestmark = pytest.mark.usefixtures("played", "db")

OVERVIEW, LISTED, ONE, MY_FILINGS, FRAME = 8, 7, 8, 10, 3
READERS = ("lingdao", "shangwu_zong", "shangwu", "nongye", "haiguan", "jingxin_ld")
PAGES = {
    "reports:overview": OVERVIEW,
    "reports:overview_screen": OVERVIEW,
    "reports:matrix": LISTED,
    "reports:dates": LISTED,
    "reports:status": LISTED,
    "reports:agencies": LISTED,
    "reports:trends": LISTED,
    "reports:list": LISTED,
    "measures:instructions": LISTED,
    "measures:gaps": LISTED,
    "measures:periods": LISTED,
    "measures:approvals": LISTED,
    "measures:objections": LISTED,
    "agencies:inbox": LISTED,
    "reports:compare": ONE,
    "measures:my_filings": MY_FILINGS,
    "help": FRAME,
}


@pytest.fixture(params=READERS)
def reader(request, client):
    client.force_login(User.objects.get(username=request.param))
    client.get(reverse("help"))  # the first page of a session notes when it was
    return client


def cost(client, address):
    """What a page asks; None where the person may not open it."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code in (200, 403)
    return len(asked) if answer.status_code == 200 else None


@pytest.mark.parametrize("name", PAGES)
def test_no_page_asks_more_than_its_goal(reader, name):
    asked = cost(reader, reverse(name))
    assert asked is None or asked <= PAGES[name]


def test_no_measures_page_asks_more_than_eight_times(reader):
    costs = {m.pk: cost(reader, reverse("measures:measure", args=[m.pk])) for m in measures()}
    assert max(costs.values()) <= ONE, costs


def test_no_agencys_page_asks_more_than_eight_times(reader):
    ids = {duty.agency_id for measure in measures() for duty in measure.responsibilities.all()}
    costs = {pk: cost(reader, reverse("reports:agency", args=[pk])) for pk in sorted(ids)}
    assert max(costs.values()) <= ONE, costs


def measures():
    return Measure.objects.order_by("pk").prefetch_related("responsibilities")
