"""Cleans text that people type or paste: direction marks and invisible characters. Pure."""

import re
from collections.abc import Callable
from typing import Any

# They change the direction of the text after them, so that it can look like another text.
DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Text pasted from Word or the web may hold invisible characters: control characters (tab and line
# end are kept); soft hyphen; zero-width characters, direction marks, separators; halves of
# surrogate pairs. XML forbids the first kind, and no font has a shape for the others. Variation
# selectors are kept: they choose a shape.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff]"
)


def without_direction(text: str) -> str:
    """The text without direction marks, which are invisible and which Chinese does not need."""
    return DIRECTION_MARKS.sub("", text)


def all_without_direction(value: Any) -> Any:
    return map_texts(value, without_direction)


def printable_text(text: str) -> str:
    """The text without invisible characters, which some formats refuse."""
    return _UNPRINTABLE.sub("", text)


def map_texts(value: Any, change: Callable[[str], str]) -> Any:
    """Apply `change` to all texts in lists, tuples and mappings, keys too; keep other values."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {change(key): map_texts(one, change) for key, one in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):  # a NamedTuple takes its fields
        return type(value)(*(map_texts(one, change) for one in value))
    if isinstance(value, tuple | list):
        return type(value)(map_texts(one, change) for one in value)
    return value
