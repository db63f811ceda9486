"""What people wrote, without the signs that no reader sees and some formats refuse. Pure.

Text pasted from Word or the web brings vertical tabs, marks of direction and of no width. XML bars
the first, and a face has no shape for the others.
"""

import re
from typing import Any

# Control signs but tab and line end; soft hyphen; marks of no width, of direction, of lines;
# variation selectors are kept, they choose a shape.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff]"
)


def seen(text: str) -> str:
    """The text with what cannot be seen taken out."""
    return _UNSEEN.sub("", text)


def all_seen(value: Any) -> Any:
    """The same for every text in a document or a part of one."""
    if isinstance(value, str):
        return seen(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(all_seen, value))
    if isinstance(value, tuple | list):
        return type(value)(map(all_seen, value))
    return value
