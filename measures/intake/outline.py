"""The headings of a text as a tree, each with its lists of bodies. Pure."""

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field, replace

from measures.intake.body_list import BodyList
from measures.intake.clauses import Clause
from measures.intake.directory import AgencyDirectory
from measures.intake.heading_tree import HeadingNode, ListReferences, PlacedList
from measures.intake.list_words import LABEL_AT_START, PERSON_LINE
from measures.intake.numbering import PART, RANK, Marker, marker_of, part_marker
from measures.intake.paragraphs import Paragraph
from measures.intake.passage import SourcePassage
from measures.intake.responsible import list_in_front, lists_in
from measures.intake.text_rules import LeadRule, UnreadRule, rules_in, unread_label
from measures.intake.titles import (
    begins_with_body,
    bold_heading,
    heads_a_numbering,
    is_bare_heading,
    name_label,
    split_title,
)
from measures.intake.values import BodyRole

SECTION_KINDS = ("chapter", "section", "cn")
DEADLINE_LINE = re.compile(
    r"^（?(?:完成|办结|工作|推进|整改)?(?:时限|时间|期限|时间节点)(?:要求)?\s*：\s*(?=.{1,40}$)"
)
_CLAUSE_NAME = re.compile(r"[（【\[]([^（）【】\[\]：、]{2,15})[）】\]]\s*(?=[^\s（])")


@dataclass
class Outline:
    root: HeadingNode
    clauses: list[Clause] = field(default_factory=list)
    blankets: list[Clause] = field(default_factory=list)  # sentences that may be clauses
    references: ListReferences = field(default_factory=ListReferences)
    lead_rules: list[LeadRule] = field(default_factory=list)
    unread: list[UnreadRule] = field(default_factory=list)
    shared: list[HeadingNode] = field(default_factory=list)  # below a heading that is a body

    @property
    def nodes(self) -> list[HeadingNode]:
        return list(self.root.walk())


def build_outline(paragraphs: list[Paragraph], directory: AgencyDirectory) -> Outline:
    """Build the tree of headings of a part of the text, skipping table rows."""
    root = HeadingNode("", 0, "")
    outline = Outline(root)
    current = root
    counts: Counter[str] = Counter()
    texts = [one for one in paragraphs if not one.cells and one.text]
    parts = _parts_with_lists(texts, directory)
    parts |= _begun_by_bodies(texts, parts, directory)
    is_numbered = bool(parts) or any(marker_of(one.text) for one in texts)
    for place, paragraph in enumerate(texts):
        after = texts[place + 1].text if place + 1 < len(texts) else ""
        rest: SourcePassage | None
        marker = parts.get(place) or marker_of(paragraph.text)
        before = texts[place - 1].text if place else "。"
        if marker is None and (
            is_bare_heading(paragraph, after, is_numbered=is_numbered)
            or (not is_numbered and bold_heading(paragraph))
            or heads_a_numbering(before, paragraph, after)
        ):
            marker = _next_marker(counts, "bare")
        elif not is_numbered and (label := name_label(paragraph.text)):
            marker = _next_marker(counts, "bare")._replace(end=label)
        elif not is_numbered and current.kind in ("", "para") and lists_in(paragraph.passage):
            marker = _next_marker(counts, "para")
        if marker is not None:
            current = _open(current, marker, paragraph)
            outline.references.add(current)
            rest = paragraph.passage.part(marker.end)
            front = list_in_front(rest, directory)
            if front is not None:
                _take_list(current, PlacedList(front, "", 0, stands_alone=False))
                rest = rest.part(front.end)
            rest = _take_title(current, rest, bold_heading(paragraph))
        else:
            rest = paragraph.passage
        if rest is not None and rest.text.strip():
            _take_text(outline, current, rest, directory, is_whole=marker is None)
    return outline


def _parts_with_lists(texts: list[Paragraph], directory: AgencyDirectory) -> dict[int, Marker]:
    """Find lines 一是…, 二是… that are headings: each of them ends with its own list.

    Only below a section or without any heading: inside a numbered item they are its parts.
    """
    groups: list[dict[int, Marker]] = []
    group: dict[int, Marker] = {}
    listed: set[int] = set()
    is_below = True  # below a section, or below nothing
    for place, paragraph in enumerate(texts):
        marker = marker_of(paragraph.text)
        part = None if marker else part_marker(paragraph.text)
        if marker is not None:
            group, is_below = {}, marker.kind in SECTION_KINDS
        elif part is not None and is_below:
            groups += [] if group else [group]
            group[place] = part._replace(ordinal=part.ordinal or len(group) + 1)
        if group and (part or LABEL_AT_START.match(paragraph.text)):
            listed |= {[*group][-1]} if lists_in(paragraph.passage, directory) else set()
    whole = [one for one in groups if one.keys() <= listed]
    if not any(len(one) > 1 for one in whole):
        return {}
    return {place: part for one in whole for place, part in one.items()}


