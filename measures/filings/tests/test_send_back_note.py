"""The agency's head returns a note to its author."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import Decision, FilingState
from measures.filings.submission import send_back_note
from measures.models import Note, Review
from measures.tests.asking import only_event, told
from measures.tests.factories import NOW, TODAY, join, make_filing, make_user
from measures.tests.verbs import save

pytestmark = pytest.mark.django_db
S = FilingState
COMMENT = "请补充数据。"


@pytest.fixture
def waiting(measure, people):
    """Create a note that the liaison submitted to the head for approval."""
    return make_filing(measure=measure, state=S.IN_AGENCY, author=people.liaison)


def test_it_comes_back_with_a_comment_and_three_working_days(waiting, people):
    review = send_back_note(waiting, by=people.head, comment=COMMENT, at=NOW)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.mend_by) == (S.RETURNED, date(2026, 11, 26))
    assert waiting.first_submitted_at is None  # it never left the agency
    assert (review.decision, review.comment) == (Decision.RETURN, COMMENT)
    assert (review.decided_by, review.decided_at) == (people.head, NOW)


def test_the_liaisons_are_told_and_one_event_is_left(waiting, agency, people):
    deputy = make_user(Role.LIAISON, agency)
    send_back_note(waiting, by=people.head, comment=COMMENT, at=NOW)
    assert told(f"本单位领导退回{waiting.measure}：{COMMENT}") == {people.liaison, deputy}
    event = only_event()
    assert event.action == "filing.send_back"
    assert event.sentence == f"本单位退回{waiting}第1版：{COMMENT}"


@pytest.mark.parametrize("who", ["liaison", "other_head", "coordinator", "chief", "leader"])
def test_only_the_agencys_head_sends_back(waiting, people, who):
    with pytest.raises(PermissionDenied):
        send_back_note(waiting, by=getattr(people, who), comment=COMMENT, at=NOW)


@pytest.mark.parametrize("state", [s for s in S if s != S.IN_AGENCY])
def test_only_what_waits_for_the_head_is_sent_back(measure, people, state):
    filing = make_filing(measure=measure, state=state)
    with pytest.raises(DomainError, match=f"^“{state.label}”的填报不能退回修改，"):
        send_back_note(filing, by=people.head, comment=COMMENT, at=NOW)


@pytest.mark.parametrize("comment", ["", " \n"])
def test_a_comment_is_required(waiting, people, comment):
    with pytest.raises(ValidationError, match="退回时须填写意见。"):
        send_back_note(waiting, by=people.head, comment=comment, at=NOW)
    assert not Review.objects.exists()


def test_nobody_sends_back_their_own_note(waiting, people, agency):
    join(people.liaison, Role.AGENCY_HEAD, agency)
    with pytest.raises(DomainError, match="^不能审核本人填写或提交的进展，"):
        send_back_note(waiting, by=people.liaison, comment=COMMENT, at=NOW)


def test_the_next_version_is_written_and_the_old_one_stays(waiting, people):
    old = Note.objects.values().get()
    send_back_note(waiting, by=people.head, comment=COMMENT, at=NOW)
    assert save(waiting, people.liaison).version == 2
    assert Note.objects.filter(version=1).values().get() == old


def test_the_day_that_the_commission_set_is_not_put_off_inside(measure, people):
    filing = make_filing(
        measure=measure,
        state=S.IN_AGENCY,
        author=people.liaison,
        first_submitted_at=NOW,
        mend_by=TODAY,
    )
    send_back_note(filing, by=people.head, comment=COMMENT, at=NOW)
    filing.refresh_from_db()
    assert filing.mend_by == TODAY
