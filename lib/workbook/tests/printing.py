"""How a sheet comes out of the printer."""

from typing import Any

from openpyxl.utils import get_column_letter

PAPERS = {8: 420, 9: 297}  # the longer side in mm
PIXEL = 25.4 / 96
PADDING = 5  # pixels that a column has besides its characters


def printed_size(sheet: Any, *, digit: float) -> float:
    """The size of the smallest type on paper, in points.

    `digit` is the width in pixels of a digit in the font in which widths are counted: 7 in 宋体 of
    10 pt, more where another font stands for it.
    """
    margins = sheet.page_margins
    room = PAPERS[sheet.page_setup.paperSize] - (margins.left + margins.right) * 25.4
    columns = map(get_column_letter, range(1, sheet.max_column + 1))
    shown = [sheet.column_dimensions[c] for c in columns if not sheet.column_dimensions[c].hidden]
    width = sum(round(c.width * digit + PADDING) for c in shown) * PIXEL
    sizes = {cell.font.sz for row in sheet.iter_rows() for cell in row if cell.value}
    return float(min(sizes) * min(1, room / width))
