"""Characters that no face of the PDF has: replaced by 〓 and named, never an empty box."""

import json
from bisect import bisect_right
from functools import cache
from pathlib import Path
from typing import Any

COVERED = Path(__file__).parent / "font_files/covered.json"
GETA = "〓"  # the printers' sign for a type that the case does not hold
_LAYOUT = "\n\t"


def replace_missing(data: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The data with 〓 for what cannot be shown, and the code points replaced, joined with 、."""
    lacking: set[str] = set()
    replaced = _replace(data, lacking)
    return replaced, "、".join(f"U+{ord(sign):04X}" for sign in sorted(lacking))


def is_covered(sign: str) -> bool:
    """Whether a face of ours has it."""
    starts, ends = _ranges()
    place = bisect_right(starts, ord(sign)) - 1
    return sign in _LAYOUT or (place >= 0 and ord(sign) <= ends[place])


def _replace(value: Any, lacking: set[str]) -> Any:
    if isinstance(value, str):
        absent = {sign for sign in set(value) if not is_covered(sign)}
        lacking |= absent
        return "".join(GETA if sign in absent else sign for sign in value) if absent else value
    if isinstance(value, dict):
        return {key: _replace(each, lacking) for key, each in value.items()}
    if isinstance(value, list):
        return [_replace(each, lacking) for each in value]
    return value


@cache
def _ranges() -> tuple[list[int], list[int]]:
    pairs = json.loads(COVERED.read_text())
    return [first for first, _ in pairs], [last for _, last in pairs]
