"""Giving up a review that is begun and not decided."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import FilingState
from measures.models import Review
from measures.reviews.actions import accept_note, begin_review, release_review
from measures.tests.asking import told
from measures.tests.factories import NOW, make_filing, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def begun(measure, people):
    """Create a submitted note whose review the coordinator began."""
    filing = make_filing(measure=measure, state=FilingState.SUBMITTED, author=people.liaison)
    begin_review(filing, by=people.coordinator, at=NOW)
    return filing


def test_who_began_it_lets_it_go_and_nobody_is_told(begun, people):
    release_review(begun, by=people.coordinator, at=NOW)
    assert not Review.objects.exists()
    assert told("放回待审核") == set()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CHIEF])
def test_others_of_the_commission_let_it_go_for_who_is_away(begun, people, role):
    by = make_user(role)
    release_review(begun, by=by, at=NOW)
    assert not Review.objects.exists()
    assert told(f"由{by.name}放回待审核。") == {people.coordinator}


@pytest.mark.parametrize("who", ["liaison", "head", "other_liaison", "leader", "auditor"])
def test_nobody_else(begun, people, who):
    with pytest.raises(PermissionDenied):
        release_review(begun, by=getattr(people, who), at=NOW)


def test_what_is_not_under_way_is_not_let_go(begun, people):
    accept_note(begun, by=people.coordinator, at=NOW)
    with pytest.raises(DomainError, match="没有正在进行的审核"):
        release_review(begun, by=people.coordinator, at=NOW)
    assert Review.objects.get().decision == "accept"


def test_the_chief_finds_it_on_the_filing_s_page(client, begun, people):
    client.force_login(people.chief)
    address = reverse("measures:filing_release", args=[begun.pk])
    assert address in client.get(reverse("measures:filing", args=[begun.pk])).content.decode()
    page = client.post(address, follow=True).content.decode()
    assert "放回待审核。" in page
    assert f"请统筹岗{people.coordinator.name}办理。" in page


def test_the_liaison_is_told_until_when_it_can_be_withdrawn(client, begun, people):
    client.force_login(people.liaison)
    address = reverse("measures:my_filings")
    assert "市商务委已开始审核，不能撤回" in client.get(address).content.decode()
    release_review(begun, by=people.coordinator, at=NOW)
    assert "市商务委开始审核之前可以撤回。" in client.get(address).content.decode()
