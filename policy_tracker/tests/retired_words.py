"""The words that the glossary has retired, and finding them in a text."""

import re
from functools import cache
from typing import NamedTuple

from django.conf import settings

GLOSSARY = settings.BASE_DIR / "docs" / "glossary.md"
HEADING = "## Not said any more\n"
_ROW = re.compile(r"^\| ([^|(]+?) (?:\((.+)\) )?\| [^|]+ \| ?([^|]*?) ?\|$", re.MULTILINE)


class Retired(NamedTuple):
    word: str
    of: str  # the context in which it is retired; empty: everywhere
    stays: tuple[str, ...]  # longer words that contain it and are allowed

    def is_in(self, text: str) -> bool:
        for longer in self.stays:
            text = text.replace(longer, "")
        return re.search(re.sub(r"\d+", r"\\d+", self.word), text) is not None


@cache
def retired_words() -> tuple[Retired, ...]:
    """Return every word of the first column; rows without Chinese are the head and its line."""
    table = GLOSSARY.read_text(encoding="utf-8").partition(HEADING)[2].partition("\n## ")[0]
    return tuple(
        Retired(word, of, tuple(stays.split(", ")) if stays else ())
        for words, of, stays in _ROW.findall(table)
        for word in words.split(", ")
        if not word.isascii()
    )


def retired_in(text: str) -> list[str]:
    """Return the retired words in a text, whatever it is about."""
    return [one.word for one in retired_words() if not one.of and one.is_in(text)]
