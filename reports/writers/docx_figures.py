"""Figures of the Word file: heading, the bar as a picture with words in its place, numbers."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from docx.document import Document as DocumentObject
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt, RGBColor
from docx.table import Table, _Cell

from reports.writers.document import Figure
from reports.writers.docx_styles import FIGURE_STYLE, LEGEND_STYLE, PICTURE_STYLE
from reports.writers.figures import TONES, laid_out
from reports.writers.geometry import Geometry, twips
from reports.writers.pdf import draw_figure

GAP = 280  # between figures that stand beside each other


def add_figures(
    document: DocumentObject, figures: Sequence[Figure], geometry: Geometry, *, in_a_row: bool
) -> None:
    """Figures below each other, or in one row as a brief has them."""
    width = twips(geometry.text_width_mm)
    if in_a_row and len(figures) > 1:
        _row(document, figures, width, geometry.pitch_pt)
        return
    for figure in figures:
        _figure(document, figure, width / 20, geometry.pitch_pt)


def _row(document: DocumentObject, figures: Sequence[Figure], width: int, pitch: float) -> None:
    """A table without lines; what stands in a cell is read as the text is."""
    each = width // len(figures)
    columns = f'<w:gridCol w:w="{each}"/>' * len(figures)
    cell = f'<w:tc><w:tcPr><w:tcW w:w="{each}" w:type="dxa"/></w:tcPr><w:p/></w:tc>'
    element: Any = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{each * len(figures)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/>'
        f'<w:right w:w="{GAP}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid><w:tr><w:trPr><w:cantSplit/></w:trPr>"
        f"{cell * len(figures)}</w:tr></w:tbl>"
    )
    document.element.body.sectPr.addprevious(element)
    for place, figure in zip(Table(element, document._body).rows[0].cells, figures, strict=True):
        _figure(place, figure, (each - GAP) / 20, pitch)
        place._tc.remove(place.paragraphs[0]._p)


def _figure(place: DocumentObject | _Cell, figure: Figure, width: float, pitch: float) -> None:
    laid = laid_out(figure)
    heading = place.add_paragraph(figure.heading, FIGURE_STYLE)
    heading.paragraph_format.keep_with_next = True
    # One character less than the line: LibreOffice sets a picture in one more than it takes.
    wide = width - pitch
    line = place.add_paragraph("", PICTURE_STYLE)
    drawn = BytesIO(draw_figure(figure, width_pt=wide))
    about = line.add_run().add_picture(drawn, width=Pt(wide))._inline.docPr
    about.set("name", figure.heading)
    about.set("descr", laid["words"])
    legend = place.add_paragraph("", LEGEND_STYLE)
    for n, part in enumerate(laid["legend"]):
        if n:
            legend.add_run("　")
        colour = TONES.get(part["tone"], TONES["plain"])
        legend.add_run(part["shape"]).font.color.rgb = RGBColor.from_string(colour)
        legend.add_run(part["words"])
