"""What is common to all frozen datasets: one moment, one spelling, one digest."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import connection, transaction

# XML 1.0 and so docx and xlsx cannot hold these; they come with text pasted from elsewhere.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@contextmanager
def one_moment() -> Iterator[None]:
    """A transaction in which everything read is as it was in one moment, and nothing is written."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def canonical(dataset: Mapping[str, object]) -> bytes:
    """The dataset as JSON in the one spelling that the digest is taken of."""
    words = json.dumps(dataset, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return words.encode()


def digest_of(dataset: Mapping[str, object]) -> str:
    """The SHA-256 of a dataset."""
    return hashlib.sha256(canonical(dataset)).hexdigest()


def clean(text: str) -> str:
    """Text as files can hold it: Unix line ends, no control characters, no blanks at the ends."""
    return _NOT_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
