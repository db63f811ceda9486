"""Estimates a report's length, so that it can be written in 12 to 15 pages. Pure.

Pages are estimated from characters before layout, so that page, Word and PDF have the same text.
"""

from collections.abc import Iterable, Sequence
from math import ceil
from typing import NamedTuple

from lib.official.document import Document, Part
from lib.official.title_lines import width

LINES, SIGNS = 22, 28  # of a page; of a line
INDENT = 2  # characters before a paragraph
HEAD = 15  # lines of the first page above 主送机关
CLOSING = 8  # lines: 特此报告, signature and day, with the space between them
# Two annexes of up to two pages and one of a page follow the text: 14 pages together, which leaves
# one for differences in Word's layout. Headings at the foot of a page move to the next, and office
# programs break lines earlier than the PDF does: that takes up to MOVED lines in all.
MOST_PAGES, MOVED = 9, 10
MOST_LINES = MOST_PAGES * LINES - MOVED - HEAD - CLOSING


class Length(NamedTuple):
    """How much to write on a measure with texts longer than `paragraph`, and on each section."""

    paragraph: int
    lead: int  # whole sentences of its lead, the first one whatever its length
    others: int  # whole clauses of everybody else's first sentence
    steps: int  # next steps of a section; the others are in an annex
    problems: int = 4  # problems of a section, the most severe; likewise


# From long to short; a report uses the first one that makes it short enough.
LENGTHS = (
    Length(200, 120, 200, 3),
    Length(160, 90, 60, 3),
    Length(140, 75, 50, 3),
    Length(120, 60, 40, 3),
    Length(120, 60, 40, 2),
    Length(120, 60, 30, 2),
    Length(90, 45, 30, 2),
    Length(60, 30, 0, 2),
    Length(60, 30, 0, 1, 3),
)


def lengths_for(measures: int) -> Sequence[Length]:
    """Return the lengths to try; only the last if the headings of the measures are too many."""
    return LENGTHS if measures <= MOST_LINES else LENGTHS[-1:]


def is_short(document: Document) -> bool:
    """Return whether a document has at most MOST_PAGES before its annexes."""
    told = (document.addressee, document.opening, *_texts(document.parts))
    lines = sum(ceil((INDENT + width(text)) / SIGNS) for text in told)
    return lines + len(document.annexes) <= MOST_LINES


def _texts(parts: Iterable[Part]) -> Iterable[str]:
    for part in parts:
        yield part.heading
        yield from part.paragraphs
        yield from _texts(part.parts)
