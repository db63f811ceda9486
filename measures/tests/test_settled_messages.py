"""What asked for an act is read for everybody once it was done, or is wanted no more."""

from datetime import date

import pytest

from agencies.models import Agency, Message
from measures.approvals.due_dates import agree_due_date, ask_due_date
from measures.choices import FilingState, MeasureMessage
from measures.filings.submission import approve_note, send_back_note, submit_note, withdraw_note
from measures.requests.actions import withdraw_request
from measures.reviews.actions import accept_note, return_note
from measures.tests.factories import NOW, make_dated_measure, make_filing

pytestmark = pytest.mark.django_db


def waiting(kind):
    """Whose inbox still asks."""
    return {one.user for one in Message.objects.unread().filter(kind=kind)}


@pytest.fixture
def filing(measure, people):
    """A draft of the liaison's."""
    return make_filing(measure=measure, state=FilingState.DRAFT, author=people.liaison)


@pytest.fixture
def careful(agency):
    """The agency wants its head to approve first."""
    Agency.objects.filter(pk=agency.pk).update(needs_inner_approval=True)


SETTLING = [
    lambda filing, people: accept_note(filing, by=people.coordinator, at=NOW),
    lambda filing, people: return_note(filing, by=people.coordinator, comment="补充。", at=NOW),
    lambda filing, people: withdraw_note(filing, by=people.liaison, at=NOW),
]


@pytest.mark.parametrize("settle", SETTLING)
def test_a_filing_that_was_decided_or_taken_back_waits_in_no_inbox(filing, people, settle):
    submit_note(filing, by=people.liaison, at=NOW)
    assert waiting(MeasureMessage.SUBMITTED) == {people.coordinator}
    settle(filing, people)
    assert waiting(MeasureMessage.SUBMITTED) == set()


def test_what_the_head_let_go_waits_for_the_commission_alone(filing, careful, people):
    submit_note(filing, by=people.liaison, at=NOW)
    assert waiting(MeasureMessage.SUBMITTED) == {people.head}
    approve_note(filing, by=people.head, at=NOW)
    assert waiting(MeasureMessage.SUBMITTED) == {people.coordinator}


def test_what_the_head_sent_back_waits_for_nobody_s_review(filing, careful, people):
    submit_note(filing, by=people.liaison, at=NOW)
    send_back_note(filing, by=people.head, comment="请补充。", at=NOW)
    assert waiting(MeasureMessage.SUBMITTED) == set()


@pytest.mark.parametrize("settle", [agree_due_date, withdraw_request])
def test_a_request_that_was_decided_or_taken_back_waits_in_no_inbox(agency, people, settle):
    measure = make_dated_measure(lead=agency)
    later = date(2027, 6, 30)
    request = ask_due_date(measure, by=people.liaison, to_on=later, reason="政策调整。", at=NOW)
    assert waiting(MeasureMessage.REQUEST) == {people.chief}
    settle(request, by=people.liaison if settle is withdraw_request else people.chief, at=NOW)
    assert waiting(MeasureMessage.REQUEST) == set()
