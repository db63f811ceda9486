"""Dropping a correction: the accepted note stays effective, and nothing is deleted."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import FilingState
from measures.filings.drafts import save_note
from measures.filings.submission import submit_note, withdraw_note
from measures.models import Filing, Note, Review
from measures.periods.actions import close_period
from measures.reviews.actions import accept_note, return_note
from measures.reviews.corrections import correct_note, drop_correction, unaccept_note
from measures.reviews.objections import dismiss_objection, object_to_return, uphold_objection
from measures.tests.factories import NOW, content, make_evidence, make_filing, make_user

pytestmark = pytest.mark.django_db
S = FilingState
REASON = "签约金额统计口径有误。"


@pytest.fixture
def accepted(measure, people):
    """Create a note of the liaison that was accepted."""
    filing = make_filing(measure=measure, state=S.ACCEPTED, author=people.liaison)
    decided = {"decision": "accept", "decided_by": people.coordinator, "decided_at": NOW}
    note = filing.accepted_note
    Review.objects.create(note=note, begun_by=people.coordinator, begun_at=NOW, **decided)
    return filing


@pytest.fixture
def begun(accepted, people):
    """Begin a correction as a draft."""
    correct_note(accepted, by=people.liaison, reason=REASON, at=NOW)
    return accepted


def drop(filing, by):
    drop_correction(filing, by=by, at=NOW)
    return Filing.objects.get(pk=filing.pk)


def write(filing, by, **fields):
    note = filing.notes.kept().order_by("-version").first()
    seen = 0 if note.submitted_at else note.revision
    return save_note(filing, by=by, content=content(**fields), revision=seen, at=NOW)


def test_the_accepted_version_stands_as_before(begun, people):
    before = Note.objects.values().get(version=1)
    write(begun, people.liaison, progress="更正到一半的话。")
    after = drop(begun, people.liaison)
    assert (after.state, after.accepted_note.version, after.mend_by) == (S.ACCEPTED, 1, None)
    assert Note.objects.values().get(version=1) == before


def test_what_was_written_is_kept_as_dropped(begun, people):
    write(begun, people.liaison, progress="更正到一半的话。")
    drop(begun, people.liaison)
    note = Note.objects.get(version=2)
    assert (note.progress, note.dropped_by, note.dropped_at) == (
        "更正到一半的话。", people.liaison, NOW,
    )  # fmt: skip


def test_one_event_tells_which_version_holds(begun, people):
    drop(begun, people.liaison)
    event = Event.objects.get(action="filing.drop")
    assert event.sentence == f"放弃{begun}的更正（第2版），第1版继续有效。"
    assert event.after == {"state": "accepted", "version": 1}


def test_it_can_be_corrected_again_under_the_next_number(begun, people):
    drop(begun, people.liaison)
    note = correct_note(begun, by=people.liaison, reason="另一处有误。", at=NOW)
    assert (note.version, note.progress, note.correction_reason) == (
        3, "已推进一件事。", "另一处有误。",
    )  # fmt: skip


def test_a_returned_correction_can_be_dropped_too(begun, people):
    submit_note(begun, by=people.liaison, is_sure=True, at=NOW)
    return_note(begun, by=people.coordinator, comment="原来的口径是对的。", at=NOW)
    after = drop(begun, people.liaison)
    assert (after.state, after.mend_by) == (S.ACCEPTED, None)
    assert Note.objects.kept().get() == after.accepted_note


def test_so_can_one_that_was_withdrawn(begun, people):
    submit_note(begun, by=people.liaison, is_sure=True, at=NOW)
    withdraw_note(begun, by=people.liaison, at=NOW)
    drop(begun, people.liaison)
    assert list(Note.objects.order_by("version").values_list("version", "dropped_by")) == [
        (1, None), (2, people.liaison.pk), (3, people.liaison.pk),
    ]  # fmt: skip


def test_after_it_the_accept_can_be_taken_back_and_decided_again(begun, people):
    submit_note(begun, by=people.liaison, is_sure=True, at=NOW)
    return_note(begun, by=people.coordinator, comment="请写明口径。", at=NOW)
    drop(begun, people.liaison)
    unaccept_note(begun, by=people.coordinator, reason="误通过。", at=NOW)
    review = accept_note(begun, by=people.coordinator, seen=1, at=NOW)
    assert review.note.version == 1


def test_the_return_of_a_dropped_correction_sets_no_day_later(begun, people):
    submit_note(begun, by=people.liaison, is_sure=True, at=NOW)
    return_note(begun, by=people.coordinator, comment="请写明口径。", at=NOW)
    drop(begun, people.liaison)
    correct_note(begun, by=people.liaison, reason=REASON, at=NOW)
    submit_note(begun, by=people.liaison, is_sure=True, at=NOW)
    withdraw_note(begun, by=people.liaison, at=NOW)
    assert Filing.objects.get().mend_by is None


def test_an_objection_to_its_return_can_still_be_answered(begun, people):
    submit_note(begun, by=people.liaison, is_sure=True, at=NOW)
    return_note(begun, by=people.coordinator, comment="请写明口径。", at=NOW)
    objection = object_to_return(begun, by=people.liaison, text="口径已写明。", at=NOW)
    drop(begun, people.liaison)
    colleague = make_user(Role.COORDINATOR)
    with pytest.raises(DomainError, match="“已通过”的填报不能重新审核"):
        uphold_objection(objection, by=colleague, answer="成立。", at=NOW)
    dismiss_objection(objection, by=colleague, answer="已自行放弃更正。", at=NOW)
    assert Filing.objects.get().mend_by is None


def test_a_closed_period_does_not_bar_it(begun, people):
    close_period(begun.period, by=people.coordinator, at=NOW)
    assert drop(begun, people.liaison).state == S.ACCEPTED


def test_a_colleague_s_correction_is_theirs_to_drop(begun, people):
    other = make_user(Role.LIAISON, begun.agency)
    with pytest.raises(DomainError, match=f"由{people.liaison.name}填写，请由其本人放弃"):
        drop(begun, other)
    assert Filing.objects.get().state == S.DRAFT


def test_unless_the_colleague_files_no_more(begun, people):
    other = make_user(Role.LIAISON, begun.agency)
    people.liaison.memberships.update(valid_to=NOW.date() - timedelta(days=1))
    assert drop(begun, other).state == S.ACCEPTED


def test_what_corrects_nothing_is_not_dropped(measure, people):
    filing = make_filing(measure=measure, state=S.DRAFT, author=people.liaison)
    with pytest.raises(DomainError, match="不是更正，不能放弃"):
        drop(filing, people.liaison)


def test_what_was_handed_in_is_withdrawn_first(begun, people):
    submit_note(begun, by=people.liaison, is_sure=True, at=NOW)
    with pytest.raises(DomainError, match="“已报送”的填报不能放弃更正"):
        drop(begun, people.liaison)


def test_its_evidence_is_kept_and_frozen(begun, people):
    kept = make_evidence(Note.objects.get(version=2))
    drop(begun, people.liaison)
    assert Note.objects.get(version=2).evidence.get() == kept


@pytest.mark.parametrize("who", ["head", "other_liaison", "coordinator", "chief", "leader"])
def test_only_the_agency_s_liaisons_drop(begun, people, who):
    with pytest.raises(PermissionDenied):
        drop(begun, getattr(people, who))
