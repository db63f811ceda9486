"""本期应报 with several notices: it offers the periods of one notice, never of all."""

import pytest

from agencies.permissions import Role
from measures.models import Period
from measures.rules.periods import Quarter
from measures.tests.factories import (
    make_agency,
    make_another_notice,
    make_filing,
    make_measure,
    make_period,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def other_period() -> Period:
    """Create a period of a second notice."""
    period = make_period(Quarter(2026, 2))
    period.notice = make_another_notice("渝府办发〔2020〕1号")
    period.save()
    return period


@pytest.fixture
def own_period(client) -> Period:
    """Create a period of the first notice; its liaison is signed in."""
    agency = make_agency()
    client.force_login(make_user(Role.LIAISON, agency))
    return make_filing(measure=make_measure(lead=agency)).period


def test_the_periods_of_the_first_notice_are_offered(client, own_period, other_period):
    assert client.get("/filings/").context["periods"] == [own_period]


def test_a_period_in_the_address_brings_those_of_its_notice(client, own_period, other_period):
    page = client.get(f"/filings/?period={other_period.pk}")
    assert page.context["periods"] == [other_period]


@pytest.mark.parametrize("asked", [0, 1], ids=["first notice", "second notice"])
def test_the_cards_of_the_period_in_the_address_come_first(client, own_period, other_period, asked):
    """A link to a period must not open on the pages of another notice's cards."""
    agency = own_period.filings.get().agency
    measure = make_measure(notice=other_period.notice, lead=agency)
    make_filing(measure=measure, agency=agency, period=other_period)
    periods = [own_period, other_period]
    page = client.get(f"/filings/?period={periods[asked].pk}")
    shown = [group.owed.period for group in page.context["groups"]]
    assert shown == [periods[asked], periods[1 - asked]]


@pytest.mark.parametrize("wrong", ["", "0", "9" * 30, "一", "-1", "1.5"])
def test_a_period_that_there_is_not_is_404(client, own_period, wrong):
    assert client.get("/filings/", {"period": wrong}).status_code == 404
