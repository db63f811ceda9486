"""Withdrawing a submitted note, until its review has begun."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import FilingState, Light
from measures.filings.content import NOTE_FIELDS
from measures.filings.submission import withdraw_note
from measures.models import Note
from measures.reviews.actions import begin_review, release_review
from measures.tests.asking import only_event, told
from measures.tests.factories import NOW, TODAY, make_filing, make_period, make_user

pytestmark = pytest.mark.django_db
S = FilingState


@pytest.fixture
def submitted(measure, people):
    """Create a note submitted by the liaison."""
    return make_filing(measure=measure, state=S.SUBMITTED, author=people.liaison)


@pytest.mark.parametrize("state", [S.IN_AGENCY, S.SUBMITTED])
def test_the_next_version_is_a_copy_and_the_old_one_stays_readable(measure, people, state):
    filing = make_filing(measure=measure, state=state, author=people.liaison)
    old = Note.objects.values().get()
    copy = withdraw_note(filing, by=people.liaison, at=NOW)
    filing.refresh_from_db()
    assert filing.state == S.DRAFT
    assert (copy.version, copy.submitted_at, copy.saved_at) == (2, None, NOW)
    assert {name: getattr(copy, name) for name in NOTE_FIELDS} == {n: old[n] for n in NOTE_FIELDS}
    assert Note.objects.filter(version=1).values().get() == old


def test_one_event_is_left_and_nobody_is_told(submitted, people):
    withdraw_note(submitted, by=people.liaison, at=NOW)
    event = only_event()
    assert event.action == "filing.withdraw"
    assert event.sentence == f"撤回{submitted}第1版，另存为第2版草稿。"
    assert told() == set()


def test_being_in_time_is_not_lost(submitted, people):
    first = submitted.first_submitted_at
    withdraw_note(submitted, by=people.liaison, at=NOW)
    submitted.refresh_from_db()
    assert submitted.first_submitted_at == first


def test_once_the_review_has_begun_it_is_too_late(submitted, people):
    begin_review(submitted, by=people.coordinator, at=NOW)
    with pytest.raises(DomainError) as refusal:
        withdraw_note(submitted, by=people.liaison, at=NOW)
    sentence = "市商务委已开始审核，不能撤回；需要修改的，可以留言请审核人放回或退回。"
    assert str(refusal.value) == sentence
    release_review(submitted, by=people.coordinator, at=NOW)
    assert withdraw_note(submitted, by=people.liaison, at=NOW).version == 2


def test_only_who_wrote_or_handed_in_takes_back(submitted, agency):
    deputy = make_user(Role.LIAISON, agency)
    with pytest.raises(DomainError, match="^只有填写人或提交人可以撤回。$"):
        withdraw_note(submitted, by=deputy, at=NOW)


@pytest.mark.parametrize("who", ["head", "other_liaison", "coordinator", "chief", "leader"])
def test_others_may_not_take_back(submitted, people, who):
    with pytest.raises(PermissionDenied):
        withdraw_note(submitted, by=getattr(people, who), at=NOW)


@pytest.mark.parametrize("state", [s for s in S if s not in (S.IN_AGENCY, S.SUBMITTED)])
def test_what_was_not_handed_in_is_not_taken_back(measure, people, state):
    filing = make_filing(measure=measure, state=state, author=people.liaison)
    with pytest.raises(DomainError, match=f"^“{state.label}”的填报不能撤回，"):
        withdraw_note(filing, by=people.liaison, at=NOW)


def test_the_light_says_that_it_was_taken_back(measure, people):
    period = make_period(due_on=TODAY - timedelta(days=20))
    filing = make_filing(measure=measure, period=period, state=S.SUBMITTED, author=people.liaison)
    withdraw_note(filing, by=people.liaison, at=NOW)
    measure.refresh_from_db()
    assert measure.light == Light.YELLOW
    assert measure.light_sentence == "市农业农村委三季度进展撤回后尚未重新报送，逾期14个工作日"
