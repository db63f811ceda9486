"""Lays out a figure once for all formats, with its legend and alternative text. Pure.

Lengths are points on paper; the bar itself is BAR_WIDTH units wide, which each format scales.
"""

from typing import Any

from lib.charts.bars import StackedPart, stacked_bar
from lib.official.document import BarFigure
from lib.official.geometry import GEOMETRY, POINTS_PER_MM, Geometry
from lib.official.title_lines import width

# The tones of static/css/base.css for paper, as hexadecimal RGB; a test compares them.
TONES = {
    "green": "1E7B4A",
    "yellow": "A35C00",
    "red": "B3261E",
    "grey": "5B6675",
    "blue": "1F4E8C",
    "plain": "1C2430",
}
# A tone that is another one, hatched, so that waiting and reviewed filings are not confused.
HATCHED = {"waiting": "green"}
# For parts without their own sign, because colour alone must not distinguish parts. None of them
# is the sign of a light.
SIGNS = "◆◇△□▽◎"
BAR_WIDTH = 600
GAP_PT = 14  # between figures beside each other
AROUND = 2.5  # width of a part's sign with the space around it, in characters


def figure_width(count: int, geometry: Geometry, *, in_a_row: bool) -> float:
    """Return the width of each of `count` figures in points."""
    across = geometry.text_width_mm * POINTS_PER_MM
    return (across - GAP_PT * (count - 1)) / count if in_a_row else across


def lay_out_figure(figure: BarFigure, width_pt: float) -> dict[str, Any]:
    """Return a figure of this width as plain data, for Word and for typst.

    `segments` are the positions of the parts in a bar of `width` units, `legend` the lines below
    it, `words` the alternative text, `tones` the colours by name.
    """
    bars = [(str(n), bar, bar.shape or SIGNS[n % len(SIGNS)]) for n, bar in enumerate(figure.bars)]
    parts = [StackedPart(key, bar.label, bar.tone, sign) for key, bar, sign in bars]
    counts = {key: bar.value for key, bar, _ in bars}
    return {
        "heading": figure.heading,
        "width": BAR_WIDTH,
        "segments": [
            s._asdict() | {"tone": plain_tone(s.tone), "is_hatched": s.tone in HATCHED}
            for s in stacked_bar(counts, parts, width=BAR_WIDTH)
        ],
        "legend": _legend_lines(
            [
                {
                    "tone": plain_tone(bar.tone),
                    "shape": sign,
                    "words": f"{bar.label}{bar.value}{figure.unit}",
                }
                for _, bar, sign in bars
            ],
            width_pt / GEOMETRY.table_pt,
        ),
        "words": figure_words(figure),
        "tones": {name: f"#{colour}" for name, colour in TONES.items()},
    }


def plain_tone(tone: str) -> str:
    """Return the tone that a part is drawn in, hatched or not."""
    return HATCHED.get(tone, tone)


def _legend_lines(legend: list[dict[str, str]], room: float) -> list[list[dict[str, str]]]:
    """Break a legend into lines of `room` characters, never between a sign and its words."""
    lines: list[list[dict[str, str]]] = []
    used = room + 1
    for part in legend:
        needed = AROUND + width(part["words"])
        if used + needed > room + 1:  # the last part of a line needs no space after it
            lines.append([])
            used = 0
        lines[-1].append(part)
        used += needed
    return lines


def figure_words(figure: BarFigure) -> str:
    said = "，".join(f"{bar.label}{bar.value}{figure.unit}" for bar in figure.bars)
    return f"{figure.heading}，横条图：{said}。"
