"""An agency's head approves a note for submission."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localtime

from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import FilingState, PeriodState
from measures.filings.submission import approve_note, withdraw_note
from measures.models import Filing, Note, Period
from measures.tests.asking import only_event, told
from measures.tests.factories import NOW, TODAY, join, make_filing

pytestmark = pytest.mark.django_db
S = FilingState


@pytest.fixture
def waiting(measure, people):
    """Create a note that the liaison submitted to the head for approval."""
    return make_filing(measure=measure, state=S.IN_AGENCY, author=people.liaison)


def test_it_goes_to_the_commission(waiting, people):
    note = approve_note(waiting, by=people.head, at=NOW)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.first_submitted_at) == (S.SUBMITTED, NOW)
    assert (note.approved_by, note.left_at) == (people.head, NOW)
    assert told("待审核") == {people.coordinator}
    event = only_event()
    assert (event.action, event.sentence) == ("filing.approve", f"同意报送{waiting}第1版。")


@pytest.mark.parametrize("who", ["liaison", "other_head", "coordinator", "chief", "leader"])
def test_only_the_agencys_head_approves(waiting, people, who):
    with pytest.raises(PermissionDenied):
        approve_note(waiting, by=getattr(people, who), at=NOW)


@pytest.mark.parametrize("state", [s for s in S if s != S.IN_AGENCY])
def test_only_what_waits_for_the_head_is_approved(measure, people, state):
    filing = make_filing(measure=measure, state=state)
    with pytest.raises(DomainError, match=f"^“{state.label}”的填报不能同意报送，"):
        approve_note(filing, by=people.head, at=NOW)


def test_who_withdrew_it_meanwhile_and_when_is_told(waiting, people):
    withdraw_note(waiting, by=people.liaison, at=NOW)
    told_of = f"{people.liaison.name}已于{localtime(NOW):%Y-%m-%d %H:%M}撤回"
    with pytest.raises(DomainError, match=f"^“草稿”的填报不能同意报送，{told_of}，请刷新"):
        approve_note(waiting, by=people.head, seen=1, at=NOW)


def test_nobody_approves_their_own_note(waiting, people, agency):
    join(people.liaison, Role.AGENCY_HEAD, agency)
    with pytest.raises(
        DomainError, match="^不能审核本人填写或提交的进展，请本单位其他分管领导办理；没有"
    ):
        approve_note(waiting, by=people.liaison, at=NOW)


def test_after_closing_the_head_lets_it_go_as_补报(waiting, people):
    closed_at = NOW - timedelta(days=1)
    Period.objects.filter(pk=waiting.period_id).update(
        state=PeriodState.CLOSED, closed_at=closed_at
    )
    Filing.objects.update(due_on=TODAY - timedelta(days=1))
    approve_note(waiting, by=people.head, at=NOW)
    assert Note.objects.get().left_at == NOW
    waiting.refresh_from_db()
    assert (waiting.first_submitted_at, waiting.is_backfilled) == (NOW, True)
    assert only_event().sentence.startswith("同意补报")
