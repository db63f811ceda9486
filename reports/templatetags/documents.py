"""Drawing what stands in a document."""

from collections.abc import Sequence
from typing import Any

from django import template

from policy_tracker.lib.charts.stacked import Part, stacked_bar
from reports.writers.document import Cell, Figure, Table

register = template.Library()
NARROW, BROAD = 0.08, 0.2  # shares of a table's width


@register.inclusion_tag("reports/_figure.html")
def figure(figure: Figure) -> dict[str, Any]:
    """A figure's bar with its numbers."""
    parts = [Part(bar.label, bar.label, bar.tone, bar.shape) for bar in figure.bars]
    counts = {bar.label: bar.value for bar in figure.bars}
    return {
        "figure": figure,
        "segments": stacked_bar(counts, parts),
        "total": sum(counts.values()),
    }


@register.simple_tag
def column_class(table: Table, place: int) -> str:
    """How wide a column is on the page, by its share of the table."""
    share = table.columns[place].width / sum(column.width for column in table.columns)
    if share < NARROW:
        return "is-narrow"
    return "is-broad" if share > BROAD else "is-middling"


@register.simple_tag
def labelled(table: Table, row: Sequence[Cell]) -> list[tuple[str, str]]:
    """A row's texts with the headings they stand under; none where one joins the cell above."""
    cells = zip(table.columns, row, strict=True)
    return [(column.heading, "" if cell.joins else cell.text) for column, cell in cells]
