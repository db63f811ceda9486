"""What changed between two texts, marked for a reader. Pure: no database, no clock."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from diff_match_patch import diff_match_patch

# A figure or a Latin word is compared as a whole (12.5 → 15.3); in Chinese, each character.
_WORDS = re.compile(r"[0-9A-Za-z][0-9A-Za-z.,:/\-]*[0-9A-Za-z%％‰]|[0-9][%％‰]|.", re.DOTALL)
# Private-use characters (Unicode, supplementary private use area A) stand for long words.
_FIRST_SIGN = 0xF0000
_PATIENCE = 0.5  # seconds; after that the rest counts as replaced, which is correct but coarse


class Span(NamedTuple):
    """A piece of text that is in both versions or only in one of them."""

    text: str
    is_added: bool = False
    is_removed: bool = False


class MarkedText(NamedTuple):
    label: str
    spans: list[Span]

    @property
    def is_changed(self) -> bool:
        return any(span.is_added or span.is_removed for span in self.spans)


def changes(before: str, after: str) -> list[Span]:
    """The spans of both texts in order: without the removed ones they read as `after`, without the
    added ones as `before`.
    """
    signs: dict[str, str] = {}
    differ = diff_match_patch()
    differ.Diff_Timeout = _PATIENCE
    found = differ.diff_main(_encoded(before, signs), _encoded(after, signs), checklines=False)
    differ.diff_cleanupSemantic(found)
    words = {sign: word for word, sign in signs.items()}
    return [
        Span(
            "".join(words[sign] for sign in text),
            is_added=kind == differ.DIFF_INSERT,
            is_removed=kind == differ.DIFF_DELETE,
        )
        for kind, text in found
    ]


def marked_parts(texts: Iterable[tuple[str, str, str]]) -> list[MarkedText]:
    return [
        MarkedText(label, changes(before, after))
        for label, before, after in texts
        if before or after
    ]


def _encoded(text: str, signs: dict[str, str]) -> str:
    """The text with one character per word; new words are added to `signs`, which both share."""
    text = text.replace("\r\n", "\n")
    return "".join(_sign_of(word, signs) for word in _WORDS.findall(text))


def _sign_of(word: str, signs: dict[str, str]) -> str:
    if word not in signs:
        is_plain = len(word) == 1 and ord(word) < _FIRST_SIGN
        signs[word] = word if is_plain else chr(_FIRST_SIGN + len(signs))
    return signs[word]
