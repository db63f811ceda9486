"""Edits of a document by people, applied to the generated text passage by passage. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from lib.official.document import Annex, Document, Part

OPENING = "opening"  # the key of the opening among the keys of parts
DRAFT_LINE = "送审稿"


class Passage(NamedTuple):
    """A piece of a document that can be edited: the prose of a part, or a heading of one line."""

    key: str
    heading: str  # what the passage is called; for a heading, its generated text
    text: str  # one paragraph per line
    is_heading: bool = False


def passages_of(document: Document) -> list[Passage]:
    """Return all passages in the order of the document: each heading before its prose."""
    annexes = [
        Passage(_annex_key(n), f"附件{n}", annex.title, is_heading=True)
        for n, annex in enumerate(document.annexes, start=1)
    ]
    return [Passage(OPENING, "开头", document.opening), *_passages(document.parts, ()), *annexes]


def current_texts(versions: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """Return the text that replaces the generated one, by the key of the passage.

    `versions` are all edits as (key, text), the oldest first; None restores the generated text.
    """
    return {key: text for key, text in dict(versions).items() if text is not None}


def keys_without_place(document: Document, texts: Mapping[str, str]) -> list[str]:
    """Return the keys of edited passages that the document, as generated now, does not have."""
    return sorted(texts.keys() - {passage.key for passage in passages_of(document)})


def with_edits(document: Document, texts: Mapping[str, str], *, is_final: bool) -> Document:
    """Return the document with the text of each key replaced.

    Unless final, it is marked 送审稿 and keeps its notes for the editor.
    """
    opening = texts.get(OPENING)
    if opening:
        document = document._replace(
            opening="".join(opening.split("\n")), generated_opening=document.opening
        )
    return document._replace(
        parts=_edited_parts(document.parts, (), texts),
        annexes=tuple(
            _edited_annex(annex, _annex_key(n), texts)
            for n, annex in enumerate(document.annexes, start=1)
        ),
        draft_line="" if is_final else DRAFT_LINE,
        editor_notes=() if is_final else document.editor_notes,
    )


def without_generated(document: Document) -> Document:
    """Return the document for readers: without the generated texts that a person replaced."""
    parts = tuple(map(_without_generated, document.parts))
    return document._replace(parts=parts, generated_opening="")


def _without_generated(part: Part) -> Part:
    return part._replace(generated=(), parts=tuple(map(_without_generated, part.parts)))


def _passages(parts: tuple[Part, ...], above: tuple[int, ...]) -> Iterator[Passage]:
    for n, part in enumerate(parts, start=1):
        place = (*above, n)
        if part.heading:
            yield Passage(_heading_key(part, place), part.heading, part.heading, is_heading=True)
        if part.key and part.paragraphs:
            yield Passage(part.key, part.heading or "正文", "\n".join(part.paragraphs))
        yield from _passages(part.parts, place)


def _edited_parts(
    parts: tuple[Part, ...], above: tuple[int, ...], texts: Mapping[str, str]
) -> tuple[Part, ...]:
    return tuple(_edited_part(part, (*above, n), texts) for n, part in enumerate(parts, start=1))


def _edited_part(part: Part, place: tuple[int, ...], texts: Mapping[str, str]) -> Part:
    heading = texts.get(_heading_key(part, place)) if part.heading else None
    own = texts.get(part.key) if part.key else None
    if own:
        lines = (line.strip() for line in own.split("\n"))
        part = part._replace(paragraphs=tuple(filter(None, lines)), generated=part.paragraphs)
    if heading:
        part = part._replace(heading=_one_line(heading))
    return part._replace(parts=_edited_parts(part.parts, place, texts))


def _edited_annex(annex: Annex, key: str, texts: Mapping[str, str]) -> Annex:
    title = texts.get(key)
    return annex._replace(title=_one_line(title)) if title else annex


def _one_line(text: str) -> str:
    return "".join(text.split("\n"))


def _heading_key(part: Part, place: tuple[int, ...]) -> str:
    """The key of a part's heading: from the part's key, or else its place, as heading-2-1."""
    return f"heading-{part.key or '-'.join(map(str, place))}"


def _annex_key(number: int) -> str:
    return f"annex-{number}"
