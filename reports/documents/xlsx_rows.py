"""The rows of a sheet, written as SpreadsheetML straight into the file that openpyxl saved.

openpyxl makes an object of every cell and looks up its style. For a ledger of 10,000 rows, 240,000
cells, its write-only sheet takes 3.5 s of CPU where this takes 0.5 s; with it the workbook would be
2.6 to 2.9 times as slow as the bare writer, and the goal is 2.5 (docs/performance.md). Only the row
at hand is in memory.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl.utils import get_column_letter

from lib.official.printable import printable_text
from reports.documents.tables import Value

# Excel counts days from 1900 and takes that year for a leap year; from March 1900 on this is right.
DAY_ZERO = date(1899, 12, 30).toordinal()
_END = b"</sheetData>"


def insert_rows(
    book: bytes, rows: Mapping[str, Iterable[Sequence[Value]]], *, first: int, row_xml: "RowXml"
) -> bytes:
    """Return the workbook with `rows`, by their sheet's path in it, from row `first` on."""
    out = BytesIO()
    with ZipFile(BytesIO(book)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for item in source.infolist():
            content = source.read(item)
            if item.filename not in rows:
                target.writestr(item, content)
                continue
            before, end, after = content.rpartition(_END)
            with target.open(item, "w") as part:
                part.write(before)
                for number, row in enumerate(rows[item.filename], start=first):
                    part.write(row_xml.of(number, row).encode())
                part.write(end + after)
    return out.getvalue()


class RowXml:
    """Writes rows as XML; the arguments are the workbook's style numbers for each kind of value."""

    def __init__(self, *, number: int, day: int, text: int, blank: int, columns: int) -> None:
        self._number = f's="{number}"><v>'
        self._day = f's="{day}"><v>'
        # The type of the cell, not a mark in the text, keeps =… from becoming a formula.
        self._text = f's="{text}" t="inlineStr"><is><t xml:space="preserve">'
        self._blank = f's="{blank}"/>'
        self._letters = [get_column_letter(n + 1) for n in range(columns)]

    def of(self, number: int, values: Sequence[Value]) -> str:
        cells = [
            f'<c r="{letter}{number}" {self._inside(value)}'
            for letter, value in zip(self._letters, values, strict=False)
        ]
        return f'<row r="{number}">{"".join(cells)}</row>'

    def _inside(self, value: Value) -> str:
        if isinstance(value, str) and value:
            return f"{self._text}{escape(printable_text(value))}</t></is></c>"
        if isinstance(value, int):
            return f"{self._number}{value}</v></c>"
        if isinstance(value, date):
            return f"{self._day}{value.toordinal() - DAY_ZERO}</v></c>"
        return self._blank
