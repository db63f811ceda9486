"""What the pages of the main path ask of the database, on the demonstration."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.models import User
from measures.models import Instruction, Measure

pytestmark = pytest.mark.django_db
EVERYBODY = ("lingdao", "shangwu", "shangwu_zong", "nongye", "haiguan", "jingxin_ld")
MEASURE_MOST = 8
INSTRUCTED = 2  # more, where there are instructions: whom they are for, what was answered
BY_HAND = 1  # more, where a person set the light: whether the reader may end that
DESK_MOST = 10


def asked(client, address):
    """How many statements a page costs once its session is there."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.usefixtures("played", "db")
@pytest.mark.parametrize("username", EVERYBODY)
def test_the_page_of_a_measure_costs_eight_statements(client, username):
    user = User.objects.get(username=username)
    client.force_login(user)
    instructed = set(Instruction.objects.visible_to(user).values_list("measure", flat=True))
    for measure in Measure.objects.all():
        more = INSTRUCTED * (measure.pk in instructed) + BY_HAND * bool(measure.light_until)
        assert asked(client, f"/measures/{measure.pk}/") <= MEASURE_MOST + more, measure


@pytest.mark.usefixtures("played", "db")
@pytest.mark.parametrize("username", ["nongye", "haiguan", "jingxin_ld"])
def test_the_desk_costs_ten_statements(client, username):
    client.force_login(User.objects.get(username=username))
    assert asked(client, "/filings/") <= DESK_MOST