def _begun_by_bodies(
    texts: list[Paragraph], parts: dict[int, Marker], directory: AgencyDirectory
) -> dict[int, Marker]:
    """Return the paragraphs 县林业局：负责… of a text that has two of them, and no list."""
    found = [place for place, one in enumerate(texts) if begins_with_body(one.text)]
    if len(found) < 2 or parts or any(lists_in(one.passage, directory) for one in texts):
        return {}
    return {place: Marker("bare", at, "", 0) for at, place in enumerate(found, 1)}


def _next_marker(counts: Counter[str], kind: str) -> Marker:
    """Return the number of a heading, or of a paragraph with a list, that has none in the text."""
    counts[kind] += 1
    return Marker(kind, counts[kind], "", 0)


def _open(current: HeadingNode, marker: Marker, paragraph: Paragraph) -> HeadingNode:
    """Return a new node under the nearest open one of an outer kind."""
    above = current
    while above.kind and RANK[above.kind] >= marker.rank:
        above = above.parent or above
    node = HeadingNode(marker.kind, marker.ordinal, marker.label, parent=above)
    node.spans.append(paragraph.passage.lines(0, max(1, marker.end)))
    above.children.append(node)
    above.content.append(node)
    return node


def _take_title(
    node: HeadingNode, passage: SourcePassage, bold_to: int = 0
) -> SourcePassage | None:
    """Set the node's title from the beginning of its text; return the remaining text."""
    named = _CLAUSE_NAME.match(passage.text) if node.kind == "clause" else None
    rest: SourcePassage | None
    if named:  # 第三条（目的）为…
        title, rest = passage.part(*named.span(1)), passage.part(named.end())
    else:
        title, rest = split_title(passage)
    if bold_to and not node.label:
        title, rest = passage.part(0, bold_to), passage.part(bold_to)
        title = title.part(0, len(title.text.rstrip("。： ")))
    inside = lists_in(title)
    if inside:  # （一）建场所（甲局负责）
        rest = passage.part(inside[0].start)
        title = title.part(0, inside[0].start).stripped()
    node.title = title.text
    if title.text:
        node.heading = title
        node.spans.append(title.lines())
    return rest


def _take_text(
    outline: Outline,
    node: HeadingNode,
    passage: SourcePassage,
    directory: AgencyDirectory,
    *,
    is_whole: bool,
) -> None:
    """Add text to a node, separating its lists."""
    node.spans.append(passage.lines())
    own = DEADLINE_LINE.match(passage.text)
    if own and is_whole:
        node.deadline = passage.part(own.end()).stripped()
        return
    start = 0
    lists = lists_in(passage, directory)
    parts = list(PART.finditer(passage.text)) if lists else []
    for one in lists:
        _take_piece(outline, node, passage.part(start, one.start))
        alone = is_whole and not passage.text[: one.start].strip()
        part = _part_before(parts, one.start)
        if one.same_as:
            one = outline.references.resolved(one, node)
        if one.names or one.same_as:
            _take_list(node, PlacedList(one, part, len(node.content), alone))
            outline.references.last = node
        _take_rules(outline, one)
        start = one.end
    _take_piece(outline, node, passage.part(start))


def _take_list(node: HeadingNode, placed: PlacedList) -> None:
    """Add a list; 牵头单位：A and 责任单位：B, one below the other, are one list."""
    last = node.lists[-1] if node.lists else None
    if last is None or last.part != placed.part or not _is_same_list(last.list, placed.list):
        node.lists.append(placed)
        return
    between = node.content[last.after :]
    if all(isinstance(one, SourcePassage) and PERSON_LINE.match(one.text) for one in between):
        node.lists[-1] = replace(last, list=last.list.with_more(placed.list))
    else:
        node.lists.append(placed)


def _is_same_list(one: BodyList, more: BodyList) -> bool:
    roles = {name.role for name in more.names}
    return (
        one.is_labelled
        and more.is_labelled
        and BodyRole.LEAD not in roles
        and not roles & {name.role for name in one.names}
    )


def _take_rules(outline: Outline, one: BodyList) -> None:
    if one.clause is not None:
        outline.clauses.append(one.clause)
    if one.has_lead_rule:
        outline.lead_rules.append(
            LeadRule(one.lines.first, one.rule_is_lasting, others_support=one.others_support)
        )


def _take_piece(outline: Outline, node: HeadingNode, passage: SourcePassage) -> None:
    piece = passage.stripped()
    if node.lists and piece.text[:1] in "。；，":  # the end of the sentence before the list
        piece = piece.part(1).stripped()
    if not piece.text.strip("。；， "):
        return
    rules = rules_in(piece)
    outline.clauses += rules.clauses
    outline.blankets += rules.blankets
    outline.lead_rules += rules.lead_rules
    outline.unread += (*rules.unread, *(unread_label(piece) if node.kind else ()))
    node.content.append(piece)


def _part_before(parts: list[re.Match[str]], end: int) -> str:
    """Return the last 一是, 二是 before an offset."""
    place = bisect_left(parts, end, key=lambda part: part.start())
    return parts[place - 1][0] if place else ""
