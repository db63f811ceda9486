"""The end of the text in the Word file: 附件说明, 署名, 成文日期, 附注 (7.3.4 to 7.3.6)."""

from collections.abc import Sequence

from docx.document import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH

from lib.chinese import long_date
from lib.official.document import Document, Form
from lib.official.docx_page import points
from lib.official.docx_paragraph import add_blank_lines, add_paragraph
from lib.official.docx_styles import BODY_STYLE, PLAIN_STYLE
from lib.official.geometry import Geometry
from lib.official.title_lines import width

SEAL_LINES = 2  # blank lines that leave room for the seal


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
