"""The words that the glossary says are not said any more, and finding them in a text."""

import re
from functools import cache
from typing import NamedTuple

from django.conf import settings

GLOSSARY = settings.BASE_DIR / "docs" / "glossary.md"
HEADING = "## Not said any more\n"
_ROW = re.compile(r"^\| ([^|(]+?) (?:\((.+)\) )?\| [^|]+ \| ?([^|]*?) ?\|$", re.MULTILINE)


class Retired(NamedTuple):
    word: str
    of: str  # of what it is not said; empty: of nothing at all
    stays: tuple[str, ...]  # longer words that hold it and are right

    def is_in(self, text: str) -> bool:
        for longer in self.stays:
            text = text.replace(longer, "")
        return re.search(re.sub(r"\d+", r"\\d+", self.word), text) is not None


@cache
def retired_words() -> tuple[Retired, ...]:
    """Every word of the first column; the rows of head and rule hold no Chinese and fall out."""
    table = GLOSSARY.read_text(encoding="utf-8").partition(HEADING)[2].partition("\n## ")[0]
    return tuple(
        Retired(word, of, tuple(stays.split(", ")) if stays else ())
        for words, of, stays in _ROW.findall(table)
        for word in words.split(", ")
        if not word.isascii()
    )


def retired_in(text: str) -> list[str]:
    """Return which words of a text a reader should not meet, whatever the text is about."""
    return [one.word for one in retired_words() if not one.of and one.is_in(text)]
