"""How high a row of a table comes out, so that no row is torn that fits on a page. Pure."""

from collections.abc import Sequence

from reports.writers.document import Cell
from reports.writers.geometry import GEOMETRY

MOST_LINES = 24  # of a page on its side, under title and head


def characters_across(widths: Sequence[int], points: float) -> list[int]:
    """How many characters stand beside each other in columns that share so many points."""
    total = sum(widths)
    beside = 2 * 2.85
    return [max(int((points * width / total - beside) / GEOMETRY.table_pt), 1) for width in widths]


def fits_on_a_page(row: Sequence[Cell], across: Sequence[int]) -> bool:
    """Whether its tallest cell leaves it whole."""
    return all(
        _lines(cell.text, beside) <= MOST_LINES for cell, beside in zip(row, across, strict=True)
    )


def _lines(text: str, beside: int) -> int:
    return sum(-(-len(line) // beside) or 1 for line in text.split("\n"))
