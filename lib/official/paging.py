"""How high a row of a table comes out, and which rows stand together on a page. Pure.

Word and typst both break tables where they like, and leave a joined label behind on the page where
it began. So a table with joined labels is cut into pages here, each of which says its labels anew.
"""

from collections.abc import Iterator, Sequence

from lib.official.document import Cell, Table
from lib.official.geometry import GEOMETRY, POINTS_A_MM

MOST_LINES = 24  # of a page on its side, under title and head
SPARE_LINES = 1  # kept free on each page: lines break a little otherwise in Word
ROW_AIR = 1.7  # points between the lines of two rows
ANNEX_HEAD_PT = (
    4 * GEOMETRY.line_pt + 12
)  # 附件1, a blank line, its title, the line above the table
Row = Sequence[Cell]


def characters_across(widths: Sequence[int], points: float) -> list[int]:
    """How many characters stand beside each other in columns that share so many points."""
    total = sum(widths)
    beside = 2 * 2.85
    return [max(int((points * width / total - beside) / GEOMETRY.table_pt), 1) for width in widths]


def fits_on_a_page(row: Row, across: Sequence[int]) -> bool:
    """Whether its tallest cell leaves it whole."""
    return all(
        _lines(cell.text, beside) <= MOST_LINES for cell, beside in zip(row, across, strict=True)
    )


def paged(table: Table, width_mm: float, *, is_on_side: bool) -> list[list[Row]]:
    """The rows by the page they stand on; where a page begins inside a label, it is said again.

    The first page also bears the annex's title. Without joined labels all rows are one piece,
    which breaks where it may.
    """
    if not any(cell.joins for row in table.rows for cell in row):
        return [list(table.rows)]
    widths = [column.width for column in table.columns]
    across = characters_across(widths, width_mm * POINTS_A_MM)
    heads = zip((column.heading for column in table.columns), across, strict=True)
    head = max(_lines(words, beside) for words, beside in heads)
    high = GEOMETRY.text_width_mm if is_on_side else GEOMETRY.text_height_mm
    room = high * POINTS_A_MM - _points(head) - SPARE_LINES * GEOMETRY.table_line_pt
    return list(_pages(table.rows, across, room))


def _pages(rows: Sequence[Row], across: Sequence[int], room: float) -> Iterator[list[Row]]:
    page: list[Row] = []
    left = room - ANNEX_HEAD_PT
    # What is above the label at hand, and how high the rows beside it are.
    above = beside = used = 0.0
    for row in rows:
        own, label = _heights(row, across)
        if not any(cell.joins for cell in row):
            above, beside = used, 0.0
        used = above + max(beside + own, label)
        if used > left and page and own <= room:
            yield page
            page, left = [], room
            above, beside, used = 0.0, 0.0, max(own, label)
        page.append(row if page else _anew(row))
        beside += own
        if used > left:  # higher than a page: it ends on a later one
            used = (used - left) % room
            above, beside, left = used, 0.0, room
    if page:
        yield page


def _anew(row: Row) -> Row:
    return [cell._replace(joins=False) if cell.joins else cell for cell in row]


def _heights(row: Row, across: Sequence[int]) -> tuple[float, float]:
    """Of what stands in this row alone, and of the labels that it may share."""
    own = label = 0
    for cell, beside in zip(row, across, strict=True):
        lines = _lines(cell.text, beside)
        if cell.joins is None:
            own = max(own, lines)
        else:
            label = max(label, lines)
    return _points(own), _points(label)


def _points(lines: int) -> float:
    return lines * GEOMETRY.table_line_pt + ROW_AIR


def _lines(text: str, beside: int) -> int:
    return sum(-(-len(line) // beside) or 1 for line in text.split("\n"))
