"""Taking back a mistaken accept, until the period closes."""

import pytest
from django.core.exceptions import PermissionDenied

from agencies.models import Event
from agencies.permissions import Role
from measures.actions.corrections import correct_note, unaccept_note
from measures.actions.filings import submit_note
from measures.actions.periods import close_period
from measures.actions.reviews import accept_note, return_note
from measures.choices import FilingState
from measures.models import Filing, Review
from measures.tests.actions.asking import told
from measures.tests.factories import NOW, join, make_filing
from policy_tracker.lib.errors import DomainError

pytestmark = pytest.mark.django_db
S = FilingState
REASON = "误点采用。"


@pytest.fixture
def accepted(measure, people):
    """Accepted by the coordinator."""
    filing = make_filing(measure=measure, state=S.SUBMITTED, author=people.liaison)
    accept_note(filing, by=people.coordinator, at=NOW)
    return filing


def take_back(filing, by, reason=REASON):
    return unaccept_note(filing, by=by, reason=reason, at=NOW)


def test_the_note_waits_for_review_again_and_nothing_is_accepted(accepted, people):
    take_back(accepted, people.coordinator)
    filing, review = Filing.objects.get(), Review.objects.get()
    assert (filing.state, filing.accepted_note) == (S.SUBMITTED, None)
    assert (review.decision, review.decided_by, review.decided_at) == ("", None, None)


def test_it_can_then_be_returned(accepted, people):
    take_back(accepted, people.coordinator)
    return_note(accepted, by=people.coordinator, comment="请补充。", at=NOW)
    assert Filing.objects.get().state == S.RETURNED


def test_what_was_accepted_before_holds_again(accepted, people):
    correct_note(accepted, by=people.liaison, reason="有误。", at=NOW)
    submit_note(accepted, by=people.liaison, at=NOW)
    accept_note(accepted, by=people.coordinator, at=NOW)
    take_back(accepted, people.coordinator)
    filing = Filing.objects.get()
    assert (filing.state, filing.accepted_note.version) == (S.SUBMITTED, 1)


def test_the_trail_keeps_it_and_the_liaison_is_told(accepted, people):
    take_back(accepted, people.coordinator)
    event = Event.objects.get(action="filing.unaccept")
    assert event.sentence == f"取消采用{accepted}第1版：{REASON}"
    assert told(f"取消采用，重新审核：{REASON}") == {people.liaison}


def test_a_reason_is_required(accepted, people):
    with pytest.raises(DomainError, match="取消采用须写明理由"):
        take_back(accepted, people.coordinator, " ")


def test_not_after_the_period_has_closed(accepted, people):
    close_period(accepted.period, by=people.coordinator, at=NOW)
    with pytest.raises(DomainError, match="已关闭，不能再取消采用。"):
        take_back(accepted, people.coordinator)


def test_who_files_for_the_agency_does_not(accepted, agency, people):
    join(people.coordinator, Role.LIAISON, agency)
    with pytest.raises(PermissionDenied, match="不能由您办理"):
        take_back(accepted, people.coordinator)
