"""Paragraphs for Word, built fast: python-docx looks through the whole body for each one."""

from weakref import WeakKeyDictionary

from docx.document import Document as DocumentObject
from docx.oxml.ns import qn
from docx.parts.document import DocumentPart
from docx.text.paragraph import Paragraph
from lxml import etree

BREAKS = frozenset("\n\r\t")
_STYLE_IDS: WeakKeyDictionary[DocumentPart, dict[str, str]] = WeakKeyDictionary()


def add_paragraph(
    document: DocumentObject, text: str, style: str, *, kept: bool = False
) -> Paragraph:
    """The text at the end of the document, in the style of that name; `kept` with what follows."""
    body = document.element.body
    element = body.makeelement(qn("w:p"))
    properties = etree.SubElement(element, qn("w:pPr"))
    etree.SubElement(properties, qn("w:pStyle")).set(qn("w:val"), _style_id(document, style))
    if kept:
        etree.SubElement(properties, qn("w:keepNext"))
    body[-1].addprevious(element)  # the last one holds the section's own properties
    paragraph = Paragraph(element, document._body)
    if BREAKS & set(text):
        paragraph.add_run(text)
    elif text:
        words = etree.SubElement(etree.SubElement(element, qn("w:r")), qn("w:t"))
        words.text = text
    return paragraph


def _style_id(document: DocumentObject, name: str) -> str:
    """A style's id by its name, looked up once a document."""
    ids = _STYLE_IDS.setdefault(document.part, {})
    if name not in ids:
        ids[name] = document.styles[name].style_id
    return ids[name]
