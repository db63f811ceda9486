"""Characters that no font of the PDF has: replaced by 〓 and listed, instead of an empty box.

covered.json holds the code points of our fonts as ranges; dev/subset_fonts.py writes both.
"""

import json
from bisect import bisect_right
from functools import cache
from pathlib import Path
from typing import Any

from lib.text import map_texts

COVERED = Path(__file__).parent / "font_files/covered.json"
GETA = "〓"  # the printers' sign for a missing character
_LAYOUT = "\n\t"


def replace_missing(data: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Return the data with 〓 for characters without a glyph, and their code points as text:
    U+3134A、U+3134B.
    """
    missing: set[str] = set()

    def replaced(text: str) -> str:
        absent = {sign for sign in set(text) if not is_covered(sign)}
        missing.update(absent)
        return "".join(GETA if sign in absent else sign for sign in text) if absent else text

    changed = map_texts(data, replaced)
    return changed, "、".join(f"U+{ord(sign):04X}" for sign in sorted(missing))


def is_covered(sign: str) -> bool:
    starts, ends = _ranges()
    place = bisect_right(starts, ord(sign)) - 1
    return sign in _LAYOUT or (place >= 0 and ord(sign) <= ends[place])


@cache
def _ranges() -> tuple[list[int], list[int]]:
    pairs = json.loads(COVERED.read_text())
    return [first for first, _ in pairs], [last for _, last in pairs]
