"""A document as a value that holds its text; every format is laid out from it. Pure.

Code that produces a document builds one `Document`. The page, the Word file and the PDF lay out
that same value, so their texts cannot differ.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from enum import Enum, auto
from typing import NamedTuple, TypeVar, cast

from lib.chinese import long_date
from lib.text import map_texts, printable_text

# Called with the number of rows written since the last call; it feeds a progress bar.
Tick = Callable[[int], None]
T = TypeVar("T")
NOTES_HEADING = "编辑核对事项（签发前处理，不随文印发）"
KEPT_SIGNS = 28 * 5  # five lines of characters: a shorter last paragraph stays with the signature


class Form(Enum):
    """How a document is laid out (GB/T 9704-2012)."""

    PLAIN = auto()  # the text alone, to be sent under another letterhead: 进展情况报告
    OFFICIAL = auto()  # 版头 (7.2) with mark, number, red line; 版记 (7.4) at the end: 情况通报
    LETTER = auto()  # 信函格式 (10.1): mark, red double lines, number at the right: 函, 提示函
    BRIEF = auto()  # one page with figures: 专题简报


class TableColumn(NamedTuple):
    """A column; `width` is its share in the sum of all widths, without a unit."""

    heading: str
    width: int
    is_centred: bool = False


class Cell(NamedTuple):
    """A cell's text; a line end in it begins a new line.

    `repeats`: the cell above has the same text. On paper each row repeats it, because the row may
    be the first on a page. A screen shows it once.
    """

    text: str
    repeats: bool = False


class Table(NamedTuple):
    """Rows under columns. If `counts` is true, a writer reports each row to its `tick`."""

    columns: tuple[TableColumn, ...]
    rows: Sequence[Sequence[Cell]]
    counts: bool = False

    @property
    def is_figures(self) -> bool:
        """Whether most columns are numbers: on a phone they stay beside each other."""
        return sum(column.is_centred for column in self.columns) * 2 > len(self.columns)


class Bar(NamedTuple):
    """One part of a figure; `tone` is a key of TONES or HATCHED, an empty `shape` is chosen."""

    label: str
    value: int
    tone: str
    shape: str = ""


class BarFigure(NamedTuple):
    heading: str
    bars: tuple[Bar, ...]
    unit: str = "项"


class Part(NamedTuple):
    """A heading with paragraphs, then figures, then tables, then the parts below it.

    `key` is the same for the same part in every period: what people edit is stored under it.
    `generated` are the paragraphs as they were before a person edited them, else empty.
    """

    heading: str
    paragraphs: tuple[str, ...] = ()
    parts: tuple["Part", ...] = ()
    figures: tuple[BarFigure, ...] = ()
    tables: tuple[Table, ...] = ()
    key: str = ""
    generated: tuple[str, ...] = ()


class Annex(NamedTuple):
    """附件 (7.3.7), on pages of its own. Without a table, `nothing` says why there is none."""

    title: str
    sub_line: str
    table: Table | None
    nothing: str = ""
    is_on_side: bool = True


class Head(NamedTuple):
    """版头 (7.2): the mark in red, the number, and 签发人 if the document goes to a superior."""

    mark: str
    number: str
    signer: str = ""


class Imprint(NamedTuple):
    """版记 (7.4): who gets a copy, who printed it and when."""

    copies: tuple[str, ...]
    printed_by: str
    printed_on: date | None = None


class Document(NamedTuple):
    """The text of a whole document. Every writer leaves out empty fields."""

    title_lines: tuple[str, ...]
    addressee: str  # 主送机关 (7.3.2), without the colon
    opening: str
    parts: tuple[Part, ...]
    ending: str
    annexes: tuple[Annex, ...]
    signature: str  # 发文机关署名 (7.3.5)
    made_on: date  # 成文日期 (7.3.5)
    demo_line: str = ""  # only for made-up data
    draft_line: str = ""  # 送审稿, until a person makes the text final
    generated_opening: str = ""  # the opening before a person edited it, else empty
    form: Form = Form.PLAIN
    head: Head | None = None
    imprint: Imprint | None = None
    about: str = ""  # the period of a brief, for the line under its title
    contact: str = ""  # 附注 (7.3.6): （联系人：…，联系电话：…）
    editor_notes: tuple[str, ...] = ()  # what a person must check before issuing; drafts only

    @property
    def title(self) -> str:
        return "".join(self.title_lines)

    @property
    def line_under_title(self) -> str:
        """A brief's period, sender and day, with wide blanks between."""
        day = long_date(self.made_on)
        return "　".join(filter(None, (self.about, self.signature, day)))

    @property
    def note_lines(self) -> tuple[str, ...]:
        """The lines in brackets below the title; a letter says 送审稿 in its page header only."""
        draft_line = "" if self.form is Form.LETTER else self.draft_line
        return tuple(filter(None, (draft_line, self.demo_line)))

    @property
    def header(self) -> str:
        """The line above the text of every page; empty for a final document of real data."""
        return "　".join(filter(None, (self.draft_line, "演示数据" if self.demo_line else "")))

    @property
    def notes_for_editor(self) -> tuple[str, ...]:
        """A heading and what a person must check, numbered; empty in a final document."""
        if not (self.draft_line and self.editor_notes):
            return ()
        notes = self.editor_notes
        numbered = [f"{n}.{note}" for n, note in enumerate(notes, 1)] if notes[1:] else notes
        return (NOTES_HEADING, *numbered)

    @property
    def row_count(self) -> int:
        return sum(len(a.table.rows) for a in self.annexes if a.table and a.table.counts)


def paragraphs_kept_with_next(document: Document) -> list[str]:
    """Return the paragraphs that must be on the same page as the next paragraph.

    These are the lines that introduce a list (they end with ：), so that no page begins with 一是,
    and a short last paragraph, so that no page has a signature with nothing but 特此报告 (7.3.5.5).
    """
    paragraphs = [text for part in every_part(document.parts) for text in part.paragraphs]
    leading = [text for text in paragraphs if text.endswith("：")]
    last = paragraphs[-1:] if document.signature else []
    return leading + [text for text in last if len(text) <= KEPT_SIGNS]


def every_part(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield the parts, each before the parts below it."""
    for part in parts:
        yield part
        yield from every_part(part.parts)


def ticking(rows: Iterable[T], tick: Tick) -> Iterator[T]:
    for row in rows:
        yield row
        tick(1)


def digest_of_words(document: Document) -> str:
    """Return 32 hexadecimal digits that change with any word of the document."""
    return hashlib.sha256(repr(document).encode()).hexdigest()[:32]


def printable_document(document: Document) -> Document:
    """The document without characters that Word or PDF would refuse."""
    return cast(Document, map_texts(document, printable_text))
