"""Evidence files: attach, remove, copy to the next version, read."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.db import transaction

from agencies.audit import trail
from agencies.models import User
from lib.errors import DomainError
from lib.files import delete_files, read_file, store_file
from measures.filings.locking import take
from measures.models import Evidence, Note
from measures.models.evidence import StoredFile
from measures.rules.uploads import Upload

FOLDER = "evidence"
GONE = "这份材料在服务器上找不到了，请联系系统管理员。"
NOT_STORED = "服务器没有存下这份材料，请稍后重试；如仍不行，请联系系统管理员。"
ALTERED = "这份材料与上传时登记的校验值不符，为防误用没有下载，请联系系统管理员。"
F = TypeVar("F", bound=StoredFile)
_CARRIED = ("file", "name", "kind", "size", "sha256", "uploaded_by", "uploaded_at")


def attach(
    note: Note, uploads: Iterable[Upload], *, by: User, at: datetime, stored: list[str]
) -> None:
    """Attach files to a draft while it is saved; the filing must be locked.

    A file already attached is not stored again. Names of written files are added to `stored`
    (no_file_left_behind). Raises DomainError if there are too many files or writing one fails.
    """
    for upload in uploads:
        row = described(Evidence(note=note), upload, by=by, at=at)
        if note.evidence.filter(sha256=row.sha256).exists():
            continue
        if note.evidence.count() >= settings.EVIDENCE_PER_NOTE:
            most = settings.EVIDENCE_PER_NOTE
            raise DomainError(f"每项填报最多上传{most}份材料，请先移除或合并后再上传。")
        row.file.name = store(upload, stored)
        row.save(force_insert=True)
        _record("add", row, by=by, at=at, sentence=f"为{note}上传“{row.name}”。")


@contextmanager
def no_file_left_behind() -> Iterator[list[str]]:
    """Yield a list for the names of stored files; on any error these files are deleted."""
    stored: list[str] = []
    try:
        yield stored
    except BaseException:
        delete_files(stored)
        raise


@transaction.atomic
def remove_evidence(evidence: Evidence, *, by: User, at: datetime) -> None:
    """Remove a file from the current draft; submitted versions keep it.

    `evidence` may also be the row of the earlier version from which the draft was copied. Raises
    PermissionDenied for people of other agencies, DomainError if no draft has it.
    """
    filing, _ = take(evidence.note.filing, "save", by=by)
    drafts = Evidence.objects.filter(
        note__filing=filing, note__submitted_at=None, note__dropped_at=None
    )
    found = drafts.filter(sha256=evidence.sha256).select_related("note__filing").first()
    if found is None:
        raise DomainError("这份材料已不在草稿中，请刷新页面查看最新状态。")
    _record("remove", found, by=by, at=at, sentence=f"从{found.note}移除“{found.name}”。")
    name = str(found.file.name)
    found.delete()
    transaction.on_commit(lambda: _forget(name))


def carry_evidence(later: Mapping[int, Note]) -> None:
    """Copy evidence rows to later versions, given by the earlier ones' ids; part of an action.

    The stored files are shared.
    """
    rows = Evidence.objects.filter(note__in=list(later)).select_related("uploaded_by")
    Evidence.objects.bulk_create(
        Evidence(
            note=later[row.note_id],
            **{field: getattr(row, field) for field in _CARRIED},
        )
        for row in rows.order_by("pk")
    )


def read_evidence(evidence: StoredFile) -> bytes:
    """Return a file's bytes after checking its digest.

    Raises DomainError if the file is missing or altered.
    """
    name = str(evidence.file.name)
    return read_file(name, gone=GONE, sha256=evidence.sha256, altered=ALTERED)


@transaction.atomic
def record_evidence_download(evidence: Evidence, *, by: User, at: datetime) -> None:
    sentence = f"下载{evidence.note}的“{evidence.name}”。"
    _record("download", evidence, by=by, at=at, sentence=sentence)


def store(upload: Upload, stored: list[str]) -> str:
    """Write a file under a random name and return the name; part of an action.

    The name is added to `stored` first. Raises DomainError if writing fails.
    """
    name = f"{FOLDER}/{uuid4().hex}"
    stored.append(name)  # first, because a full disk leaves an incomplete file
    return store_file(name, upload.file, refusal=NOT_STORED)


def described(row: F, upload: Upload, *, by: User, at: datetime) -> F:
    """Fill in a row's name, kind, size, digest and person, without saving; return the row."""
    row.name, row.kind, row.size = upload.name, upload.kind, upload.file.size or 0
    row.sha256 = digest_of(upload.file)
    row.uploaded_by, row.uploaded_at = by, at
    return row


def digest_of(file: File) -> str:
    """Return the SHA-256 of a file's content in hexadecimal, and rewind it."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest


def _forget(name: str) -> None:
    """Delete a stored file that no version refers to any more."""
    if not Evidence.objects.filter(file=name).exists():
        delete_files([name])


def _record(what: str, row: Evidence, *, by: User, at: datetime, sentence: str) -> None:
    values = {"name": row.name, "size": row.size, "sha256": row.sha256}
    trail.record(f"evidence.{what}", row.note.filing, by=by, at=at, sentence=sentence, after=values)
