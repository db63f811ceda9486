"""A document's prose as people edited it, part by part, over what was generated. Pure."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lib.official.document import Document, Part, every_part

OPENING = "opening"  # the key of the opening among the keys of parts
DRAFT_LINE = "送审稿"


class Passage(NamedTuple):
    key: str
    heading: str
    text: str  # a paragraph a line


def passages_of(document: Document) -> list[Passage]:
    parts = [part for part in every_part(document.parts) if part.key and part.paragraphs]
    told = [Passage(part.key, part.heading or "正文", "\n".join(part.paragraphs)) for part in parts]
    return [Passage(OPENING, "开头", document.opening), *told]


def current_texts(versions: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """Return the text that replaces the generated prose, by the key of its part.

    `versions` are all edits as (key, text), the oldest first; None goes back to what was generated.
    """
    return {key: text for key, text in dict(versions).items() if text is not None}


def with_edits(document: Document, texts: Mapping[str, str], *, is_final: bool) -> Document:
    """Return the document with the prose of each key replaced; unless final it says 送审稿."""
    opening = texts.get(OPENING)
    if opening:
        document = document._replace(
            opening="".join(opening.split("\n")), generated_opening=document.opening
        )
    return document._replace(
        parts=tuple(_with_edits(part, texts) for part in document.parts),
        draft_line="" if is_final else DRAFT_LINE,
    )


def without_generated(document: Document) -> Document:
    """Return the document for its readers: without the generated words that a person replaced."""
    parts = tuple(map(_without_generated, document.parts))
    return document._replace(parts=parts, generated_opening="")


def _without_generated(part: Part) -> Part:
    return part._replace(generated=(), parts=tuple(map(_without_generated, part.parts)))


def _with_edits(part: Part, texts: Mapping[str, str]) -> Part:
    own = texts.get(part.key) if part.key else None
    if own:
        lines = (line.strip() for line in own.split("\n"))
        part = part._replace(paragraphs=tuple(filter(None, lines)), generated=part.paragraphs)
    return part._replace(parts=tuple(_with_edits(below, texts) for below in part.parts))
