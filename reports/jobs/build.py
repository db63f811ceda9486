"""Build a report: freeze the dataset once, write each file, survive being killed anywhere."""

import errno
import hashlib
import logging
from datetime import datetime
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.utils.timezone import localdate

from lib.errors import DomainError
from lib.jobs import LeaseLostError
from reports.choices import FileFormat, ReportState
from reports.datasets.frozen import digest_of
from reports.jobs.files import WrittenFile, discard, folder_of
from reports.jobs.finish import end_as_same, fail_report, finish_report
from reports.jobs.lease import Run, take
from reports.kinds import Making, file_name, formats_of, freeze, making_for, written
from reports.models import Report

logger = logging.getLogger(__name__)

NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


def run_report(report_id: int, *, at: datetime) -> bool:
    """Make a report that is queued, or whose maker died; gives whether it has ended well.

    Safe to run twice and at the same time: the lease lets one in, and a maker that lost its lease,
    or whose report was called off, writes nothing more and leaves no file. What fails is noted on
    the row in Chinese. When the database itself fails the row is left as it is, and the sweep
    queues it again.
    """
    attempt = take(report_id, at=at)
    if attempt is None:
        return False
    run, files = Run(report_id, attempt, at), list[WrittenFile]()
    try:
        with run.beating():
            _make(run, files)
    except LeaseLostError:
        logger.warning("report %s was taken from attempt %s", report_id, attempt)
        discard(files)
        return False
    except DatabaseError:
        raise
    except Exception as error:
        logger.exception("report %s failed", report_id)
        discard(files)
        fail_report(report_id, reason=_reason(error), at=run.now, attempt=attempt)
        return False
    return True


def _make(run: Run, files: list[WrittenFile]) -> None:
    report = Report.objects.select_related("period", "issue").get(pk=run.report_id)
    if report.dataset is None:
        data = freeze(report.kind_choice, report.scope, on=localdate(run.now))
        digest = digest_of(data)
        same = None if report.is_anew else _same_as(report, digest)
        if same is not None:
            end_as_same(report.pk, same, at=run.now, attempt=run.attempt)
            return
        run.hold(dataset=data, digest=digest, schema_version=data["schema"], frozen_at=run.now)
        report.refresh_from_db(fields=["dataset", "digest", "frozen_at"])
    assert report.dataset is not None  # frozen just now, if not before
    if digest_of(report.dataset) != report.digest:
        raise DomainError("已固定的数据与其校验值不符，不能据此生成文件，请联系系统管理员。")
    making = making_for(report)._replace(tick=run.tick)
    formats = formats_of(making.kind)
    rows = making.document.row_count * len(formats)
    run.hold(state=ReportState.WRITING, rows_total=rows)
    for file_format in formats:
        files.append(_write(run, file_format, making))
    finish_report(run, files, edits=making.edits)


def _same_as(report: Report, digest: str) -> Report | None:
    """The newest finished report of the same request, where it says just this."""
    newest = Report.objects.done().standing().same_request(report).without_dataset().first()
    return newest if newest is not None and newest.digest == digest else None


def _write(run: Run, file_format: FileFormat, making: Making) -> WrittenFile:
    content = written(file_format, making)
    # Nobody knows this name until the row names it; what dies before that leaves a stray file,
    # which the attempt that ends well removes, or the nightly job.
    path = f"{folder_of(run.report_id)}/{uuid4().hex}.{file_format.value}"
    return WrittenFile(
        file_format,
        default_storage.save(path, ContentFile(content)),
        file_name(file_format, making),
        len(content),
        hashlib.sha256(content).hexdigest(),
    )


def _reason(error: Exception) -> str:
    """A sentence for people; the details are in the log."""
    if isinstance(error, DomainError):
        return str(error)[:300]
    if isinstance(error, OSError) and error.errno in NO_SPACE:
        return "存储空间不足，文件没有写成。请联系系统管理员清理空间后重新生成。"
    if isinstance(error, OSError):
        return "文件存储暂时不能写入。请稍后重新生成；如仍不成功，请联系系统管理员。"
    return "生成文件时出错。请重新生成；如仍不成功，请把报告编号告知系统管理员。"
