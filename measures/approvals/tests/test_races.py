"""Two concurrent steps on one request, on the real PostgreSQL: exactly one succeeds."""

from datetime import date

import pytest
from django.core.files.base import ContentFile

from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError
from measures.approvals.closing import agree_closing, ask_closing
from measures.approvals.due_dates import (
    agree_due_date,
    ask_due_date,
)
from measures.choices import EvidenceKind, FilingState
from measures.filings.submission import submit_note
from measures.models import ClosingRequest, DueDateRequest, Filing, Measure
from measures.periods.actions import close_period, open_period
from measures.requests.actions import refuse_request, withdraw_request
from measures.rules.tests.files import PDF
from measures.rules.uploads import Upload
from measures.tests.factories import (
    NOW,
    make_dated_measure,
    make_filing,
    make_measure,
    make_user,
)
from measures.tests.request_factories import make_closing_request, make_due_date_request
from measures.tests.threads import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LATER = date(2027, 6, 30)


def errors(runs):
    return [type(run.error) for run in runs if run.error]


def lead_of(measure):
    agency = measure.responsibilities.get(role="lead").agency
    return make_user(Role.LIAISON, agency), make_user(Role.AGENCY_HEAD, agency)


def test_two_requests_about_a_date_at_once_make_one():
    measure = make_dated_measure()
    runs = at_once(
        *(
            lambda by=by: ask_due_date(measure, by=by, to_on=LATER, reason="政策调整。", at=NOW)
            for by in lead_of(measure)
        )
    )
    assert errors(runs) == [DomainError]
    assert DueDateRequest.objects.count() == Event.objects.count() == 1


def test_two_requests_to_close_at_once_make_one():
    measure = make_measure()

    def ask(by):
        upload = Upload("完成报告.pdf", EvidenceKind.PDF, ContentFile(PDF))
        said = {"result": "完成。", "completed_on": NOW.date(), "uploads": [upload]}
        return ask_closing(measure, by=by, stored=[], at=NOW, **said)

    runs = at_once(*(lambda by=by: ask(by) for by in lead_of(measure)))
    assert errors(runs) == [DomainError]
    assert ClosingRequest.objects.count() == Event.objects.count() == 1


@pytest.mark.parametrize("kind", ["due_date", "closing"])
def test_agreed_to_while_it_is_withdrawn_one_wins(kind):
    chief = make_user(Role.CHIEF)
    if kind == "due_date":
        request = make_due_date_request(make_dated_measure())
        agree, withdraw = agree_due_date, withdraw_request
    else:
        request = make_closing_request(make_measure())
        agree, withdraw = agree_closing, withdraw_request
    runs = at_once(
        lambda: agree(request, by=chief, at=NOW),
        lambda: withdraw(request, by=request.asked_by, at=NOW),
    )
    assert errors(runs) == [DomainError]
    request.refresh_from_db()
    measure = Measure.objects.get()
    took_effect = measure.due_on == LATER if kind == "due_date" else measure.stage == "done"
    assert took_effect == (request.state == "agreed")
    assert Event.objects.count() == 1


def test_two_chiefs_at_once_decide_once():
    request = make_due_date_request(make_dated_measure())
    one, two = make_user(Role.CHIEF), make_user(Role.CHIEF)
    runs = at_once(
        lambda: agree_due_date(request, by=one, at=NOW),
        lambda: refuse_request(request, by=two, note="不必。", at=NOW),
    )
    assert errors(runs) == [DomainError]
    assert Event.objects.filter(action="due_date.decide").count() == 1


def test_closing_and_refusing_the_date_at_once_settle_both():
    """Closing ends an open request for the date: only one of them finds it open."""
    measure = make_dated_measure()
    wanted, closing = make_due_date_request(measure), make_closing_request(measure)
    one, two = make_user(Role.CHIEF), make_user(Role.CHIEF)
    runs = at_once(
        lambda: agree_closing(closing, by=one, at=NOW),
        lambda: refuse_request(wanted, by=two, note="不必。", at=NOW),
    )
    assert errors(runs) in ([], [DomainError])
    wanted.refresh_from_db()
    assert wanted.state in ("refused", "withdrawn")
    assert Measure.objects.get().stage == "done"


def test_closing_a_measure_and_its_period_and_filing_at_once_end_without_a_deadlock():
    filing = make_filing(state=FilingState.DRAFT)
    author = filing.notes.get().author
    request = make_closing_request(filing.measure)
    chief, coordinator = make_user(Role.CHIEF), make_user(Role.COORDINATOR)
    runs = at_once(
        lambda: agree_closing(request, by=chief, at=NOW),
        lambda: submit_note(filing, by=author, at=NOW),
        lambda: open_period(filing.period, by=coordinator, at=NOW),
        lambda: close_period(filing.period, by=coordinator, at=NOW),
    )
    assert set(errors(runs)) <= {DomainError}
    assert Measure.objects.get().stage == "done"
    assert Filing.objects.get().state in ("waived", "submitted", "draft")


def test_refusing_a_closing_twice_refuses_once():
    request = make_closing_request(make_measure())
    chief = make_user(Role.CHIEF)
    runs = at_once(*[lambda: refuse_request(request, by=chief, note="不足。", at=NOW)] * 2)
    assert errors(runs) == [DomainError]
