"""A table for Word with a head row that repeats on every page, built fast: no styles looked up."""

from collections.abc import Iterable, Sequence

from docx.oxml.ns import nsdecls, qn
from lxml import etree

from lib.official.document import Cell, Column

WIDTH, VALUE, TYPE = qn("w:w"), qn("w:val"), qn("w:type")
CELL, CELL_PR, CELL_WIDTH = qn("w:tc"), qn("w:tcPr"), qn("w:tcW")
ALIGN = qn("w:vAlign")
PARAGRAPH, PARAGRAPH_PR, STYLE = qn("w:p"), qn("w:pPr"), qn("w:pStyle")
RUN, TEXT = qn("w:r"), qn("w:t")


def build_table(
    columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, width: int
) -> etree._Element:
    """The w:tbl element; the columns share `width` (twentieths of a point) by their shares."""
    columns = _fitted(columns, width)
    table = etree.fromstring(
        f"<w:tbl {nsdecls('w')}><w:tblPr>"
        f'<w:tblW w:w="{sum(c.width for c in columns)}" w:type="dxa"/>'
        f"<w:tblBorders>{_borders()}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{_margins()}</w:tblCellMar>"
        "</w:tblPr></w:tbl>"
    )
    grid = etree.SubElement(table, qn("w:tblGrid"))
    for column in columns:
        etree.SubElement(grid, qn("w:gridCol")).set(WIDTH, str(column.width))
    head = _row(table, columns, [Cell(column.heading) for column in columns], style="CellHead")
    etree.SubElement(head[0], qn("w:tblHeader"))
    for row in rows:
        _row(table, columns, row, style="Cell")
    return table


def _fitted(columns: Sequence[Column], width: int) -> list[Column]:
    """The columns with widths that fill the whole: what rounding leaves goes to the last."""
    total = sum(column.width for column in columns)
    fitted = [column._replace(width=column.width * width // total) for column in columns]
    rest = width - sum(column.width for column in fitted)
    return [*fitted[:-1], fitted[-1]._replace(width=fitted[-1].width + rest)]


def _borders() -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    line = 'w:val="single" w:sz="4" w:space="0" w:color="000000"'
    return "".join(f"<w:{side} {line}/>" for side in sides)


def _margins() -> str:
    return "".join(f'<w:{side} w:w="57" w:type="dxa"/>' for side in ("left", "right"))


def _row(
    table: etree._Element, columns: Sequence[Column], cells: Sequence[Cell], *, style: str
) -> etree._Element:
    row = etree.SubElement(table, qn("w:tr"))
    # Not torn over two pages; one that is higher than a page is all the same.
    etree.SubElement(etree.SubElement(row, qn("w:trPr")), qn("w:cantSplit"))
    for column, cell in zip(columns, cells, strict=True):
        _cell(row, column, cell, "CellMid" if column.is_centred and style == "Cell" else style)
    return row


def _cell(row: etree._Element, column: Column, cell: Cell, style: str) -> None:
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
