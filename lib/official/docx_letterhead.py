"""The head of the Word file: 版头 (GB/T 9704-2012, 7.2) and that of 信函格式 (10.1)."""

from xml.sax.saxutils import escape

from docx.document import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from lib.official.document import Head
from lib.official.docx_page import TEXT_WIDTH, points
from lib.official.docx_shapes import add_red_bar, add_text_box
from lib.official.docx_styles import (
    MARK_STYLE,
    PLAIN_STYLE,
    RED,
    add_blank_lines,
    add_paragraph,
    exact,
    face_of,
)
from lib.official.fonts import face_set
from lib.official.geometry import GEOMETRY, POINTS_PER_MM, Geometry, mark_size

THICK, THIN, APART = 1.2, 0.5, 1.2  # points: the two bars of a double line and the gap
RED_LINE = 12  # eighths of a point
# Points under the number: 4 mm minus the space that the line leaves under its characters.
RED_LINE_SPACE = 6
# How far a character of the mark rises above a line as high as its type, as a share of the type
# size: measured with the fonts of 方正, 中易 and ours.
OVER_LINE = 0.045


def add_official_head(file: WordFile, head: Head, geometry: Geometry) -> None:
    """Add the mark 35 mm below the upper edge of the 版心, the number, the red line, two lines."""
    mark_pt = mark_size(head.mark, is_letter=False)
    mark = add_paragraph(file, head.mark, MARK_STYLE)
    mark.runs[0].font.size = Pt(mark_pt)
    mark.paragraph_format.space_before = Mm(GEOMETRY.mark_mm + _over_line_mm(mark_pt))
    mark.paragraph_format.line_spacing = Pt(mark_pt)
    add_blank_lines(file, 2)
    number = _add_number(file, head, geometry)
    # The red line is the lower border of the number's paragraph, so that they move together.
    number._p.get_or_add_pPr().insert_element_before(
        parse_xml(
            f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="{RED_LINE}" '
            f'w:space="{RED_LINE_SPACE}" w:color="{RED}"/></w:pBdr>'
        ),
        *_AFTER_BORDERS,
    )
    add_blank_lines(file, 2)


def add_letter_head(file: WordFile, head: Head) -> None:
    """Add the mark 30 mm below the paper's edge, two double lines, the number at the right."""
    mark_pt = mark_size(head.mark, is_letter=True)
    number = add_paragraph(file, "", PLAIN_STYLE)
    number.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    face, half_points = face_of(face_set().title), round(mark_pt * 2)
    look = f'{face}<w:color w:val="{RED}"/><w:sz w:val="{half_points}"/>'
    add_text_box(
        number,
        f'<w:p><w:pPr><w:pStyle w:val="Mark"/>{exact(round(mark_pt * 20))}</w:pPr>'
        f"<w:r><w:rPr>{look}</w:rPr><w:t>{escape(head.mark)}</w:t></w:r></w:p>",
        name="发文机关标志",
        number=1,
        place=(
            GEOMETRY.left_mm,
            GEOMETRY.letter_mark_mm + _over_line_mm(mark_pt),
            GEOMETRY.text_width_mm,
            mark_pt * 1.2 / POINTS_PER_MM,
        ),
    )
    first = GEOMETRY.letter_mark_mm + mark_pt / POINTS_PER_MM + GEOMETRY.letter_line_mm
    _add_double_line(number, first, heavy_first=True, number=2)
    whole = (THICK + APART + THIN) / POINTS_PER_MM
    last = GEOMETRY.height_mm - GEOMETRY.letter_foot_mm - whole
    _add_double_line(number, last, heavy_first=False, number=4)
    number.add_run(head.number)
    number.paragraph_format.space_before = Mm(first + whole - GEOMETRY.top_mm)
    add_blank_lines(file, 2)


def _over_line_mm(size: float) -> float:
    """What to add to a vertical position so that the characters, not their line, begin there."""
    return size * OVER_LINE / POINTS_PER_MM


def _add_number(file: WordFile, head: Head, geometry: Geometry) -> Paragraph:
    if not head.signer:
        paragraph = add_paragraph(file, head.number, PLAIN_STYLE)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return paragraph
    # 上行文: the number one character in from the left (7.2.5), 签发人 one from the right (7.2.6)
    paragraph = add_paragraph(file, f"\t{head.number}\t签发人：", PLAIN_STYLE)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    # Tabs instead of an indent, which would make the red line under it narrower than the 版心.
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(points(geometry.pitch_pt))
    stops.add_tab_stop(Pt(TEXT_WIDTH / 20 - geometry.pitch_pt), WD_TAB_ALIGNMENT.RIGHT)
    name = paragraph.add_run(head.signer)
    name._r.get_or_add_rPr().insert(
        0, parse_xml(face_of(face_set().kai).replace("<w:rFonts", f"<w:rFonts {nsdecls('w')}"))
    )
    return paragraph


def _add_double_line(paragraph: Paragraph, top: float, *, heavy_first: bool, number: int) -> None:
    """Add two red bars from `top` mm of the page: the shapes `number` and the one after it."""
    heights = [THICK, THIN] if heavy_first else [THIN, THICK]
    left = (GEOMETRY.width_mm - GEOMETRY.letter_width_mm) / 2
    for n, height in enumerate(heights):
        add_red_bar(
            paragraph,
            number=number + n,
            x=left,
            y=top,
            width=GEOMETRY.letter_width_mm,
            height=height / POINTS_PER_MM,
        )
        top += (height + APART) / POINTS_PER_MM


# The schema fixes the order of the children of w:pPr; these come after w:pBdr.
_AFTER_BORDERS = tuple(
    f"w:{name}"
    for name in (
        *("shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct"),
        *("topLinePunct", "autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd", "snapToGrid"),
        *("spacing", "ind", "contextualSpacing", "mirrorIndents", "suppressOverlap", "jc"),
        *("textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "rPr", "sectPr"),
    )
)
