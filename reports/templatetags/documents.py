"""Drawing what stands in a document."""

from typing import Any

from django import template

from policy_tracker.lib.charts.stacked import Part, stacked_bar
from reports.writers.document import Figure

register = template.Library()


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
