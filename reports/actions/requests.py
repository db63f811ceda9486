"""Asking for a report, asking again after a failure, and taking the files away."""

import hashlib
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from agencies import audit
from agencies.choices import MessageKind
from agencies.inbox import tell
from agencies.models import User
from agencies.permissions import Perm
from measures.choices import PeriodState
from measures.models import Period
from policy_tracker.lib.errors import DomainError
from reports.choices import ReportKind, ReportState
from reports.data.frozen import digest_of
from reports.data.progress import gather_progress
from reports.doorbell import ring_after_commit
from reports.models import Report, ReportFile

ATTEMPTS_MOST = 3
PICKED_UP_WITHIN = timedelta(seconds=60)
NEVER_ENDED = f"后台{ATTEMPTS_MOST}次生成都没有完成，请重新生成；如仍不成功，请联系系统管理员。"

FILE_GONE = "文件在存储中找不到了。请返回报告页，点“重新生成文件”。"
FILE_ALTERED = (
    "文件与生成时的校验值不符，已停止下载。请返回报告页，点“重新生成文件”，并告知系统管理员。"
)


@transaction.atomic
def request_report(*, by: User, kind: str, period: Period, at: datetime) -> Report:
    """Ask for a report of a period.

    One of the kind that is under way is given back, and so is the newest finished one where its
    dataset would come out the same today: asking twice gives the same report. Raises
    PermissionDenied, or DomainError for a period that was never opened or is not of
    the main kind.
    """
    _demand(by)
    # Those who ask at the same time wait here for each other, so that both get the same one.
    period = Period.objects.select_for_update(no_key=True).get(pk=period.pk)
    if period.state == PeriodState.DRAFT:
        raise DomainError(f"{period}尚未开始填报，没有可以汇总的数据。")
    if not Period.objects.main().filter(pk=period.pk).exists():
        raise DomainError(f"报告只按主要填报期汇总，“{period}”不是，请另选一期。")
    found = Report.objects.under_way().filter(kind=kind, period=period).first()
    found = found or _still_true(kind, period, at)
    if found:
        return found
    report = Report(
        kind=ReportKind(kind), period=period, requested_by=by, requested_at=at, queued_at=at
    )
    report.full_clean()
    report.save()
    audit.record(
        "report.request", report, by=by, at=at, sentence=f"申请生成{report}（第{report.pk}号）。"
    )
    ring_after_commit(report.pk)
    return report


def _still_true(kind: str, period: Period, at: datetime) -> Report | None:
    """The newest finished report, where nothing it says has changed since."""
    done = Report.objects.filter(kind=kind, period=period, state=ReportState.DONE)
    newest = done.without_dataset().first()
    if newest is None:
        return None
    data = gather_progress(period.pk, on=localdate(at))
    return newest if newest.digest == digest_of(data) else None


@transaction.atomic
def rerun_report(report: Report, *, by: User, at: datetime) -> Report:
    """Make an ended report's files again, from its frozen dataset where it has one.

    Raises PermissionDenied; DomainError while it, or another of its kind and period, is under way.
    """
    _demand(by)
    Period.objects.select_for_update(no_key=True).get(pk=report.period_id)
    locked = Report.objects.select_for_update(of=("self",)).select_related("period")
    report = locked.without_dataset().get(pk=report.pk)
    same = Report.objects.under_way().filter(kind=report.kind, period=report.period_id)
    if same.exists():
        raise DomainError(f"{report}正在生成，请等它完成。")
    before = {"state": report.state, "error": report.error}
    report.state, report.queued_at, report.error, report.attempts = ReportState.QUEUED, at, "", 0
    report.rows_done = report.rows_total = 0
    report.save(
        update_fields=["state", "queued_at", "error", "attempts", "rows_done", "rows_total"]
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


@transaction.atomic
def fail_report(report_id: int, *, reason: str, at: datetime, attempt: int | None = None) -> bool:
    """End a report that is under way as failed, with a Chinese reason, and tell who asked.

    With `attempt`, only while that very attempt holds it. Gives whether it was ended.
    """
    reports = Report.objects.under_way() if attempt is None else Report.objects.held_by(attempt)
    report = (
        reports.select_for_update(of=("self",))
        .select_related("period", "requested_by")
        .without_dataset()
        .filter(pk=report_id)
        .first()
    )
    if report is None:
        return False
    report.state, report.error, report.lease_until = ReportState.FAILED, reason, None
    report.save(update_fields=["state", "error", "lease_until"])
    sentence = f"{report}（第{report.pk}号）生成失败：{reason}"
    audit.record(
        "report.fail",
        report,
        by=None,
        at=at,
        sentence=sentence,
        after={"state": report.state, "error": reason},
    )
    tell_requester(report, MessageKind.REPORT_FAILED, sentence, at)
    return True


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
    if abandoned and abandoned.attempts >= ATTEMPTS_MOST:
        fail_report(report_id, reason=NEVER_ENDED, at=at)
        return False
    report = abandoned or reports.waiting_since(late).filter(pk=report_id).first()
    if report is None:
        return False
    report.state, report.queued_at, report.lease_until = ReportState.QUEUED, at, None
    report.save(update_fields=["state", "queued_at", "lease_until"])
    ring_after_commit(report.pk)
    return True


def read_file(file: ReportFile) -> bytes:
    """A file's bytes, proved against its digest.

    Raises DomainError where it is gone or altered: nothing unproved is handed out.
    """
    try:
        with file.file.open("rb") as stored:
            content = stored.read()
    except OSError as error:
        raise DomainError(FILE_GONE) from error
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise DomainError(FILE_ALTERED)
    return content


@transaction.atomic
def record_download(file: ReportFile, *, by: User, at: datetime) -> None:
    """Note that a person took a file away. Raises PermissionDenied."""
    _demand(by)
    audit.record(
        "report.download",
        file.report,
        by=by,
        at=at,
        sentence=f"下载“{file.name}”。",
        after={"format": file.format, "sha256": file.sha256},
    )


def tell_requester(report: Report, kind: MessageKind, sentence: str, at: datetime) -> None:
    """Tell who asked, with the report's page."""
    url = reverse("reports:report", args=[report.pk])
    tell([report.requested_by], kind=kind, sentence=sentence, url=url, at=at)


def _demand(by: User) -> None:
    if not by.can(Perm.ASK_REPORT):
        raise PermissionDenied
