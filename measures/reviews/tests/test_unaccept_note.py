"""Undoing a mistaken accept, until the period closes."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import FilingState
from measures.filings.submission import submit_note
from measures.models import Filing, Review, StatusUpdate
from measures.periods.actions import close_period
from measures.reviews.actions import accept_and_update, accept_note, return_note
from measures.reviews.corrections import correct_note, unaccept_note
from measures.status.actions import update_status
from measures.status.history import history_of
from measures.tests.asking import told
from measures.tests.factories import NOW, join, make_filing

pytestmark = pytest.mark.django_db
S = FilingState
REASON = "误点通过。"


@pytest.fixture
def accepted(measure, people):
    """Create a note accepted by the coordinator."""
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


@pytest.fixture
def resting(measure, people):
    """Create an accepted note with a status update based on it."""
    filing = make_filing(measure=measure, state=S.SUBMITTED, author=people.liaison)
    said = {"stage": "nearly_done", "percent": None, "reason": "已基本完成。"}
    accept_and_update(filing, by=people.coordinator, at=NOW, **said)
    return filing


def newest_step(measure):
    return history_of(measure, [], on=NOW.date()).steps[0]


def test_the_status_that_rested_on_it_stays_with_its_ground_taken_back(resting, measure, people):
    assert newest_step(measure).lost_notes == []
    take_back(resting, people.coordinator)
    step = newest_step(measure)
    assert step.stage == "nearly_done"
    assert [note.filing_id for note in step.lost_notes] == [resting.pk]
    accept_note(resting, by=people.coordinator, at=NOW)
    assert newest_step(measure).lost_notes == []


def test_the_status_before_is_restored_where_that_is_asked(resting, measure, people):
    said = {"reason": REASON, "restores_status": True, "at": NOW + timedelta(minutes=1)}
    unaccept_note(resting, by=people.coordinator, **said)
    measure.refresh_from_db()
    new, old = StatusUpdate.objects.all()  # nothing is overwritten
    assert (measure.stage, new.stage, new.corrects) == ("under_way", "under_way", old)
    assert new.reason.endswith(f"进展取消通过，恢复此前进度：{REASON}")


def test_no_status_is_restored_where_it_rests_elsewhere(accepted, measure, people):
    said = {"stage": "nearly_done", "percent": None, "reason": "据实地查看。"}
    update_status(measure, by=people.coordinator, at=NOW, **said)
    with pytest.raises(DomainError, match="没有可以恢复的进度"):
        unaccept_note(accepted, by=people.coordinator, reason=REASON, restores_status=True, at=NOW)
    assert Filing.objects.get().state == S.ACCEPTED


def test_it_can_then_be_returned(accepted, people):
    take_back(accepted, people.coordinator)
    return_note(accepted, by=people.coordinator, comment="请补充。", at=NOW)
    assert Filing.objects.get().state == S.RETURNED


def test_what_was_accepted_before_holds_again(accepted, people):
    correct_note(accepted, by=people.liaison, reason="有误。", at=NOW)
    submit_note(accepted, by=people.liaison, is_sure=True, at=NOW)
    accept_note(accepted, by=people.coordinator, at=NOW)
    take_back(accepted, people.coordinator)
    filing = Filing.objects.get()
    assert (filing.state, filing.accepted_note.version) == (S.SUBMITTED, 1)


def test_the_trail_keeps_it_and_the_liaison_is_told(accepted, people):
    take_back(accepted, people.coordinator)
    event = Event.objects.get(action="filing.unaccept")
    assert event.sentence == f"取消通过{accepted}第1版：{REASON}"
    assert told(f"取消通过，重新审核：{REASON}") == {people.liaison}


def test_a_reason_is_required(accepted, people):
    with pytest.raises(DomainError, match="取消通过须写明理由"):
        take_back(accepted, people.coordinator, " ")


def test_not_after_the_period_has_closed(accepted, people):
    close_period(accepted.period, by=people.coordinator, at=NOW)
    with pytest.raises(DomainError, match="已关闭，不能再取消通过。"):
        take_back(accepted, people.coordinator)


def test_who_files_for_the_agency_does_not(accepted, agency, people):
    join(people.coordinator, Role.LIAISON, agency)
    with pytest.raises(PermissionDenied, match="不能由您办理"):
        take_back(accepted, people.coordinator)
