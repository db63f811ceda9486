"""Stored files: read and proved, listed, removed; on the disk or in S3-compatible storage alike."""

import hashlib
import logging
from collections.abc import Iterable

from django.core.files import File
from django.core.files.storage import default_storage

from lib.errors import DomainError

logger = logging.getLogger(__name__)

AWAY = "文件存储暂时联系不上，请稍后重试；如仍不行，请联系系统管理员。"


def store_file(name: str, content: File, *, refusal: str) -> str:
    """Write a file; returns the name that it got. Raises DomainError where it is not taken."""
    try:
        return default_storage.save(name, content)
    except OSError as error:
        raise DomainError(refusal) from error


def read_file(name: str, *, gone: str, sha256: str = "", altered: str = "") -> bytes:
    """Return a stored file's bytes; with `sha256`, only if they match it.

    Raises DomainError: `gone` where there is no such file, or the row names none; `altered` where
    it is not what was stored; AWAY where the storage does not answer.
    """
    if not name:
        raise DomainError(gone)
    try:
        with default_storage.open(name) as stored:
            content: bytes = stored.read()
    except FileNotFoundError as error:
        raise DomainError(gone) from error
    except OSError as error:
        raise DomainError(AWAY) from error
    if sha256 and hashlib.sha256(content).hexdigest() != sha256:
        raise DomainError(altered)
    return content


def list_files(folder: str) -> tuple[list[str], list[str]]:
    """The names of the folders and of the files in a folder; none where there is no such folder."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
    return sorted(folders), sorted(names)


def delete_files(names: Iterable[str]) -> None:
    """Delete what no row names any more. What cannot be deleted now is left to the nightly job."""
    for name in names:
        try:
            default_storage.delete(name)
        except OSError as error:
            logger.warning("stored file %s could not be deleted: %s", name, error)
