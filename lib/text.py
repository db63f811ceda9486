"""Text that people type or paste. Pure."""

import re
from typing import Any

# They change in which direction what follows is shown: a text may read otherwise than it is.
DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def without_direction(text: str) -> str:
    """The text without marks of direction, which nobody sees and Chinese does not need."""
    return DIRECTION_MARKS.sub("", text)


def all_without_direction(value: Any) -> Any:
    """The same for all texts in lists and mappings, names too; anything else as it is."""
    if isinstance(value, str):
        return without_direction(value)
    if isinstance(value, list):
        return [all_without_direction(one) for one in value]
    if isinstance(value, dict):
        return {without_direction(key): all_without_direction(one) for key, one in value.items()}
    return value
