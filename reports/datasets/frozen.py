"""What all frozen datasets share: read in one moment, one spelling as JSON, one digest."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import connection, transaction

DEPTH = 4  # dataset, sections, section, its measures: a measure is encoded as one piece
# XML 1.0, and so docx and xlsx, cannot hold these; they come with text pasted from elsewhere.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@contextmanager
def one_moment() -> Iterator[None]:
    """Open a transaction that reads everything as it is in one moment, and can write nothing.

    Raises RuntimeError inside another transaction, whose reads would be of other moments.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def digest_of(dataset: Mapping[str, object]) -> str:
    """Return the SHA-256 of a dataset as JSON in one spelling, in hexadecimal.

    Taken piece by piece, so that ten thousand rows are never one text in memory.
    """
    digest = hashlib.sha256()
    for piece in _pieces(dataset, DEPTH):
        digest.update(piece.encode())
    return digest.hexdigest()


def _pieces(value: object, depth: int) -> Iterator[str]:
    """One spelling: keys in order, no blanks; below `depth` the encoder writes a value whole."""
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
