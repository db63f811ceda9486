"""A figure laid out once for every format, and what it says in words. Pure."""

from typing import Any

from policy_tracker.lib.charts.stacked import Part, stacked_bar
from reports.writers.document import Figure

# The tones of static/css/tokens.css, for paper; a test holds them equal.
TONES = {
    "green": "1E7B4A",
    "yellow": "A35C00",
    "red": "B3261E",
    "grey": "5B6675",
    "blue": "1F4E8C",
    "plain": "1C2430",
}
# Parts that have no sign of their own are told apart by these, never by colour alone.
SIGNS = "○◆●■▲△"


def laid_out(figure: Figure) -> dict[str, Any]:
    """Where each part of the bar stands, the words beside it, and the words in its place."""
    signs = [bar.shape or SIGNS[n % len(SIGNS)] for n, bar in enumerate(figure.bars)]
    parts = [Part(str(n), bar.label, bar.tone, signs[n]) for n, bar in enumerate(figure.bars)]
    counts = {str(n): bar.value for n, bar in enumerate(figure.bars)}
    return {
        "heading": figure.heading,
        "width": 600,
        "segments": [segment._asdict() for segment in stacked_bar(counts, parts, width=600)],
        "legend": [
            {"tone": bar.tone, "shape": sign, "words": f"{bar.label}{bar.value}{figure.unit}"}
            for bar, sign in zip(figure.bars, signs, strict=True)
        ],
        "words": figure_words(figure),
        "tones": {name: f"#{colour}" for name, colour in TONES.items()},
    }


def figure_words(figure: Figure) -> str:
    """What stands for the picture where it is not seen."""
    said = "，".join(f"{bar.label}{bar.value}{figure.unit}" for bar in figure.bars)
    return f"{figure.heading}，横条图：{said}。"
