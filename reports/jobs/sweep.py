"""The sweep: find reports whose worker died, or that no worker picked up."""

from datetime import datetime, timedelta

from django.db import transaction

from reports.choices import ReportState
from reports.jobs.enqueue import enqueue_after_commit
from reports.jobs.finish import fail_report
from reports.models import Report

ATTEMPTS_MOST = 3
PICKED_UP_WITHIN = timedelta(seconds=60)
NEVER_ENDED = f"后台{ATTEMPTS_MOST}次生成都没有完成，请重新生成；如仍不成功，请联系系统管理员。"


def sweep_reports(*, at: datetime) -> int:
    """Queue again what a dead worker left, ring again for what nobody picked up.

    A report that killed its worker ATTEMPTS_MOST times is ended as failed. Gives how many bells
    were rung. Safe to run at any time, and twice.
    """
    rung = 0
    late = at - PICKED_UP_WITHIN
    ids = {
        *Report.objects.abandoned(at=at).values_list("pk", flat=True),
        *Report.objects.waiting_since(late).values_list("pk", flat=True),
    }
    for report_id in sorted(ids):
        rung += _sweep_one(report_id, late=late, at=at)
    return rung


@transaction.atomic
def _sweep_one(report_id: int, *, late: datetime, at: datetime) -> bool:
    reports = Report.objects.select_for_update(skip_locked=True).without_dataset()
    abandoned = reports.abandoned(at=at).filter(pk=report_id).first()
    if abandoned and abandoned.tries >= ATTEMPTS_MOST:
        fail_report(report_id, reason=NEVER_ENDED, at=at)
        return False
    report = abandoned or reports.waiting_since(late).filter(pk=report_id).first()
    if report is None:
        return False
    report.state, report.queued_at, report.lease_until = ReportState.QUEUED, at, None
    report.save(update_fields=["state", "queued_at", "lease_until"])
    enqueue_after_commit(report.pk)
    return True
