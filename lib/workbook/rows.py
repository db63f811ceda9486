"""The rows of a sheet, written as SpreadsheetML straight into the file that openpyxl saved.

openpyxl makes an object of every cell and looks up its style. For a ledger of 10,000 rows and
240,000 cells its write-only sheet takes 3.5 s of CPU, this one 0.5 s. With it the workbook would be
2.6 to 2.9 times as slow as the bare writer, and the goal is 2.5 (docs/performance.md). Only the
current row is in memory.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from lib.text import printable_text
from lib.workbook.cells import open_at

Value = str | int | date | None  # of a cell
# Excel counts days from 1900 and takes that year for a leap year; from March 1900 on this is right.
DAY_ZERO = date(1899, 12, 30).toordinal()
_END = b"</sheetData>"
_SIZE = re.compile(rb"<dimension [^>]*/>")  # optional; openpyxl's is wrong, as it lacks the rows


def book_bytes(book: Workbook, rows: Mapping[str, Iterable[str]]) -> bytes:
    """Return the workbook's bytes; `rows`: the XML of RowXml by sheet name."""
    plain, out = BytesIO(), BytesIO()
    open_at(book, book.worksheets[0])
    book.save(plain)
    paths = {
        f"xl/worksheets/sheet{number}.xml": rows[name]
        for number, name in enumerate(book.sheetnames, start=1)
        if name in rows
    }
    with ZipFile(plain) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for item in source.infolist():
            content = source.read(item)
            if item.filename not in paths:
                target.writestr(item, content)
                continue
            before, end, after = content.rpartition(_END)
            with target.open(item, "w") as part:
                part.write(_SIZE.sub(b"", before))
                for row in paths[item.filename]:
                    part.write(row.encode())
                part.write(end + after)
    return out.getvalue()


class CellStyle(NamedTuple):
    """The workbook's style numbers for each kind of value (lib.workbook.cells.style_number)."""

    text: int
    blank: int
    number: int = 0
    day: int = 0


class RowXml:
    """Writes rows as XML, each column in its style."""

    def __init__(self, styles: Sequence[CellStyle]) -> None:
        # The cell's type, not a mark in the text, keeps =… from becoming a formula.
        self._columns = [
            (
                get_column_letter(number),
                f's="{style.text}" t="inlineStr"><is><t xml:space="preserve">',
                f's="{style.number}"><v>',
                f's="{style.day}"><v>',
                f's="{style.blank}"/>',
            )
            for number, style in enumerate(styles, start=1)
        ]

    def of(self, row: int, values: Sequence[Value]) -> str:
        cells = []
        for (letter, text, number, day, blank), value in zip(self._columns, values, strict=False):
            if isinstance(value, str) and value:
                inside = f"{text}{escape(printable_text(value))}</t></is></c>"
            elif isinstance(value, int):
                inside = f"{number}{value}</v></c>"
            elif isinstance(value, date):
                inside = f"{day}{value.toordinal() - DAY_ZERO}</v></c>"
            else:
                inside = blank
            cells.append(f'<c r="{letter}{row}" {inside}')
        return f'<row r="{row}">{"".join(cells)}</row>'
