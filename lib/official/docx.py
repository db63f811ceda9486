"""The document as a Word file in the form of an official one (GB/T 9704-2012)."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from io import BytesIO

from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.text.paragraph import Paragraph

from lib.official.document import Annex, Cell, Document, Form, Tick, kept_paragraphs
from lib.official.docx_body import add_parts, add_table, end_of_table
from lib.official.docx_closing import add_closing
from lib.official.docx_letterhead import add_imprint, add_letter_head, add_official_head
from lib.official.docx_page import (
    TEXT_WIDTH,
    TEXT_WIDTH_ON_SIDE,
    fit_on_side,
    fit_upright,
    new_document,
    number_pages,
    number_pages_on_side,
)
from lib.official.docx_paragraph import add_paragraph
from lib.official.docx_styles import (
    ANNEX_STYLE,
    BODY_STYLE,
    PLAIN_STYLE,
    SUB_LINE_STYLE,
    TITLE_STYLE,
    UNDER_TITLE_STYLE,
    TypeSize,
    type_size,
)
from lib.official.geometry import GEOMETRY
from lib.official.pdf import geometry_for
from lib.official.printable import all_seen
from lib.official.title_lines import title_rows


def write_docx(words: Document, *, tick: Tick = lambda rows: None) -> bytes:
    """The file's bytes; `tick` is told of each row of a table that counts."""
    words = all_seen(words)
    geometry = geometry_for(words)
    of = type_size(geometry)
    noon = datetime.combine(words.made_on, time(12))
    document = new_document(
        title=words.title, author=words.signature, made_at=noon, geometry=geometry
    )
    number_pages(
        document.sections[0],
        header=words.header,
        not_the_first=words.form is Form.LETTER,
    )
    _head(document, words, of)
    _title(document, words)
    if words.addressee:
        _paragraph(document, f"{words.addressee}：", PLAIN_STYLE)
    if words.opening:
        _paragraph(document, words.opening)
    is_brief = words.form is Form.BRIEF
    kept = frozenset(kept_paragraphs(words))
    add_parts(document, words.parts, geometry, figures_in_a_row=is_brief, kept=kept)
    add_closing(document, words, of)
    _annexes(document, words, tick)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _paragraph(document: DocumentObject, text: str, style: str = BODY_STYLE) -> Paragraph:
    return add_paragraph(document, text, style)


def _head(document: DocumentObject, words: Document, of: TypeSize) -> None:
    if words.head is None:
        return
    if words.form is Form.OFFICIAL:
        add_official_head(document, words.head, of)
    elif words.form is Form.LETTER:
        add_letter_head(document, words.head)


def _title(document: DocumentObject, words: Document) -> None:
    _lines(_paragraph(document, "", TITLE_STYLE), title_rows(words.title_lines))
    for line in words.note_lines:
        note = _paragraph(document, f"（{line}）", PLAIN_STYLE)
        note.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if words.form is Form.BRIEF and words.signature:
        # A brief says under its title whose it is and of when.
        _paragraph(document, words.whose_line, UNDER_TITLE_STYLE)
        return
    _paragraph(document, "", PLAIN_STYLE)


def _lines(paragraph: Paragraph, lines: Sequence[str]) -> None:
    for n, line in enumerate(lines):
        run = paragraph.add_run(line)
        if n + 1 < len(lines):
            run.add_break(WD_BREAK.LINE)


def _annexes(document: DocumentObject, words: Document, tick: Tick) -> None:
    """Each on pages of its own; then the imprint, on an upright page."""
    lies_on_side = False
    for n, annex in enumerate(words.annexes, start=1):
        mark = "附件" if len(words.annexes) == 1 else f"附件{n}"
        turns = annex.is_on_side != lies_on_side
        if turns:
            _turn(document, words, on_side=annex.is_on_side)
        _annex(document, annex, mark, tick, new_page=not turns)
        lies_on_side = annex.is_on_side
    if words.imprint:
        if lies_on_side:
            _turn(document, words, on_side=False)
        add_imprint(document, words.imprint, words.form)
        end_of_table(document)


def _turn(document: DocumentObject, words: Document, *, on_side: bool) -> None:
    section = document.add_section()
    if on_side:
        fit_on_side(section)
        number_pages_on_side(section, header=words.header)
    else:
        fit_upright(section, GEOMETRY)
        number_pages(section, header=words.header)
        section.different_first_page_header_footer = False


def _annex(
    document: DocumentObject, annex: Annex, mark: str, tick: Tick, *, new_page: bool
) -> None:
    """附件 in the first line, its title in the third (7.3.7)."""
    _paragraph(document, mark, ANNEX_STYLE).paragraph_format.page_break_before = new_page
    _paragraph(document, "", PLAIN_STYLE).paragraph_format.keep_with_next = True
    _lines(_paragraph(document, "", TITLE_STYLE), title_rows([annex.title]))
    if annex.sub_line:
        _paragraph(document, annex.sub_line, SUB_LINE_STYLE)
    if annex.table is None:
        _paragraph(document, annex.nothing)
        return
    width = TEXT_WIDTH_ON_SIDE if annex.is_on_side else TEXT_WIDTH
    counting = tick if annex.table.counts else _quietly
    add_table(document, annex.table, width=width, rows=_told(annex.table.rows, counting))


def _told(rows: Sequence[Sequence[Cell]], tick: Tick) -> Iterator[Sequence[Cell]]:
    for row in rows:
        yield row
        tick(1)


def _quietly(rows: int) -> None:
    pass
