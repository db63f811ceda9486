"""A document in words: what every kind is made of and every format is laid out from. Pure.

A kind of document (`documents/`) turns its frozen dataset into one `Document`; the page, the
Word file and the PDF lay out that same value, so none of them can say something else.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from enum import Enum, auto
from typing import NamedTuple

from lib.chinese import long_date

# Told after so many rows of tables have been written.
Tick = Callable[[int], None]
KEPT_SIGNS = 28 * 5  # a last paragraph of up to so many stays beside the signature


class Form(Enum):
    """How a document is laid out (GB/T 9704-2012)."""

    PLAIN = auto()  # the text alone, to be sent under another's head: 进展情况报告
    OFFICIAL = auto()  # 版头: 发文机关标志, 发文字号, a red line; 版记 at the end: 情况通报
    LETTER = auto()  # 信函格式, 10.1: the mark, double red lines, number at the right: 函, 提示函
    BRIEF = auto()  # one page with figures: 专题简报


class Column(NamedTuple):
    """A column of a table: its heading, its share of the width, how its cells stand."""

    heading: str
    width: int
    is_centred: bool = False


class Cell(NamedTuple):
    """A cell's text. One that `repeats` the cell above stands on every row on paper.

    A row on a new page must say what it belongs to; the page on a screen leaves it empty.
    """

    text: str
    repeats: bool = False


class Table(NamedTuple):
    """Rows under columns; the writer tells `Tick` of each row where `counts`."""

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    counts: bool = False

    @property
    def is_figures(self) -> bool:
        """Whether most of its columns are numbers: they stay beside each other on a phone."""
        return sum(column.is_centred for column in self.columns) * 2 > len(self.columns)


class Bar(NamedTuple):
    """One part of a figure's bar: what it stands for, how many, its tone and sign."""

    label: str
    value: int
    tone: str
    shape: str = ""


class Figure(NamedTuple):
    """A bar of parts under a heading; the numbers stand beside it in words."""

    heading: str
    bars: tuple[Bar, ...]
    unit: str = "项"


class Part(NamedTuple):
    """A heading with its paragraphs and what stands below it.

    `key` is the same for the same part in every period: edits of the prose are kept under it.
    """

    heading: str
    paragraphs: tuple[str, ...] = ()
    parts: tuple["Part", ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    key: str = ""
    generated: tuple[str, ...] = ()  # where a person edited the paragraphs: what was generated


class Annex(NamedTuple):
    """附件: on pages of its own; where it has no table, `nothing` says why."""

    title: str
    sub_line: str
    table: Table | None
    nothing: str = ""
    is_on_side: bool = True


class Head(NamedTuple):
    """版头: the mark in red, the number, and who signs where it goes upwards (签发人)."""

    mark: str
    number: str
    signer: str = ""


class Imprint(NamedTuple):
    """版记: who gets a copy, who printed it and when (7.4)."""

    copies: tuple[str, ...]
    printed_by: str
    printed_on: date | None = None


class Document(NamedTuple):
    """A document in words, the same for the page and for every file."""

    title_lines: tuple[str, ...]
    addressee: str  # without the colon; empty where there is none
    opening: str
    parts: tuple[Part, ...]
    ending: str
    annexes: tuple[Annex, ...]
    signature: str
    made_on: date  # 成文日期
    demo_line: str = ""  # empty unless the data is made up
    draft_line: str = ""  # 送审稿, until somebody makes it final
    generated_opening: str = ""  # where a person edited the opening: what was generated
    form: Form = Form.PLAIN
    head: Head | None = None
    imprint: Imprint | None = None
    about: str = ""  # a brief's period, beside whose it is and of when
    contact: str = ""  # （联系人：…，联系电话：…）: 附注

    @property
    def title(self) -> str:
        """The title in one line."""
        return "".join(self.title_lines)

    @property
    def whose_line(self) -> str:
        """What stands under a brief's title: its period, whose it is, of when."""
        day = long_date(self.made_on)
        return "　".join(filter(None, (self.about, self.signature, day)))

    @property
    def note_lines(self) -> tuple[str, ...]:
        """What stands in brackets below the title; a letter has 送审稿 above its pages only."""
        draft_line = "" if self.form is Form.LETTER else self.draft_line
        return tuple(filter(None, (draft_line, self.demo_line)))

    @property
    def header(self) -> str:
        """What stands above every page."""
        return "　".join(filter(None, (self.draft_line, "演示数据" if self.demo_line else "")))

    @property
    def row_count(self) -> int:
        """How many rows a writer tells of."""
        return sum(len(a.table.rows) for a in self.annexes if a.table and a.table.counts)


def kept_paragraphs(document: Document) -> list[str]:
    """What stays beside what follows: what leads in to a list, and the last words of the text.

    So no page begins with 一是, and none bears a signature with nothing but 特此报告.
    """
    told = list(_paragraphs(document.parts))
    leading = [text for text in told if text.endswith("：")]
    last = told[-1:] if document.signature else []
    return leading + [text for text in last if len(text) <= KEPT_SIGNS]


def _paragraphs(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        yield from part.paragraphs
        yield from _paragraphs(part.parts)


def digest_of_words(document: Document) -> str:
    """A short digest of all that a document says: whoever decides names what they have read."""
    return hashlib.sha256(repr(document).encode()).hexdigest()[:32]
