"""Actions of commands, jobs and page: back up, delete old backups, rehearse; all are audited."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.audit.trail import record
from agencies.choices import AgencyMessage
from agencies.inbox.messages import tell
from agencies.models import User
from agencies.permissions import Perm, Role
from lib.enqueue import enqueue
from lib.errors import DomainError
from policy_tracker.backup.copies import copy_backup, remove_old_copies
from policy_tracker.backup.make import backups_in, damaged_in, make_backup, remove_old
from policy_tracker.backup.manifest import BackupError, Manifest
from policy_tracker.backup.rehearse import rehearse_restore

T = TypeVar("T")
REHEARSED = "rehearsed.txt"  # in a backup's folder: day and result of the last rehearsal
COPIED = "copied.txt"  # the same for its copy in S3-compatible storage


class KeptBackup(NamedTuple):
    name: str
    made_at: datetime
    rows: int
    files: int
    size: int  # bytes
    faults: int
    encryption: str
    rehearsed_at: datetime | None
    copied_at: datetime | None


def kept_backups() -> list[KeptBackup]:
    """Return the readable backups in BACKUP_DIR, newest first."""
    return [
        KeptBackup(
            folder.name,
            manifest.made_at,
            sum(manifest.rows.values()),
            len(manifest.files),
            manifest.size,
            len(manifest.faults),
            manifest.encryption,
            _moment_in(folder / REHEARSED),
            _moment_in(folder / COPIED),
        )
        for folder, manifest in backups_in(settings.BACKUP_DIR)
    ]


def damaged_backups() -> list[str]:
    """Return why folders in BACKUP_DIR cannot be restored, as sentences."""
    return damaged_in(settings.BACKUP_DIR)


def _moment_in(note: Path) -> datetime | None:
    try:
        return datetime.fromisoformat(note.read_text(encoding="utf-8").splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def enqueue_by_hand(task: str, *, by: User) -> None:
    """Enqueue a backup or rehearsal. Raises DomainError if the broker is unreachable."""
    by.demand(Perm.KEEP_SYSTEM)
    if not enqueue(task, by.pk):
        raise DomainError("后台任务暂时联系不上，没有开始。请稍后再试，或在服务器上运行命令。")


def back_up(
    place: Path, *, recipient: str, by: User | None = None, at: datetime
) -> tuple[Path, Manifest]:
    """Make a backup. If that fails, inform the system administrators and raise BackupError."""
    folder, manifest = _told(
        lambda: make_backup(place, recipient=recipient, at=at), "备份", by=by, at=at
    )
    with transaction.atomic():
        record(
            "backup.make",
            None,
            by=by,
            at=at,
            sentence=f"备份{folder.name}：{sum(manifest.rows.values())}行，"
            f"{len(manifest.files)}个文件",
            after={name: part.sha256 for name, part in manifest.parts.items()},
        )
        if manifest.faults:
            _tell(f"备份{folder.name}已完成，但有{len(manifest.faults)}个文件缺失或被改动。", at)
    return folder, manifest


def copy_to_bucket(
    folder: Path, manifest: Manifest, *, by: User | None = None, at: datetime
) -> None:
    """Copy a backup to BACKUP_BUCKET, if set, and remove expired copies.

    Raises BackupError after telling the system administrators why not.
    """
    if not settings.BACKUP_BUCKET:
        return
    what = f"复制备份{folder.name}"
    _told(lambda: copy_backup(folder, manifest), what, by=by, at=at)
    (folder / COPIED).write_text(f"{at.isoformat()}\n", encoding="utf-8")
    sentence = f"{what}到对象存储{settings.BACKUP_BUCKET}"
    record("backup.copy", None, by=by, at=at, sentence=sentence)
    days = settings.BACKUP_KEEP_DAYS
    gone = _told(lambda: remove_old_copies(keep_days=days, at=at), "删除副本", by=by, at=at)
    _record_removed(gone, "到期的备份副本", at=at)


def remove_old_backups(*, at: datetime) -> int:
    """Remove expired backups (BACKUP_KEEP_DAYS); return how many."""
    gone = remove_old(settings.BACKUP_DIR, keep_days=settings.BACKUP_KEEP_DAYS, at=at)
    _record_removed([folder.name for folder in gone], "到期的备份", at=at)
    return len(gone)


def _record_removed(names: list[str], what: str, *, at: datetime) -> None:
    if names:
        sentence = f"删除{what}{'、'.join(names)}"
        record("backup.remove", None, by=None, at=at, sentence=sentence)


def rehearse(
    folder: Path | None, *, identity: str = "", by: User | None = None, at: datetime
) -> str:
    """Restore a backup, or the newest, into a temporary place; return what that proved.

    Raises BackupError after telling the system administrators why not.
    """
    if folder is None:
        folder = next((path for path, _ in backups_in(settings.BACKUP_DIR)), None)
    if folder is None:
        raise BackupError(f"{settings.BACKUP_DIR}里还没有备份。")
    chosen = folder
    proof = _told(lambda: rehearse_restore(chosen, identity=identity), "演练恢复", by=by, at=at)
    (folder / REHEARSED).write_text(f"{at.isoformat()}\n{proof}\n", encoding="utf-8")
    sentence = f"演练恢复备份{folder.name}，核对一致"
    record("backup.rehearse", None, by=by, at=at, sentence=sentence)
    return proof


def _told(work: Callable[[], T], what: str, *, by: User | None, at: datetime) -> T:
    try:
        return work()
    except BackupError as error:
        refusal = error
    except OSError as error:  # a full disk, a folder without permission
        refusal = BackupError(f"{error.filename or '磁盘'}不能读写（{error.strerror or error}）。")
    with transaction.atomic():
        record("backup.fail", None, by=by, at=at, sentence=f"{what}没有成功：{refusal}")
        _tell(f"{what}没有成功：{refusal}", at)
    raise refusal


def _tell(sentence: str, at: datetime) -> None:
    people = User.objects.active().holding(Role.SYSTEM_ADMIN, on=localdate(at))
    tell(people, kind=AgencyMessage.SYSTEM, sentence=sentence, url=reverse("backups:list"), at=at)
