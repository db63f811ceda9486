"""Copies of backups in S3-compatible storage, away from this machine."""

import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages

from policy_tracker.backup.manifest import (
    MANIFEST,
    BackupError,
    Manifest,
    backup_name,
    check_parts,
    read_manifest,
)

PLACE = "backups"  # in settings.STORAGES
_NAME = re.compile(r"\d{8}-\d{6}")


def copy_backup(folder: Path, manifest: Manifest) -> None:
    """Copy a backup; the manifest comes last and makes it complete. Raises BackupError."""
    place = _place()
    try:
        for part in (*manifest.parts, MANIFEST):
            name = f"{folder.name}/{part}"
            place.delete(name)  # left by an interrupted copy
            with (folder / part).open("rb") as source:
                place.save(name, File(source))
    except OSError as error:
        raise BackupError(f"没有复制到对象存储：{error}") from error


def copied_backups() -> list[str]:
    """Return the names of the complete copies, newest first. Raises BackupError."""
    place = _place()
    try:
        names = sorted(place.listdir("")[0], reverse=True)
        return [name for name in names if place.exists(f"{name}/{MANIFEST}")]
    except OSError as error:
        raise BackupError(f"对象存储联系不上：{error}") from error


def fetch_backup(name: str, to: Path) -> Path:
    """Download a copy, or the newest if `name` is empty, into a new folder of `to`, and verify it.

    Raises BackupError if there is none, it cannot be fetched, or it differs from what was copied.
    """
    name = name or next(iter(copied_backups()), "")
    if not _NAME.fullmatch(name):
        raise BackupError("对象存储里没有备份。" if not name else f"{name}不是备份的名称。")
    folder, unfinished = to / name, to / f".fetching-{name}"
    if folder.exists():
        raise BackupError(f"{folder}已经存在，不覆盖。")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise BackupError(f"不能写到{to}（{error.strerror}）。") from error
    try:
        _fetch(f"{name}/{MANIFEST}", unfinished / MANIFEST)
        manifest = read_manifest(unfinished)
        for part in manifest.parts:
            _fetch(f"{name}/{part}", unfinished / part)
        check_parts(manifest, unfinished)
    except BaseException:
        shutil.rmtree(unfinished)
        raise
    return unfinished.rename(folder)


def remove_old_copies(*, keep_days: int, at: datetime) -> list[str]:
    """Remove copies older than `keep_days`, but never the newest; return the removed ones."""
    limit = backup_name(at - timedelta(days=keep_days))
    old = [name for name in copied_backups()[1:] if name < limit]
    place = _place()
    try:
        for name in old:
            # The manifest first: without it an incomplete copy does not count as a backup.
            parts = sorted(place.listdir(name)[1], key=lambda part: part != MANIFEST)
            for part in parts:
                place.delete(f"{name}/{part}")
    except OSError as error:
        raise BackupError(f"没有删除对象存储里到期的备份：{error}") from error
    return old


def _fetch(name: str, to: Path) -> None:
    try:
        with _place().open(name) as source, to.open("wb") as target:
            to.chmod(0o600)
            for chunk in source.chunks():
                target.write(chunk)
    except OSError as error:
        raise BackupError(f"没有从对象存储取回{name}：{error}") from error


def _place() -> Storage:
    if not settings.BACKUP_BUCKET:
        raise BackupError("没有设BACKUP_BUCKET，备份不复制到对象存储。")
    return storages[PLACE]
