"""The document as a Word file in the form of an official one (GB/T 9704-2012).

This module writes the text: headings in their levels, paragraphs, figures, tables (7.3.3). The
modules docx_* write the other parts: letterhead, figures, tables, closing, imprint. They share
styles (docx_styles.py) and pages (docx_page.py).
"""

from collections.abc import Container, Sequence
from datetime import datetime, time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx.document import Document as WordFile
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.text.paragraph import Paragraph

from lib.official.document import (
    Annex,
    Document,
    Form,
    Imprint,
    Part,
    Tick,
    paragraphs_kept_with_next,
    printable_document,
    ticking,
)
from lib.official.docx_closing import add_closing, add_imprint
from lib.official.docx_figures import add_figures
from lib.official.docx_letterhead import add_letter_head, add_official_head
from lib.official.docx_page import (
    TEXT_WIDTH,
    TEXT_WIDTH_ON_SIDE,
    begin_section,
    fit_on_side,
    fit_upright,
    leave_unnumbered,
    new_word_file,
    number_pages,
    number_pages_on_side,
)
from lib.official.docx_styles import (
    ANNEX_STYLE,
    BODY_STYLE,
    HEADING_STYLES,
    PLAIN_STYLE,
    SUB_LINE_STYLE,
    TITLE_STYLE,
    UNDER_TITLE_STYLE,
    add_paragraph,
)
from lib.official.docx_table import add_line_after_table, add_table
from lib.official.geometry import GEOMETRY, Geometry
from lib.official.pdf import geometry_for, imprint_has_own_page
from lib.official.title_lines import break_title


def write_docx(document: Document, *, tick: Tick = lambda rows: None) -> bytes:
    """Return the file's bytes; `tick` is called with 1 after each row of a table that counts."""
    document = printable_document(document)
    geometry = geometry_for(document)
    noon = datetime.combine(document.made_on, time(12))
    file = new_word_file(
        title=document.title, author=document.signature, made_at=noon, geometry=geometry
    )
    is_letter = document.form is Form.LETTER
    number_pages(file.sections[0], header=document.header, not_the_first=is_letter)
    if document.head and document.form is Form.OFFICIAL:
        add_official_head(file, document.head, geometry)
    elif document.head and is_letter:
        add_letter_head(file, document.head)
    _add_title(file, document)
    if document.addressee:
        add_paragraph(file, f"{document.addressee}：", PLAIN_STYLE)
    if document.opening:
        add_paragraph(file, document.opening, BODY_STYLE)
    is_brief = document.form is Form.BRIEF
    kept = frozenset(paragraphs_kept_with_next(document))
    _add_parts(file, document.parts, geometry, figures_in_a_row=is_brief, kept=kept)
    add_closing(file, document, geometry)
    _add_annexes(file, document, tick)
    _add_notes_for_editor(file, document)
    out = BytesIO()
    file.save(out)
    return _dated(out.getvalue(), noon)


def _dated(content: bytes, at: datetime) -> bytes:
    """Return the package with a fixed date, so that the same document always gives the same bytes.

    python-docx stores the time of writing with each part of the package.
    """
    out = BytesIO()
    date = (at.year, at.month, at.day, at.hour, at.minute, at.second)
    with ZipFile(BytesIO(content)) as packed, ZipFile(out, "w") as dated:
        for name in packed.namelist():
            dated.writestr(ZipInfo(name, date), packed.read(name), ZIP_DEFLATED)
    return out.getvalue()


def _add_title(file: WordFile, document: Document) -> None:
    _add_lines(add_paragraph(file, "", TITLE_STYLE), break_title(document.title_lines))
    for line in document.note_lines:
        note = add_paragraph(file, f"（{line}）", PLAIN_STYLE)
        note.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if document.form is Form.BRIEF and document.signature:
        # A brief is not signed at its end.
        add_paragraph(file, document.line_under_title, UNDER_TITLE_STYLE)
        return
    add_paragraph(file, "", PLAIN_STYLE)


def _add_lines(paragraph: Paragraph, lines: Sequence[str]) -> None:
    for n, line in enumerate(lines):
        run = paragraph.add_run(line)
        if n + 1 < len(lines):
            run.add_break(WD_BREAK.LINE)


