"""Making a report: freeze the dataset once, write each file, and survive being killed anywhere."""

import errno
import hashlib
import logging
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import NamedTuple, cast
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.utils.timezone import localdate

from agencies import audit
from agencies.choices import MessageKind
from policy_tracker.lib.errors import DomainError
from reports.actions.requests import fail_report, tell_requester
from reports.choices import RUNNING, FileFormat, ReportKind, ReportState
from reports.data.frozen import digest_of
from reports.data.progress import freeze_progress
from reports.data.shapes import ProgressData
from reports.models import Report, ReportFile
from reports.writers.document import Tick
from reports.writers.docx import write_docx
from reports.writers.prose import document_of, file_title
from reports.writers.tables import count_rows
from reports.writers.xlsx import write_xlsx

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
TELL_EVERY = 0.5  # seconds between two writes of the progress
NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


class Writer(NamedTuple):
    """How a format is written, and what its files are called after the title."""

    write: Callable[..., bytes]
    noun: str


def _docx(data: ProgressData, *, made_on: date, tick: Tick) -> bytes:
    return write_docx(document_of(data, made_on=made_on), tick=tick)


FREEZERS = {ReportKind.PROGRESS: freeze_progress}
WRITERS = {
    FileFormat.DOCX: Writer(_docx, "报告"),
    FileFormat.XLSX: Writer(write_xlsx, "台账"),
}


class LeaseLostError(Exception):
    """Another attempt has taken the report over; this one must not write any more."""


def run_report(report_id: int, *, at: datetime) -> bool:
    """Make a report that is queued, or whose maker died; gives whether it is done.

    Safe to run twice and at the same time: the lease lets one in, and a maker that lost its lease
    can write nothing. What fails is noted on the row in Chinese. When the database itself fails
    the row is left as it is, and the sweep queues it again.
    """
    attempt = _take(report_id, at=at)
    if attempt is None:
        return False
    run = _Run(report_id, attempt, at)
    try:
        _make(run)
    except LeaseLostError:
        logger.warning("report %s was taken over from attempt %s", report_id, attempt)
        return False
    except DatabaseError:
        raise
    except Exception as error:
        logger.exception("report %s failed", report_id)
        fail_report(report_id, reason=_reason(error), at=run.now, attempt=attempt)
        return False
    return True


class _Run:
    """One attempt: its lease, its clock (the start plus what has passed), its progress."""

    def __init__(self, report_id: int, attempt: int, at: datetime) -> None:
        self.report_id = report_id
        self.attempt = attempt
        self._began_at, self._began = at, time.monotonic()
        self._rows, self._told = 0, 0.0

    @property
    def now(self) -> datetime:
        """The moment, reckoned from the one the caller gave."""
        return self._began_at + timedelta(seconds=time.monotonic() - self._began)

    def tick(self, rows: int) -> None:
        """Count rows that were written; now and then tell the row, and so keep the lease."""
        self._rows += rows
        if time.monotonic() - self._told >= TELL_EVERY:
            self._told = time.monotonic()
            self.hold(rows_done=self._rows)

    def hold(self, **fields: object) -> None:
        """Write to the row and renew the lease. Raises LeaseLostError where it is gone."""
        held = Report.objects.filter(pk=self.report_id).held_by(self.attempt)
        if not held.update(lease_until=self.now + LEASE, **fields):
            raise LeaseLostError


@transaction.atomic
def _take(report_id: int, *, at: datetime) -> int | None:
    """Take the lease; gives the number of the attempt, or None where there is nothing to do."""
    report = Report.objects.select_for_update().without_dataset().filter(pk=report_id).first()
    if report is None or not _is_free(report, at):
        return None
    report.state, report.lease_until = ReportState.FREEZING, at + LEASE
    report.begun_at = report.begun_at or at
    report.attempts += 1
    report.rows_done = report.rows_total = 0
    report.save(
        update_fields=["state", "lease_until", "begun_at", "attempts", "rows_done", "rows_total"]
    )
    return report.attempts


def _is_free(report: Report, at: datetime) -> bool:
    if report.state == ReportState.QUEUED:
        return True
    return report.state in RUNNING and report.lease_until is not None and report.lease_until < at


