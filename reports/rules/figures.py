"""Which numbers a person's text lacks or adds, compared with the generated one. Pure.

The figures of a report come from its dataset. A person who rewrites a sentence is responsible for
them, so every difference is named before anybody signs.
"""

import re
from collections import Counter
from typing import NamedTuple

# 12, 12.5, 80.0%, 1,000; a thousands' comma belongs to its number, a full stop at the end does not.
_NUMBER = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?[%％]?|\d+(?:\.\d+)?[%％]?")


class FigureChange(NamedTuple):
    """Numbers that are only in the generated text, and numbers that are only in the edited one."""

    lost: tuple[str, ...]
    new: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.lost or self.new)


def figure_change(generated: str, edited: str) -> FigureChange:
    """Return the differing numbers, each as often as it differs, in the order of the text."""
    before, after = _numbers(generated), _numbers(edited)
    return FigureChange(
        tuple((Counter(before) - Counter(after)).elements()),
        tuple((Counter(after) - Counter(before)).elements()),
    )


def _numbers(text: str) -> list[str]:
    return [found.replace(",", "").replace("％", "%") for found in _NUMBER.findall(text)]
