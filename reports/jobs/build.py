"""Build a report: freeze the dataset once and write the files; safe to kill at any point."""

import errno
import hashlib
import logging
from datetime import datetime
from functools import partial
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.utils.timezone import localdate

from lib.errors import DomainError
from lib.official.document import digest_of_words
from reports.choices import FileFormat, ReportState
from reports.datasets.frozen import digest_of
from reports.jobs.attempt import (
    ReportAttempt,
    end_as_same,
    fail_report,
    finish_report,
    start_attempt,
)
from reports.jobs.files import WrittenFile, discard, folder_of
from reports.kinds import (
    WRITERS,
    Making,
    digest_of_final,
    file_name,
    freeze,
    making_for,
)
from reports.models import Report

logger = logging.getLogger(__name__)

NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


def run_report(report_id: int, *, at: datetime) -> bool:
    """Build a report that is queued or was abandoned; return whether it succeeded.

    Safe to run twice or concurrently (lib.jobs): an attempt that lost its lease, or whose report
    was cancelled, writes nothing more and leaves no file. The reason of a failure is stored in the
    row in Chinese; a database error is raised, and the sweep retries.
    """
    attempt = start_attempt(report_id, at=at)
    if attempt is None:
        return False
    return attempt.run(partial(_build, attempt), fail=partial(_fail, attempt))


def _build(attempt: ReportAttempt) -> None:
    report = Report.objects.select_related("period", "issue").get(pk=attempt.pk)
    # An earlier attempt may have frozen it; a report's dataset never changes.
    if report.dataset is None and not _freeze(attempt, report):
        return
    assert report.dataset is not None  # frozen now or before
    if digest_of(report.dataset) != report.digest:
        raise DomainError("已固定的数据与其校验值不符，不能据此生成文件，请联系系统管理员。")
    if report.words is not None and digest_of_final(report) != report.final_digest:
        raise DomainError("定稿全文与其校验值不符，不能据此生成文件，请联系系统管理员。")
    making = making_for(report)._replace(tick=attempt.tick)
    formats = making.kind.formats
    rows = making.document.row_count * len(formats)
    attempt.update(state=ReportState.WRITING, rows_total=rows)
    files = list[WrittenFile]()
    try:
        for file_format in formats:
            files.append(_write(attempt, file_format, making))
        finish_report(attempt, files, words=digest_of_words(making.document))
    except DatabaseError:
        raise  # keep the files: if the commit succeeded, the report names them
    except Exception:
        discard(files)
        raise


def _freeze(attempt: ReportAttempt, report: Report) -> bool:
    """Freeze the dataset; return False if it equals an earlier report's, which ends this one."""
    data = freeze(report.kind_choice, report.scope, on=localdate(attempt.now))
    digest = digest_of(data)
    same = None if report.is_anew else _same_as(report, digest)
    if same is not None:
        end_as_same(attempt, same)
        return False
    attempt.update(
        dataset=data, digest=digest, schema_version=data["schema"], frozen_at=attempt.now
    )
    report.refresh_from_db(fields=["dataset", "digest", "frozen_at"])
    return True


def _fail(attempt: ReportAttempt, error: Exception) -> None:
    logger.error("report %s failed", attempt.pk, exc_info=error)
    fail_report(attempt.pk, reason=_reason(error), at=attempt.now, attempt=attempt.number)


def _same_as(report: Report, digest: str) -> Report | None:
    newest = Report.objects.done().not_withdrawn().same_request(report).without_dataset().first()
    return newest if newest is not None and newest.digest == digest else None


def _write(attempt: ReportAttempt, file_format: FileFormat, making: Making) -> WrittenFile:
    content = WRITERS[file_format](making)
    # A random name that no reader knows until the report names it. A worker killed before that
    # leaves a stray file, which the successful attempt or the nightly job removes.
    path = f"{folder_of(attempt.pk)}/{uuid4().hex}.{file_format.value}"
    return WrittenFile(
        file_format,
        default_storage.save(path, ContentFile(content)),
        file_name(file_format, making),
        len(content),
        hashlib.sha256(content).hexdigest(),
    )


def _reason(error: Exception) -> str:
    if isinstance(error, DomainError):
        return str(error)[:300]
    if isinstance(error, OSError) and error.errno in NO_SPACE:
        return "存储空间不足，文件没有写成。请联系系统管理员清理空间后重新生成。"
    if isinstance(error, OSError):
        return "文件存储暂时不能写入。请稍后重新生成；如仍不成功，请联系系统管理员。"
    return "生成文件时出错。请重新生成；如仍不成功，请把报告编号告知系统管理员。"
