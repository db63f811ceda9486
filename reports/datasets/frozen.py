"""Shared by all frozen datasets: reading at one moment, canonical JSON, digest."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import connection, transaction

DEPTH = 4  # dataset, sections, section, its measures: each measure is encoded as one piece
# XML 1.0, and so docx and xlsx, cannot hold these characters, which pasted text may contain.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@contextmanager
def one_moment() -> Iterator[None]:
    """Open a read-only transaction in which all reads see the same moment.

    Raises RuntimeError inside another transaction, whose reads may see other moments.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def digest_of(dataset: Mapping[str, object]) -> str:
    """Return the SHA-256 of a dataset's canonical JSON, in hexadecimal.

    Computed piece by piece, so that ten thousand rows are never one text in memory.
    """
    digest = hashlib.sha256()
    for piece in _pieces(dataset, DEPTH):
        digest.update(piece.encode())
    return digest.hexdigest()


def _pieces(value: object, depth: int) -> Iterator[str]:
    """Yield canonical JSON: sorted keys, no blanks; below `depth` a value is one piece."""
    if depth and isinstance(value, Mapping):
        for n, key in enumerate(sorted(value)):
            yield f"{',' if n else '{'}{json.dumps(key, ensure_ascii=False)}:"
            yield from _pieces(value[key], depth - 1)
        yield "}" if value else "{}"
    elif depth and isinstance(value, list):
        for n, one in enumerate(value):
            yield "," if n else "["
            yield from _pieces(one, depth - 1)
        yield "]" if value else "[]"
    else:
        yield json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def clean(text: str) -> str:
    """Return text as files can hold it: Unix line ends, no control characters, stripped."""
    return _NOT_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
