"""Where each item comes from: a heading, a table row, or a sentence naming bodies. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from measures.intake.body_list import BodyList
from measures.intake.damaged import Damaged
from measures.intake.directory import AgencyDirectory
from measures.intake.heading import NoticeHead, is_of_signature
from measures.intake.heading_tree import HeadingNode, PlacedList
from measures.intake.items import Chosen
from measures.intake.list_words import JOINED_BY
from measures.intake.name_forms import looks_whole, names_a_class
from measures.intake.named import Named, named_at
from measures.intake.names import Names, names_before, split_names
from measures.intake.outline import Outline
from measures.intake.passage import LineSpan, SourcePassage
from measures.intake.tables import TableRow, TaskTable
from measures.intake.text_rules import TextRules
from measures.intake.values import BodyRole
from measures.intake.verb_parts import opened, verb_parts

_DAMAGED = re.compile("[?？\ufffd]+[。ǘ]|\ufffd")  # a line that began with a number
NAMES_MOST = 80  # letters of the names in a sentence
SENTENCE_MOST = 200  # letters of a sentence that are read
# Positions where a sentence may name who does something: at 由 or 请, or at its beginning.
_START = re.compile(
    r"(?<![自不经理缘])由|(?<![申邀聘提商报敬恳])请|(?:^|(?<=[。！？；\n]))(?=[市省区县州国各团中])"
)
_MUST = "(?:应当?|要|须|需|必须|负责)?"
_TOGETHER = "(?:共同|联合|分别|统一|具体|按职责)?"
_JOIN = re.compile(rf"{_MUST}(?:会同|联合|商(?=[市省国]))(?=[市省区县州国各])")
# Verbs after names that have no 由 or 请 before them.
_DOES = re.compile(
    rf"(?:应当?|要(?![求点素])|须|必须)|{_MUST}{_TOGETHER}(?:牵头|负责|承办|组织实施|开展|实施)(?!的|人)|[为是]牵头(?:责任)?(?:单位|部门)"
)
# After 由 and names: words that continue the name, or are not a duty.
_NO_ACT = re.compile(
    r"的|所|等|主任|局长|领导|[主副]|分管|网站|窗口|大厅|.{0,6}解释|审[定批核]|批[准复]|备案"
)
# Further on in the same sentence: ，B、C配合.
_BESIDE = re.compile(r"[，；]\s*(?P<names>[^，。；：“”（）]{2,80}?)(?=[，；。]|$)")
# 以上任务由A负责 is about other items (measures.intake.clauses).
_ABOUT_OTHERS = re.compile(
    r"(?:上述|以上|以下|下列|各项|本(?:方案|意见|通知|措施))[^。；，]{0,10}$"
)
_STOP = re.compile("[，。；：“”！？\n]")


def lists_in_sentences(passage: SourcePassage, directory: AgencyDirectory) -> Iterator[BodyList]:
    """Yield the bodies named in sentences, in order; only if every name is whole."""
    text = passage.text
    end = 0
    for start in _START.finditer(text):
        at = start.start()
        before = text[max(0, at - NAMES_MOST) : at]
        if at < end or opened(before) or _ABOUT_OTHERS.search(before[-16:]):
            continue
        found = _SentenceReader(passage, directory).read(
            at, start.end(), _end_of_sentence(text, at)
        )
        if found is not None:
            end = found.end
            yield found


def _end_of_sentence(text: str, at: int) -> int:
    most = min(len(text), at + SENTENCE_MOST)
    ends = [end for stop in "。！？\n" if (end := text.find(stop, at, most)) >= 0]
    return min(ends, default=most)


class _SentenceReader:
    def __init__(self, passage: SourcePassage, directory: AgencyDirectory) -> None:
        self.passage, self.directory = passage, directory
        self.names: list[Named] = []

    def read(self, start: int, at: int, stop: int) -> BodyList | None:
        """Return the list of a sentence from `start` to `stop` with names at `at`, or None."""
        text = self.passage.text
        clause_end = self._end_of_clause(at, stop)
        is_led = "牵头" in text[at:clause_end]
        role = BodyRole.LEAD if is_led else BodyRole.RESPONSIBLE
        end = self._take_first(at, clause_end, role)
        joined = _JOIN.match(text, end, clause_end) if end else None
        if joined:
            end = self._take_first(joined.end(), clause_end, BodyRole.JOIN) or end
        is_asked = at > start and end < clause_end
        does = joined or is_asked or _DOES.match(text, end, stop)
        if not (end and does) or _NO_ACT.match(text, end, stop):
            return None
        end = self._take_beside(clause_end, stop)
        return BodyList(
            start,
            end,
            tuple(self.names),
            self.passage.lines(start, end),
            is_sentence=True,
            words=text[start:end],
        )

    def _end_of_clause(self, at: int, stop: int) -> int:
        found = _STOP.search(self.passage.text, at, stop)
        return found.start() if found else stop

    def _take_first(self, at: int, stop: int, role: BodyRole) -> int:
        """Add the bodies that begin at `at`; return where they end, 0 without any."""
        words = self.passage.text[at : min(stop, at + NAMES_MOST)]
        found, end = names_before(words, self.directory)
        self._add(found, at, role)
        return at + end if end else 0

    def _take_beside(self, end: int, stop: int) -> int:
        """Add the supporting bodies later in the sentence; return where they end."""
        for found in _BESIDE.finditer(self.passage.text, end, stop):
            words, start = found["names"], found.start("names")
            joined = JOINED_BY.match(words)
            at, names, role = verb_parts(words)[0]
            if joined and role is not None:  # ，会同B、C落实
                at, names, role = joined.end(), names[joined.end() :], BodyRole.JOIN
            split = split_names(names, self.directory)
            if (
                role is not None
                and split.names
                and all(self._is_whole(one.name) for one in split.names)
            ):
                self._add(split, start + at, role)
                end = found.end()
        return end

    def _add(self, found: Names, at: int, role: BodyRole) -> None:
        named = named_at(self.passage, at, found.names, role, found.open_by)
        self.names += (replace(one, is_certain=False) for one in named)

    def _is_whole(self, name: str) -> bool:
        known = bool(self.directory.match(name))
        return known or (looks_whole(name) and not names_a_class(name))


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