def _make(run: _Run) -> None:
    report = Report.objects.select_related("period").get(pk=run.report_id)
    if report.dataset is None:
        _freeze(run, report)
        report.refresh_from_db()
    data = cast(ProgressData, report.dataset)
    assert report.frozen_at is not None  # a constraint: it comes with the dataset
    if digest_of(data) != report.digest:
        raise DomainError("已固定的数据与其校验值不符，不能据此生成文件，请联系系统管理员。")
    run.hold(state=ReportState.WRITING, rows_total=count_rows(data) * len(WRITERS))
    for file_format in WRITERS:
        _write(run, file_format, data, made_on=localdate(report.frozen_at))
    _finish(run)


def _freeze(run: _Run, report: Report) -> None:
    """Once only: a report that has a dataset keeps it for good."""
    data = FREEZERS[ReportKind(report.kind)](report.period_id, on=localdate(run.now))
    run.hold(dataset=data, digest=digest_of(data), schema_version=data["schema"], frozen_at=run.now)


def _write(run: _Run, file_format: FileFormat, data: ProgressData, *, made_on: date) -> None:
    content = written(file_format, data, made_on=made_on, tick=run.tick)
    # Nobody knows this name until the row names it; what dies before that leaves a stray file,
    # which the attempt that ends well removes.
    path = default_storage.save(
        f"{_folder(run.report_id)}/{uuid4().hex}.{file_format.value}", ContentFile(content)
    )
    try:
        _keep(run, file_format, path, content, name=file_name(file_format, data))
    except LeaseLostError:
        default_storage.delete(path)
        raise


@transaction.atomic
def _keep(run: _Run, file_format: FileFormat, path: str, content: bytes, *, name: str) -> None:
    run.hold()  # also locks the row
    ReportFile.objects.update_or_create(
        report_id=run.report_id,
        format=file_format,
        defaults={
            "file": path,
            "name": name,
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "written_at": run.now,
        },
    )


def written(
    file_format: FileFormat, data: ProgressData, *, made_on: date, tick: Tick = lambda rows: None
) -> bytes:
    """A dataset in one format."""
    return WRITERS[file_format].write(data, made_on=made_on, tick=tick)


def file_name(file_format: FileFormat, data: ProgressData) -> str:
    """What the file is called for people: 2026年前三季度…工作进展情况报告.docx."""
    return f"{file_title(data)}{WRITERS[file_format].noun}.{file_format.value}"


@transaction.atomic
def _finish(run: _Run) -> None:
    run.hold()
    report = (
        Report.objects.select_related("period", "requested_by")
        .without_dataset()
        .get(pk=run.report_id)
    )
    report.state, report.lease_until, report.finished_at = ReportState.DONE, None, run.now
    report.rows_done = report.rows_total
    report.save(update_fields=["state", "lease_until", "finished_at", "rows_done"])
    kept = {str(file.file): file.sha256 for file in report.files.all()}
    audit.record(
        "report.done",
        report,
        by=None,
        at=run.now,
        sentence=f"生成{report}（第{report.pk}号），数据集校验值{report.digest[:12]}。",
        after={"state": report.state, "digest": report.digest, "files": sorted(kept.values())},
    )
    words = f"{report}已生成，可以查看和下载。"
    tell_requester(report, MessageKind.REPORT_READY, words, run.now)
    transaction.on_commit(lambda: _remove_strays(run.report_id, set(kept)), robust=True)


def _remove_strays(report_id: int, kept: set[str]) -> None:
    """What attempts that died left in the report's folder."""
    folder = _folder(report_id)
    for name in default_storage.listdir(folder)[1]:
        if f"{folder}/{name}" not in kept:
            default_storage.delete(f"{folder}/{name}")


def _folder(report_id: int) -> str:
    return f"reports/{report_id}"


def _reason(error: Exception) -> str:
    """A sentence for people; the details are in the log."""
    if isinstance(error, DomainError):
        return str(error)[:300]
    if isinstance(error, OSError) and error.errno in NO_SPACE:
        return "存储空间不足，文件没有写成。请联系系统管理员清理空间后重新生成。"
    if isinstance(error, OSError):
        return "文件存储暂时不能写入。请稍后重新生成；如仍不成功，请联系系统管理员。"
    return "生成文件时出错。请重新生成；如仍不成功，请把报告编号告知系统管理员。"
