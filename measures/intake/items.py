"""Chooses the headings that are items: those of the numbering that has the lists. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from measures.intake.heading_tree import HeadingNode, PlacedList
from measures.intake.outline import SECTION_KINDS, Outline
from measures.intake.passage import SourcePassage

_OF_THOSE_ABOVE = re.compile("以上|上述")
NAMES_WHO = re.compile(r"由[^，。；：（）]{2,60}?(?:牵头|负责(?!解释)|配合)")


@dataclass
class NumberRun:
    """Headings of one kind with continuous numbers, possibly across higher headings."""

    kind: str
    nodes: list[HeadingNode] = field(default_factory=list)


@dataclass
class Chosen:
    nodes: list[HeadingNode]
    runs: list[NumberRun]  # those the items come from
    unnumbered: list[HeadingNode] = field(default_factory=list)  # sections with their own list
    shared: list[HeadingNode] = field(default_factory=list)  # items with the list of their section
    left: list[NumberRun] = field(default_factory=list)  # like those of items, but without lists
    said: list[HeadingNode] = field(default_factory=list)  # not items, but a sentence names bodies


def choose_items(outline: Outline) -> Chosen:
    """Return the items in the order of the text; none if the text has no list of bodies."""
    _lift_last_lists(outline)
    shared = [*outline.shared, *_share_section_lists(outline), *_share_with_those_above(outline)]
    runs = runs_of(outline.nodes)
    carrying = {id(node) for node in outline.nodes if node.lists or node.section_lists}
    holding = _holding(outline.nodes, carrying)
    kept: set[int] = set()
    used: list[NumberRun] = []
    unnumbered: list[HeadingNode] = []
    for run in runs:
        items = _items_of(run, carrying, holding)
        if items:
            used.append(run)
            kept |= {id(node) for node in items}
            if any(id(node) in holding for node in run.nodes):
                unnumbered += [node for node in items if node.kind in SECTION_KINDS]
    nodes = [node for node in outline.nodes if id(node) in kept and not _has_above(node, kept)]
    shown = [node for node in shared if id(node) in kept]
    left = _left(runs, used, holding)
    said = _said(outline.nodes, kept | {id(node) for run in left for node in run.nodes}, holding)
    return Chosen(nodes, used, unnumbered, shown, left, said)


def _said(nodes: list[HeadingNode], taken: set[int], holding: set[int]) -> list[HeadingNode]:
    """Return headings that are no items although their text has 由A牵头, for a person to check."""
    return [
        node
        for node in nodes
        if not ({id(node), *(id(above) for above in _above(node))} & taken)
        and id(node) not in holding
        and not node.is_general
        and any(map(_names_who, [node.heading, *node.content]))
    ]


def _names_who(part: SourcePassage | HeadingNode | None) -> bool:
    return isinstance(part, SourcePassage) and NAMES_WHO.search(part.text) is not None


def _left(runs: list[NumberRun], used: list[NumberRun], holding: set[int]) -> list[NumberRun]:
    """Return the runs numbered like the items in which no heading has bodies."""
    kinds = {run.kind for run in used} - {*SECTION_KINDS, "para", "bare"}
    return [
        run
        for run in runs
        if run.kind in kinds
        and run not in used
        and not run.nodes[0].is_general
        and not any(id(node) in holding for node in run.nodes)
        and not any(above.lists for above in _above(run.nodes[0]))
    ]


def _above(node: HeadingNode) -> Iterator[HeadingNode]:
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


def choose_without_lists(outline: Outline) -> Chosen:
    """Return the most likely items of a text without bodies: its most frequent inner numbering."""
    nodes = [node for node in outline.nodes if not node.is_general]
    counts = Counter(node.kind for node in nodes if node.kind in ("clause", "cnp", "ar", "bare"))
    kind = max(counts, key=lambda one: (counts[one], one == "cnp")) if counts else "cn"
    chosen = [node for node in nodes if node.kind == kind]
    return Chosen(chosen, runs_of(chosen))


def runs_of(nodes: list[HeadingNode]) -> list[NumberRun]:
    """Group headings by continuous numbers; 1, or a lower number elsewhere, begins a new run."""
    runs: list[NumberRun] = []
    last: dict[str, NumberRun] = {}
    for node in nodes:
        run = last.get(node.kind)
        if run is not None:
            before = run.nodes[-1]
            falls = node.ordinal <= before.ordinal
            if falls and (node.ordinal == 1 or node.parent is not before.parent):
                run = None
        if run is None:
            run = last[node.kind] = NumberRun(node.kind)
            runs.append(run)
        run.nodes.append(node)
    return runs


def _items_of(run: NumberRun, carrying: set[int], holding: set[int]) -> list[HeadingNode]:
    own = [node for node in run.nodes if id(node) in carrying]
    if not own or run.kind == "circle":
        return own
    if not any(id(node) in holding for node in run.nodes):
        return run.nodes
    if run.kind in SECTION_KINDS:
        return own
    return [node for node in run.nodes if id(node) in carrying or id(node) not in holding]


def _holding(nodes: list[HeadingNode], carrying: set[int]) -> set[int]:
    """Return the headings with a list somewhere below them."""
    found: set[int] = set()
    for node in nodes:
        if id(node) in carrying:
            above = node.parent
            while above is not None and id(above) not in found:
                found.add(id(above))
                above = above.parent
    return found


def _has_above(node: HeadingNode, kept: set[int]) -> bool:
    """Whether a heading is inside an item and so is part of its text."""
    above = node.parent
    while above is not None and above.kind:
        if id(above) in kept and above.lists:
            return not node.lists
        above = above.parent
    return False


def _lift_last_lists(outline: Outline) -> None:
    """Assign a list after the last point of a heading to the heading, not the point.

    Only if at least two headings of the kind are written like this, and the others have a list
    but no points.
    """
    by_kind: dict[str, list[HeadingNode]] = defaultdict(list)
    broken: set[str] = set()
    have_own = Counter(node.kind for node in outline.nodes if node.lists and not node.children)
    for node in [outline.root, *outline.nodes]:
        points = [child for child in node.children if child.rank >= node.children[0].rank]
        if len(points) < 2 or any(child.children for child in points):
            continue
        with_list = [child for child in points if child.lists]
        if not with_list:
            continue
        alone = with_list == [points[-1]] and len(points[-1].lists) == 1
        if alone and not node.lists and _can_be_lifted(node, points[-1].lists[0]):
            by_kind[node.kind].append(node)
        else:
            broken.add(node.kind)
    for kind, nodes in by_kind.items():
        if kind and kind not in broken and len(nodes) + have_own[kind] > 1:
            for node in nodes:
                node.lists += node.children[-1].lists
                node.children[-1].lists = []


def _can_be_lifted(node: HeadingNode, placed: PlacedList) -> bool:
    """Whether a list can be moved up; one on the last point's line not to a section."""
    return placed.stands_alone or node.kind not in SECTION_KINDS


