"""Splits a list at its verbs: A牵头，B、C负责资金保障. Pure."""

import re
from collections.abc import Iterable

from measures.intake.brackets import CLOSING, OPENING, split_outside
from measures.intake.list_words import BY, DOES_SO, JOINED_BY, VERB, VERB_INSIDE
from measures.intake.name_forms import ends_like_body, looks_whole
from measures.intake.names import split_names
from measures.intake.values import BodyRole

BESIDE = (BodyRole.SUPPORT, BodyRole.JOIN, BodyRole.GUIDE)


def opened(text: str) -> bool:
    """Whether words end inside an open bracket."""
    return sum(text.count(one) for one in OPENING) > sum(text.count(one) for one in CLOSING)


def has_verb_inside(text: str) -> bool:
    """Whether a list has verbs, but its last names have none: A牵头，B、C."""
    parts = [part for _, part in split_outside(text, "，；")]
    if any(_verb_inside(part) for part in parts):
        return True
    return len(parts) > 1 and any(VERB.search(part) for part in parts[:-1])


def _verb_of(part: str) -> re.Match[str] | None:
    """Return the verb at the end of a piece, or the one before its object."""
    verb, inside = VERB.search(part), _verb_inside(part)
    return inside if inside and (verb is None or inside.start() < verb.start()) else verb


def _verb_inside(part: str) -> re.Match[str] | None:
    """Return a verb with an object, after whole names: 市财政局负责资金保障."""
    found = VERB_INSIDE.search(part)
    if found is None or DOES_SO.match(part, found.end(str(found.lastgroup))):
        return found
    pieces = JOINED_BY.split(BY.sub("", part[: found.start()]))
    names = [one.name for piece in pieces for one in split_names(piece).names]
    is_verb = bool(names) and all(map(looks_whole, names)) and not ends_like_body(part)
    return found if is_verb else None


def verb_parts(text: str, *, has_lead: bool = False) -> list[tuple[int, str, BodyRole | None]]:
    """Return the pieces of names, each with its offset and the role of its verb.

    A comma may also separate names: a piece without a verb is joined with the next one, but names
    before the first supporters are in charge; `has_lead`: unless others are, before this text.
    """
    found: list[tuple[int, str, BodyRole | None]] = []
    open_from: int | None = None
    for at, part in split_outside(text, "，"):
        begin = at if open_from is None else open_from
        verb = _verb_of(part)
        if verb is None and JOINED_BY.search(part) and not opened(part):
            found.append((begin, text[begin : at + len(part)], None))  # 甲局会同乙局，丙局配合
            open_from = None
            continue
        if verb is None:
            open_from = begin
            continue
        role = BodyRole(str(verb.lastgroup))
        if open_from is not None and not (found or has_lead) and role in BESIDE:  # A、B，C配合
            found.append((begin, text[begin : at - 1], None))
            begin = at
        found.append((begin, text[begin : at + verb.start()], role))
        open_from = None
    if open_from is not None:
        found.append((open_from, text[open_from:], None))
    return found


def blanked(text: str, matches: Iterable[re.Match[str] | None]) -> str:
    """Return the text with matches replaced by blanks, so that offsets stay."""
    for match in matches:
        if match is not None:
            text = text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]
    return text
