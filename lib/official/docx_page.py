"""Pages of the Word file: paper, grid, page numbers (GB/T 9704-2012, 5.2, 7.5 and 8).

Word keeps 22 lines of 28 characters only if lines have an exact height and the grid's character
pitch is a little under the type size. The values were found by measuring its pages.
"""

from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as WordFile
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Pt, Twips
from docx.text.paragraph import Paragraph

from lib.official.docx_shapes import add_text_box
from lib.official.docx_styles import font_table, grid_space, styles
from lib.official.fonts import face_set
from lib.official.geometry import GEOMETRY, POINTS_PER_MM, Geometry, twips

# Twips, twentieths of a point.
PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838  # A4
TOP, LEFT, RIGHT, BOTTOM = 2098, 1587, 1474, 1984  # 天头 37 mm, 订口 28 mm, 版心 156 × 225 mm
# From the paper's lower edge to the line of the page number. This puts the dash of 宋体 and of our
# font 7 mm below the 版心 (7.5), within 0.3 mm.
FOOTER = 1434
FOOTER_MM = 25.3
LINE_OF_FOOTER = 283  # the height of an empty footer in LibreOffice
TEXT_WIDTH = PAGE_WIDTH - LEFT - RIGHT
TEXT_WIDTH_ON_SIDE = PAGE_HEIGHT - TOP - BOTTOM
ONE_CHARACTER = 280  # of a page number, 4号


def new_word_file(*, title: str, author: str, made_at: datetime, geometry: Geometry) -> WordFile:
    file = Document()
    _replace_styles(file, geometry)
    part: Any = file.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    part._blob = font_table(face_set())
    _fit_settings(file)
    fit_upright(file.sections[0], geometry)
    about = file.core_properties
    about.title, about.author, about.last_modified_by = title, author, author
    about.comments, about.language = "", "zh-CN"
    about.created = about.modified = made_at
    return file


def begin_section(file: WordFile, start: WD_SECTION = WD_SECTION.NEW_PAGE) -> Section:
    """Begin a section on a new page; the paragraph that ends the previous one is 1 pt high."""
    section = file.add_section(start)
    file.paragraphs[-1].paragraph_format.line_spacing = Pt(1)
    return section


