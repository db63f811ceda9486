"""版头, 信函格式 and 版记 of the Word file: GB/T 9704-2012, 7.2, 7.4 and 10.1."""

from typing import Any
from xml.sax.saxutils import escape

from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from lib.chinese import long_date
from lib.official.document import Form, Head, Imprint
from lib.official.docx_page import TEXT_WIDTH, points
from lib.official.docx_shapes import add_red_bar, add_text_box
from lib.official.docx_styles import MARK_STYLE, PLAIN_STYLE, RED, TypeSize, exact, face_of
from lib.official.fonts import face_set
from lib.official.geometry import GEOMETRY, POINTS_A_MM, mark_size

THICK, THIN, APART = 1.2, 0.5, 1.2  # points of a double line
RED_LINE = 12  # eighths of a point
# Under the number: 4 mm less what the line of type leaves under its characters.
RED_LINE_SPACE = 4
IMPRINT_LINE, IMPRINT_INNER = 8, 6  # 0.35 and 0.26 mm in eighths of a point
# How far a character of the mark stands out over a line as high as its type (方正, 中易, ours).
OVER_LINE = 0.045
BESIDE = 280  # 4号, one character


def add_official_head(document: DocumentObject, head: Head, type_size: TypeSize) -> None:
    """The mark in red 35 mm under the 版心's edge, the number, the red line, two lines."""
    size = mark_size(head.mark, is_letter=False)
    mark = document.add_paragraph(head.mark, MARK_STYLE)
    mark.runs[0].font.size = Pt(size)
    mark.paragraph_format.space_before = Mm(GEOMETRY.mark_mm + _over_line(size))
    mark.paragraph_format.line_spacing = Pt(size)
    _blank(document, 2)
    number = _number(document, head, type_size)
    number._p.get_or_add_pPr().insert_element_before(
        parse_xml(
            f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="{RED_LINE}" '
            f'w:space="{RED_LINE_SPACE}" w:color="{RED}"/></w:pBdr>'
        ),
        *_AFTER_BORDERS,
    )
    _blank(document, 2)


def add_letter_head(document: DocumentObject, head: Head) -> None:
    """The mark 30 mm under the paper's edge, two double lines, the number at the right."""
    size = mark_size(head.mark, is_letter=True)
    number = document.add_paragraph("", PLAIN_STYLE)
    number.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    face = f'{face_of(face_set().title)}<w:color w:val="{RED}"/><w:sz w:val="{round(size * 2)}"/>'
    add_text_box(
        number,
        f'<w:p><w:pPr><w:pStyle w:val="Mark"/>{exact(round(size * 20))}</w:pPr>'
        f"<w:r><w:rPr>{face}</w:rPr><w:t>{escape(head.mark)}</w:t></w:r></w:p>",
        name="发文机关标志",
        number=1,
        place=(
            GEOMETRY.left_mm,
            GEOMETRY.letter_mark_mm + _over_line(size),
            GEOMETRY.text_width_mm,
            size * 1.2 / POINTS_A_MM,
        ),
    )
    first = GEOMETRY.letter_mark_mm + size / POINTS_A_MM + GEOMETRY.letter_line_mm
    _double_line(number, first, heavy_first=True, number=2)
    whole = (THICK + APART + THIN) / POINTS_A_MM
    last = GEOMETRY.height_mm - GEOMETRY.letter_foot_mm - whole
    _double_line(number, last, heavy_first=False, number=4)
    number.add_run(head.number)
    number.paragraph_format.space_before = Mm(first + whole - GEOMETRY.top_mm)
    _blank(document, 2)


def add_imprint(document: DocumentObject, imprint: Imprint, form: Form) -> None:
    """版记 at the foot of the page that the text ends on; a letter has neither lines nor day."""
    is_letter = form is Form.LETTER
    rows = []
    if imprint.copies:
        copies = f"抄送：{'，'.join(imprint.copies)}。"
        # What runs over stands under the first name.
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
    document.element.body.sectPr.addprevious(element)


def _over_line(size: float) -> float:
    """Millimetres to add so that the characters, not their line, begin at a place."""
    return size * OVER_LINE / POINTS_A_MM


def _number(document: DocumentObject, head: Head, type_size: TypeSize) -> Paragraph:
    if not head.signer:
        paragraph = document.add_paragraph(head.number, PLAIN_STYLE)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return paragraph
    # 上行文: the number one character in from the left, 签发人 one from the right
    paragraph = document.add_paragraph(f"\t{head.number}\t签发人：", PLAIN_STYLE)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    # Tabs, not an indent: the red line under it is as wide as the 版心.
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(points(type_size.pitch))
    stops.add_tab_stop(Pt(TEXT_WIDTH / 20 - type_size.pitch), WD_TAB_ALIGNMENT.RIGHT)
    name = paragraph.add_run(head.signer)
    name._r.get_or_add_rPr().insert(
        0, parse_xml(face_of(face_set().kai).replace("<w:rFonts", f"<w:rFonts {nsdecls('w')}"))
    )
    return paragraph


def _double_line(paragraph: Paragraph, top: float, *, heavy_first: bool, number: int) -> None:
    heights = [THICK, THIN] if heavy_first else [THIN, THICK]
    left = (GEOMETRY.width_mm - GEOMETRY.letter_width_mm) / 2
    for n, height in enumerate(heights):
        add_red_bar(
            paragraph,
            number=number + n,
            x=left,
            y=top,
            width=GEOMETRY.letter_width_mm,
            height=height / POINTS_A_MM,
        )
        top += (height + APART) / POINTS_A_MM


def _blank(document: DocumentObject, lines: int) -> None:
    for _ in range(lines):
        document.add_paragraph("", PLAIN_STYLE).paragraph_format.keep_with_next = True


def _table(rows: str, *, has_lines: bool) -> str:
    borders = ""
    if has_lines:
        lines = (("top", IMPRINT_LINE), ("bottom", IMPRINT_LINE), ("insideH", IMPRINT_INNER))
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
    spans = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    indent = f'<w:ind w:left="{hanging}" w:hanging="{hanging}"/>' if hanging else ""
    side = '<w:jc w:val="right"/>' if to_right else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spans}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="Imprint"/>{indent}{side}</w:pPr>'
        f"<w:r><w:t>{escape(words)}</w:t></w:r></w:p></w:tc>"
    )


# What stands behind w:pBdr in w:pPr.
_AFTER_BORDERS = tuple(
    f"w:{name}"
    for name in (
        *("shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct"),
        *("topLinePunct", "autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd", "snapToGrid"),
        *("spacing", "ind", "contextualSpacing", "mirrorIndents", "suppressOverlap", "jc"),
        *("textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "rPr", "sectPr"),
    )
)
