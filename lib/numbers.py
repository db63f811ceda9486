"""Numbers that people type, percentages rounded half up, and figures as pages show them."""

import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from lib.text import printable_text

WHOLE = Decimal("100.0")
# Shown wherever shares of a whole do not add up to 100 %, because readers check the sum.
ROUNDING_NOTE = "因四舍五入，各项之和不等于100%"
# Full-width forms (U+FF01 to FF5E) become ASCII, and the minus sign becomes a hyphen.
_PLAIN = {0xFEE0 + code: code for code in range(0x21, 0x7F)} | {0x3000: " ", 0xA0: " ", 0x2212: "-"}
# Thousands are separated by commas or spaces, in groups of three digits.
_TYPED = re.compile(
    r"[+-]?(?:\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d{1,3}(?: \d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)",
    re.ASCII,
)


def row_number(words: str) -> int | None:
    """Return the number of a row or version in a request; None if it is not one."""
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 10 else None


def row_numbers(words: Iterable[str]) -> list[int]:
    """Return the numbers of rows in a request, without what is none."""
    return [number for word in words if (number := row_number(word)) is not None]


def typed_number(words: str) -> Decimal | None:
    """Return the number that a person typed or pasted; None if it is ambiguous or no number.

    Full-width digits are accepted and invisible characters ignored. 12,3 is refused: it means 12.3
    or misses a digit, and 123 would be wrong by a factor of ten.
    """
    plain = printable_text(words).translate(_PLAIN).strip()
    return Decimal(re.sub("[, ]", "", plain)) if _TYPED.fullmatch(plain) else None


def share(count: int, total: int) -> Decimal:
    """A percentage with one decimal, rounded half up; 0.0 if the total is 0."""
    exact = Decimal(100 * count) / total if total else Decimal(0)
    return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def shares(counts: Mapping[str, int]) -> dict[str, Decimal]:
    """The percentage of each count in their sum, by key, each rounded on its own."""
    total = sum(counts.values())
    return {key: share(count, total) for key, count in counts.items()}


def rounding_note(percentages: Iterable[Decimal | str]) -> str:
    """ROUNDING_NOTE if the shares do not add up to 100; empty if they do, or all are 0."""
    total = sum((Decimal(one) for one in percentages), Decimal(0))
    return ROUNDING_NOTE if total not in (0, WHOLE) else ""


def figure(value: Decimal, decimals: int) -> str:
    """A figure with this many decimals, rounded half up; never -0."""
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{abs(rounded) if rounded == 0 else rounded:f}"
