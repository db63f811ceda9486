"""版记 of the Word file: who gets a copy, who printed it and when (GB/T 9704-2012, 7.4)."""

from typing import Any
from xml.sax.saxutils import escape

from docx.document import Document as WordFile
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from lib.chinese import long_date
from lib.official.document import Form, Imprint
from lib.official.docx_page import TEXT_WIDTH

OUTER_LINE, INNER_LINE = 8, 6  # eighths of a point: 0.35 and 0.26 mm (7.4.1)
BESIDE = 280  # twips: one character of 4号 (7.4.2 and 7.4.3)


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
