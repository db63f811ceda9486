"""One filing's page: who may read which version, and which parts of it."""

import pytest
from django.urls import reverse

from agencies.permissions import Role
from measures.choices import FilingState, ResponsibilityRole
from measures.tests.factories import (
    join,
    make_agency,
    make_filing,
    make_measure,
    make_note,
    make_responsibility,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

READERS = ("own", "lead", "coordinator", "chief", "leader", "other")
CASES = [
    # state,             part,        who reads it
    (FilingState.DRAFT, "进展甲", {"own"}),
    (FilingState.IN_AGENCY, "进展甲", {"own"}),
    (FilingState.SUBMITTED, "进展甲", {"own", "lead", "coordinator", "chief"}),
    (FilingState.SUBMITTED, "问题甲", {"own", "lead", "coordinator", "chief"}),
    (FilingState.RETURNED, "进展甲", {"own", "lead", "coordinator", "chief"}),
    (FilingState.ACCEPTED, "进展甲", set(READERS)),
    (FilingState.ACCEPTED, "问题甲", set(READERS) - {"other"}),
    (FilingState.ACCEPTED, "协调甲", set(READERS) - {"other"}),
]


@pytest.fixture
def parties():
    lead, own, other = make_agency(), make_agency(), make_agency()
    return {
        "agencies": (lead, own),
        "own": make_user(Role.LIAISON, own),
        "lead": make_user(Role.LIAISON, lead),
        "coordinator": make_user(Role.COORDINATOR),
        "chief": make_user(Role.CHIEF),
        "leader": make_user(Role.LEADER),
        "other": make_user(Role.LIAISON, other),
    }


def filing_in(state, parties):
    lead, own = parties["agencies"]
    measure = make_measure(lead=lead)
    make_responsibility(measure, own, ResponsibilityRole.RESPONSIBLE)
    filing = make_filing(measure=measure, agency=own)
    note = make_note(
        filing,
        submitted=state != FilingState.DRAFT,
        progress="进展甲",
        problems="问题甲",
        help_needed="协调甲",
        **({"left_at": None} if state == FilingState.IN_AGENCY else {}),
    )
    filing.state = state
    if state in (FilingState.SUBMITTED, FilingState.ACCEPTED, FilingState.RETURNED):
        filing.first_submitted_at = note.submitted_at
    if state == FilingState.ACCEPTED:
        filing.accepted_note = note
    filing.save()
    return filing


@pytest.mark.parametrize(("state", "part", "readers"), CASES)
def test_who_reads_what(client, parties, state, part, readers):
    filing = filing_in(state, parties)
    found = set()
    for reader in READERS:
        client.force_login(parties[reader])
        page = client.get(reverse("measures:filing", args=[filing.pk]))
        assert page.status_code == 200
        if part in page.content.decode():
            found.add(reader)
    assert found == readers


def test_every_version_stays_readable_for_the_agency(client, parties):
    filing = filing_in(FilingState.RETURNED, parties)
    make_note(filing, progress="第二版的话。")
    client.force_login(parties["own"])
    page = client.get(reverse("measures:filing", args=[filing.pk])).content.decode()
    assert "第1版" in page
    assert "第2版" in page
    assert "进展甲" in page
    assert "第二版的话。" in page


def test_a_second_membership_widens_what_is_read(client, parties):
    filing = filing_in(FilingState.SUBMITTED, parties)
    join(parties["other"], Role.LIAISON, parties["agencies"][0])
    client.force_login(parties["other"])
    page = client.get(reverse("measures:filing", args=[filing.pk])).content.decode()
    assert "问题甲" in page


@pytest.mark.parametrize("pk", [0, 999999])
def test_a_wrong_number_is_404(client, parties, pk):
    client.force_login(parties["coordinator"])
    assert client.get(reverse("measures:filing", args=[pk])).status_code == 404


@pytest.mark.parametrize(
    ("state", "told", "others_are_told"),
    [
        (FilingState.DRAFT, "草稿", "待报（未到截止日）"),
        (FilingState.IN_AGENCY, "待本单位审核", "待报（未到截止日）"),
        (FilingState.SUBMITTED, "已报送", "已报送"),
        (FilingState.RETURNED, "已退回", "已退回"),
    ],
)
def test_what_goes_on_inside_an_agency_is_not_told_to_others(
    client, parties, state, told, others_are_told
):
    filing = filing_in(state, parties)
    for reader in READERS:
        client.force_login(parties[reader])
        page = client.get(reverse("measures:filing", args=[filing.pk]))
        answer = client.get(f"/api/filings/{filing.pk}/").json()["state"]
        expected = told if reader == "own" else others_are_told
        assert page.context["status"].label == expected
        assert expected in page.content.decode()
        assert (answer == state) is (reader == "own" or told == others_are_told)
