"""The report as a Word document in the form of an official one (GB/T 9704-2012)."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from io import BytesIO

from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from policy_tracker.lib.chinese import long_date
from reports.writers.document import Annex, Cell, Document, Part, Table, Tick
from reports.writers.docx_page import (
    ANNEX_STYLE,
    BODY_STYLE,
    CHARACTER,
    HEADING_STYLES,
    PLAIN_STYLE,
    SUB_LINE_STYLE,
    TABLE_STYLE,
    TEXT_WIDTH_ON_SIDE,
    TITLE_STYLE,
    add_side_section,
    new_document,
    number_pages,
    points,
)
from reports.writers.docx_table import build_table


def write_docx(words: Document, *, tick: Tick = lambda rows: None) -> bytes:
    """The file's bytes; `tick` is told of each row of a table that counts."""
    noon = datetime.combine(words.made_on, time(12))
    document = new_document(title=words.title, author=words.signature, made_at=noon)
    number_pages(document.sections[0], header="演示数据" if words.demo_line else "")
    _title(document, words)
    _paragraph(document, f"{words.addressee}：", PLAIN_STYLE)
    _paragraph(document, words.opening)
    for part in words.parts:
        _part(document, part, level=0)
    # Words of the text stay beside the seal: no page bears a signature alone.
    _paragraph(document, words.ending).paragraph_format.keep_with_next = True
    _annex_list(document, [annex.title for annex in words.annexes])
    _signature(document, words.signature, long_date(words.made_on))
    add_side_section(document)
    _annexes(document, words.annexes, tick)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _paragraph(document: DocumentObject, text: str, style: str = BODY_STYLE) -> Paragraph:
    return document.add_paragraph(text, style)


def _title(document: DocumentObject, words: Document) -> None:
    paragraph = _paragraph(document, "", TITLE_STYLE)
    for n, line in enumerate(words.title_lines):
        run = paragraph.add_run(line)
        if n + 1 < len(words.title_lines):
            run.add_break(WD_BREAK.LINE)
    if words.demo_line:
        note = _paragraph(document, f"（{words.demo_line}）", PLAIN_STYLE)
        note.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _paragraph(document, "", PLAIN_STYLE)


def _part(document: DocumentObject, part: Part, *, level: int) -> None:
    _paragraph(document, part.heading, HEADING_STYLES[level])
    for text in part.paragraphs:
        _paragraph(document, text)
    for below in part.parts:
        _part(document, below, level=level + 1)


def _annex_list(document: DocumentObject, names: Sequence[str]) -> None:
    """正文下空一行，左空二字；回行与名称首字对齐；名称后无标点 (7.3.4)."""
    _paragraph(document, "", PLAIN_STYLE).paragraph_format.keep_with_next = True
    for n, name in enumerate(names, start=1):
        line = _paragraph(document, f"附件：{n}.{name}" if n == 1 else f"{n}.{name}", PLAIN_STYLE)
        line.paragraph_format.left_indent = points(CHARACTER * (2 if n == 1 else 5))
        line.paragraph_format.keep_with_next = True


def _signature(document: DocumentObject, signature: str, day: str) -> None:
    """成文日期右空四字，署名在其上以日期为准居中，留出用印位置 (7.3.5.1)."""
    for _ in range(2):
        _paragraph(document, "", PLAIN_STYLE).paragraph_format.keep_with_next = True
    right = 4 * CHARACTER
    middle = right + (_width(day) - _width(signature)) / 2
    for text, indent in ((signature, max(middle, 0)), (day, right)):
        line = _paragraph(document, text, PLAIN_STYLE)
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.right_indent = points(indent)
        line.paragraph_format.keep_with_next = text == signature


def _width(text: str) -> float:
    """Points a line takes: digits and other Latin signs are half as wide."""
    return sum(CHARACTER / 2 if sign.isascii() else CHARACTER for sign in text)


def _annexes(document: DocumentObject, annexes: tuple[Annex, ...], tick: Tick) -> None:
    for n, annex in enumerate(annexes, start=1):
        mark = _paragraph(document, f"附件{n}", ANNEX_STYLE)
        mark.paragraph_format.page_break_before = n > 1
        _paragraph(document, "", PLAIN_STYLE)
        _paragraph(document, annex.title, TITLE_STYLE)
        _paragraph(document, annex.sub_line, SUB_LINE_STYLE)
        if annex.table is None:
            _paragraph(document, annex.nothing)
            continue
        rows = _told(annex.table, tick)
        table = build_table(annex.table.columns, rows, width=TEXT_WIDTH_ON_SIDE)
        document.element.body.sectPr.addprevious(table)
    _close(document)


def _told(table: Table, tick: Tick) -> Iterator[Sequence[Cell]]:
    for row in table.rows:
        yield row
        if table.counts:
            tick(1)


def _close(document: DocumentObject) -> None:
    """Word wants a paragraph after a table; this one takes no room."""
    last = _paragraph(document, "", TABLE_STYLE)
    spacing = OxmlElement("w:spacing")
    for name, value in (("line", "20"), ("lineRule", "exact")):
        spacing.set(qn(f"w:{name}"), value)
    last._p.get_or_add_pPr().append(spacing)
