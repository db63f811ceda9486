"""Marks the faulty cells of an uploaded workbook. Pure."""

from collections.abc import Iterable
from io import BytesIO
from typing import IO

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from lib.text import printable_text
from lib.workbook.cells import open_at
from measures.sheets.columns import LAYOUTS
from measures.sheets.row_checks import CheckedRow

FILL = PatternFill("solid", fgColor="FFD9D9")
SAYS = "核对结果"  # the author of the cell comments
REMARK_WIDTH, REMARK_HEIGHT = 320, 90


def marked(file: IO[bytes], rows: Iterable[CheckedRow], *, kind: str) -> bytes:
    """Return the workbook with each faulty cell coloured and a comment saying what is allowed."""
    book = load_workbook(file, keep_links=False)
    sheet = book[LAYOUTS[kind].name]
    open_at(book, sheet)
    for merged in list(sheet.merged_cells.ranges):  # a merged cell cannot have a comment
        sheet.unmerge_cells(merged.coord)
    for row in rows:
        for fault in row.get("faults", []):
            cell = sheet[fault["place"]]
            cell.fill, words = FILL, printable_text(fault["allowed"])
            cell.comment = Comment(words, SAYS, width=REMARK_WIDTH, height=REMARK_HEIGHT)
    out = BytesIO()
    book.save(out)
    return out.getvalue()
