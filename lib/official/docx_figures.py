"""Figures of the Word file: heading, the bar as a picture with alternative text, legend.

Widths are points unless a name says twips.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from docx.document import Document as WordFile
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from lib.official.document import BarFigure
from lib.official.docx_styles import FIGURE_STYLE, LEGEND_STYLE, PICTURE_STYLE
from lib.official.figure_layout import GAP_PT, TONES, figure_width, lay_out_figure
from lib.official.geometry import Geometry
from lib.official.pdf import draw_figure


def add_figures(
    file: WordFile, figures: Sequence[BarFigure], geometry: Geometry, *, in_a_row: bool
) -> None:
    beside = in_a_row and len(figures) > 1
    width = figure_width(len(figures), geometry, in_a_row=beside) if figures else 0
    if beside:
        _add_row(file, figures, width, geometry.pitch_pt)
        return
    for figure in figures:
        _add_figure(file, figure, width, geometry.pitch_pt)


def _add_row(file: WordFile, figures: Sequence[BarFigure], width: float, pitch: float) -> None:
    """Add a table without lines, one figure per cell. Each cell but the last ends with the gap."""
    each = int(width * 20)
    twips = [each + GAP_PT * 20] * (len(figures) - 1) + [each]
    columns = "".join(f'<w:gridCol w:w="{one}"/>' for one in twips)
    cells = "".join(_cell(one, one - each) for one in twips)
    element: Any = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(twips)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/>'
        '<w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>"
        f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr></w:tbl>"
    )
    file.element.body.sectPr.addprevious(element)
    for place, figure in zip(Table(element, file._body).rows[0].cells, figures, strict=True):
        _add_figure(place, figure, width, pitch)
        # Remove the empty paragraph that the schema requires: the cell has others now.
        place._tc.remove(place.paragraphs[0]._p)


def _cell(width: int, gap: int) -> str:
    margin = f'<w:tcMar><w:right w:w="{gap}" w:type="dxa"/></w:tcMar>'
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{margin}</w:tcPr><w:p/></w:tc>'


def _add_figure(place: WordFile | _Cell, figure: BarFigure, width: float, pitch: float) -> None:
    laid = lay_out_figure(figure, width)
    heading = place.add_paragraph(figure.heading, FIGURE_STYLE)
    heading.paragraph_format.keep_with_next = True
    # One character less than the line: LibreOffice gives a picture one character more.
    wide = width - pitch
    line = place.add_paragraph("", PICTURE_STYLE)
    drawn = BytesIO(draw_figure(figure, width_pt=wide))
    about = line.add_run().add_picture(drawn, width=Pt(wide))._inline.docPr
    about.set("name", figure.heading)
    about.set("descr", laid["words"])
    _add_legend(place.add_paragraph("", LEGEND_STYLE), laid["legend"])


def _add_legend(line: Paragraph, rows: Sequence[Sequence[dict[str, str]]]) -> None:
    for n, row in enumerate(rows):
        if n:
            line.add_run().add_break()
        for place, part in enumerate(row):
            if place:
                line.add_run("　")
            colour = TONES.get(part["tone"], TONES["plain"])
            line.add_run(part["shape"]).font.color.rgb = RGBColor.from_string(colour)
            line.add_run(part["words"])
