"""Restore a backup into an empty database and folder, and verify that it is complete."""

import hashlib
import tarfile
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from agencies.accounts.data_keys import key_faults
from agencies.audit.verification import verify
from agencies.models import Seal
from lib.files import list_files
from policy_tracker.backup.make import count_rows
from policy_tracker.backup.manifest import (
    DUMP,
    FILES,
    BackupError,
    Manifest,
    check_parts,
    read_manifest,
)
from policy_tracker.backup.programs import database_words, postgres_program, reading, run


def restore(folder: Path, *, identity: str = "") -> Manifest:
    """Fill the empty database and the empty folder of files; return the manifest.

    Runs as the database's owner. Raises BackupError if a target is not empty or the backup is
    damaged (nothing is written then), or if the restored data differ from the manifest.
    """
    manifest = read_manifest(folder)
    check_parts(manifest, folder)
    _refuse_newer(manifest)
    _refuse_unless_empty()
    _restore_database(folder / DUMP, manifest, identity)
    _restore_files(folder / FILES, manifest, identity)
    if wrong := differences(manifest):
        raise BackupError("恢复的内容与备份不一致：" + "".join(wrong))
    _verify_trail(manifest)
    return manifest


def _verify_trail(manifest: Manifest) -> None:
    """Verify the audit trail against its seals, if the backup has this version's tables.

    Otherwise `prepare` must migrate first; then run verify_audit.
    """
    if Seal._meta.db_table in manifest.rows and not _to_migrate(manifest):
        found = verify()
        if found.fault:
            raise BackupError(f"恢复的审计记录与封存不符：{found.fault.words}")


def unread(manifest: Manifest) -> list[str]:
    """Return sentences about data that the keys here do not decrypt: backups hold no keys."""
    return [] if _to_migrate(manifest) else key_faults()


def _to_migrate(manifest: Manifest) -> bool:
    ran = {(app, name) for app, names in manifest.migrations.items() for name in names}
    known = MigrationLoader(None).disk_migrations
    return any(not step.replaces and key not in ran for key, step in known.items())


def differences(manifest: Manifest) -> list[str]:
    """Return how the database and the files here differ from the manifest, each as a sentence."""
    here = count_rows()
    wrong = [
        f"表{name}应有{rows}行，实有{here.get(name, 0)}行。"
        for name, rows in manifest.rows.items()
        if here.get(name) != rows
    ]
    for name, digest in manifest.files.items():
        try:
            with default_storage.open(name) as stored:
                is_same = hashlib.file_digest(stored, "sha256").hexdigest() == digest
        except FileNotFoundError:
            wrong.append(f"缺文件{name}。")
        else:
            wrong += [] if is_same else [f"文件{name}的校验值不符。"]
    return wrong


def _refuse_newer(manifest: Manifest) -> None:
    known = MigrationLoader(None).disk_migrations
    unknown = [
        f"{app}.{name}"
        for app, names in manifest.migrations.items()
        for name in names
        if (app, name) not in known
    ]
    if unknown:
        raise BackupError(
            f"备份来自更新的版本（{unknown[-1]}），请先换上同一版或更新的程序再恢复。"
        )


def _refuse_unless_empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        (tables,) = cursor.fetchone()
    if tables:
        raise BackupError(f"数据库不是空的（已有{tables}张表），恢复只写入空的数据库。")
    if any(list_files("")):
        place = settings.FILES_BUCKET or settings.MEDIA_ROOT
        raise BackupError(f"{place}不是空的，恢复只写入空的目录或存储桶。")


def _restore_database(path: Path, manifest: Manifest, identity: str) -> None:
    where, environment = database_words()
    command = [postgres_program("pg_restore"), "--dbname", where, "--no-password"]
    command += ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    with reading(path, manifest.encryption, identity) as source:
        run(command, what="写入数据库", stdin=source, env=environment)


def _restore_files(path: Path, manifest: Manifest, identity: str) -> None:
    with (
        reading(path, manifest.encryption, identity) as source,
        tarfile.open(fileobj=source, mode="r|") as archive,
    ):
        for entry in archive:
            content = archive.extractfile(entry)
            if content is None:
                raise BackupError(f"备份里的{entry.name}不是文件。")
            try:
                default_storage.save(entry.name, ContentFile(content.read()))
            except OSError as error:
                raise BackupError(f"没有写入文件{entry.name}：{error}") from error
