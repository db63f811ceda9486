"""Cancel a report that is under way."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.audit import trail
from agencies.models import User
from agencies.permissions import Perm
from lib.errors import DomainError
from lib.jobs import release
from reports.choices import ReportMessage, ReportState
from reports.jobs.attempt import locked, tell_asker
from reports.models import Issue, Report
from reports.rules.asking import may_ask


@transaction.atomic
def cancel_report(report: Report, *, by: User, at: datetime) -> Report:
    """Cancel a report that is under way; return its row.

    Its worker notices at its next `tick` and leaves no file. A finished report whose files are
    being written again stays finished, with its old files. Raises PermissionDenied for anyone but
    the requester and the commission; DomainError if it has ended.
    """
    report = locked(Report.objects.all()).get(pk=report.pk)
    if not may_cancel(report, by):
        raise PermissionDenied
    if not report.is_under_way:
        raise DomainError(f"{report}已不在生成中，不能取消。请刷新页面查看最新状态。")
    if Issue.objects.filter(report=report).exclude(number="").exists():
        raise DomainError(f"{report}已签发，正在写入文号，不能取消。")
    before = {"state": report.state}
    if report.finished_at:
        release(report, state=ReportState.DONE, rows_done=report.rows_total)
    else:
        release(report, state=ReportState.CANCELLED, cancelled_by=by, cancelled_at=at)
    trail.record(
        "report.cancel",
        report,
        by=by,
        at=at,
        sentence=f"取消生成{report.named}。",
        before=before,
        after={"state": report.state},
    )
    if by != report.requested_by:
        words = f"{report.named}的生成已被{by.name}取消。"
        tell_asker(report, ReportMessage.REPORT_FAILED, words, at)
    return report


def may_cancel_now(report: Report, user: User) -> bool:
    """Whether a person may cancel it now. Queries its issue."""
    issue: Issue | None = getattr(report, "issue", None)
    is_numbered = issue is not None and issue.number != ""
    return report.is_under_way and not is_numbered and may_cancel(report, user)


def may_cancel(report: Report, user: User) -> bool:
    if not may_ask(user, report.kind_choice, report.agency_id):
        return False
    return user.pk == report.requested_by_id or user.can(Perm.READ_UNACCEPTED)
