"""Evidence files: attach, remove, copy to the next version, read.

Files of a refused form that has no draft are kept for their uploader: the form lists them by name
until it is accepted or somebody removes them.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction

from agencies.audit import trail
from agencies.models import User
from lib.errors import DomainError
from lib.files import delete_files, read_file, store_file
from measures.filings.locking import take
from measures.filings.statements import files_kept_for
from measures.models import Evidence, Filing, Gap, KeptFile, Measure, Note, Section
from measures.models.evidence import StoredFile
from measures.rules.uploads import Upload

FOLDER = "evidence"
GONE = "这份材料在服务器上找不到了，请联系系统管理员。"
NOT_STORED = "服务器没有存下这份材料，请稍后重试；如仍不行，请联系系统管理员。"
ALTERED = "这份材料与上传时登记的校验值不符，为防误用没有下载，请联系系统管理员。"
F = TypeVar("F", bound=StoredFile)
_CARRIED = ("file", "name", "kind", "size", "sha256", "uploaded_by", "uploaded_at")
KEPT_DAYS = 30
Subject = Filing | Measure | Gap | Section  # the object that the form is about


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


def place_for(subject: Subject, form: str = "") -> str:
    """Return the name of a form about a filing, a gap, a section, or the closing of a measure.

    `form` names a second form about the same object.
    """
    return f"{form}{subject._meta.model_name}:{subject.pk}"


@transaction.atomic
def keep_files(
    subject: Subject, uploads: Iterable[Upload], *, by: User, at: datetime, form: str = ""
) -> list[str]:
    """Store files for the person who chose them; return the names of the kept ones.

    At most as many as the form accepts; copies are not stored again, and files older than
    KEPT_DAYS days are deleted.
    """
    forget_files(KeptFile.objects.filter(uploaded_at__lt=at - timedelta(days=KEPT_DAYS)))
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # one form of this person at a time
    there, names = {row.sha256 for row in kept_files(subject, by=by, form=form)}, []
    with no_file_left_behind() as stored:
        for upload in uploads:
            row = described(KeptFile(place=place_for(subject, form)), upload, by=by, at=at)
            if row.sha256 not in there and len(there) < settings.EVIDENCE_PER_NOTE:
                row.file.name = store(upload, stored)
                row.save(force_insert=True)
                there.add(row.sha256)
                _record_kept(
                    "keep", row, subject, by=by, at=at, sentence=f"留存“{row.name}”，未提交。"
                )
            if row.sha256 in there:
                names.append(upload.name)
    return names


@transaction.atomic
def remove_kept(subject: Subject, row: KeptFile, *, by: User, at: datetime) -> None:
    """Remove a kept file; only its uploader can see it."""
    _record_kept("forget", row, subject, by=by, at=at, sentence=f"移除留存的“{row.name}”。")
    forget_files([row])


def kept_files(subject: Subject, *, by: User, form: str = "") -> list[KeptFile]:
    return list(KeptFile.objects.filter(uploaded_by=by, place=place_for(subject, form)))


def kept_for_filings(filings: Iterable[Filing], *, by: User) -> dict[int, list[KeptFile]]:
    """Return the kept files of several filings, by their ids; one query."""
    places = {place_for(filing): filing.pk for filing in filings}
    found: dict[int, list[KeptFile]] = {}
    for row in files_kept_for().rows([by.pk]):
        if row.place in places:
            found.setdefault(places[row.place], []).append(row)
    return found


def with_kept(rows: Sequence[KeptFile], uploads: Iterable[Upload]) -> list[Upload]:
    """Return the uploads for a form's action: kept files, and new ones that are no copies.

    Raises DomainError if a stored file is missing or altered.
    """
    there = {row.sha256 for row in rows}
    waiting = [
        Upload(row.name, row.kind_choice, ContentFile(read_evidence(row), row.name)) for row in rows
    ]
    return [*waiting, *(one for one in uploads if digest_of(one.file) not in there)]


@transaction.atomic
def forget_files(rows: Iterable[KeptFile]) -> None:
    """Delete rows and, after commit, their files."""
    for row in rows:
        name = str(row.file.name)
        row.delete()
        transaction.on_commit(partial(delete_files, [name]))


def _record_kept(
    what: str, row: KeptFile, subject: Subject, *, by: User, at: datetime, sentence: str
) -> None:
    values = {"name": row.name, "size": row.size, "sha256": row.sha256}
    trail.record(f"evidence.{what}", subject, by=by, at=at, sentence=sentence, after=values)
