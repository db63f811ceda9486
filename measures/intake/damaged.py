"""The outline of a text in which headings and sentences were lost. Pure.

A list of bodies directly before heading k closes item k−1, even if the heading of k−1 is lost.
Text is given to an item only if there is no gap between it and the item's heading or end.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lib.chinese import chinese_number
from measures.intake.copies import Sentence, Untangled
from measures.intake.directory import AgencyDirectory
from measures.intake.heading_tree import HeadingNode, PlacedList
from measures.intake.numbering import Marker, marker_of, starts_inside
from measures.intake.outline import Outline, split_title
from measures.intake.paragraphs import Paragraph
from measures.intake.passage import LineSpan, SourcePassage
from measures.intake.responsible import lists_in


@dataclass(frozen=True)
class Unplaced:
    """Text that can belong to more than one item."""

    passages: tuple[SourcePassage, ...]
    items: tuple[int, ...]  # numbers it can belong to: one is certain, none is unknown


@dataclass
class Damaged:
    outline: Outline
    closing: list[SourcePassage] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    lost_sections: list[HeadingNode] = field(default_factory=list)


def head_of_copies(untangled: Untangled) -> list[Paragraph]:
    """Return the text before the first heading."""
    head: list[Paragraph] = []
    for sentence in untangled.sentences:
        for passage, marker in _parts(sentence.passage):
            if marker is not None:
                return head
            head.append(Paragraph(passage))
    return head


def outline_of_copies(untangled: Untangled, directory: AgencyDirectory) -> Damaged:
    """Return the outline of a text restored from two copies."""
    builder = _Builder(directory)
    for sentence in untangled.sentences:
        builder.take(sentence)
    builder.end()
    builder.done.unplaced += [Unplaced((one,), ()) for one in untangled.unplaced]
    return builder.done


class _Builder:
    def __init__(self, directory: AgencyDirectory) -> None:
        self.directory = directory
        self.done = Damaged(Outline(HeadingNode("", 0, "")))
        self.section = self.done.outline.root
        self.items: dict[int, HeadingNode] = {}
        self.last = 0  # the highest number so far
        self.current = 0  # the number whose text is read
        self.fragment: list[SourcePassage] = []  # text after a gap
        self.fragments: list[list[SourcePassage]] = []
        self.in_gap = False
        self.here = LineSpan(1, 1)
        self.is_sure = True
        self.ends_item = False  # a heading follows it in the same sentence

    def take(self, sentence: Sentence) -> None:
        parts = _parts(sentence.passage)
        self.here, self.is_sure = sentence.passage.lines(), sentence.is_sure
        ahead = next((m.ordinal for _, m in parts if m is not None and m.kind == "cnp"), None)
        self.ends_item = ahead is not None
        if not sentence.follows and self.current:
            self._gap()
        if ahead is not None and self.current:
            self._place_fragments(ahead, follows=sentence.follows)
            self._lose_until(ahead - 1)
            self.current = ahead - 1  # the text before a heading ends the item before it
        for passage, marker in parts:
            self._take_part(passage, marker)

    def end(self) -> None:
        for fragment in [*self.fragments, self.fragment]:
            self._add(self.current, fragment)
            if fragment:  # the heading of a further item may have been lost before it
                self.done.unplaced.append(Unplaced(tuple(fragment), (self.current,)))
        self.fragments, self.fragment = [], []

    def _gap(self) -> None:
        self.items[self.current].text_lost = True
        if self.fragment:
            self.fragments.append(self.fragment)
        self.fragment, self.in_gap = [], True

    def _take_part(self, passage: SourcePassage, marker: Marker | None) -> None:
        if marker is not None and marker.kind == "cn":
            self._open_section(passage, marker)
        elif marker is not None and marker.kind == "cnp":
            self._open_item(passage, marker)
        elif self.current in self.items:
            self._take_text(passage)

    def _take_text(self, passage: SourcePassage) -> None:
        """Assign a list to the current item; other text too, unless there is a gap before it."""
        lists = lists_in(passage, self.directory)
        node = self.items[self.current]
        start = 0
        for one in lists:
            if not self.ends_item or not self.is_sure:  # a heading may be lost before it
                one = one.behind_gap()
            self._take_piece(passage.part(start, one.start))
            if one.words not in [placed.list.words for placed in node.lists]:
                node.lists.append(PlacedList(one, "", 0, stands_alone=False))
                node.spans.append(one.lines)
            start = one.end
        if lists:
            rest = passage.part(start).stripped()
            self.done.closing += [rest] if rest.text else []
        elif self.done.closing:
            self.done.closing.append(passage)
        else:
            self._take_piece(passage)

    def _take_piece(self, passage: SourcePassage) -> None:
        piece = passage.stripped()
        if not piece.text:
            return
        if self.in_gap:
            self.fragment.append(piece)
            return
        self._add(self.current, [piece])
        if not self.is_sure:
            self.done.unplaced.append(Unplaced((piece,), (self.current,)))

    def _add(self, number: int, pieces: Iterable[SourcePassage]) -> None:
        for piece in pieces:
            self.items[number].content.append(piece)
            self.items[number].spans.append(piece.lines())

    def _place_fragments(self, ahead: int, *, follows: bool) -> None:
        """Assign text after gaps to the items between the current one and the next known one."""
        before = min(self.current, ahead - 1)
        self._lose_until(ahead - 1)
        open_ones = list(self.fragments)
        if follows and self.fragment:
            self._add(ahead - 1, self.fragment)
            self.items[ahead - 1].text_lost = True
        elif self.fragment:
            open_ones.append(self.fragment)
        for fragment in open_ones:
            if before >= ahead - 1:
                self._add(ahead - 1, fragment)
            else:
                numbers = tuple(range(before, ahead))
                self.done.unplaced.append(Unplaced(tuple(fragment), numbers))
        self.fragment, self.fragments, self.in_gap = [], [], False

    def _lose_until(self, number: int) -> None:
        """Add the items that are missing up to a number; their headings were lost."""
        for lost in range(self.last + 1, number + 1):
            if self.last:
                node = self._new(lost, f"（{chinese_number(lost)}）", self.section)
                node.text_lost = True
                node.spans.append(self.here)  # the line of the next existing heading

    def _new(self, number: int, label: str, above: HeadingNode) -> HeadingNode:
        node = HeadingNode("cnp", number, label, parent=above)
        above.children.append(node)
        self.items[number] = node
        self.last = max(self.last, number)
        return node

    def _open_section(self, passage: SourcePassage, marker: Marker) -> None:
        root = self.done.outline.root
        title, _ = split_title(passage.part(marker.end))
        before = root.children[-1].ordinal if root.children else 0
        lost = range(before + 1, marker.ordinal) if before else range(0)
        for number in lost:
            node = HeadingNode("cn", number, f"{chinese_number(number)}、", parent=root)
            self._move_behind_lost(node)
            root.children.append(node)
            self.done.lost_sections.append(node)
        node = HeadingNode("cn", marker.ordinal, marker.label, title.text, title, root)
        node.spans.append(passage.lines())
        root.children.append(node)
        self.section = node

    def _move_behind_lost(self, lost: HeadingNode) -> None:
        """Items from the first lost heading on may belong to the lost section."""
        section = self.section
        first = next((at for at, one in enumerate(section.children) if not one.title), None)
        if first is None:
            return
        moved = section.children[first:]
        del section.children[first:]
        lost.children += moved
        for node in moved:
            node.parent = lost

    def _open_item(self, passage: SourcePassage, marker: Marker) -> None:
        title, rest = split_title(passage.part(marker.end))
        node = self.items.get(marker.ordinal) or self._new(
            marker.ordinal, marker.label, self.section
        )
        self.current = marker.ordinal
        node.title, node.heading = title.text, title
        node.spans.append(passage.lines())
        if rest is not None and rest.text:
            self._take_text(rest)


def _parts(passage: SourcePassage) -> list[tuple[SourcePassage, Marker | None]]:
    starts = [0, *starts_inside(passage.text)]
    ends = [*starts[1:], len(passage.text)]
    pieces = [passage.part(start, end).stripped() for start, end in zip(starts, ends, strict=True)]
    return [(piece, marker_of(piece.text)) for piece in pieces if piece.text]
