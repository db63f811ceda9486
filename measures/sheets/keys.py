"""Keys that connect a row of a sheet with its filing or measure. Pure.

A key is `id.stamp.digest`: the stamp shows whether somebody has saved since, the digest whether the
row was changed in the sheet.
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
    """Return a short digest of the texts in a row's open cells."""
    return hashlib.sha256("\x1f".join(shown).encode()).hexdigest()[:12]


def shown_in(column: SheetColumn, values: Mapping[str, object]) -> str:
    """Return the text of a cell; a value that is not among the choices is shown as its word."""
    value = values.get(column.field)
    if value is None:
        return ""
    return plain(column.choices.get(str(value), str(value)))


def plain(text: str) -> str:
    """Return a text as a sheet stores it: printable, one kind of line end, no outer spaces.

    Without this, unchanged cells would look changed after a round trip.
    """
    unbroken = text.replace("\r\n", "\n").replace("\r", "\n")
    return printable_text(unbroken).strip()
