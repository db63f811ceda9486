"""Marks what was read in the source text: kinds of lines, and words inside them. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from measures.intake.lines import in_usual_widths
from measures.intake.work import PlanItem, Work

TITLE, BODY, DEADLINE, RULE, DOUBT = "title", "body", "deadline", "rule", "doubt"
DOUBT_MOST = 6  # lines of a doubt that are marked
SPAN_MOST = 40  # lines in which a name or a date is looked for
SECTION_LINE_MOST = 120
RULE_WORDS = ("列第一位", "排在第一位", "第一位的")


class MarkedPart(NamedTuple):
    text: str
    kind: str = ""


class MarkedLine(NamedTuple):
    number: int
    kinds: str  # 节, 项, 期, 疑
    segments: tuple[MarkedPart, ...]
    item: int  # id of its item; 0: none
    is_doubtful: bool


class _LineMarks:
    """The kinds of the lines of a source, taken from the items."""

    def __init__(self, work: Work, lines: list[str]) -> None:
        self.lines = lines
        self.items: dict[int, int] = {}
        self.words: dict[int, dict[str, str]] = defaultdict(dict)
        self.starts: set[int] = set()
        self.dated: set[int] = set()
        self.doubtful = {number for one in work.open_doubts for number in one.lines[:DOUBT_MOST]}
        self.sections = {item.section for item in work.items if item.section}
        for item in work.items:
            self._take(item)
        for number in (work.lead_rule, work.lead_rule + 1) if work.lead_rule else ():
            self.words[number].update(dict.fromkeys(RULE_WORDS, RULE))

    def _take(self, item: PlanItem) -> None:
        first, last = item.lines
        self.starts.add(first)
        for number in range(first, last + 1):
            self.items.setdefault(number, item.id)
        self.words[first].setdefault(item.title, TITLE)
        for body in item.bodies:
            for number in _span(body.lines):
                self.words[number].setdefault(body.name, BODY if body.agency else DOUBT)
        for number in _span(item.lines) if item.deadline else ():
            if number <= len(self.lines) and item.deadline in _as_read(self.lines[number - 1]):
                self.words[number].setdefault(item.deadline, DEADLINE)
                self.dated.add(number)

    def kinds(self, number: int, text: str) -> str:
        is_section = len(text) <= SECTION_LINE_MOST and any(one in text for one in self.sections)
        kinds = "项" if number in self.starts else "节" if is_section else ""
        dated = "期" if number in self.dated else ""
        return kinds + dated + ("疑" if number in self.doubtful else "")


def marked_lines(work: Work, lines: list[str]) -> list[MarkedLine]:
    """Return every line of the source with its marks; it belongs to the first item that has it."""
    found = _LineMarks(work, lines)
    return [
        MarkedLine(
            number,
            found.kinds(number, text),
            tuple(_segments(text, found.words.get(number, {}))),
            found.items.get(number, 0),
            number in found.doubtful,
        )
        for number, text in enumerate(lines, 1)
    ]


def _span(lines: tuple[int, int]) -> range:
    return range(max(1, lines[0]), min(lines[1], lines[0] + SPAN_MOST) + 1)


def _as_read(text: str) -> str:
    """Return a line as the reader has it, if its offsets are the same."""
    read = in_usual_widths(text)
    return read if len(read) == len(text) else text


def _segments(text: str, wanted: dict[str, str]) -> Iterator[MarkedPart]:
    """Yield a line's parts, cut at its marks; of overlapping ones the first and longest wins."""
    found = []
    read = _as_read(text) if wanted else text
    for words, kind in wanted.items():
        start = read.find(words) if words else -1
        while start >= 0:
            found.append((start, -len(words), kind))
            start = read.find(words, start + len(words))
    at = 0
    for start, length, kind in sorted(found):
        if start < at:
            continue
        if start > at:
            yield MarkedPart(text[at:start])
        at = start - length
        yield MarkedPart(text[start:at], kind)
    if at < len(text):
        yield MarkedPart(text[at:])
