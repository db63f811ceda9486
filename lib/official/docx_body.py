"""The text of the Word file: headings in their levels, paragraphs, figures, tables (7.3.3)."""

from collections.abc import Container, Sequence

from docx.document import Document as WordFile

from lib.official.document import Part
from lib.official.docx_figures import add_figures
from lib.official.docx_page import TEXT_WIDTH
from lib.official.docx_paragraph import add_paragraph
from lib.official.docx_styles import BODY_STYLE, HEADING_STYLES
from lib.official.docx_table import add_table
from lib.official.geometry import Geometry


def add_parts(
    file: WordFile,
    parts: Sequence[Part],
    geometry: Geometry,
    *,
    figures_in_a_row: bool,
    kept: Container[str] = (),
    level: int = 0,
) -> None:
    """Add each part, and the parts below it one level deeper, at the end of the file.

    `kept` are the paragraphs that stay on the page of what follows them. The standard knows four
    levels of headings; deeper ones look like the fourth.
    """
    for part in parts:
        if part.heading:
            add_paragraph(file, part.heading, HEADING_STYLES[min(level, 3)])
        for text in part.paragraphs:
            add_paragraph(file, text, BODY_STYLE, kept=text in kept)
        add_figures(file, part.figures, geometry, in_a_row=figures_in_a_row)
        for table in part.tables:
            add_table(file, table.columns, table.rows, width=TEXT_WIDTH)
        add_parts(
            file,
            part.parts,
            geometry,
            figures_in_a_row=figures_in_a_row,
            kept=kept,
            level=level + 1,
        )
