"""提示函 drafted by the job: one for each agency that got a 再次催报 about its filings."""

from datetime import timedelta

import pytest

from agencies.permissions import Role
from measures.chasing.tests.factories import make_urge
from measures.choices import FilingState, Rung
from measures.models import Filing, Notice, Period
from measures.tests.factories import NOW, make_user
from reports.archive.issue import withdraw_report
from reports.choices import IssueState, ReportKind
from reports.jobs.request import LATELY, request_due_letters, request_report
from reports.kinds import gather
from reports.models import Issue, Report

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def owed(period: Period, code: str = "cqcustoms") -> Filing:
    found = Filing.objects.chased_late(on=NOW.date()).filter(period=period, agency__code=code)
    filing = found.first()
    assert filing is not None
    return filing


def done(letter: Report) -> Report:
    """Return it as the job leaves it."""
    data = gather(letter.kind_choice, letter.scope, on=NOW.date())
    moments = dict.fromkeys(("frozen_at", "finished_at"), NOW)
    facts = {"state": "done", "dataset": data, "digest": "0" * 64, **moments}
    Report.objects.filter(pk=letter.pk).update(**facts)
    return Report.objects.get(pk=letter.pk)


@pytest.fixture
def told(filed: Period) -> Filing:
    """Create a filing for which its agency got a 再次催报."""
    filing = owed(filed)
    make_urge(filing, Rung.LETTER)
    return filing


def test_each_agency_gets_one_draft_with_all_it_owes_and_no_second(told: Filing) -> None:
    (letter,) = request_due_letters(at=NOW)
    assert (letter.kind, letter.agency, letter.period) == ("letter", told.agency, told.period)
    assert letter.requested_by is None
    assert request_due_letters(at=NOW) == []  # it is being built
    letter = done(letter)
    assert request_due_letters(at=NOW) == []  # it waits for its drafter
    assert letter.dataset is not None
    due = Filing.objects.chased_late(on=NOW.date()).filter(agency=told.agency, period=told.period)
    assert len(letter.dataset["late"]) == due.count()
    assert Issue.objects.get(report=letter).state == IssueState.DRAFT


def test_other_rungs_cause_no_draft(filed: Period) -> None:
    make_urge(owed(filed), Rung.CHASE)
    assert request_due_letters(at=NOW) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"state": FilingState.SUBMITTED, "first_submitted_at": NOW},
        {"state": FilingState.WAIVED, "waived_at": NOW, "waived_reason": "不涉及。"},
        {"due_on": NOW.date() + timedelta(days=9), "due_moved_at": NOW},
    ],
)
def test_no_draft_if_nothing_is_owed_any_more(told: Filing, fields: dict[str, object]) -> None:
    fields = fields | ({"due_was": told.due_on} if "due_on" in fields else {})
    Filing.objects.filter(pk=told.pk).update(**fields)
    assert request_due_letters(at=NOW) == []


def test_no_second_draft_beside_a_person_s_own(told: Filing) -> None:
    by = make_user(Role.COORDINATOR)
    mine = request_report(
        by=by, kind=ReportKind.LETTER, period=told.period, agency=told.agency, at=NOW - HOUR
    )
    assert request_due_letters(at=NOW) == []
    done(mine)
    assert request_due_letters(at=NOW) == []


def test_a_dropped_draft_is_not_drafted_again(told: Filing) -> None:
    (letter,) = request_due_letters(at=NOW)
    by = make_user(Role.COORDINATOR)
    withdraw_report(done(letter), by=by, reason="电话联系过。", at=NOW + HOUR)
    assert request_due_letters(at=NOW + HOUR) == []
    Report.objects.filter(pk=letter.pk).update(requested_at=NOW - HOUR)  # requested before the rung
    assert len(request_due_letters(at=NOW + HOUR)) == 1


def test_the_commission_gets_no_letter(told: Filing) -> None:
    Notice.objects.update(coordinator=told.agency)
    assert request_due_letters(at=NOW) == []


def test_old_reminders_cause_no_draft(told: Filing) -> None:
    assert request_due_letters(at=NOW + LATELY + HOUR) == []
