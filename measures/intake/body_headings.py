"""Headings that are bodies, with their tasks below them: 市水利局：. Pure."""

import re
from itertools import groupby

from measures.intake.body_list import BodyList
from measures.intake.directory import AgencyDirectory
from measures.intake.heading_tree import HeadingNode, PlacedList
from measures.intake.name_forms import is_sure_body
from measures.intake.named import named_at
from measures.intake.names import split_names
from measures.intake.outline import Outline
from measures.intake.values import BodyRole

LEAST = 2  # headings of one kind that are bodies


_DIVIDES = re.compile("分工|任务|职责|责任|分解|落实")
_DOES = re.compile(
    "负责|牵头|配合|协助|参与|会同|组织|落实|指导|统筹|协调|承担|制定|督促|开展|做好|加强|推进|保障|监管"
)


def take_body_headings(outline: Outline, above: str, directory: AgencyDirectory) -> None:
    """Assign the tasks below headings that are bodies to these.

    If the text has lists too, only if every heading of the level is a body, and never certain.
    `above`: the words before the first heading. If neither these nor a heading mention tasks, the
    headings may be a ranking or places, so that the bodies are not certain.
    """
    has_lists = any(node.lists for node in outline.nodes)
    for _, group in groupby(sorted(outline.nodes, key=_run_of), key=_run_of):
        run = [node for node in group if not node.is_general]
        bodies = [node for node in run if _is_body(node, directory)]
        if len(bodies) >= LEAST and 2 * len(bodies) > len(run):
            divides = _DIVIDES.search(above + "".join(bodies[0].path)) is not None
            is_certain = divides and len(bodies) == len(run) and not has_lists
            for node in bodies if not has_lists or len(bodies) == len(run) else ():
                _take(outline, node, directory, is_certain=is_certain)


def _run_of(node: HeadingNode) -> tuple[str, int]:
    return node.kind, id(node.parent)


def _is_body(node: HeadingNode, directory: AgencyDirectory) -> bool:
    names = split_names(node.title, directory).names
    has_task = bool(node.children) or any(_DOES.search(one.text) for one in node.passages())
    return has_task and bool(names) and all(is_sure_body(one.name) for one in names)


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