def fit_upright(section: Section, geometry: Geometry) -> None:
    bottom = twips(geometry.bottom_mm)
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Twips(PAGE_WIDTH), Twips(PAGE_HEIGHT)
    section.top_margin, section.bottom_margin = Twips(twips(geometry.top_mm)), Twips(bottom)
    section.left_margin = Twips(twips(geometry.left_mm))
    section.right_margin = Twips(twips(geometry.right_mm))
    # The number is 7 mm below the text, also with the narrower margin of a brief.
    section.header_distance = Twips(min(1134, twips(geometry.top_mm) // 2))
    section.footer_distance = Twips(bottom - BOTTOM + FOOTER)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:linePitch"), str(round(geometry.line_pt * 20)))
    if space := grid_space(geometry):
        grid.set(qn("w:type"), "linesAndChars")
        grid.set(qn("w:charSpace"), str(space))


def fit_on_side(section: Section) -> None:
    """Make a section's pages A4 landscape, with the head of the table at the bound edge (8).

    单页码表头在订口一边，双页码表头在切口一边: both are the left edge of the portrait pages.
    """
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Twips(PAGE_HEIGHT), Twips(PAGE_WIDTH)
    section.top_margin, section.bottom_margin = Twips(LEFT), Twips(RIGHT)
    section.left_margin, section.right_margin = Twips(BOTTOM), Twips(TOP)
    section.header_distance, section.footer_distance = Twips(851), Twips(567)


def number_pages(section: Section, *, header: str, not_the_first: bool = False) -> None:
    """Number a section's pages — 1 —, and put `header` above their text.

    Odd numbers are at the right, even ones at the left, one character from the edge (7.5).
    `not_the_first`: a letter has no number on its first page (10.1).
    """
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        _fill_with_number(footer.paragraphs[0], side)
    _add_header(section, header, not_the_first=not_the_first)
    if not_the_first:
        section.different_first_page_header_footer = True
        # Added after the other footers: LibreOffice 25.2 ignores it in any other place.
        section.first_page_footer.is_linked_to_previous = False


def leave_unnumbered(section: Section, *, header: str) -> None:
    """Leave a section's pages unnumbered, as blank ones and those with only 版记 are (7.5)."""
    section.different_first_page_header_footer = False
    for footer in (section.footer, section.even_page_footer):
        footer.is_linked_to_previous = False
    # In a section that begins on an even page LibreOffice makes the footer higher than a line.
    section.footer_distance = Twips(BOTTOM - LINE_OF_FOOTER)
    _add_header(section, header, not_the_first=False)


def number_pages_on_side(section: Section, *, header: str) -> None:
    """Number landscape pages where portrait ones have the number, seen with the sheet turned (8).

    A footer cannot be at the left edge, so the number is a rotated text box anchored in the footer.
    """
    section.different_first_page_header_footer = False
    ends = ((section.footer, "right"), (section.even_page_footer, "left"))
    for n, (footer, side) in enumerate(ends, start=1):
        footer.is_linked_to_previous = False
        inner = f"<w:p><w:pPr><w:pStyle w:val='Footer'/>{_indent(side)}</w:pPr>{_NUMBER_RUNS}</w:p>"
        add_text_box(
            footer.paragraphs[0],
            inner,
            name="页码",
            number=100 + n,
            place=(
                FOOTER_MM,
                GEOMETRY.left_mm,
                GEOMETRY.small_pt / POINTS_PER_MM,
                GEOMETRY.text_width_mm,
            ),
            is_turned=True,
        )
    _add_header(section, header, not_the_first=False)


def _add_header(section: Section, words: str, *, not_the_first: bool) -> None:
    heads = [section.header, section.even_page_header]
    if not_the_first:
        heads.append(section.first_page_header)
    for head in heads:
        head.is_linked_to_previous = False
        head.paragraphs[0].text = words


def _indent(side: str) -> str:
    return f'<w:ind w:{side}="{ONE_CHARACTER}"/><w:jc w:val="{side}"/>'


_NUMBER_RUNS = (
    '<w:r><w:t xml:space="preserve">— </w:t></w:r>'
    "<w:fldSimple w:instr='PAGE'><w:r><w:t>1</w:t></w:r></w:fldSimple>"
    '<w:r><w:t xml:space="preserve"> —</w:t></w:r>'
)


def _fill_with_number(paragraph: Paragraph, side: str) -> None:
    element: Any = parse_xml(
        f"<w:p {nsdecls('w')}><w:pPr><w:pStyle w:val='Footer'/>{_indent(side)}</w:pPr>"
        f"{_NUMBER_RUNS}</w:p>"
    )
    for old in list(paragraph._p):
        paragraph._p.remove(old)
    for child in list(element):
        paragraph._p.append(child)


def _fit_settings(file: WordFile) -> None:
    settings: Any = file.settings
    settings.odd_and_even_pages_header_footer = True
    element = settings.element
    for mode in element.iter(qn("w:compatSetting")):
        if mode.get(qn("w:name")) == "compatibilityMode":
            mode.set(qn("w:val"), "15")  # Word 2013 and later: no compatibility mode
    for language in element.iter(qn("w:themeFontLang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    for zoom in element.iter(qn("w:zoom")):
        zoom.set(qn("w:percent"), "100")  # the schema requires a number


def _replace_styles(file: WordFile, geometry: Geometry) -> None:
    element = file.styles.element
    for child in list(element):
        element.remove(child)
    words = "".join(styles(face_set(), geometry))
    for child in parse_xml(f"<w:styles {nsdecls('w')}>{words}</w:styles>"):
        element.append(child)


def points(value: float) -> Pt:
    """Return a length in points, rounded to the tenth: Word keeps twentieths."""
    return Pt(round(value, 1))
