"""CSV that a spreadsheet can open safely: its text cannot become a formula."""

import csv
from collections.abc import Iterable
from io import StringIO
from urllib.parse import quote

from django.http import StreamingHttpResponse

BYTE_ORDER_MARK = "\ufeff"  # Excel recognises UTF-8 by it
# Full-width signs too: spreadsheets treat them like the ASCII ones.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def csv_line(cells: Iterable[object]) -> str:
    """One row; an apostrophe is put before text that a spreadsheet would take for a formula."""
    out = StringIO()
    safe = (f"'{text}" if text.startswith(FORMULA) else text for text in map(str, cells))
    csv.writer(out).writerow(safe)
    return out.getvalue()


def csv_answer(lines: Iterable[str], name: str) -> StreamingHttpResponse:
    """A download with this file name, streamed line by line."""
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    where = f"attachment; filename=\"export.csv\"; filename*=UTF-8''{quote(name)}"
    answer["Content-Disposition"] = where
    return answer
