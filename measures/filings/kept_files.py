"""Files of a refused form that has no draft to attach them to, kept for their uploader.

The form lists them by name until it is accepted or somebody removes them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from agencies.audit import trail
from agencies.models import User
from lib.files import delete_files
from measures.filings.evidence import (
    described,
    digest_of,
    no_file_left_behind,
    read_evidence,
    store,
)
from measures.filings.statements import files_kept_for
from measures.models import Filing, Gap, KeptFile, Measure, Section
from measures.rules.uploads import Upload

KEPT_DAYS = 30
Subject = Filing | Measure | Gap | Section  # the object that the form is about


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
                _record("keep", row, subject, by=by, at=at, sentence=f"留存“{row.name}”，未提交。")
            if row.sha256 in there:
                names.append(upload.name)
    return names


@transaction.atomic
def remove_kept(subject: Subject, row: KeptFile, *, by: User, at: datetime) -> None:
    """Remove a kept file; only its uploader can see it."""
    _record("forget", row, subject, by=by, at=at, sentence=f"移除留存的“{row.name}”。")
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


def _record(
    what: str, row: KeptFile, subject: Subject, *, by: User, at: datetime, sentence: str
) -> None:
    values = {"name": row.name, "size": row.size, "sha256": row.sha256}
    trail.record(f"evidence.{what}", subject, by=by, at=at, sentence=sentence, after=values)
