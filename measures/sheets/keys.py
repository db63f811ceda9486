"""Keys that tie a row of a sheet to the filing or measure that it was written from. Pure.

A key is `id.stamp.digest`: the stamp tells whether somebody has saved since, the digest whether
the row was touched at all.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lib.text import printable_text
from measures.sheets.columns import SheetColumn

_KEY = re.compile(r"^(\d{1,18})\.([0-9-]{1,40})\.([0-9a-f]{12})$")


class RowKey(NamedTuple):
    pk: int
    stamp: str
    digest: str


def key_words(pk: int, stamp: str, shown: Iterable[str]) -> str:
    return f"{pk}.{stamp}.{digest_of(shown)}"


def read_key(words: str) -> RowKey | None:
    found = _KEY.match(words.strip())
    return RowKey(int(found[1]), found[2], found[3]) if found else None


def digest_of(shown: Iterable[str]) -> str:
    """A short digest of the texts in a row's open cells."""
    return hashlib.sha256("\x1f".join(shown).encode()).hexdigest()[:12]


def shown_in(column: SheetColumn, values: Mapping[str, object]) -> str:
    """Return what a cell says; a value that nobody may choose stands there as its own word."""
    value = values.get(column.field)
    if value is None:
        return ""
    return plain(column.choices.get(str(value), str(value)))


def plain(text: str) -> str:
    """A text as a sheet carries it: what can be printed, one kind of line end, no outer blanks.

    Without this a round trip would seem to change what nobody touched.
    """
    unbroken = text.replace("\r\n", "\n").replace("\r", "\n")
    return printable_text(unbroken).strip()
