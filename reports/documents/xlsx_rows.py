"""The rows of a sheet, written as SpreadsheetML straight into what openpyxl saved.

openpyxl makes an object of every cell and asks each for its style; for 240,000 cells of five looks
that takes four times as long as writing them down. Nothing but the row at hand is in memory.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl.utils import get_column_letter

from lib.official.printable import seen
from reports.documents.tables import Value

DAY_ZERO = date(1899, 12, 30).toordinal()  # how Excel counts days after February 1900
_END = b"</sheetData>"


def with_rows(
    book: bytes, rows: Mapping[str, Iterable[Sequence[Value]]], *, first: int, looks: "Looks"
) -> bytes:
    """The workbook with rows at the end of its sheets; `rows` by the sheet's place in the file."""
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
                    part.write(looks.row(number, row).encode())
                part.write(end + after)
    return out.getvalue()


class Looks:
    """Cells as text, in the looks that a workbook has for a number, a day, a text and nothing."""

    def __init__(self, *, number: int, day: int, text: int, blank: int, columns: int) -> None:
        self._number = f's="{number}"><v>'
        self._day = f's="{day}"><v>'
        # The type of the cell, not a mark in the text, keeps =… from being worked out.
        self._text = f's="{text}" t="inlineStr"><is><t xml:space="preserve">'
        self._blank = f's="{blank}"/>'
        self._letters = [get_column_letter(n + 1) for n in range(columns)]

    def row(self, number: int, values: Sequence[Value]) -> str:
        """One row."""
        cells = [
            f'<c r="{letter}{number}" {self._inside(value)}'
            for letter, value in zip(self._letters, values, strict=False)
        ]
        return f'<row r="{number}">{"".join(cells)}</row>'

    def _inside(self, value: Value) -> str:
        if isinstance(value, str) and value:
            return f"{self._text}{escape(seen(value))}</t></is></c>"
        if isinstance(value, int):
            return f"{self._number}{value}</v></c>"
        if isinstance(value, date):
            return f"{self._day}{value.toordinal() - DAY_ZERO}</v></c>"
        return self._blank
