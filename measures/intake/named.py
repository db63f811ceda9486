"""A body as named by a list or a sentence, before the directory lookup. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from measures.intake.list_words import MARKS, ROLE_IN_BRACKET, ROLE_WORDS
from measures.intake.names import SplitName
from measures.intake.passage import LineSpan, SourcePassage
from measures.intake.values import BodyRole, RoleBasis


@dataclass(frozen=True)
class Named:
    """A name with its role and lines."""

    name: str
    role: BodyRole
    basis: RoleBasis
    is_certain: bool
    lines: LineSpan
    open_by: tuple[str, ...] = ()  # words in its list for bodies without a name


def named_at(
    passage: SourcePassage,
    start: int,
    names: Iterable[SplitName],
    role: BodyRole,
    open_by: tuple[str, ...],
) -> tuple[Named, ...]:
    """Return named bodies for split names at `start`; its role may be in a bracket after it."""
    found = []
    for one in names:
        own = ROLE_IN_BRACKET.search(one.name)
        name = (one.name[: own.start()] if own else one.name).strip(MARKS)
        if not name:
            continue
        is_marked = not own and name != one.name  # it may lead: a person decides
        its_role = ROLE_WORDS.get(own["words"][0], BodyRole.RESPONSIBLE) if own else role
        its_role = BodyRole.LEAD if is_marked else its_role
        at = start + one.start
        lines = passage.lines(at, at + len(name))
        sure = one.is_certain and not is_marked
        found.append(Named(name, its_role, RoleBasis.TEXT, sure, lines, open_by))
    return tuple(found)
