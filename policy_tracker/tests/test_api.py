"""The API: the same answers as the pages, in JSON, and the same trail."""

from datetime import date

import pytest

from agencies.models import Event
from agencies.permissions import Role
from measures.choices import FilingState
from measures.models import Note
from measures.tests.factories import (
    make_agency,
    make_dated_measure,
    make_filing,
    make_measure,
    make_note,
    make_user,
)
from measures.tests.request_factories import make_closing_request, make_due_date_request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def accept(client, filing, body=None):
    address = f"/api/filings/{filing.pk}/accept/"
    return client.post(address, body or {"version": 1}, content_type="application/json")


@pytest.mark.parametrize(("version", "status"), [(1, 409), (2, 200), (0, 400), ("x", 400)])
def test_only_the_version_that_was_read_is_accepted(client, version, status):
    filing = make_filing(state=FilingState.SUBMITTED)
    make_note(filing, submitted=True)
    client.force_login(make_user(Role.COORDINATOR))
    assert accept(client, filing, {"version": version}).status_code == status


def test_a_broken_rule_is_409_with_the_rule_s_words(client):
    filing = make_filing(state=FilingState.ACCEPTED)
    client.force_login(make_user(Role.COORDINATOR))
    response = accept(client, filing)
    assert response.status_code == 409
    assert "“已采用”" in response.json()["detail"]


def test_a_refusal_is_recorded(client):
    filing = make_filing(state=FilingState.SUBMITTED)
    client.force_login(make_user(Role.LEADER))
    assert accept(client, filing).status_code == 403
    assert Event.objects.get(outcome="refused").actor_name


def test_an_unfit_draft_is_400_with_its_sentence(client):
    agency = make_agency()
    filing = make_filing(measure=make_measure(lead=agency), state=FilingState.DRAFT)
    Note.objects.filter(filing=filing).update(confidence="red")
    client.force_login(make_user(Role.LIAISON, agency))
    response = client.post(f"/api/filings/{filing.pk}/submit/")
    assert response.status_code == 400
    assert "须写明原因" in response.json()["detail"]


@pytest.mark.parametrize("body", ["[" * 100_000, "{", '{"comment": ""}', "[]"])
def test_an_unreadable_body_is_400(client, body):
    filing = make_filing(state=FilingState.SUBMITTED)
    client.force_login(make_user(Role.COORDINATOR))
    response = client.post(
        f"/api/filings/{filing.pk}/return/", body, content_type="application/json"
    )
    assert response.status_code == 400


def test_a_measure_tells_its_first_date_and_when_it_was_done(client):
    moved, never, closed = make_dated_measure(), make_measure(), make_measure()
    make_due_date_request(moved, from_on=date(2026, 6, 30), to_on=moved.due_on, state="agreed")
    make_due_date_request(moved, from_on=moved.due_on, to_on=date(2028, 1, 1), state="refused")
    make_closing_request(closed, state="agreed")
    client.force_login(make_user(Role.LEADER))
    rows = client.get("/api/measures/").json()["results"]
    found = [(row["due_on"], row["original_due_on"], row["completed_on"]) for row in rows]
    assert found == [
        ("2026-12-31", "2026-06-30", None),
        (None, None, None),
        (None, None, "2026-11-20"),
    ]
    assert [row["id"] for row in rows] == [moved.pk, never.pk, closed.pk]
