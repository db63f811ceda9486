"""The demonstration's reports: one of each state that a page can show."""

import pytest
from django.utils.timezone import localdate, now

from measures.demonstration.seed import load_demonstration
from measures.notice.load import load_basis
from reports.choices import IssueState, ReportKind, ReportState
from reports.demonstration import play_reports
from reports.models import Issue, Report, ReportEdit

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_of_each_state_is_played_once() -> None:
    load_basis(at=now())
    assert not play_reports(at=now())  # nothing is loaded: nothing to play
    load_demonstration(on=localdate(), at=now())
    assert play_reports(at=now())

    earlier, compared, circular, letter, brief, ledger = Report.objects.order_by("pk")
    assert earlier.is_final
    assert ReportEdit.objects.of(earlier.pk).exists()
    assert compared.against == earlier
    assert compared.takes_edits
    assert ReportEdit.objects.of(compared.pk).exists()
    assert Issue.objects.get(report=circular).state == IssueState.ISSUED
    assert Issue.objects.get(report=letter).is_draft
    assert brief.kind == ReportKind.BRIEF
    assert ledger.state == ReportState.CANCELLED

    assert not play_reports(at=now())
    assert Report.objects.count() == 6
