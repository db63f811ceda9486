"""One attempt at a report: its lease, its progress, and its end: done, failed, nothing new."""

import time
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.choices import MessageKind
from agencies.inbox.messages import settle_asked, tell
from agencies.models import User
from agencies.permissions import Role
from lib.jobs import Attempt, release, take_lease
from reports.choices import ReportMessage, ReportState
from reports.jobs.files import WrittenFile, remove_strays
from reports.models import Issue, Report, ReportFile
from reports.models.report import ReportQuerySet

TELL_EVERY = 0.5  # seconds between two writes of the progress; the page polls each second


class ReportAttempt(Attempt):
    # Short, because somebody may be waiting at the page: with the sweep, a report whose worker was
    # killed is retried within two minutes. Two renewals may fail.
    lease: ClassVar[timedelta] = timedelta(seconds=30)
    renew_every: ClassVar[float] = 10.0

    def __init__(self, report: Report, *, at: datetime) -> None:
        super().__init__(report, at=at)
        self._rows, self._told = 0, 0.0

    def progress(self) -> dict[str, object]:
        return {"rows_done": self._rows}

    def tick(self, rows: int) -> None:
        """Count rows, renew from time to time. Raises LeaseLostError, also after a cancellation."""
        self._rows += rows
        self.check_held()
        if time.monotonic() - self._told >= TELL_EVERY:
            self._told = time.monotonic()
            self.renew()


@transaction.atomic
def start_attempt(report_id: int, *, at: datetime) -> ReportAttempt | None:
    reports = Report.objects.without_dataset()
    report = take_lease(reports, report_id, lease=ReportAttempt.lease, at=at)
    if report is None:
        return None
    report.begun_at = report.begun_at or at
    report.rows_done = report.rows_total = 0
    report.save(update_fields=["begun_at", "rows_done", "rows_total"])
    return ReportAttempt(report, at=at)


@transaction.atomic
def finish_report(attempt: ReportAttempt, files: list[WrittenFile], *, words: str) -> None:
    """End a report as done. Raises LeaseLostError if the attempt no longer holds it.

    All files are linked to the report in one transaction, so that no reader finds an incomplete
    set. `words`: the digest of the text in the files.
    """
    attempt.release(  # also locks the row
        state=ReportState.DONE,
        finished_at=attempt.now,
        rows_done=F("rows_total"),
        words_written=words,
    )
    is_signing = _first_since_signed(attempt.pk)
    for file in files:
        ReportFile.objects.update_or_create(
            report_id=attempt.pk,
            format=file.format,
            defaults=file._asdict() | {"written_at": attempt.now, "removed_at": None},
        )
    report = locked(Report.objects.all()).get(pk=attempt.pk)
    trail.record(
        "report.done",
        report,
        by=None,
        at=attempt.now,
        sentence=f"{'按签发内容重新' if is_signing else ''}生成{report.named}。",
        after={"state": report.state, "digest": report.digest}
        | {"files": sorted(file.sha256 for file in files)},
    )
    if not is_signing:
        told = f"{report}已生成，可以查看和下载。"
        tell_asker(report, ReportMessage.REPORT_READY, told, attempt.now)
    transaction.on_commit(lambda: remove_strays(attempt.pk), robust=True)


def _first_since_signed(report_id: int) -> bool:
    """Whether its files are being written for the first time since it was signed.

    Then no message is needed, because people were informed of the signing.
    """
    signed = Issue.objects.filter(report=report_id, issued_at__isnull=False).first()
    if signed is None:
        return False
    written = ReportFile.objects.filter(report=report_id, written_at__gte=signed.issued_at)
    return not written.exists()


@transaction.atomic
def fail_report(report_id: int, *, reason: str, at: datetime, attempt: int | None = None) -> bool:
    """End a running report as failed, with a Chinese reason, and inform the requester.

    With `attempt`, only if that attempt holds it. Returns whether it was ended.
    """
    reports = Report.objects.under_way() if attempt is None else Report.objects.held_by(attempt)
    report = locked(reports).filter(pk=report_id).first()
    if report is None:
        return False
    release(report, state=ReportState.FAILED, error=reason)
    sentence = f"{report.named}生成失败：{reason}"
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
def end_as_same(attempt: ReportAttempt, same: Report) -> None:
    """End a report that equals the earlier `same`. Raises LeaseLostError."""
    attempt.release(state=ReportState.SAME, same_as=same, finished_at=attempt.now)
    report = locked(Report.objects.all()).get(pk=attempt.pk)
    day = localdate(same.frozen_at)
    sentence = f"{report}的数据自{day}编号{same.pk}的报告以来没有变化，没有另外生成。"
    trail.record(
        "report.same",
        report,
        by=None,
        at=attempt.now,
        sentence=sentence,
        after={"state": report.state, "same_as": same.pk},
    )
    tell_asker(report, ReportMessage.REPORT_READY, sentence, attempt.now, shown=same)


def tell_asker(
    report: Report, kind: MessageKind, sentence: str, at: datetime, *, shown: Report | None = None
) -> None:
    """Send its requester, or the coordinators if the system requested it, one message."""
    url = reverse("reports:report", args=[(shown or report).pk])
    settle_asked(ReportMessage.REPORT_READY, ReportMessage.REPORT_FAILED, url=url, at=at)
    asked = report.requested_by
    people = [asked] if asked else User.objects.holding(Role.COORDINATOR, on=localdate(at))
    tell(people, kind=kind, sentence=sentence, url=url, at=at)


def settle_failure(report: Report, *, at: datetime) -> None:
    """Settle the message about a failed report, because it has been requested again."""
    url = reverse("reports:report", args=[report.pk])
    settle_asked(ReportMessage.REPORT_FAILED, url=url, at=at)


def locked(reports: ReportQuerySet) -> ReportQuerySet:
    """Lock these reports and join the rows that audit events and messages name."""
    rows = reports.select_for_update(of=("self",)).without_dataset()
    return rows.select_related("period", "requested_by")
