"""Numbers that no row has, in every part of a request: no server error."""

from urllib.parse import urlencode

import pytest

from agencies.permissions import Role
from measures.choices import FilingState
from measures.tests.factories import make_agency, make_filing, make_measure, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

MORE_DIGITS_THAN_ARE_READ = "9" * 5000
ABSURD = (MORE_DIGITS_THAN_ARE_READ, "9" * 19, "0001" + "0" * 5000, "²", "٣", "-1")


@pytest.fixture
def filing():
    return make_filing(measure=make_measure(lead=make_agency()), state=FilingState.SUBMITTED)


def signed_in(client, filing, role):
    needs_agency = role == Role.LIAISON
    client.force_login(make_user(role, filing.agency) if needs_agency else make_user(role))
    return client


@pytest.mark.parametrize("number", ABSURD)
@pytest.mark.parametrize(
    ("role", "path", "name"),
    [
        (Role.LIAISON, "/filings/", "period"),
        (Role.LIAISON, "/filings/sheet/", "period"),
        (Role.LIAISON, "/filings/sheets/", "agency"),
        (Role.COORDINATOR, "/statuses/sheets/", "period"),
        (Role.COORDINATOR, "/overview/", "period"),
        (Role.COORDINATOR, "/overview/", "notice"),
        (Role.COORDINATOR, "/instructions/", "notice"),
        (Role.COORDINATOR, "/instructions/", "page"),
        (Role.COORDINATOR, "/reviews/", "page"),
        (Role.COORDINATOR, "/reviews/", "measure"),
        (Role.COORDINATOR, "/measures/{measure}/coordinate/", "note"),
        (Role.SYSTEM_ADMIN, "/accounts/", "page"),
    ],
)
def test_in_an_address(client, filing, role, path, name, number):
    where = f"{path.format(measure=filing.measure_id)}?{urlencode({name: number})}"
    answer = signed_in(client, filing, role).get(where)
    assert answer.status_code in (200, 404)


@pytest.mark.parametrize("number", ABSURD)
@pytest.mark.parametrize(
    ("role", "path", "name"),
    [
        (Role.LIAISON, "/filings/submit/", "period"),
        (Role.LIAISON, "/filings/submit/", "seen"),
        (Role.LIAISON, "/filings/unchanged/", "period"),
        (Role.LIAISON, "/filings/sheets/", "period"),
        (Role.LIAISON, "/filings/{filing}/save/", "f{filing}-revision"),
        (Role.COORDINATOR, "/reviews/accept-unchanged/", "filing"),
        (Role.COORDINATOR, "/reviews/{filing}/accept/", "version"),
        (Role.COORDINATOR, "/reviews/{filing}/return/", "version"),
        (Role.COORDINATOR, "/inbox/mark/", "message"),
        (Role.SYSTEM_ADMIN, "/outbox/resend/", "item"),
    ],
)
def test_in_a_form(client, filing, role, path, name, number):
    at = {"filing": filing.pk}
    answer = signed_in(client, filing, role).post(path.format(**at), {name.format(**at): number})
    assert answer.status_code in (302, 404, 409, 422)
