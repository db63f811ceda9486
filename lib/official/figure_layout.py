"""A figure laid out once for every format, and what it says in words. Pure."""

from typing import Any

from lib.charts.stacked import StackedPart, stacked_bar
from lib.official.document import Figure
from lib.official.geometry import GEOMETRY, POINTS_A_MM, Geometry

# The tones of static/css/base.css, for paper; a test holds them equal.
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
GAP_PT = 14  # between figures that stand beside each other
AROUND = 2.5  # characters that a part's sign, and the air beside it and its figures, take


def width_of_one(count: int, geometry: Geometry, *, in_a_row: bool) -> float:
    """Points across of each of so many figures."""
    across = geometry.text_width_mm * POINTS_A_MM
    return (across - GAP_PT * (count - 1)) / count if in_a_row else across


def laid_out(figure: Figure, width_pt: float) -> dict[str, Any]:
    """Where each part of the bar stands, the words beside it, and the words in its place."""
    signs = [bar.shape or SIGNS[n % len(SIGNS)] for n, bar in enumerate(figure.bars)]
    parts = [
        StackedPart(str(n), bar.label, bar.tone, signs[n]) for n, bar in enumerate(figure.bars)
    ]
    counts = {str(n): bar.value for n, bar in enumerate(figure.bars)}
    return {
        "heading": figure.heading,
        "width": 600,
        "segments": [segment._asdict() for segment in stacked_bar(counts, parts, width=600)],
        "legend": _lines(
            [
                {"tone": bar.tone, "shape": sign, "words": f"{bar.label}{bar.value}{figure.unit}"}
                for bar, sign in zip(figure.bars, signs, strict=True)
            ],
            width_pt / GEOMETRY.table_pt,
        ),
        "words": figure_words(figure),
        "tones": {name: f"#{colour}" for name, colour in TONES.items()},
    }


def _lines(legend: list[dict[str, str]], room: float) -> list[list[dict[str, str]]]:
    """As many on a line as so many characters hold: sign and words of a part are never torn."""
    lines: list[list[dict[str, str]]] = []
    used = room + 1
    for part in legend:
        needed = AROUND + sum(0.5 if sign.isascii() else 1 for sign in part["words"])
        if used + needed > room + 1:  # the last on a line has no air behind it
            lines.append([])
            used = 0
        lines[-1].append(part)
        used += needed
    return lines


def figure_words(figure: Figure) -> str:
    """What stands for the picture where it is not seen."""
    said = "，".join(f"{bar.label}{bar.value}{figure.unit}" for bar in figure.bars)
    return f"{figure.heading}，横条图：{said}。"
