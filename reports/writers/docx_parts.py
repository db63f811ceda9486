"""The text of the Word file: headings in their levels, paragraphs, figures, tables."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from reports.writers.document import Cell, Figure, Part, Table
from reports.writers.docx_page import TEXT_WIDTH
from reports.writers.docx_styles import (
    BODY_STYLE,
    FIGURE_STYLE,
    HEADING_STYLES,
    LEGEND_STYLE,
    TABLE_STYLE,
)
from reports.writers.docx_table import build_table
from reports.writers.docx_text import add_paragraph
from reports.writers.figures import TONES, figure_words
from reports.writers.geometry import GEOMETRY
from reports.writers.pdf import draw_figure


def add_parts(document: DocumentObject, parts: Sequence[Part], *, level: int = 0) -> None:
    """Each part with what stands below it, one level deeper."""
    for part in parts:
        if part.heading:
            add_paragraph(document, part.heading, HEADING_STYLES[min(level, 3)])
        for text in part.paragraphs:
            add_paragraph(document, text, BODY_STYLE)
        for figure in part.figures:
            add_figure(document, figure)
        for table in part.tables:
            add_table(document, table, width=TEXT_WIDTH, rows=table.rows)
        add_parts(document, part.parts, level=level + 1)


def add_table(
    document: DocumentObject, table: Table, *, width: int, rows: Iterable[Sequence[Cell]]
) -> None:
    """A table and the line that Word wants after it."""
    document.element.body[-1].addprevious(build_table(table.columns, rows, width=width))
    end_of_table(document)


def end_of_table(document: DocumentObject) -> None:
    """Word wants a paragraph after a table; this one takes no room."""
    last = document.add_paragraph("", TABLE_STYLE)
    spacing = OxmlElement("w:spacing")
    for name, value in (("line", "20"), ("lineRule", "exact")):
        spacing.set(qn(f"w:{name}"), value)
    last._p.get_or_add_pPr().append(spacing)


def add_figure(document: DocumentObject, figure: Figure) -> None:
    """Its heading, the bar as a picture with words in its place, and its numbers."""
    document.add_paragraph(figure.heading, FIGURE_STYLE)
    # One character less than the line: LibreOffice sets a picture in one more than it takes.
    width = TEXT_WIDTH / 20 - GEOMETRY.pitch_pt
    line = document.add_paragraph("", LEGEND_STYLE)
    line.paragraph_format.keep_with_next = True
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    picture = line.add_run().add_picture(
        BytesIO(draw_figure(figure, width_pt=width)), width=Pt(width)
    )
    about = picture._inline.docPr
    about.set("name", figure.heading)
    about.set("descr", figure_words(figure))
    legend = document.add_paragraph("", LEGEND_STYLE)
    for n, bar in enumerate(figure.bars):
        if n:
            legend.add_run("　")
        legend.add_run(bar.shape).font.color.rgb = RGBColor.from_string(TONES[bar.tone])
        legend.add_run(f"{bar.label}{bar.value}{figure.unit}")
