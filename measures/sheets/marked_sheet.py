"""The workbook that was uploaded, with its faulty cells marked. Pure."""

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
SAYS = "核对结果"  # the author of the remarks
REMARK_WIDTH, REMARK_HEIGHT = 320, 90


def marked(file: IO[bytes], rows: Iterable[CheckedRow], *, kind: str) -> bytes:
    """The same workbook, each faulty cell coloured and with a remark that says what is allowed."""
    book = load_workbook(file, keep_links=False)
    sheet = book[LAYOUTS[kind].name]
    open_at(book, sheet)
    for merged in list(sheet.merged_cells.ranges):  # a cell within one can hold no remark
        sheet.unmerge_cells(merged.coord)
    for row in rows:
        for fault in row.get("faults", []):
            cell = sheet[fault["place"]]
            cell.fill, words = FILL, printable_text(fault["allowed"])
            cell.comment = Comment(words, SAYS, width=REMARK_WIDTH, height=REMARK_HEIGHT)
    out = BytesIO()
    book.save(out)
    return out.getvalue()
