"""The text of the Word file: headings in their levels, paragraphs, figures, tables."""

from collections.abc import Container, Iterable, Sequence

from docx.document import Document as DocumentObject
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from lib.official.document import Cell, Part, Table
from lib.official.docx_figures import add_figures
from lib.official.docx_page import TEXT_WIDTH
from lib.official.docx_paragraph import add_paragraph
from lib.official.docx_styles import (
    BODY_STYLE,
    HEADING_STYLES,
    TABLE_STYLE,
)
from lib.official.docx_table import build_table
from lib.official.geometry import Geometry


def add_parts(
    document: DocumentObject,
    parts: Sequence[Part],
    geometry: Geometry,
    *,
    figures_in_a_row: bool,
    kept: Container[str] = (),
    level: int = 0,
) -> None:
    """Each part with what stands below it, one level deeper; `kept` stays beside what follows."""
    for part in parts:
        if part.heading:
            add_paragraph(document, part.heading, HEADING_STYLES[min(level, 3)])
        for text in part.paragraphs:
            add_paragraph(document, text, BODY_STYLE, kept=text in kept)
        add_figures(document, part.figures, geometry, in_a_row=figures_in_a_row)
        for table in part.tables:
            add_table(document, table, width=TEXT_WIDTH, rows=table.rows)
        add_parts(
            document,
            part.parts,
            geometry,
            figures_in_a_row=figures_in_a_row,
            kept=kept,
            level=level + 1,
        )


def add_table(
    document: DocumentObject,
    table: Table,
    *,
    width: int,
    rows: Iterable[Sequence[Cell]],
) -> None:
    """A table and the line that Word wants after it."""
    document.element.body[-1].addprevious(build_table(table.columns, rows, width=width))
    end_of_table(document)


def end_of_table(document: DocumentObject) -> None:
    """Word wants a paragraph after a table; this one takes no room."""
    properties = add_paragraph(document, "", TABLE_STYLE)._p.get_or_add_pPr()
    spacing = OxmlElement("w:spacing")
    for name, value in (("line", "20"), ("lineRule", "exact")):
        spacing.set(qn(f"w:{name}"), value)
    properties.append(spacing)
