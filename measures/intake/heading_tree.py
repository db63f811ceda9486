"""The tree of headings, and lists that refer to the lists of other headings. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from measures.intake.body_list import BodyList
from measures.intake.list_words import SAME_AS
from measures.intake.numbering import RANK, number_of
from measures.intake.passage import LineSpan, SourcePassage

_GENERAL = re.compile(
    r"总体要求|总体思路|指导思想|基本原则|工作原则|主要目标|发展目标|工作目标|总体目标|重大意义|重要意义|"
    r"有关要求|工作要求|组织保障|保障措施|组织实施|总则|附则"
)


@dataclass(frozen=True)
class PlacedList:
    """A list with its position under the heading and the part (一是, 二是) it ends."""

    list: BodyList
    part: str
    after: int  # the number of pieces of text before it
    stands_alone: bool  # in its own paragraph


@dataclass(eq=False)
class HeadingNode:
    """A heading with everything under it."""

    kind: str
    ordinal: int
    label: str
    title: str = ""
    heading: SourcePassage | None = None
    parent: "HeadingNode | None" = None
    children: list["HeadingNode"] = field(default_factory=list)
    content: list["SourcePassage | HeadingNode"] = field(default_factory=list)
    lists: list[PlacedList] = field(default_factory=list)
    section_lists: list[PlacedList] = field(default_factory=list)  # from the heading above
    spans: list[LineSpan] = field(default_factory=list)
    text_lost: bool = False
    deadline: SourcePassage | None = None  # a separate line: 完成时限：2031年6月底前

    @property
    def rank(self) -> int:
        return RANK[self.kind]

    @property
    def lines(self) -> LineSpan:
        deeper = [child.lines for child in self.children if child.spans or child.children]
        return LineSpan.around([*self.spans, *deeper]) if self.spans or deeper else LineSpan(1, 1)

    @property
    def is_general(self) -> bool:
        """Whether it belongs to a part without tasks: 一、总体要求."""
        top = self
        while top.parent is not None and top.parent.kind:
            top = top.parent
        return _GENERAL.search(top.title) is not None and len(top.title) < 12

    def walk(self) -> Iterator["HeadingNode"]:
        """Yield all headings below this one, in their order."""
        open_nodes = list(reversed(self.children))
        while open_nodes:
            node = open_nodes.pop()
            yield node
            open_nodes += reversed(node.children)

    @property
    def path(self) -> tuple[str, ...]:
        titles: list[str] = []
        above = self.parent
        while above is not None and above.kind:
            titles.append(above.title)
            above = above.parent
        return tuple(reversed(titles))

    def passages(self) -> Iterator[SourcePassage]:
        """Yield the text under it, including the headings inside it."""
        for part in self.content:
            if isinstance(part, SourcePassage):
                yield part
            else:
                if part.heading is not None:
                    yield part.heading
                yield from part.passages()


class ListReferences:
    """Finds the list that 同上 or 同（一） refers to."""

    def __init__(self) -> None:
        self.last: HeadingNode | None = None  # the last heading with a list
        self._below: dict[tuple[int, str, int], HeadingNode] = {}
        self._all: dict[tuple[str, int], list[HeadingNode]] = defaultdict(list)

    def add(self, node: HeadingNode) -> None:
        self._below[id(node.parent), node.kind, node.ordinal] = node
        self._all[node.kind, node.ordinal].append(node)

    def resolved(self, one: BodyList, node: HeadingNode) -> BodyList:
        """Return the list with the names it refers to, or unchanged if these are not certain."""
        found = self._meant(one.same_as, node)
        if found is None or len(found.lists) != 1 or found.lists[0].list.same_as:
            return one
        names = (replace(name, lines=one.lines) for name in found.lists[0].list.names)
        return replace(one, names=tuple(names), same_as="")

    def _meant(self, words: str, node: HeadingNode) -> HeadingNode | None:
        match = SAME_AS.match(words)
        number = number_of(match["number"]) if match and match["number"] else None
        if number is None:
            return self.last
        if number >= node.ordinal:
            return None
        below = self._below.get((id(node.parent), node.kind, number))
        every = self._all[node.kind, number]
        return below or (every[0] if len(every) == 1 else None)
