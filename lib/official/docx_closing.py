"""The end of the Word file: 附件说明, 署名, 成文日期, 附注, 版记 (GB/T 9704-2012, 7.3.4 to 7.4)."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from docx.document import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from lib.chinese import long_date
from lib.official.document import Document, Form, Imprint
from lib.official.docx_page import TEXT_WIDTH, points
from lib.official.docx_styles import BODY_STYLE, PLAIN_STYLE, add_blank_lines, add_paragraph
from lib.official.geometry import Geometry
from lib.official.title_lines import width

SEAL_LINES = 2  # blank lines that leave room for the seal
OUTER_LINE, INNER_LINE = 8, 6  # eighths of a point: 0.35 and 0.26 mm (7.4.1)
BESIDE = 280  # twips: one character of 4号 (7.4.2 and 7.4.3)


def add_closing(file: WordFile, document: Document, geometry: Geometry) -> None:
    """Add the end of the text; some of the text stays on the page of the seal (7.3.5.5)."""
    if document.ending:
        add_paragraph(file, document.ending, BODY_STYLE)
    signs = bool(document.signature) and document.form is not Form.BRIEF
    has_more = bool(document.annexes) or signs
    if has_more and file.paragraphs:
        file.paragraphs[-1].paragraph_format.keep_with_next = True
    if document.annexes:
        _add_annex_list(file, [annex.title for annex in document.annexes], geometry)
    if signs:
        is_last = not document.contact
        _add_signature(
            file, document.signature, long_date(document.made_on), geometry, is_last=is_last
        )
    if document.contact:
        # A telephone number does not break: moved to the next line, it must not stretch this one.
        contact = add_paragraph(file, document.contact, BODY_STYLE)
        contact.alignment = WD_ALIGN_PARAGRAPH.LEFT


def _add_annex_list(file: WordFile, names: Sequence[str], geometry: Geometry) -> None:
    """正文下空一行，左空二字；回行与名称首字对齐；名称后无标点 (7.3.4)."""
    add_blank_lines(file)
    for n, name in enumerate(names, start=1):
        number = f"{n}." if len(names) > 1 else ""
        before = f"附件：{number}" if n == 1 else number
        line = add_paragraph(file, f"{before}{name}", PLAIN_STYLE, kept=True)
        # In characters: further numbers are aligned with the first, which follows 附件：; a second
        # line is aligned with the first character of the name. Digits are half as wide.
        start = 2 if n == 1 else 5
        hanging = 3 * (n == 1) + len(number) / 2
        line.alignment = WD_ALIGN_PARAGRAPH.LEFT
        line.paragraph_format.left_indent = points((start + hanging) * geometry.pitch_pt)
        line.paragraph_format.first_line_indent = points(-hanging * geometry.pitch_pt)


def _add_signature(
    file: WordFile, signature: str, day: str, geometry: Geometry, *, is_last: bool
) -> None:
    """成文日期右空四字，署名在其上以日期为准居中，留出用印位置 (7.3.5.1)."""
    add_blank_lines(file, SEAL_LINES)
    right = 4 * geometry.pitch_pt
    middle = right + (width(day) - width(signature)) * geometry.pitch_pt / 2
    _add_at_right(file, signature, max(middle, 0), kept=True)
    _add_at_right(file, day, right, kept=not is_last)


def _add_at_right(file: WordFile, text: str, indent: float, *, kept: bool) -> None:
    """`indent` is the distance from the right edge in points."""
    line = add_paragraph(file, text, PLAIN_STYLE, kept=kept)
    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    line.paragraph_format.right_indent = points(indent)


def add_imprint(file: WordFile, imprint: Imprint, form: Form) -> None:
    """Add 版记 at the foot of the page on which the text ends.

    It is a table that floats at the lower margin, because Word has no other way to keep lines
    there. A letter has neither lines nor 印发机关 (10.1). An empty imprint adds nothing.
    """
    is_letter = form is Form.LETTER
    rows = []
    if imprint.copies:
        copies = f"抄送：{'，'.join(imprint.copies)}。"
        # Further lines are aligned with the first name, after 抄送：.
        rows.append(_row(_cell(copies, TEXT_WIDTH, span=2, hanging=3 * BESIDE)))
    if not is_letter:
        day = f"{long_date(imprint.printed_on)}印发" if imprint.printed_on else ""
        half = TEXT_WIDTH // 2
        rows.append(
            _row(_cell(imprint.printed_by, half) + _cell(day, TEXT_WIDTH - half, to_right=True))
        )
    if not rows:
        return
    element: Any = parse_xml(_table("".join(rows), has_lines=not is_letter))
    file.element.body.sectPr.addprevious(element)


def _table(rows: str, *, has_lines: bool) -> str:
    borders = ""
    if has_lines:
        lines = (("top", OUTER_LINE), ("bottom", OUTER_LINE), ("insideH", INNER_LINE))
        borders = "".join(f'<w:{side} w:val="single" w:sz="{size}"/>' for side, size in lines)
    half = TEXT_WIDTH // 2
    return (
        f"<w:tbl {nsdecls('w')}><w:tblPr>"
        '<w:tblpPr w:vertAnchor="margin" w:horzAnchor="margin" w:tblpXSpec="center" '
        'w:tblpYSpec="bottom"/><w:tblOverlap w:val="never"/>'
        f'<w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar><w:left w:w="{BESIDE}" w:type="dxa"/><w:right w:w="{BESIDE}" '
        'w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{half}"/><w:gridCol w:w="{TEXT_WIDTH - half}"/></w:tblGrid>'
        f"{rows}</w:tbl>"
    )


def _row(cells: str) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"


def _cell(
    words: str, width: int, *, span: int = 1, hanging: int = 0, to_right: bool = False
) -> str:
    """`width` and `hanging` are twips; `hanging` is how far lines after the first are indented."""
    spans = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    indent = f'<w:ind w:left="{hanging}" w:hanging="{hanging}"/>' if hanging else ""
    side = '<w:jc w:val="right"/>' if to_right else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spans}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="Imprint"/>{indent}{side}</w:pPr>'
        f"<w:r><w:t>{escape(words)}</w:t></w:r></w:p></w:tc>"
    )
