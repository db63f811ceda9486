"""Stored files: write, read and verify, list, delete; on disk or in S3-compatible storage."""

import hashlib
import logging
from collections.abc import Iterable

from django.core.files import File
from django.core.files.storage import default_storage

from lib.errors import DomainError

logger = logging.getLogger(__name__)

AWAY = "文件存储暂时联系不上，请稍后重试；如仍不行，请联系系统管理员。"


def store_file(name: str, content: File, *, refusal: str) -> str:
    """Write a file; returns its stored name. Raises DomainError if the storage refuses it."""
    try:
        return default_storage.save(name, content)
    except OSError as error:
        raise DomainError(refusal) from error


def read_file(name: str, *, gone: str, sha256: str = "", altered: str = "") -> bytes:
    """Return a stored file's bytes; with `sha256`, only if they match it.

    Raises DomainError with one of three texts: `gone` if there is no such file or `name` is empty,
    `altered` if its digest differs, AWAY if the storage does not answer.
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
    """The names of the folders and of the files in a folder; both empty if it does not exist."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
    return sorted(folders), sorted(names)


def delete_files(names: Iterable[str]) -> None:
    """Delete files that no row names. The nightly job retries those that cannot be deleted now."""
    for name in names:
        try:
            default_storage.delete(name)
        except OSError as error:
            logger.warning("stored file %s could not be deleted: %s", name, error)
