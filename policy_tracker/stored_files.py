"""The files beside the database: which are missing or altered, and which belong to no row.

It looks at every model with a file field, so a new one is included by itself.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models

from lib.files import delete_files, list_files

# A file may be written a moment before its row is committed.
IN_HAND = timedelta(hours=1)
STRAY_FOR = timedelta(days=1)


def file_faults(*, at: datetime) -> list[str]:
    """Return each fault as a sentence that names its file; empty if files and rows agree."""
    strays = _strays(before=at - IN_HAND)
    return [*_wrong_files(), *(f"文件{name}没有对应的记录。" for name in strays)]


def remove_strays(*, at: datetime) -> int:
    """Remove files that no row has named for a day, and unfinished uploads; return how many."""
    strays = list(_strays(before=at - STRAY_FOR))
    delete_files(strays)
    return len(strays) + _remove_uploads(before=at - STRAY_FOR)


def named_files() -> Iterator[tuple[str, str]]:
    """Yield each file that rows name once, with its SHA-256; "" if no row has it."""
    digests: dict[str, str] = {}
    for row, field in _rows_with_files():
        name, digest = _name_and_digest(row, field)
        digests[name] = digests.get(name) or digest
    yield from digests.items()


def _wrong_files() -> Iterator[str]:
    checked: set[tuple[str, str]] = set()
    for row, field in _rows_with_files():
        name, digest = _name_and_digest(row, field)
        if (name, digest) in checked:  # versions of a note share their files
            continue
        checked.add((name, digest))
        called = f"{row._meta.verbose_name}“{row}”的文件{name}"
        if not default_storage.exists(name):
            yield f"{called}不见了。"
        elif digest and _digest_of(name) != digest:
            yield f"{called}与登记的校验值不符。"


def _name_and_digest(row: models.Model, field: str) -> tuple[str, str]:
    """Return the file's name and digest; only the field called `file` has its digest on the row."""
    return str(getattr(row, field).name), getattr(row, "sha256", "") if field == "file" else ""


def _rows_with_files() -> Iterator[tuple[models.Model, str]]:
    """Yield every row that has a file now, with the field's name."""
    for model, field in _file_fields():
        rows = model._default_manager.exclude(**{field: ""})
        if any(one.name == "removed_at" for one in model._meta.get_fields()):
            rows = rows.filter(removed_at=None)  # expired files were removed
        for row in rows.order_by("pk").iterator(chunk_size=500):
            yield row, field


def _strays(*, before: datetime) -> Iterator[str]:
    """Yield the names of files written before a moment that no row names."""
    known = {
        name
        for model, field in _file_fields()
        for name in model._default_manager.values_list(field, flat=True)
    }
    for name in _stored():
        if name not in known and default_storage.get_modified_time(name) < before:
            yield name


def _file_fields() -> Iterator[tuple[type[models.Model], str]]:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.FileField):
                yield model, field.name


def _stored(folder: str = "") -> Iterator[str]:
    folders, names = list_files(folder)
    yield from (f"{folder}{name}" for name in names)
    for inner in folders:
        yield from _stored(f"{folder}{inner}/")


def _digest_of(name: str) -> str:
    with default_storage.open(name) as stored:
        return hashlib.file_digest(stored, "sha256").hexdigest()


def _remove_uploads(*, before: datetime) -> int:
    """Remove partial uploads left by killed processes; return how many."""
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    stale = [path for path in folder.iterdir() if path.stat().st_mtime < before.timestamp()]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)
