"""The sweep: retry reports whose worker died, or that no worker came for."""

from datetime import datetime
from functools import partial

from lib.jobs import ATTEMPTS_MOST, sweep
from reports.jobs.finish import fail_report
from reports.models import Report

NEVER_ENDED = f"后台{ATTEMPTS_MOST}次生成都没有完成，请重新生成；如仍不成功，请联系系统管理员。"


def sweep_reports(*, at: datetime) -> int:
    """Retry abandoned reports, fail those retried too often; returns how many were enqueued."""
    return sweep(Report.objects.without_dataset(), fail=partial(_give_up, at=at), at=at)


def _give_up(report: Report, *, at: datetime) -> None:
    fail_report(report.pk, reason=NEVER_ENDED, at=at, attempt=report.attempts)
