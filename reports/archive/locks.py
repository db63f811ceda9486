"""Locks a report and its issue, as every sign-off step and every edit does first."""

from reports.models import Issue, Report


def locked_with_issue(pk: int) -> Report:
    """Return the report with `issue` set to its locked issue, if it has one.

    The issue is read after the report is locked, so that a caller that had to wait sees the changes
    of the previous one; a joined row would be from before the wait.
    """
    locked = Report.objects.select_for_update(of=("self",), no_key=True)
    report = locked.select_related("period", "agency").get(pk=pk)
    issue = Issue.objects.select_for_update(of=("self",), no_key=True).filter(report=report).first()
    if issue is not None:
        report.issue = issue
    return report
