"""A document's prose as people edited it, part by part, over what was generated. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from lib.official.document import Document, Part

OPENING = "opening"
DRAFT_LINE = "送审稿"


class Passage(NamedTuple):
    """A stretch of prose that can be edited: where it stands and what it says."""

    key: str
    heading: str
    text: str  # a paragraph a line


def passages_of(document: Document) -> list[Passage]:
    """All that can be edited, in the order of the document."""
    opening = Passage(OPENING, "开头", document.opening)
    return [opening, *(p for part in document.parts for p in _passages(part))]


def held(said: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """What stands in place of generated prose, by part; `said` is every version, in order."""
    return {key: text for key, text in dict(said).items() if text is not None}


def edited(document: Document, texts: Mapping[str, str], *, is_final: bool) -> Document:
    """The document with the prose of each key replaced; unless it is final it says so.

    Headings, tables, figures and all that bears a number of its own stay as they are generated.
    """
    opening = texts.get(OPENING)
    if opening:
        document = document._replace(
            opening="".join(opening.split("\n")), generated_opening=document.opening
        )
    return document._replace(
        parts=tuple(_edited(part, texts) for part in document.parts),
        draft_line="" if is_final else DRAFT_LINE,
    )


def unmarked(document: Document) -> Document:
    """The document as its reader gets it: without what was generated where a person wrote."""
    parts = tuple(map(_unmarked, document.parts))
    return document._replace(parts=parts, generated_opening="")


def _unmarked(part: Part) -> Part:
    return part._replace(generated=(), parts=tuple(map(_unmarked, part.parts)))


def _passages(part: Part) -> Iterator[Passage]:
    if part.key and part.paragraphs:
        yield Passage(part.key, part.heading, "\n".join(part.paragraphs))
    for below in part.parts:
        yield from _passages(below)


def _edited(part: Part, texts: Mapping[str, str]) -> Part:
    own = texts.get(part.key) if part.key else None
    if own:
        lines = (line.strip() for line in own.split("\n"))
        part = part._replace(paragraphs=tuple(filter(None, lines)), generated=part.paragraphs)
    return part._replace(parts=tuple(_edited(below, texts) for below in part.parts))
