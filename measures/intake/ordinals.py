"""The numbers of measures and sections: those printed in the notice. Pure."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise

from lib.chinese import in_part
from measures.intake.numbering import number_of

_NUMERALS = re.compile(r"[一二三四五六七八九十百零〇]+|\d{1,3}|[①-⑳]")


def printed_number(label: str) -> int | None:
    """Return 12 for （十二）, 12. or 第十二条, 2 for 1.2, the inner number; None without one."""
    found = _NUMERALS.findall(label)
    number = number_of(found[-1]) if found else None
    return number if number and number < 1000 else None


def ordinals(
    printed: Sequence[int | None], sections: Sequence[int] = (), form: int = 0
) -> list[int]:
    """Return the number of each item: the printed one, leaving missing numbers free.

    If the numbering restarts in each section (`sections`: one number per item), the number of the
    section comes first, in the `form` of the labels (see lib.chinese.in_part). If numbers fall for
    another reason (a person has moved an item), all items get new numbers. An item without a
    number gets the free one at its position, if any; otherwise, like a repeated number, it comes
    after the last. The others keep theirs.
    """
    known = [number for number in printed if number]
    if any(after < before for before, after in pairwise(known)):
        runs = [(one, len([*run])) for one, run in groupby(sections)]
        if len(runs) < 2 or len({one for one, _ in runs}) < len(runs):
            return list(range(1, len(printed) + 1))
        rest = iter(printed)
        return [
            in_part(section, number, form)
            for section, length in runs
            for number in ordinals([next(rest) for _ in range(length)])
        ]
    found: list[int | None] = []
    last = 0
    for at, number in enumerate(printed):
        if number is None:
            following = next((one for one in printed[at:] if one), None)
            is_free = following is None or last + 1 < following
            number = last + 1 if is_free else None
        elif number == last:
            number = None
        found.append(number)
        last = number or last
    after_last = iter(range(last + 1, last + 1 + len(printed)))
    return [one or next(after_last) for one in found]


def label_like(label: str, number_words: Iterable[str]) -> list[str]:
    """Return labels of other numbers in the form of one: （十三） → （十二）."""
    found = list(_NUMERALS.finditer(label))
    if not found:
        return list(number_words)
    start, end = found[-1].span()
    return [label[:start] + words + label[end:] for words in number_words]
