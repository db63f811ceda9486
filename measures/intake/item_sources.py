"""Where each item comes from: a heading or a table row. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from measures.intake.damaged import Damaged
from measures.intake.directory import AgencyDirectory
from measures.intake.heading import NoticeHead, is_of_signature
from measures.intake.heading_tree import HeadingNode, PlacedList
from measures.intake.items import Chosen
from measures.intake.outline import Outline
from measures.intake.passage import LineSpan, SourcePassage
from measures.intake.sentences import lists_in_sentences
from measures.intake.tables import TableRow, TaskTable
from measures.intake.text_rules import TextRules

_DAMAGED = re.compile("[?？\ufffd]+[。ǘ]|\ufffd")  # a line that began with a number


@dataclass
class ReadingDraft:
    """The parts of a reading before they are combined."""

    head: NoticeHead
    outlines: list[Outline]
    chosen: Chosen
    tables: list[TaskTable] = field(default_factory=list)
    damaged: Damaged | None = None
    preface: TextRules = field(default_factory=TextRules)


@dataclass
class ItemSource:
    """Where an item comes from: a heading or a table row, with its lists."""

    node: HeadingNode | None
    row: TableRow | None
    lists: list[PlacedList]
    lines: LineSpan


def sources_of_nodes(draft: ReadingDraft, directory: AgencyDirectory) -> Iterator[ItemSource]:
    chosen = {id(node) for node in draft.chosen.nodes}
    before_gap = {
        id(node)
        for run in draft.chosen.runs
        for node, after in pairwise(run.nodes)
        if after.ordinal > node.ordinal + 1
    }
    for node in draft.chosen.nodes:
        lists = [*node.lists, *node.section_lists]
        lists += [one for child in _inside(node, chosen) for one in child.lists]
        if not lists and draft.damaged is None:
            lists = [*_in_sentences(node, chosen, directory)]
        if id(node) in before_gap or any(_DAMAGED.match(one.text) for one in own_text(node)):
            lists[1:] = [replace(one, list=one.list.behind_gap()) for one in lists[1:]]
        yield ItemSource(node, None, lists, node.lines)


def _in_sentences(
    node: HeadingNode, chosen: set[int], directory: AgencyDirectory
) -> Iterator[PlacedList]:
    """Yield the bodies named in the sentences of an item without a list: 由A会同B负责."""
    for one in [node, *_inside(node, chosen)]:
        for passage in [*filter(None, [one.heading]), *own_text(one)]:
            for found in lists_in_sentences(passage, directory):
                yield PlacedList(found, "", 0, stands_alone=False)


def _inside(node: HeadingNode, chosen: set[int]) -> Iterator[HeadingNode]:
    """Yield the headings inside an item, except those that are items themselves."""
    open_nodes = list(reversed(node.children))
    while open_nodes:
        child = open_nodes.pop()
        if id(child) not in chosen:
            yield child
            open_nodes += reversed(child.children)


def sources_of_rows(draft: ReadingDraft) -> Iterator[ItemSource]:
    for table in draft.tables:
        for row in table.rows if table.names_bodies else ():
            yield ItemSource(None, row, placed(row), row.passage.lines())


def placed(row: TableRow) -> list[PlacedList]:
    return [PlacedList(one, "", 0, stands_alone=True) for one in row.lists]


def own_text(node: HeadingNode) -> list[SourcePassage]:
    return [part for part in node.content if isinstance(part, SourcePassage)]


def cut_closing(draft: ReadingDraft, sources: list[ItemSource]) -> tuple[str, ...]:
    """Cut the text after the last item's last list: it closes the notice, not the item."""
    if draft.damaged is not None:
        return tuple(one.text for one in draft.damaged.closing)
    last = sources[-1] if sources else None
    if last is None or last.node is None:
        return ()
    signed = _cut_signature(last.node, draft.head)
    last.lines = last.node.lines
    node = last.node
    if not node.lists or node.children:
        return signed
    start = node.lists[-1].after
    behind = (
        [one for one in node.content[start:] if isinstance(one, SourcePassage)] if start else []
    )
    if behind:
        end = min(one.lines().first for one in behind)
        node.content = node.content[:start]
        node.spans = [one for one in node.spans if one.first < end] or node.spans[:1]
        last.lines = node.lines
    return (*(one.text for one in behind), *signed)


def _cut_signature(node: HeadingNode, head: NoticeHead) -> tuple[str, ...]:
    """Cut the signature, its date and (此件公开发布) from the end of the last item's text."""
    while node.content and isinstance(node.content[-1], HeadingNode):
        node = node.content[-1]
    cut: list[SourcePassage] = []
    while node.content and isinstance(node.content[-1], SourcePassage):
        piece = node.content[-1]
        if not is_of_signature(piece.text, head):
            break
        cut.insert(0, piece)
        node.content.pop()
    if cut:
        end = cut[0].lines().first
        node.spans = [one for one in node.spans if one.first < end] or node.spans[:1]
    return tuple(one.text for one in cut)
