"""CSV that a spreadsheet opens as it is: its text cannot become a formula."""

import csv
from collections.abc import Iterable
from io import StringIO
from urllib.parse import quote

from django.http import StreamingHttpResponse

BYTE_ORDER_MARK = "\ufeff"  # Excel reads UTF-8 by it
# Full-width ones, too: where they are typed, spreadsheets take them for the others.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def csv_line(cells: Iterable[object]) -> str:
    """One row; text that a spreadsheet would take for a formula begins with an apostrophe."""
    out = StringIO()
    safe = (f"'{text}" if text.startswith(FORMULA) else text for text in map(str, cells))
    csv.writer(out).writerow(safe)
    return out.getvalue()


def csv_answer(lines: Iterable[str], name: str) -> StreamingHttpResponse:
    """A file of that name, sent while its lines are read."""
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    where = f"attachment; filename=\"export.csv\"; filename*=UTF-8''{quote(name)}"
    answer["Content-Disposition"] = where
    return answer
