"""Build a report: freeze the dataset once and write the files; or export one into a folder."""

import errno
import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, cast
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.utils.timezone import localdate

from agencies.audit import trail
from lib.errors import DomainError
from lib.official.document import digest_of_words
from measures.models import Period
from reports.choices import FileFormat, ReportKind, ReportState
from reports.datasets.frozen import digest_of
from reports.datasets.schema import CircularData
from reports.documents.proposals import resolve_choices
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
    Dataset,
    Making,
    digest_of_final,
    file_name,
    freeze,
    making_for,
    making_of,
)
from reports.models import Report
from reports.models.report import Scope

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


class CircularChoices(NamedTuple):
    """Agencies to praise and to name, by code or name, or 全部; and whether 经市政府同意."""

    praise: Sequence[str] = ()
    name: Sequence[str] = ()
    with_consent: bool = False


def export_report(
    period: Period,
    *,
    kind: ReportKind,
    scope: Scope,
    formats: list[FileFormat] | None = None,
    choices: CircularChoices | None = None,
    folder: Path,
    at: datetime,
) -> list[Path]:
    """Freeze the dataset, write one file per format into `folder`, and record it.

    `formats`: None for all of the kind; `choices`: only for a circular. Returns the paths of the
    files. Raises DomainError if an agency may not be praised or named. Do not call it inside a
    transaction, because the dataset is read in its own.
    """
    on = localdate(at)
    data = freeze(kind, scope, on=on)
    making = making_of(kind, _with_choices(data, choices), made_on=on)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for file_format in formats or kind.formats:
        path = folder / file_name(file_format, making)
        path.write_bytes(WRITERS[file_format](making))
        paths.append(path)
    trail.record(
        "report.export",
        period,
        by=None,
        at=at,
        sentence=f"在服务器上导出{period}{kind.label}。",
        after={"files": [path.name for path in paths], "digest": digest_of(data)},
    )
    return paths


def _with_choices(data: Dataset, choices: CircularChoices | None) -> Dataset:
    if choices is None:
        return data
    chosen: Any = resolve_choices(cast(CircularData, data), **choices._asdict())
    return {**data, "choices": chosen}
