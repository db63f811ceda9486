"""Taking over a review that somebody else has begun."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import FilingState
from measures.models import Review
from measures.reviews.actions import begin_review, take_over_review
from measures.tests.asking import only_event, told
from measures.tests.factories import NOW, join, make_filing, make_user

pytestmark = pytest.mark.django_db
S = FilingState
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def first():
    """Create the coordinator who began the review."""
    return make_user(Role.COORDINATOR, name="张三")


@pytest.fixture
def begun(measure, people, first):
    """Create a submitted note opened by the first coordinator."""
    filing = make_filing(measure=measure, state=S.SUBMITTED, author=people.liaison)
    Review.objects.create(note=filing.notes.get(), begun_by=first, begun_at=NOW)
    return filing


def test_the_review_is_theirs_from_now_on_and_the_first_is_told(begun, people, first):
    review = take_over_review(begun, by=people.coordinator, at=LATER)
    review.refresh_from_db()
    assert (review.begun_by, review.begun_at) == (people.coordinator, LATER)
    assert (review.decision, review.decided_by) == ("", None)
    assert told(f"由{people.coordinator.name}接手。") == {first}
    event = only_event()
    assert (event.action, event.sentence) == ("filing.take_over", f"接手张三对{begun}第1版的审核。")


@pytest.mark.parametrize("who", ["liaison", "head", "other_head", "chief", "leader", "auditor"])
def test_only_coordinators_take_over(begun, people, who):
    with pytest.raises(PermissionDenied):
        take_over_review(begun, by=getattr(people, who), at=LATER)


def test_nobody_takes_over_from_themselves_or_from_nobody(measure, people, begun, first):
    with pytest.raises(DomainError, match="没有其他人在审核"):
        take_over_review(begun, by=first, at=LATER)
    Review.objects.all().delete()
    with pytest.raises(DomainError, match="没有其他人在审核"):
        take_over_review(begun, by=people.coordinator, at=LATER)


def test_who_files_for_the_agency_does_not_take_over(begun, agency, people):
    join(people.coordinator, Role.LIAISON, agency)
    with pytest.raises(PermissionDenied, match="不能由您办理，请"):
        take_over_review(begun, by=people.coordinator, at=LATER)


@pytest.mark.parametrize("state", [s for s in S if s != S.SUBMITTED])
def test_only_what_is_under_review_is_taken_over(measure, people, state):
    with pytest.raises(DomainError, match=f"^“{state.label}”的填报不能通过，"):
        take_over_review(make_filing(measure=measure, state=state), by=people.coordinator, at=NOW)


def test_the_first_may_take_it_back(begun, people, first):
    take_over_review(begun, by=people.coordinator, at=LATER)
    take_over_review(begun, by=first, at=LATER)
    assert begin_review(begun, by=first, at=LATER).begun_by == first
