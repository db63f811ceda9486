"""Beginning to review a submitted note."""

import pytest
from django.core.exceptions import PermissionDenied

from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import FilingState
from measures.models import Review
from measures.reviews.actions import begin_review
from measures.tests.asking import only_event
from measures.tests.factories import NOW, make_filing, make_user

pytestmark = pytest.mark.django_db
S = FilingState


@pytest.fixture
def submitted(measure, people):
    """Create a note submitted by the liaison."""
    return make_filing(measure=measure, state=S.SUBMITTED, author=people.liaison)


def test_a_review_begins(submitted, people):
    review = begin_review(submitted, by=people.coordinator, at=NOW)
    assert (review.begun_by, review.begun_at) == (people.coordinator, NOW)
    assert (review.decision, review.decided_by) == ("", None)
    submitted.refresh_from_db()
    assert submitted.state == S.SUBMITTED
    event = only_event()
    assert (event.action, event.sentence) == ("filing.begin_review", f"开始审核{submitted}第1版。")


def test_twice_is_once_and_the_first_one_stays_named(submitted, people):
    another = make_user(Role.COORDINATOR)
    first = begin_review(submitted, by=people.coordinator, at=NOW)
    assert begin_review(submitted, by=another, at=NOW) == first
    assert Review.objects.get().begun_by == people.coordinator
    assert only_event().actor == people.coordinator


@pytest.mark.parametrize("who", ["liaison", "head", "other_head", "chief", "leader", "auditor"])
def test_only_coordinators_review(submitted, people, who):
    with pytest.raises(PermissionDenied):
        begin_review(submitted, by=getattr(people, who), at=NOW)


@pytest.mark.parametrize("state", [s for s in S if s != S.SUBMITTED])
def test_only_what_was_submitted_is_reviewed(measure, people, state):
    filing = make_filing(measure=measure, state=state)
    with pytest.raises(DomainError, match=f"^“{state.label}”的填报不能通过，"):
        begin_review(filing, by=people.coordinator, at=NOW)
