"""Paragraphs for Word, built with lxml: python-docx searches the whole body for each one."""

from weakref import WeakKeyDictionary

from docx.document import Document as WordFile
from docx.oxml.ns import qn
from docx.parts.document import DocumentPart
from docx.text.paragraph import Paragraph
from lxml import etree

from lib.official.docx_styles import PLAIN_STYLE

BREAKS = frozenset("\n\r\t")
_STYLE_IDS: WeakKeyDictionary[DocumentPart, dict[str, str]] = WeakKeyDictionary()


def add_paragraph(file: WordFile, text: str, style: str, *, kept: bool = False) -> Paragraph:
    """Add a text in a style and return its paragraph; `kept`: keep it on the next one's page."""
    body = file.element.body
    element = body.makeelement(qn("w:p"))
    properties = etree.SubElement(element, qn("w:pPr"))
    etree.SubElement(properties, qn("w:pStyle")).set(qn("w:val"), _style_id(file, style))
    if kept:
        etree.SubElement(properties, qn("w:keepNext"))
    body[-1].addprevious(element)  # the last element holds the properties of the section
    paragraph = Paragraph(element, file._body)
    if BREAKS & set(text):
        paragraph.add_run(text)
    elif text:
        words = etree.SubElement(etree.SubElement(element, qn("w:r")), qn("w:t"))
        words.text = text
    return paragraph


def add_blank_lines(file: WordFile, count: int = 1) -> None:
    for _ in range(count):
        add_paragraph(file, "", PLAIN_STYLE, kept=True)


def _style_id(file: WordFile, name: str) -> str:
    ids = _STYLE_IDS.setdefault(file.part, {})
    if name not in ids:
        ids[name] = file.styles[name].style_id
    return ids[name]
