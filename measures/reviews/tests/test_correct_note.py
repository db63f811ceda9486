"""Correcting an accepted note: a new version with its reason and its own review."""

import pytest
from django.core.exceptions import PermissionDenied

from lib.errors import DomainError
from measures.choices import FilingState
from measures.filings.drafts import save_note
from measures.filings.submission import submit_note
from measures.models import Filing, Note
from measures.periods.actions import close_period
from measures.reviews.actions import accept_note, return_note
from measures.reviews.corrections import correct_note
from measures.tests.asking import only_event
from measures.tests.factories import NOW, content, make_filing

pytestmark = pytest.mark.django_db
S = FilingState
REASON = "签约金额统计口径有误。"


@pytest.fixture
def accepted(measure, people):
    """Create a note of the liaison that was accepted."""
    return make_filing(measure=measure, state=S.ACCEPTED, author=people.liaison)


def correct(filing, by, reason=REASON):
    return correct_note(filing, by=by, reason=reason, at=NOW)


def write(filing, by, **fields):
    note = filing.notes.order_by("-version").first()
    seen = 0 if note.submitted_at else note.revision
    return save_note(filing, by=by, content=content(**fields), revision=seen, at=NOW)


def test_a_draft_copy_is_made_and_the_accepted_version_stands(accepted, people):
    before = Note.objects.values().get()
    note = correct(accepted, people.liaison)
    accepted.refresh_from_db()
    assert (note.version, note.correction_reason) == (2, REASON)
    assert note.progress == before["progress"]
    assert (accepted.state, accepted.accepted_note.version) == (S.DRAFT, 1)
    assert Note.objects.values().get(version=1) == before


def test_one_event_tells_the_reason(accepted, people):
    correct(accepted, people.liaison)
    event = only_event()
    assert event.action == "filing.correct"
    assert event.sentence == f"更正{accepted}，另存为第2版草稿：{REASON}"


def test_it_counts_when_it_was_accepted_itself(accepted, people):
    correct(accepted, people.liaison)
    write(accepted, people.liaison, progress="更正后的进展。")
    submit_note(accepted, by=people.liaison, at=NOW)
    accepted.refresh_from_db()
    assert accepted.accepted_note.version == 1
    accept_note(accepted, by=people.coordinator, at=NOW)
    accepted.refresh_from_db()
    assert accepted.accepted_note.progress == "更正后的进展。"


def test_the_reason_stays_with_every_further_version(accepted, people):
    correct(accepted, people.liaison)
    submit_note(accepted, by=people.liaison, is_sure=True, at=NOW)
    return_note(accepted, by=people.coordinator, comment="请写明口径。", at=NOW)
    assert write(accepted, people.liaison).correction_reason == REASON


def test_a_later_ordinary_version_has_no_reason(measure, people):
    filing = make_filing(measure=measure, state=S.RETURNED, author=people.liaison)
    assert write(filing, people.liaison).correction_reason == ""


def test_a_closed_period_does_not_bar_it(accepted, people):
    close_period(accepted.period, by=people.coordinator, at=NOW)
    correct(accepted, people.liaison)
    submit_note(accepted, by=people.liaison, is_sure=True, at=NOW)
    assert Filing.objects.get().state == S.SUBMITTED


def test_being_in_time_is_never_moved(accepted, people):
    first = accepted.first_submitted_at
    correct(accepted, people.liaison)
    submit_note(accepted, by=people.liaison, is_sure=True, at=NOW)
    assert Filing.objects.get().first_submitted_at == first


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_reason_is_required(accepted, people, reason):
    with pytest.raises(DomainError, match="更正须写明理由"):
        correct(accepted, people.liaison, reason)
    assert Note.objects.count() == 1


@pytest.mark.parametrize("who", ["head", "other_liaison", "coordinator", "chief", "leader"])
def test_only_the_agency_s_liaisons_correct(accepted, people, who):
    with pytest.raises(PermissionDenied):
        correct(accepted, getattr(people, who))
