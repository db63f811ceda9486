"""How the making of a report ends otherwise than well: failed, called off, or nothing new."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.choices import MessageKind
from agencies.inbox.messages import tell
from agencies.models import User
from agencies.permissions import Perm, Role
from lib.errors import DomainError
from lib.jobs import LeaseLostError
from reports.choices import ReportMessage, ReportState
from reports.models import Issue, Report
from reports.models.report import ReportQuerySet
from reports.rules.asking import may_ask


@transaction.atomic
def fail_report(report_id: int, *, reason: str, at: datetime, attempt: int | None = None) -> bool:
    """End a report that is under way as failed, with a Chinese reason, and tell who asked.

    With `attempt`, only while that very attempt holds it. Gives whether it was ended.
    """
    reports = Report.objects.under_way() if attempt is None else Report.objects.held_by(attempt)
    report = _locked(reports).filter(pk=report_id).first()
    if report is None:
        return False
    report.state, report.error, report.lease_until = ReportState.FAILED, reason, None
    report.save(update_fields=["state", "error", "lease_until"])
    sentence = f"{report}（第{report.pk}号）生成失败：{reason}"
    trail.record(
        "report.fail",
        report,
        by=None,
        at=at,
        sentence=sentence,
        after={"state": report.state, "error": reason},
    )
    tell_asker(report, ReportMessage.REPORT_FAILED, sentence, at)
    return True


@transaction.atomic
def cancel_report(report: Report, *, by: User, at: datetime) -> Report:
    """Call off a report that is under way. Its maker notices at its next tick and leaves no file.

    One that was finished before and is only written again stays finished, with the files it had.
    Raises PermissionDenied for others than who asked and the commission, DomainError where it
    has ended already.
    """
    report = _locked(Report.objects.all()).get(pk=report.pk)
    if not may_cancel(report, by):
        raise PermissionDenied
    if not report.is_under_way:
        raise DomainError(f"{report}已不在生成中，不能取消。请刷新页面查看最新状态。")
    if Issue.objects.filter(report=report).exclude(number="").exists():
        raise DomainError(f"{report}已签发，正在写入文号，不能取消。")
    before = {"state": report.state}
    if report.finished_at:
        report.state, report.rows_done = ReportState.DONE, report.rows_total
    else:
        report.state, report.cancelled_by, report.cancelled_at = ReportState.CANCELLED, by, at
    report.lease_until = None
    report.save(update_fields=["state", "rows_done", "cancelled_by", "cancelled_at", "lease_until"])
    trail.record(
        "report.cancel",
        report,
        by=by,
        at=at,
        sentence=f"取消生成{report}（第{report.pk}号）。",
        before=before,
        after={"state": report.state},
    )
    if by != report.requested_by:
        words = f"{report}（第{report.pk}号）的生成已被{by.name}取消。"
        tell_asker(report, ReportMessage.REPORT_FAILED, words, at)
    return report


def may_cancel(report: Report, user: User) -> bool:
    """Whether a person may call it off: who asked for it, and the commission."""
    if not may_ask(user, report.kind_choice, report.agency_id):
        return False
    return user.pk == report.requested_by_id or user.can(Perm.READ_UNACCEPTED)


@transaction.atomic
def end_as_same(report_id: int, same: Report, *, at: datetime, attempt: int) -> None:
    """End a report whose dataset came out just as an earlier one's: that one is the answer.

    Raises LeaseLostError where the attempt does not hold the report any more.
    """
    report = _locked(Report.objects.held_by(attempt)).filter(pk=report_id).first()
    if report is None:
        raise LeaseLostError
    report.state, report.same_as, report.lease_until = ReportState.SAME, same, None
    report.finished_at = at
    report.save(update_fields=["state", "same_as", "lease_until", "finished_at"])
    sentence = (
        f"{report}的数据自{same.frozen_at:%Y-%m-%d}第{same.pk}号报告以来没有变化，没有另外生成。"
    )
    trail.record(
        "report.same",
        report,
        by=None,
        at=at,
        sentence=sentence,
        after={"state": report.state, "same_as": same.pk},
    )
    tell_asker(report, ReportMessage.REPORT_READY, sentence, at, shown=same)


def tell_asker(
    report: Report, kind: MessageKind, sentence: str, at: datetime, *, shown: Report | None = None
) -> None:
    """Tell who asked, or the coordinators where the system did, with the report's page."""
    url = reverse("reports:report", args=[(shown or report).pk])
    asked = report.requested_by
    people = [asked] if asked else User.objects.holding(Role.COORDINATOR, on=localdate(at))
    tell(people, kind=kind, sentence=sentence, url=url, at=at)


def _locked(reports: ReportQuerySet) -> ReportQuerySet:
    locked = reports.select_for_update(of=("self",))
    return locked.select_related("period", "requested_by").without_dataset()
