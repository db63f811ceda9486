"""How many things changed from one state to another between moments, as ribbons: geometry only."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

WIDTH, TOP = 648, 30  # room for the names of the moments above
NODE, LABEL = 12, 108  # how wide a node is, and room for the words after the last one
HEIGHT, THICKEST = 150.0, 7.0  # of all ribbons together, and of one thing
SLOT, GAP = 20.0, 8.0  # a node's words need a line

Moves = Mapping[tuple[str, str], int]  # (state before, state after) → how many


class FlowNode(NamedTuple):
    """How many things are in one state at one moment."""

    key: str
    value: int
    x: float
    y: float
    height: float

    @property
    def middle(self) -> float:
        """The height of its text."""
        return round(self.y + self.height / 2, 2)


class Ribbon(NamedTuple):
    """How many things changed from one state to another, or stayed in it."""

    before: str
    after: str
    value: int
    path: str
    end: tuple[float, float]  # the upper corner at its right end

    @property
    def is_kept(self) -> bool:
        return self.before == self.after


class FlowChart(NamedTuple):
    """All that the template draws; nodes and ribbons by moment."""

    nodes: list[list[FlowNode]]
    ribbons: list[list[Ribbon]]
    height: int
    width: int = WIDTH
    node: int = NODE


def flow_chart(
    moments: Sequence[Mapping[str, int]], moves: Sequence[Moves], order: Sequence[str]
) -> FlowChart:
    """Lay out two or more moments from left to right, states from top to bottom as in `order`.

    No moment may be empty. `moves` has one entry for each pair of neighbouring moments. A state's
    lower edge keeps its height from moment to moment, unless a state below it changes its size.
    """
    most = max(sum(counts.values()) for counts in moments)
    unit = min(THICKEST, HEIGHT / most)
    step = (WIDTH - LABEL - NODE) / (len(moments) - 1)
    bottom = max(_tall(counts, unit) for counts in moments) + TOP
    nodes = [
        _nodes(counts, order, unit, round(number * step, 2), bottom)
        for number, counts in enumerate(moments)
    ]
    ribbons = [
        _ribbons(left, right, counts, order, unit)
        for (left, right), counts in zip(pairwise(nodes), moves, strict=True)
    ]
    return FlowChart(nodes, ribbons, int(bottom) + 2)


def _tall(counts: Mapping[str, int], unit: float) -> float:
    return sum(max(value * unit, SLOT) + GAP for value in counts.values() if value)


def _nodes(
    counts: Mapping[str, int], order: Sequence[str], unit: float, x: float, bottom: float
) -> list[FlowNode]:
    """Lay out one moment from the bottom up, so that states that do not change keep their place."""
    found, y = [], bottom
    for key in reversed(order):
        value = counts.get(key, 0)
        if value:
            height = round(value * unit, 2)
            found.append(FlowNode(key, value, x, round(y - height, 2), height))
            y -= max(height, SLOT) + GAP
    return list(reversed(found))


def _ribbons(
    left: Sequence[FlowNode],
    right: Sequence[FlowNode],
    moves: Moves,
    order: Sequence[str],
    unit: float,
) -> list[Ribbon]:
    """Lay out one step; at each node ribbons are ordered by the states at their other ends."""
    place = {key: number for number, key in enumerate(order)}
    some = [pair for pair in moves if moves[pair]]
    pairs = sorted(some, key=lambda p: (place[p[0]], place[p[1]]))
    entries = sorted(some, key=lambda p: (place[p[1]], place[p[0]]))
    starts = _offsets(pairs, moves, {node.key: node.y for node in left}, 0, unit)
    ends = _offsets(entries, moves, {node.key: node.y for node in right}, 1, unit)
    x0, x1 = left[0].x + NODE, right[0].x
    return [
        Ribbon(*pair, moves[pair], _path(x0, x1, (starts[pair], ends[pair]), moves[pair] * unit),
               (x1, ends[pair]))
        for pair in pairs
    ]  # fmt: skip


def _offsets(
    pairs: Sequence[tuple[str, str]], moves: Moves, tops: dict[str, float], end: int, unit: float
) -> dict[tuple[str, str], float]:
    """The height of each ribbon's upper edge at one end, one below the other along its node."""
    found = {}
    for pair in pairs:
        found[pair] = round(tops[pair[end]], 2)
        tops[pair[end]] += moves[pair] * unit
    return found


def _path(x0: float, x1: float, tops: tuple[float, float], height: float) -> str:
    middle = round((x0 + x1) / 2, 2)
    (a, b), (c, d) = tops, (round(top + height, 2) for top in tops)
    upper = f"M{x0} {a}C{middle} {a} {middle} {b} {x1} {b}"
    return f"{upper}V{d}C{middle} {d} {middle} {c} {x0} {c}Z"
