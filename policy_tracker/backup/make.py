"""Make a backup while people continue to work, and remove expired ones."""

import fcntl
import hashlib
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from psycopg2 import sql

from policy_tracker.backup.manifest import (
    DUMP,
    FILES,
    MANIFEST,
    BackupError,
    Manifest,
    backup_name,
    part_of,
    read_manifest,
    write_manifest,
)
from policy_tracker.backup.programs import (
    database_words,
    encryption_of,
    postgres_program,
    run,
    writing,
)
from policy_tracker.stored_files import named_files

_UNFINISHED = ".unfinished-"


def make_backup(place: Path, *, recipient: str = "", at: datetime) -> tuple[Path, Manifest]:
    """Write one backup into a new folder of `place`; return the folder and the manifest.

    The dump, the row counts and the file names belong to one moment: pg_dump and this process read
    the same database snapshot, even if others write meanwhile. The folder gets its final name when
    it is complete, so that an interrupted backup is never taken for one. `recipient`: of age or
    gpg. Raises BackupError and then leaves no files.
    """
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(place):
        for left in place.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left)
        name = backup_name(at)
        if (place / name).exists():
            raise BackupError("这一秒内已经有一次备份，请稍后再做。")
        folder, final = place / f"{_UNFINISHED}{name}", place / name
        folder.mkdir(mode=0o700)
        try:
            manifest = _write(folder, recipient, at)
        except BaseException:
            shutil.rmtree(folder)
            raise
        folder.rename(final)
        return final, manifest


def backups_in(place: Path) -> list[tuple[Path, Manifest]]:
    """Return the complete backups, newest first."""
    found = _manifests_in(place)
    return [(folder, what) for folder, what in found if isinstance(what, Manifest)]


def damaged_in(place: Path) -> list[str]:
    """Return why backups are unreadable, as sentences; they are not removed."""
    return [str(what) for _, what in _manifests_in(place) if isinstance(what, BackupError)]


def _manifests_in(place: Path) -> Iterator[tuple[Path, Manifest | BackupError]]:
    for folder in sorted((path.parent for path in place.glob(f"[0-9]*/{MANIFEST}")), reverse=True):
        try:
            yield folder, read_manifest(folder)
        except BackupError as refusal:
            yield folder, refusal


def remove_old(place: Path, *, keep_days: int, at: datetime) -> list[Path]:
    """Remove backups older than `keep_days`, but never the newest; return the removed ones."""
    limit = at - timedelta(days=keep_days)
    old = [folder for folder, manifest in backups_in(place)[1:] if manifest.made_at < limit]
    for folder in old:
        shutil.rmtree(folder)
    return old


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Hold a lock, because two backups at once would remove each other's unfinished folder."""
    with (place / "lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BackupError("另一次备份正在进行，请等它结束。") from None
        yield


def _write(folder: Path, recipient: str, at: datetime) -> Manifest:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        _dump(folder / DUMP, recipient, snapshot)
        files, faults = _copy_files(folder / FILES, recipient)
        manifest = Manifest(
            made_at=at,
            encryption=encryption_of(recipient),
            parts={name: part_of(folder / name) for name in (DUMP, FILES)},
            rows=count_rows(),
            files=files,
            migrations=migrations_run(),
            faults=faults,
        )
    write_manifest(manifest, folder)
    return manifest


def count_rows() -> dict[str, int]:
    """Return the number of rows of each existing table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        names = [name for (name,) in cursor.fetchall()]
        counts = {}
        for name in names:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))
            (counts[name],) = cursor.fetchone()
    return counts


def migrations_run() -> dict[str, list[str]]:
    by_app: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        by_app.setdefault(app, []).append(name)
    return by_app


def _dump(path: Path, recipient: str, snapshot: str) -> None:
    """Dump without owners and rights: a restored database gets them from `prepare --app-role`."""
    where, environment = database_words()
    command = [postgres_program("pg_dump"), "--dbname", where, "--format=custom"]
    command += ["--no-owner", "--no-privileges", "--no-password", f"--snapshot={snapshot}"]
    with writing(path, recipient) as target:
        run(command, what="导出数据库", stdout=target, env=environment)


def _copy_files(path: Path, recipient: str) -> tuple[dict[str, str], list[str]]:
    """Write the files named by rows into one tar; return their digests, and faults of others."""
    copied: dict[str, str] = {}
    faults: list[str] = []
    with (
        writing(path, recipient) as target,
        tarfile.open(fileobj=target, mode="w|") as archive,
    ):
        for name, known in named_files():
            try:
                source = default_storage.open(name)
            except FileNotFoundError:
                faults.append(f"文件{name}不见了。")
                continue
            except OSError as error:
                raise BackupError(f"文件{name}读不出来：{error}") from error
            with source:
                copied[name] = _add(archive, name, source)
            if known and known != copied[name]:
                faults.append(f"文件{name}与登记的校验值不符。")
    return copied, faults


class _Digested:
    """A file whose digest is computed while tarfile reads it, so that it is read only once."""

    def __init__(self, source: File) -> None:
        self._source = source
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        found: bytes = self._source.read(size)
        self._digest.update(found)
        return found

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def _add(archive: tarfile.TarFile, name: str, source: File) -> str:
    entry = tarfile.TarInfo(name)
    entry.size = source.size
    entry.mode = 0o600
    digested = _Digested(source)
    archive.addfile(entry, digested)
    return digested.hexdigest()
