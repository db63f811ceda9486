"""Create requests to agencies outside `measures`, for tests."""

from agencies.models import Agency
from agencies.permissions import Role
from measures.models import Period
from measures.tests.factories import NOW, TODAY, make_user
from reports.choices import IssueState, ReportKind, ReportState
from reports.models import Issue, Report


def letter_to(
    agency: Agency, period: Period, number: str = "渝商务函〔2026〕1号", **fields: object
) -> Issue:
    """Create a numbered 提示函."""
    who = make_user(Role.CHIEF)
    report = Report.objects.create(
        kind=ReportKind.LETTER,
        period=period,
        agency=agency,
        requested_by=who,
        requested_at=NOW,
        queued_at=NOW,
        state=ReportState.FAILED,
        error="磁盘已满。",
    )
    issued = {
        "state": IssueState.ISSUED,
        "number": number,
        "word": "渝商务函",
        "year": TODAY.year,
        "serial": Issue.objects.count() + 1,
        "issued_on": TODAY,
        "issued_at": NOW,
        "issued_by": who,
    }
    return Issue.objects.create(report=report, kind=ReportKind.LETTER, **issued | fields)
