"""How the job of a report finishes: done, failed, or with nothing new to say."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.choices import MessageKind
from agencies.inbox.messages import settle_asked, tell
from agencies.models import User
from agencies.permissions import Role
from lib.jobs import release
from reports.choices import ReportMessage, ReportState
from reports.jobs.files import WrittenFile, remove_strays
from reports.jobs.lease import ReportAttempt
from reports.models import Issue, Report, ReportFile
from reports.models.report import ReportQuerySet


@transaction.atomic
def finish_report(attempt: ReportAttempt, files: list[WrittenFile], *, words: str) -> None:
    """End a report as done. Raises LeaseLostError if the attempt does not hold it any more.

    All files become the report's in one transaction, so that no reader finds half of a set.
    `words`: the digest of the words that the files say.
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
        sentence=f"生成{report.named}。",
        after={"state": report.state, "digest": report.digest}
        | {"files": sorted(file.sha256 for file in files)},
    )
    if not is_signing:
        told = f"{report}已生成，可以查看和下载。"
        tell_asker(report, ReportMessage.REPORT_READY, told, attempt.now)
    transaction.on_commit(lambda: remove_strays(attempt.pk), robust=True)


def _first_since_signed(report_id: int) -> bool:
    """Whether its files are about to be written for the first time since it was signed.

    Of the signing itself people are told already.
    """
    signed = Issue.objects.filter(report=report_id, issued_at__isnull=False).first()
    if signed is None:
        return False
    written = ReportFile.objects.filter(report=report_id, written_at__gte=signed.issued_at)
    return not written.exists()


@transaction.atomic
def fail_report(report_id: int, *, reason: str, at: datetime, attempt: int | None = None) -> bool:
    """End a report that is under way as failed, with a Chinese reason, and tell who asked.

    With `attempt`, only while that very attempt holds it. Returns whether it was ended.
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
    """Message who requested it, or the coordinators where the system did: one message a report."""
    url = reverse("reports:report", args=[(shown or report).pk])
    settle_asked(ReportMessage.REPORT_READY, ReportMessage.REPORT_FAILED, url=url, at=at)
    asked = report.requested_by
    people = [asked] if asked else User.objects.holding(Role.COORDINATOR, on=localdate(at))
    tell(people, kind=kind, sentence=sentence, url=url, at=at)


def settle_failure(report: Report, *, at: datetime) -> None:
    """It is asked for again, so nobody need ask for it."""
    url = reverse("reports:report", args=[report.pk])
    settle_asked(ReportMessage.REPORT_FAILED, url=url, at=at)


def locked(reports: ReportQuerySet) -> ReportQuerySet:
    """These reports, locked, with the rows that an audit event and a message name."""
    rows = reports.select_for_update(of=("self",)).without_dataset()
    return rows.select_related("period", "requested_by")
