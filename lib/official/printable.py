"""Text without the characters that no reader sees and that some formats refuse. Pure.

Text pasted from Word or the web brings vertical tabs, direction marks and zero-width characters.
XML forbids the first, and no face has a shape for the others.
"""

import re
from typing import cast

from lib.official.document import Document
from lib.text import map_texts

# Control characters but tab and line end; soft hyphen; zero-width characters, direction marks,
# separators; halves of surrogate pairs. Variation selectors stay: they choose a shape.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff]"
)


def printable_text(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


def printable_document(document: Document) -> Document:
    return cast(Document, map_texts(document, printable_text))
