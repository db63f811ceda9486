"""Markup of a document's figures and tables."""

from collections.abc import Sequence
from typing import Any

from django import template

from lib.charts.bars import StackedPart, stacked_bar
from lib.official.document import BarFigure, Cell, Table

register = template.Library()
NARROW, BROAD = 0.08, 0.2  # shares of a table's width


@register.inclusion_tag("reports/archive/_figure.html")
def figure(figure: BarFigure) -> dict[str, Any]:
    parts = [StackedPart(bar.label, bar.label, bar.tone, bar.shape) for bar in figure.bars]
    counts = {bar.label: bar.value for bar in figure.bars}
    return {
        "figure": figure,
        "segments": stacked_bar(counts, parts),
        "total": sum(counts.values()),
    }


@register.simple_tag
def column_class(table: Table, place: int) -> str:
    """Return a column's CSS class: its width by its share of the table; figures right-aligned."""
    share = table.columns[place].width / sum(column.width for column in table.columns)
    width = "is-narrow" if share < NARROW else "is-broad" if share > BROAD else "is-middling"
    return f"{width} num" if _holds_figures(table, place) else width


@register.simple_tag
def labelled(table: Table, row: Sequence[Cell]) -> list[tuple[str, str, bool]]:
    """Return a row's texts with their headings, and whether each column holds figures.

    A text that repeats the cell above is empty.
    """
    cells = zip(table.columns, row, strict=True)
    return [
        (column.heading, "" if cell.repeats else cell.text, _holds_figures(table, place))
        for place, (column, cell) in enumerate(cells)
    ]


def _holds_figures(table: Table, place: int) -> bool:
    """Return whether a column holds only figures; ordinals, in the first one, do not count."""
    return place > 0 and all(row[place].text.isdecimal() for row in table.rows)