def _add_parts(
    file: WordFile,
    parts: Sequence[Part],
    geometry: Geometry,
    *,
    figures_in_a_row: bool,
    kept: Container[str] = (),
    level: int = 0,
) -> None:
    """Add each part, and the parts below it one level deeper, at the end of the file.

    `kept` are the paragraphs that stay on the page of the next one. The standard has four levels of
    headings; deeper ones look like the fourth.
    """
    for part in parts:
        if part.heading:
            add_paragraph(file, part.heading, HEADING_STYLES[min(level, 3)])
        for text in part.paragraphs:
            add_paragraph(file, text, BODY_STYLE, kept=text in kept)
        add_figures(file, part.figures, geometry, in_a_row=figures_in_a_row)
        for table in part.tables:
            add_table(file, table.columns, table.rows, width=TEXT_WIDTH)
        _add_parts(
            file,
            part.parts,
            geometry,
            figures_in_a_row=figures_in_a_row,
            kept=kept,
            level=level + 1,
        )


def _add_annexes(file: WordFile, document: Document, tick: Tick) -> None:
    """Add each annex on its own pages; then the imprint, on a portrait page."""
    lies_on_side = False
    for n, annex in enumerate(document.annexes, start=1):
        mark = "附件" if len(document.annexes) == 1 else f"附件{n}"
        turns = annex.is_on_side != lies_on_side
        if turns:
            _turn_page(file, document, on_side=annex.is_on_side)
        _add_annex(file, annex, mark, tick, new_page=not turns)
        lies_on_side = annex.is_on_side
    if document.imprint:
        _add_imprint(file, document, document.imprint, lies_on_side=lies_on_side)


def _turn_page(file: WordFile, document: Document, *, on_side: bool) -> None:
    """Begin a new section, because only a section can change the orientation of pages."""
    section = begin_section(file)
    if on_side:
        fit_on_side(section)
        number_pages_on_side(section, header=document.header)
    else:
        fit_upright(section, GEOMETRY)
        number_pages(section, header=document.header)
        section.different_first_page_header_footer = False


def _add_imprint(
    file: WordFile, document: Document, imprint: Imprint, *, lies_on_side: bool
) -> None:
    """Add 版记 on the page where the text ends, or on its own portrait page.

    It must be on an even page. Word has no rule “this page if it is even”, so typst finds out where
    the text ends. A section that begins on an even page keeps 版记 on one even if Word needs one
    page more.
    """
    is_official = document.form is Form.OFFICIAL
    if lies_on_side or (is_official and imprint_has_own_page(document)):
        start = WD_SECTION.EVEN_PAGE if is_official else WD_SECTION.NEW_PAGE
        _begin_unnumbered(file, document, start)
    add_imprint(file, imprint, document.form)
    add_line_after_table(file)


def _add_notes_for_editor(file: WordFile, document: Document) -> None:
    """Add what a person must check before issuing, on a page that is removed then."""
    if not document.notes_for_editor:
        return
    _begin_unnumbered(file, document, WD_SECTION.NEW_PAGE)
    heading, *notes = document.notes_for_editor
    add_paragraph(file, heading, HEADING_STYLES[0])
    for note in notes:
        add_paragraph(file, note, BODY_STYLE)


def _begin_unnumbered(file: WordFile, document: Document, start: WD_SECTION) -> None:
    section = begin_section(file, start)
    fit_upright(section, GEOMETRY)
    leave_unnumbered(section, header=document.header)


def _add_annex(file: WordFile, annex: Annex, mark: str, tick: Tick, *, new_page: bool) -> None:
    """Add an annex: 附件 in the first line of its page, its title in the third (7.3.7)."""
    add_paragraph(file, mark, ANNEX_STYLE).paragraph_format.page_break_before = new_page
    add_paragraph(file, "", PLAIN_STYLE).paragraph_format.keep_with_next = True
    _add_lines(add_paragraph(file, "", TITLE_STYLE), break_title([annex.title]))
    if annex.sub_line:
        add_paragraph(file, annex.sub_line, SUB_LINE_STYLE)
    if annex.table is None:
        add_paragraph(file, annex.nothing, BODY_STYLE)
        return
    rows = ticking(annex.table.rows, tick) if annex.table.counts else annex.table.rows
    width = TEXT_WIDTH_ON_SIDE if annex.is_on_side else TEXT_WIDTH
    add_table(file, annex.table.columns, rows, width=width)
