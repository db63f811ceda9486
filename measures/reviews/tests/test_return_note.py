"""Returning a submitted note with a comment."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import Decision, FilingState
from measures.models import Note, Review
from measures.notice.load import load_workdays
from measures.reviews.actions import return_note
from measures.tests.asking import only_event, told
from measures.tests.factories import NOW, join, make_filing, make_user
from measures.tests.verbs import save

pytestmark = pytest.mark.django_db
S = FilingState
COMMENT = "请补充数据来源。"


@pytest.fixture
def submitted(measure, people):
    """Create a note submitted by the liaison."""
    return make_filing(measure=measure, state=S.SUBMITTED, author=people.liaison)


def give_back(filing, by, comment=COMMENT, at=NOW):
    return return_note(filing, by=by, comment=comment, at=at)


def test_the_note_is_returned_and_three_working_days_begin(submitted, people):
    due_on, first = submitted.due_on, submitted.first_submitted_at
    review = give_back(submitted, people.coordinator)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.mend_by) == (S.RETURNED, date(2026, 11, 26))
    assert (submitted.due_on, submitted.first_submitted_at) == (due_on, first)  # never moved
    assert (review.decision, review.comment) == (Decision.RETURN, COMMENT)


def test_the_three_days_are_counted_over_a_holiday(submitted, people):
    load_workdays()
    before = datetime(2026, 9, 30, 17, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    give_back(submitted, people.coordinator, at=before)
    submitted.refresh_from_db()
    assert submitted.mend_by == date(2026, 10, 10)


def test_the_liaisons_are_told_until_when_and_one_event_is_left(submitted, agency, people):
    deputy = make_user(Role.LIAISON, agency)
    give_back(submitted, people.coordinator)
    sentence = f"{submitted.measure}的进展被退回，请于2026-11-26前补正：{COMMENT}"
    assert told(sentence) == {people.liaison, deputy}
    event = only_event()
    assert event.action == "filing.return"
    assert event.sentence == f"退回{submitted}第1版：{COMMENT}"
    assert event.after["mend_by"] == "2026-11-26"


@pytest.mark.parametrize("comment", ["", " \n"])
def test_a_comment_is_required(submitted, people, comment):
    with pytest.raises(ValidationError, match="退回时须填写意见。"):
        give_back(submitted, people.coordinator, comment)
    submitted.refresh_from_db()
    assert submitted.state == S.SUBMITTED
    assert not Review.objects.exists()


@pytest.mark.parametrize("who", ["liaison", "head", "other_head", "chief", "leader", "auditor"])
def test_only_coordinators_return(submitted, people, who):
    with pytest.raises(PermissionDenied):
        give_back(submitted, getattr(people, who))


def test_who_files_for_the_agency_does_not_return(submitted, agency, people):
    join(people.coordinator, Role.LIAISON, agency)
    with pytest.raises(PermissionDenied, match="不能由您办理，请"):
        give_back(submitted, people.coordinator)


@pytest.mark.parametrize("state", [s for s in S if s != S.SUBMITTED])
def test_only_what_was_submitted_is_returned(measure, people, state):
    filing = make_filing(measure=measure, state=state)
    with pytest.raises(DomainError, match=f"^“{state.label}”的填报不能退回，"):
        give_back(filing, people.coordinator)


def test_the_next_version_is_written_and_the_old_one_stays(submitted, people):
    old = Note.objects.values().get()
    give_back(submitted, people.coordinator)
    assert save(submitted, people.liaison).version == 2
    assert Note.objects.filter(version=1).values().get() == old
    submitted.refresh_from_db()
    assert submitted.mend_by == date(2026, 11, 26)  # a draft is not a correction yet
