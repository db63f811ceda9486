"""Retry a report: a failed one on request; one whose worker died, by the sweep.

For a finished report the files are written again.
"""

from datetime import datetime
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.audit import trail
from agencies.models import User
from lib.errors import DomainError
from lib.jobs import ATTEMPTS_MOST, sweep
from measures.models import Period
from reports.choices import ReportState
from reports.jobs.attempt import fail_report, settle_failure
from reports.models import Report
from reports.rules.asking import may_ask

NEVER_ENDED = f"后台{ATTEMPTS_MOST}次生成都没有完成，请重新生成；如仍不成功，请联系系统管理员。"


@transaction.atomic
def retry_report(report: Report, *, by: User, at: datetime) -> Report:
    """Queue an ended report again: a failed or cancelled one, or one whose files are gone.

    Its files are written from the frozen dataset if it has one. Returns the locked row. Raises
    PermissionDenied; DomainError while it, or another of the same request, is under way, for one
    that ended as equal to another, and for one whose files are the only record of its text.
    """
    if not may_ask(by, report.kind_choice, report.agency_id):
        raise PermissionDenied
    Period.objects.select_for_update(no_key=True).get(pk=report.period_id)
    locked = Report.objects.select_for_update(of=("self",)).select_related("period")
    report = locked.defer("dataset").get(pk=report.pk)
    if Report.objects.under_way().same_request(report).exists():
        raise DomainError(f"{report}正在生成，请等它完成。")
    if report.same_as_id:
        raise DomainError(f"这份报告与编号{report.same_as_id}的报告一致，请到那一份重新生成文件。")
    if report.keeps_files_only and report.files.filter(written_at__gte=report.final_at).exists():
        raise DomainError(
            f"{report.named}定稿时还没有留存全文，文件就是当时发出的样子，不再重新写成。"
            "需要时请另拟一份。"
        )
    before = {"state": report.state, "error": report.error}
    requeue(report, at=at)
    trail.record(
        "report.rerun",
        report,
        by=by,
        at=at,
        sentence=f"重新生成{report.named}。",
        before=before,
        after={"state": report.state},
    )
    return report


def requeue(report: Report, *, at: datetime) -> None:
    """Queue an ended report, which the caller has locked, again."""
    settle_failure(report, at=at)
    report.state, report.queued_at, report.error = ReportState.QUEUED, at, ""
    report.cancelled_by = report.cancelled_at = None
    # Attempt numbers are never reused, so that a worker of an earlier request that is still alive
    # cannot be taken for the one that builds the report now.
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
    report.enqueue()


def sweep_reports(*, at: datetime) -> int:
    """Retry abandoned reports, fail those retried too often; return how many were enqueued."""
    return sweep(Report.objects.without_dataset(), fail=partial(_give_up, at=at), at=at)


def _give_up(report: Report, *, at: datetime) -> None:
    fail_report(report.pk, reason=NEVER_ENDED, at=at, attempt=report.attempts)
