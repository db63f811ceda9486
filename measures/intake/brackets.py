"""Brackets of all kinds, matched in one pass at any depth. Pure."""

import re
from typing import NamedTuple

OPENING = "（〔[［【〖"
CLOSING = "）〕]］】〗"
DEPTH_MOST = 200
_ANY = re.compile(f"[{re.escape(OPENING + CLOSING)}]")


class BracketGroup(NamedTuple):
    """A pair of brackets: the offset of the opening one and the end of the closing one."""

    start: int
    end: int
    depth: int
    is_closed: bool

    @property
    def inside(self) -> slice:
        return slice(self.start + 1, self.end - 1 if self.is_closed else self.end)


def groups(text: str) -> list[BracketGroup]:
    """Return all groups by their opening; any closing bracket closes the last open one.

    Published texts mix widths and kinds: （…). An unclosed group ends at the end of the text.
    Beyond DEPTH_MOST levels further brackets are letters like others.
    """
    found: list[BracketGroup] = []
    open_at: list[tuple[int, int]] = []  # offset, place in `found`
    for match in _ANY.finditer(text):
        offset, letter = match.start(), match[0]
        if letter in OPENING and len(open_at) < DEPTH_MOST:
            found.append(BracketGroup(offset, len(text), len(open_at), False))
            open_at.append((offset, len(found) - 1))
        elif letter in CLOSING and open_at:
            start, place = open_at.pop()
            found[place] = BracketGroup(start, offset + 1, len(open_at), True)
    return found


def outer_groups(text: str) -> list[BracketGroup]:
    """Return the outermost groups; an unclosed group does not hide the groups inside it."""
    outer: list[BracketGroup] = []
    end = 0
    for group in groups(text):
        if group.is_closed and group.start >= end:
            outer.append(group)
            end = group.end
        elif not group.is_closed:
            outer.append(group)
    return outer


def split_outside(text: str, separators: str) -> list[tuple[int, str]]:
    """Split at separators outside brackets; return the parts with their offsets."""
    parts, start, depth = [], 0, 0
    for match in re.finditer(f"[{re.escape(OPENING + CLOSING + separators)}]", text):
        offset, letter = match.start(), match[0]
        if letter in OPENING:
            depth += 1
        elif letter in CLOSING:
            depth = max(0, depth - 1)
        elif letter in separators and not depth:
            parts.append((start, text[start:offset]))
            start = offset + 1
    parts.append((start, text[start:]))
    return parts
