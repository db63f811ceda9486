"""The demonstration's reports: one in each state that a page can show."""

from collections.abc import Callable

import pytest
from django.utils.timezone import now

from lib.official.document import digest_of_words
from reports.choices import IssueState, ReportKind, ReportState
from reports.demonstration import play_reports
from reports.kinds import making_for
from reports.models import Issue, Report, ReportEdit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.usefixtures("real_notice")
def test_with_only_the_notice_there_is_nothing_to_do() -> None:
    assert not play_reports(at=now())
    assert not Report.objects.exists()


def test_a_report_in_each_state_is_created_once(play_demonstration: Callable[..., None]) -> None:
    play_demonstration()
    assert play_reports(at=now())

    earlier, compared, circular, letter, brief, ledger = Report.objects.order_by("pk")
    assert earlier.is_final
    assert earlier.issue.number.startswith("渝商务报告〔")
    head = making_for(earlier).document.head
    assert head is not None
    assert (head.number, head.signer) == (earlier.issue.number, earlier.issue.issued_by.name)
    assert ReportEdit.objects.of(earlier.pk).exists()
    assert compared.against == earlier
    assert compared.takes_edits
    assert compared.issue.is_submitted
    assert ReportEdit.objects.of(compared.pk).exists()
    assert Issue.objects.get(report=circular).state == IssueState.ISSUED
    assert Issue.objects.get(report=letter).is_returned
    assert brief.kind == ReportKind.BRIEF
    assert ledger.state == ReportState.CANCELLED
    for one in (compared, letter):  # their files match the text read
        assert one.words_written == digest_of_words(making_for(one).document), one

    assert not play_reports(at=now())
    assert Report.objects.count() == 6
