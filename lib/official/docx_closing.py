"""The end of the text of the Word file: 附件说明, 署名, 成文日期, 附注 (7.3.4 to 7.3.6)."""

from collections.abc import Sequence

from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.text.paragraph import Paragraph

from lib.chinese import long_date
from lib.official.document import Document, Form
from lib.official.docx_page import points
from lib.official.docx_styles import BODY_STYLE, PLAIN_STYLE, TypeSize

SEAL_LINES = 2


def add_closing(document: DocumentObject, words: Document, of: TypeSize) -> None:
    """What ends the text; no page bears a signature alone."""
    if words.ending:
        document.add_paragraph(words.ending, BODY_STYLE)
    signs = bool(words.signature) and words.form is not Form.BRIEF
    has_more = bool(words.annexes) or signs
    if has_more and document.paragraphs:
        # Words of the text stay beside the seal.
        document.paragraphs[-1].paragraph_format.keep_with_next = True
    if words.annexes:
        _annex_list(document, [annex.title for annex in words.annexes], of)
    if signs:
        _signature(document, words.signature, long_date(words.made_on), of)
    if words.contact:
        if signs:
            document.paragraphs[-1].paragraph_format.keep_with_next = True
        document.add_paragraph(words.contact, BODY_STYLE)


def _blank(document: DocumentObject) -> None:
    document.add_paragraph("", PLAIN_STYLE).paragraph_format.keep_with_next = True


def _annex_list(document: DocumentObject, names: Sequence[str], of: TypeSize) -> None:
    """正文下空一行，左空二字；回行与名称首字对齐；名称后无标点 (7.3.4)."""
    _blank(document)
    for n, name in enumerate(names, start=1):
        number = f"{n}." if len(names) > 1 else ""
        before = f"附件：{number}" if n == 1 else number
        line = document.add_paragraph(f"{before}{name}", PLAIN_STYLE)
        start = 2 if n == 1 else 5
        hanging = 3 * (n == 1) + len(number) / 2
        line.alignment = WD_ALIGN_PARAGRAPH.LEFT
        line.paragraph_format.left_indent = points((start + hanging) * of.pitch)
        line.paragraph_format.first_line_indent = points(-hanging * of.pitch)
        line.paragraph_format.keep_with_next = True


def _signature(document: DocumentObject, signature: str, day: str, of: TypeSize) -> None:
    """成文日期右空四字，署名在其上以日期为准居中，留出用印位置 (7.3.5.1)."""
    for _ in range(SEAL_LINES):
        _blank(document)
    right = 4 * of.pitch
    middle = right + (_width(day, of) - _width(signature, of)) / 2
    for text, indent in ((signature, max(middle, 0)), (day, right)):
        line = _right(document, text, indent)
        line.paragraph_format.keep_with_next = text == signature


def _right(document: DocumentObject, text: str, indent: float) -> Paragraph:
    line = document.add_paragraph(text, PLAIN_STYLE)
    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    line.paragraph_format.right_indent = points(indent)
    return line


def _width(text: str, of: TypeSize) -> float:
    """Points a line takes: digits and other Latin signs are half as wide."""
    return sum(of.pitch / 2 if sign.isascii() else of.pitch for sign in text)
