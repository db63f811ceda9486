"""Asking for a report, and asking again for its files."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies import audit
from agencies.models import User
from agencies.permissions import Perm
from measures.choices import PeriodState
from measures.models import Period
from policy_tracker.lib.errors import DomainError
from reports.choices import ReportKind, ReportState
from reports.doorbell import ring_after_commit
from reports.models import Report


@transaction.atomic
def request_report(
    *, by: User | None, kind: str, period: Period, at: datetime, is_anew: bool = False
) -> Report:
    """Ask for a report of a period; without `by`, in the system's name.

    The same request that is under way is given back. Where the dataset then comes out as that of
    the newest finished one, the making ends by naming that one, unless `is_anew` asks for a
    document of its own: asking twice gives the same report. Raises PermissionDenied, or
    DomainError for a period that was never opened or is not of the main kind.
    """
    if by is not None:
        _demand(by)
    # Those who ask at the same time wait here for each other, so that both get the same one.
    period = Period.objects.select_for_update(no_key=True).get(pk=period.pk)
    if period.state == PeriodState.DRAFT:
        raise DomainError(f"{period}尚未开始填报，没有可以汇总的数据。")
    if not Period.objects.main().filter(pk=period.pk).exists():
        raise DomainError(f"报告只按主要填报期汇总，“{period}”不是，请另选一期。")
    report = Report(
        kind=ReportKind(kind),
        period=period,
        requested_by=by,
        requested_at=at,
        queued_at=at,
        is_anew=is_anew,
    )
    found = Report.objects.under_way().same_request(report).first()
    if found:
        return found
    report.full_clean()
    report.save()
    audit.record(
        "report.request", report, by=by, at=at, sentence=f"申请生成{report}（第{report.pk}号）。"
    )
    ring_after_commit(report.pk)
    return report


@transaction.atomic
def rerun_report(report: Report, *, by: User, at: datetime) -> Report:
    """Make an ended report's files again, from its frozen dataset where it has one.

    Raises PermissionDenied; DomainError while it, or another of the same request, is under way,
    and for one that ended as another's equal.
    """
    _demand(by)
    Period.objects.select_for_update(no_key=True).get(pk=report.period_id)
    locked = Report.objects.select_for_update(of=("self",)).select_related("period")
    report = locked.without_dataset().get(pk=report.pk)
    if Report.objects.under_way().same_request(report).exists():
        raise DomainError(f"{report}正在生成，请等它完成。")
    if report.same_as_id:
        raise DomainError(f"这份报告与第{report.same_as_id}号一致，请到那一份重新生成文件。")
    before = {"state": report.state, "error": report.error}
    report.state, report.queued_at, report.error = ReportState.QUEUED, at, ""
    report.cancelled_by = report.cancelled_at = None
    # The count goes on, so that a maker of long ago can never be taken for the next one.
    report.attempts_before = report.attempts
    report.rows_done = report.rows_total = 0
    report.save(
        update_fields=[
            "state",
            "queued_at",
            "error",
            "cancelled_by",
            "cancelled_at",
            "attempts_before",
            "rows_done",
            "rows_total",
        ]
    )
    audit.record(
        "report.rerun",
        report,
        by=by,
        at=at,
        sentence=f"重新生成{report}（第{report.pk}号）。",
        before=before,
        after={"state": report.state},
    )
    ring_after_commit(report.pk)
    return report


def _demand(by: User) -> None:
    if not by.can(Perm.ASK_REPORT):
        raise PermissionDenied
