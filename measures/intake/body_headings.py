"""Bodies as headings over their tasks: 市水利局：, and below it what the body does. Pure."""

from itertools import groupby

from measures.intake.body_list import BodyList
from measures.intake.directory import AgencyDirectory
from measures.intake.heading_tree import HeadingNode, PlacedList
from measures.intake.named import named_at
from measures.intake.names import is_sure_body, split_names
from measures.intake.outline import Outline
from measures.intake.values import BodyRole

LEAST = 2  # headings of one kind that are bodies


def take_body_headings(outline: Outline, directory: AgencyDirectory) -> None:
    """Give the tasks below headings that are bodies to these, where the text has no list at all."""
    if any(node.lists for node in outline.nodes):
        return
    for _, group in groupby(sorted(outline.nodes, key=_run_of), key=_run_of):
        run = [node for node in group if not node.is_general]
        bodies = [node for node in run if _is_body(node, directory)]
        if len(bodies) >= LEAST and 2 * len(bodies) > len(run):
            for node in bodies:
                _take(outline, node, directory, is_certain=len(bodies) == len(run))


def _run_of(node: HeadingNode) -> tuple[str, int]:
    return node.kind, id(node.parent)


def _is_body(node: HeadingNode, directory: AgencyDirectory) -> bool:
    names = split_names(node.title, directory).names
    return bool(names) and all(is_sure_body(one.name) for one in names)


def _take(
    outline: Outline, node: HeadingNode, directory: AgencyDirectory, *, is_certain: bool
) -> None:
    assert node.heading is not None
    split = split_names(node.title, directory)
    sure = [one._replace(is_certain=one.is_certain and is_certain) for one in split.names]
    names = named_at(node.heading, 0, sure, BodyRole.RESPONSIBLE, split.open_by)
    lines = node.heading.lines()
    found = BodyList(0, 0, names, lines, is_heading=True, words=node.title)
    placed = PlacedList(found, "", 0, stands_alone=True)
    if not node.children:
        node.lists.append(placed)
        return
    for child in node.children:
        child.section_lists = [placed]
        outline.shared.append(child)
