"""What changed between two texts, marked for a reader. Pure: no database, no clock."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from diff_match_patch import diff_match_patch

# A figure or a Latin word is one word (12.5 → 15.3 as a whole); in Chinese each sign counts.
_WORDS = re.compile(r"[0-9A-Za-z][0-9A-Za-z.,:/\-]*[0-9A-Za-z%％‰]|[0-9][%％‰]|.", re.DOTALL)
# Signs of nobody's alphabet (Unicode, supplementary private use area A) stand for long words.
_FIRST_SIGN = 0xF0000
_PATIENCE = 0.5  # seconds; then what is left counts as replaced, which is still true


class Span(NamedTuple):
    """A stretch of text: in both, or in one of them only."""

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
    """Two texts as one line of spans: not removed reads as `after`, not added as `before`."""
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
    """The text with one sign a word; `signs` is added to, so that both texts share it."""
    text = text.replace("\r\n", "\n")
    return "".join(_sign_of(word, signs) for word in _WORDS.findall(text))


def _sign_of(word: str, signs: dict[str, str]) -> str:
    if word not in signs:
        is_plain = len(word) == 1 and ord(word) < _FIRST_SIGN
        signs[word] = word if is_plain else chr(_FIRST_SIGN + len(signs))
    return signs[word]
