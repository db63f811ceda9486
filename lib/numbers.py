"""Numbers as people type them, shares rounded plainly, and figures as they are shown."""

import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from lib.text import printable_text

WHOLE = Decimal("100.0")
# Said wherever shares of one whole do not add up: a reader with a calculator finds it anyway.
ROUNDING_NOTE = "因四舍五入，各项之和不等于100%"
# Full-width forms stand for the ASCII ones (U+FF01 to FF5E), and the minus sign for a hyphen.
_PLAIN = {0xFEE0 + code: code for code in range(0x21, 0x7F)} | {0x3000: " ", 0xA0: " ", 0x2212: "-"}
# Thousands are parted by commas or by spaces, three digits each.
_TYPED = re.compile(
    r"[+-]?(?:\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d{1,3}(?: \d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)",
    re.ASCII,
)


def row_number(words: str) -> int | None:
    """Return the number of a row, or of a version, that a request names; None where it is none."""
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 10 else None


def typed_number(words: str) -> Decimal | None:
    """Return the number that a person typed or pasted; None where it may mean another one.

    Full-width digits and characters that nobody sees are taken as meant. 12,3 is none: whoever
    typed it meant 12.3 or left a digit out, and 123 would be wrong by a factor of ten.
    """
    plain = printable_text(words).translate(_PLAIN).strip()
    return Decimal(re.sub("[, ]", "", plain)) if _TYPED.fullmatch(plain) else None


def share(count: int, total: int) -> Decimal:
    """A percentage with one decimal, half up; 0.0 where the total is 0."""
    exact = Decimal(100 * count) / total if total else Decimal(0)
    return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def shares(counts: Mapping[str, int]) -> dict[str, Decimal]:
    """The share of each count in their sum, by key, each rounded for itself."""
    total = sum(counts.values())
    return {key: share(count, total) for key, count in counts.items()}


def rounding_note(percentages: Iterable[Decimal | str]) -> str:
    """The note that shares of one whole do not add up; empty where they do, or all are 0."""
    total = sum((Decimal(one) for one in percentages), Decimal(0))
    return ROUNDING_NOTE if total not in (0, WHOLE) else ""


def figure(value: Decimal, decimals: int) -> str:
    """A figure with so many decimals, half up, and never a minus before nought."""
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{abs(rounded) if rounded == 0 else rounded:f}"
