"""A report's files: verified by digest when read, removed when they are old."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from agencies.audit import trail
from agencies.inbox.messages import settle_asked
from agencies.models import User
from lib.errors import DomainError
from lib.files import delete_files, list_files
from lib.files import read_file as read_stored
from reports.choices import FileFormat, ReportMessage
from reports.models import Report, ReportFile

FILE_GONE = "文件在存储中找不到了。请返回报告页，点“重新生成文件”。"
FILE_REMOVED = "文件已超过保存期限并已清理，数据仍在。请返回报告页，点“重新生成文件”，内容不变。"
FILE_ALTERED = (
    "文件与生成时的校验值不符，已停止下载。请返回报告页，点“重新生成文件”，并告知系统管理员。"
)


class WrittenFile(NamedTuple):
    """A stored file that no reader can find until the report names it."""

    format: FileFormat
    file: str  # its path in the storage
    name: str
    size: int
    sha256: str


def read_file(file: ReportFile) -> bytes:
    """Return a file's bytes. Raises DomainError if it is gone or does not match its digest."""
    if file.removed_at:
        raise DomainError(FILE_REMOVED)
    name = str(file.file.name)
    return read_stored(name, gone=FILE_GONE, sha256=file.sha256, altered=FILE_ALTERED)


@transaction.atomic
def record_download(file: ReportFile, *, by: User, at: datetime) -> None:
    """Record a download and settle the message about it. Raises PermissionDenied."""
    if not Report.objects.visible_to(by).filter(pk=file.report_id).exists():
        raise PermissionDenied
    trail.record(
        "report.download",
        file.report,
        by=by,
        at=at,
        sentence=f"下载“{file.name}”。",
        after={"format": file.format, "sha256": file.sha256},
    )
    url = reverse("reports:report", args=[file.report_id])
    own = User.objects.filter(pk=by.pk)
    settle_asked(ReportMessage.REPORT_READY, url=url, at=at, to=own)


def remove_old_files(*, days: int, at: datetime) -> int:
    """Remove files written more than `days` ago, and stray files of killed workers.

    Dataset and digests are kept, so that the files can be written again. If a report's text was not
    stored, its files are the only record and are kept. With `days` 0 only strays are removed.
    Returns how many files were removed, without strays.
    """
    for report_id in [int(name) for name in list_files("reports")[0] if name.isdecimal()]:
        remove_strays(report_id)
    if not days:
        return 0
    old = ReportFile.objects.filter(written_at__lt=at - timedelta(days=days), removed_at=None)
    old = old.exclude(report__final_at__isnull=False, report__words__isnull=True)
    ids = sorted(set(old.values_list("report", flat=True)))
    return sum(
        _remove_files(report_id, before=at - timedelta(days=days), at=at) for report_id in ids
    )


@transaction.atomic
def _remove_files(report_id: int, *, before: datetime, at: datetime) -> int:
    report = (
        Report.objects.select_for_update(of=("self",))
        .select_related("period")
        .without_dataset()
        .get(pk=report_id)
    )
    files = list(report.files.filter(written_at__lt=before, removed_at=None))
    if report.is_under_way or not files:
        return 0
    for file in files:
        file.removed_at = at
        file.save(update_fields=["removed_at"])
    trail.record(
        "report.clear",
        report,
        by=None,
        at=at,
        sentence=f"{report.named}的文件已超过保存期限，清理{len(files)}个文件，数据仍在。",
        after={"files": sorted(file.sha256 for file in files)},
    )
    transaction.on_commit(lambda: remove_strays(report_id), robust=True)
    return len(files)


@transaction.atomic
def remove_strays(report_id: int) -> None:
    """Remove files from a report's folder that do not belong to it.

    Does nothing while the report is being built: an attempt has files that no row names yet.
    """
    report = Report.objects.select_for_update().without_dataset().filter(pk=report_id).first()
    if report is None or report.is_under_way:
        return
    files = ReportFile.objects.filter(report=report_id, removed_at=None)
    kept = set(files.values_list("file", flat=True))
    folder = folder_of(report_id)
    stored = (f"{folder}/{name}" for name in list_files(folder)[1])
    delete_files(name for name in stored if name not in kept)


def discard(files: list[WrittenFile]) -> None:
    delete_files(file.file for file in files)


def folder_of(report_id: int) -> str:
    return f"reports/{report_id}"
