"""The number of queries of each page, including person and frame, for each reader.

The demonstration has rows of every kind; that the number does not grow with the rows is tested
with the pages themselves.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from agencies.models import User
from measures.models import Measure, Period
from measures.periods.actions import create_period
from measures.rules.periods import Quarter

pytestmark = pytest.mark.usefixtures("played", "db")

MOST = 14  # for any page
MEASURE, AGENCY = 14, 11
DRAFT, COST = 13, 14  # the page of a draft period, and what opening it would cost
READERS = ("lingdao", "shangwu_zong", "shangwu", "nongye", "haiguan", "jingxin_ld")
PAGES = {
    "reports:overview": 14,
    "reports:overview_screen": 14,
    "reports:matrix": 9,
    "reports:dates": 8,
    "reports:status": 8,
    "reports:agencies": 9,
    "reports:trends": 11,
    "reports:list": 9,
    "reports:burden": 9,
    "reports:red_lines": 4,
    "reports:compare": 9,
    "measures:instructions": 9,
    "measures:coordination": 9,
    "measures:decisions": 9,
    "measures:gaps": 6,
    "measures:periods": 8,
    "measures:alternates": 10,
    "measures:approvals": 11,
    "measures:objections": 6,
    "measures:reviews": 14,
    "measures:my_filings": 14,
    "agencies:inbox": 7,
    "agencies:todo": 10,
    "help": 4,
}


@pytest.fixture(params=READERS)
def reader(request, client):
    client.force_login(User.objects.get(username=request.param))
    client.get(reverse("help"))  # the first page of a session stores the time
    return client


def cost(client, address):
    """Return the number of queries of a page; None if the person may not open it."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code in (200, 403)
    return len(asked) if answer.status_code == 200 else None


def test_no_goal_is_above_the_ceiling():
    assert max(*PAGES.values(), MEASURE, AGENCY, DRAFT, COST) <= MOST


@pytest.mark.parametrize("name", PAGES)
def test_no_page_takes_more_queries_than_its_goal(reader, name):
    asked = cost(reader, reverse(name))
    assert asked is None or asked <= PAGES[name]


def test_no_measure_s_page_takes_more_queries_than_its_goal(reader):
    costs = {m.pk: cost(reader, reverse("measures:measure", args=[m.pk])) for m in measures()}
    assert max(costs.values()) <= MEASURE, costs


def test_no_agency_s_page_takes_more_queries_than_its_goal(reader):
    ids = {duty.agency_id for measure in measures() for duty in measure.responsibilities.all()}
    costs = {pk: cost(reader, reverse("reports:agency", args=[pk])) for pk in sorted(ids)}
    assert max(costs.values()) <= AGENCY, costs


def test_the_pages_before_opening_take_no_more_queries_than_their_goals(client):
    client.force_login(User.objects.get(username="shangwu"))
    client.get(reverse("help"))
    newest = Period.objects.main().newest_first()[0]
    covering = Quarter.holding(newest.covers_from).next
    draft = create_period(
        newest.notice, by=User.objects.get(username="shangwu"), covering=covering, at=now()
    )
    assert cost(client, reverse("measures:period", args=[draft.pk])) <= DRAFT
    assert cost(client, reverse("reports:burden_period", args=[draft.pk])) <= COST


def measures():
    return Measure.objects.order_by("pk").prefetch_related("responsibilities")
