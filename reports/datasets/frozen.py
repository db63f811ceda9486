"""What is common to all frozen datasets: one moment, one spelling, one digest."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import connection, transaction

# XML 1.0 and so docx and xlsx cannot hold these; they come with text pasted from elsewhere.
DEEP = 4  # dataset, sections, section, its measures: a measure is a piece
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@contextmanager
def one_moment() -> Iterator[None]:
    """A transaction in which everything read is as it was in one moment, and nothing is written."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def digest_of(dataset: Mapping[str, object]) -> str:
    """The SHA-256 of a dataset as JSON in one spelling.

    Taken piece by piece, so that ten thousand rows are never one text.
    """
    digest = hashlib.sha256()
    for piece in _pieces(dataset, DEEP):
        digest.update(piece.encode())
    return digest.hexdigest()


def _pieces(value: object, deep: int) -> Iterator[str]:
    """One spelling: keys in order, no blanks; below `deep` the encoder writes a value whole."""
    if deep and isinstance(value, Mapping):
        for n, key in enumerate(sorted(value)):
            yield f"{',' if n else '{'}{json.dumps(key, ensure_ascii=False)}:"
            yield from _pieces(value[key], deep - 1)
        yield "}" if value else "{}"
    elif deep and isinstance(value, list):
        for n, one in enumerate(value):
            yield "," if n else "["
            yield from _pieces(one, deep - 1)
        yield "]" if value else "[]"
    else:
        yield json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def clean(text: str) -> str:
    """Text as files can hold it: Unix line ends, no control characters, no blanks at the ends."""
    return _NOT_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
