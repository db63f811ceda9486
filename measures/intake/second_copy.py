"""Finds a whole text pasted twice in a row. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

LINES_LEAST = 6  # shorter texts are not checked
_LIKE_LEAST = 0.8  # the share of lines that each copy has in common with the other
_STARTS_MOST = 20  # positions that are checked


class SecondCopy(NamedTuple):
    start: int  # where it begins, as an index of the lines
    others: tuple[int, ...]  # its lines that the first does not have


def second_copy_in(lines: Sequence[str]) -> SecondCopy | None:
    """Return where the whole text begins again with its first line; None if it does not."""
    texts = [re.sub(r"\s", "", line) for line in lines]
    first = next((at for at, text in enumerate(texts) if text), None)
    if first is None:
        return None
    starts = [at for at in range(first + 1, len(texts)) if texts[at] == texts[first]]
    return next((copy for at in starts[:_STARTS_MOST] if (copy := _copy_at(texts, at))), None)


def _copy_at(texts: list[str], start: int) -> SecondCopy | None:
    above, below = (Counter(filter(None, part)) for part in (texts[:start], texts[start:]))
    shared = (above & below).total()
    if shared < LINES_LEAST or shared < _LIKE_LEAST * max(above.total(), below.total()):
        return None
    others = (at for at in range(start, len(texts)) if texts[at] and texts[at] not in above)
    return SecondCopy(start, tuple(others))
