"""One report and its issue, both locked: every step of sign-off and every edit begins here."""

from reports.models import Issue, Report


def locked_with_issue(pk: int) -> Report:
    """Return the report with `issue` set to its locked issue, where it has one.

    The report is locked first and the issue read after it, so that whoever waited sees what the
    one before did: a joined row would still be the one from before the wait.
    """
    locked = Report.objects.select_for_update(of=("self",), no_key=True)
    report = locked.select_related("period", "agency").get(pk=pk)
    issue = Issue.objects.select_for_update(of=("self",), no_key=True).filter(report=report).first()
    if issue is not None:
        report.issue = issue
    return report
