"""Doubts about numbers, announced counts and repeated sentences. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from measures.intake.doubts import short, span
from measures.intake.heading_tree import HeadingNode
from measures.intake.items import NumberRun
from measures.intake.passage import LineSpan, SourcePassage
from measures.intake.tables import TaskTable, announced_in
from measures.intake.values import Doubt, DoubtKind

SENTENCE_LEAST = 24
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")


def of_runs(runs: Iterable[NumberRun], places: dict[int, int]) -> Iterator[Doubt]:
    """Yield doubts about missing and repeated numbers; `places`: positions of the nodes' items."""
    for run in runs:
        before: HeadingNode | None = None
        for node in run.nodes:
            for doubt in _of_step(before, node):
                yield replace(doubt, item=places.get(id(node)))
            before = node


def repeats(before: HeadingNode, node: HeadingNode) -> bool:
    """Whether a heading and everything under it repeat the heading before."""
    is_alike = (node.ordinal, node.title) == (before.ordinal, before.title)
    return is_alike and _words_of(node) == _words_of(before)


def _words_of(node: HeadingNode) -> str:
    return re.sub(r"\s", "", "".join(one.text for one in node.passages()))


def _of_step(before: HeadingNode | None, node: HeadingNode) -> Iterator[Doubt]:
    last = before.ordinal if before is not None else 0
    if node.ordinal == last and before is not None:
        words = f"编号“{node.label}”重复出现"
        same = f"{words}，文字与上一条相同，请删去重复的一条或确认保留。"
        sentence = same if repeats(before, node) else f"{words}，请核对是否有误。"
        yield Doubt(DoubtKind.REPEATED_ORDINAL, span(node.lines), sentence)
    elif node.ordinal < last:
        sentence = f"编号“{node.label}”排在“{before.label if before else ''}”之后，请核对顺序。"
        yield Doubt(DoubtKind.REPEATED_ORDINAL, span(node.lines), sentence)
    elif node.ordinal > last + 1:
        lost = _numbers(last + 1, node.ordinal - 1)
        sentence = f"“{node.label}”之前缺少编号{lost}，请核对原文是否遗漏。"
        yield Doubt(DoubtKind.MISSING_ORDINAL, span(node.lines), sentence)


def _numbers(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first}至{last}"


def of_table(table: TaskTable, first: int | None, *, is_key_tasks: bool = False) -> Iterator[Doubt]:
    """Yield doubts about a single table; `first`: the position of its first row among the items."""
    if not is_key_tasks:
        yield from _of_table_numbers(table, first)
    for section in table.sections:
        if section.announced is not None and section.announced != section.rows:
            found = f"标明{section.announced}项，实际读到{section.rows}项"
            sentence = f"表中“{section.title}”{found}，请核对。"
            yield Doubt(DoubtKind.COUNT_DIFFERS, span(section.passage.lines()), sentence)


def _of_table_numbers(table: TaskTable, first: int | None) -> Iterator[Doubt]:
    last = 0
    for place, row in enumerate(table.rows):
        item = None if first is None else first + place
        if row.ordinal is None:
            continue
        where, number = span(row.passage.lines()), f"表中序号{row.ordinal}"
        if row.ordinal > last + 1:
            sentence = f"{number}之前缺少{_numbers(last + 1, row.ordinal - 1)}，请核对。"
            yield Doubt(DoubtKind.MISSING_ORDINAL, where, sentence, item=item)
        elif row.ordinal == last:
            repeated = DoubtKind.REPEATED_ORDINAL
            yield Doubt(repeated, where, f"{number}重复出现，请核对。", item=item)
        last = row.ordinal


def of_counts(
    nodes: Iterable[HeadingNode],
    places: dict[int, int],
    tables: Iterable[TaskTable],
    table_rows: int,
) -> Iterator[Doubt]:
    """Yield doubts about headings that announce another number of items than was found."""
    in_tables = {one.passage.lines().first for table in tables for one in table.sections}
    for node in nodes:
        announced = announced_in(node.title)
        if announced is None or node.lines.first in in_tables:
            continue
        below = sum(id(one) in places for one in node.walk())
        found = below or (table_rows if node.parent is not None and not node.parent.kind else 0)
        if found and found != announced:
            sentence = f"“{short(node.title)}”标明{announced}项，实际读到{found}项，请核对。"
            yield Doubt(DoubtKind.COUNT_DIFFERS, span(node.lines), sentence)


def of_sentences(passages: Iterable[SourcePassage]) -> Iterator[Doubt]:
    """Yield doubts about long sentences that occur more than once."""
    first: dict[str, LineSpan] = {}
    for passage in passages:
        for match in _SENTENCE.finditer(passage.text):
            words = match[0].strip()
            if len(words) < SENTENCE_LEAST:
                continue
            lines = passage.lines(match.start(), match.end())
            if words in first:
                sentence = f"“{short(words)}”这句话前后出现两次，请核对是否重复。"
                where = (first[words].first, lines.first)
                yield Doubt(DoubtKind.REPEATED_SENTENCE, where, sentence)
            first.setdefault(words, lines)
