"""A table for Word: its head repeats on every page, and no row is split over two pages.

Built with lxml and without python-docx, which looks up a style for each cell: a ledger of 10,000
rows has 90,000 cells. Widths are twips, twentieths of a point.
"""

from collections.abc import Iterable, Sequence

from docx.document import Document as WordFile
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from lxml import etree

from lib.official.document import Cell, TableColumn
from lib.official.docx_styles import TABLE_STYLE, add_paragraph

WIDTH, VALUE, TYPE = qn("w:w"), qn("w:val"), qn("w:type")
CELL, CELL_PR, CELL_WIDTH, ALIGN = qn("w:tc"), qn("w:tcPr"), qn("w:tcW"), qn("w:vAlign")
PARAGRAPH, PARAGRAPH_PR, STYLE = qn("w:p"), qn("w:pPr"), qn("w:pStyle")
RUN, TEXT = qn("w:r"), qn("w:t")
ROW, ROW_PR, WHOLE = qn("w:tr"), qn("w:trPr"), qn("w:cantSplit")


def add_table(
    file: WordFile,
    columns: Sequence[TableColumn],
    rows: Iterable[Sequence[Cell]],
    *,
    width: int,
) -> None:
    """Add a table of a width in twips, which the columns divide by their shares."""
    # The last element of the body holds the properties of the section.
    file.element.body[-1].addprevious(_table(columns, rows, width))
    add_line_after_table(file)


def add_line_after_table(file: WordFile) -> None:
    """Add the paragraph that Word requires after a table, one point high."""
    properties = add_paragraph(file, "", TABLE_STYLE)._p.get_or_add_pPr()
    spacing = OxmlElement("w:spacing")
    for name, value in (("line", "20"), ("lineRule", "exact")):
        spacing.set(qn(f"w:{name}"), value)
    properties.append(spacing)


def _table(
    columns: Sequence[TableColumn], rows: Iterable[Sequence[Cell]], width: int
) -> etree._Element:
    columns = _fitted(columns, width)
    line = 'w:val="single" w:sz="4" w:space="0" w:color="000000"'  # 4 eighths of a point
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    table = etree.fromstring(
        f"<w:tbl {nsdecls('w')}><w:tblPr>"
        f'<w:tblW w:w="{sum(c.width for c in columns)}" w:type="dxa"/>'
        f"<w:tblBorders>{''.join(f'<w:{side} {line}/>' for side in sides)}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/><w:tblCellMar>'
        '<w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/>'  # 1 mm
        "</w:tblCellMar></w:tblPr></w:tbl>"
    )
    grid = etree.SubElement(table, qn("w:tblGrid"))
    for column in columns:
        etree.SubElement(grid, qn("w:gridCol")).set(WIDTH, str(column.width))
    head = _add_row(table, columns, [Cell(column.heading) for column in columns], "CellHead")
    etree.SubElement(head[0], qn("w:tblHeader"))
    for row in rows:
        _add_row(table, columns, row, "Cell")
    return table


def _fitted(columns: Sequence[TableColumn], width: int) -> list[TableColumn]:
    """The columns with widths in twips that add up to `width`: the last takes the rounding."""
    total = sum(column.width for column in columns)
    fitted = [column._replace(width=column.width * width // total) for column in columns]
    rest = width - sum(column.width for column in fitted)
    return [*fitted[:-1], fitted[-1]._replace(width=fitted[-1].width + rest)]


def _add_row(
    table: etree._Element, columns: Sequence[TableColumn], cells: Sequence[Cell], style: str
) -> etree._Element:
    row = etree.SubElement(table, ROW)
    # Word and LibreOffice still break a row that is higher than a page.
    etree.SubElement(etree.SubElement(row, ROW_PR), WHOLE)
    for column, cell in zip(columns, cells, strict=True):
        is_number = column.is_centred and style == "Cell"
        _add_cell(row, column, cell, "CellMid" if is_number else style)
    return row


def _add_cell(row: etree._Element, column: TableColumn, cell: Cell, style: str) -> None:
    element = etree.SubElement(row, CELL)
    properties = etree.SubElement(element, CELL_PR)
    width = etree.SubElement(properties, CELL_WIDTH)
    width.set(WIDTH, str(column.width))
    width.set(TYPE, "dxa")
    place = "center" if style == "CellHead" else "top"
    etree.SubElement(properties, ALIGN).set(VALUE, place)
    for line in cell.text.split("\n"):
        paragraph = etree.SubElement(element, PARAGRAPH)
        style_of = etree.SubElement(etree.SubElement(paragraph, PARAGRAPH_PR), STYLE)
        style_of.set(VALUE, style)
        if line:
            words = etree.SubElement(etree.SubElement(paragraph, RUN), TEXT)
            words.text = line