def _doubt_lists(section: HeadingNode, below: list[HeadingNode]) -> None:
    """Doubt lists between points if one precedes the first: each may belong to the next."""
    if section.lists[0].after > 0 or all(point.lists for point in section.children):
        return
    for node in below:
        node.lists = [
            replace(one, list=one.list.doubted()) if one.stands_alone else one for one in node.lists
        ]


def _share_with_those_above(outline: Outline) -> list[HeadingNode]:
    """Assign a list （以上由A负责） after some points to all of them that have none."""
    shared: list[HeadingNode] = []
    for node in (outline.root, *outline.nodes):
        bare: list[HeadingNode] = []
        for point in node.children:
            above = [one for one in point.lists if _OF_THOSE_ABOVE.match(one.list.words)]
            for one in bare if above else []:
                one.section_lists = above
            shared += bare if above else []
            bare = [] if point.lists else [*bare, point]
    return shared


def _share_section_lists(outline: Outline) -> list[HeadingNode]:
    """Apply a section's own list to all its items that have none."""
    shared = []
    for node in (outline.root, *outline.nodes):
        points = node.children
        if node.kind not in ("", *SECTION_KINDS) or not node.lists or not points:
            continue
        below = [one for point in points for one in (point, *point.walk()) if one.lists]
        if below:
            _doubt_lists(node, below)
            continue
        for point in points:
            point.section_lists = list(node.lists)
            shared.append(point)
        node.lists = []
    return shared
