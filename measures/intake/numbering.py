"""The numbers of headings, in all usual forms: 一、（一）1.（1）① 第一条 第一章 1.1. Pure."""

import re
from typing import NamedTuple

from lib.chinese import chinese_number

NUMERALS = {chinese_number(number): number for number in range(1, 1000)}
_CN = "[一二三四五六七八九十百零〇]{1,7}"
# Outer kinds first: a heading ends the open headings of later kinds.
KINDS = (
    "chapter",
    "section",
    "cn",
    "clause",
    "task",
    "cnp",
    "bare",
    "point",
    "ar",
    "dec",
    "arp",
    "letter",
    "circle",
    "part",
    "para",
)
RANK = {kind: rank for rank, kind in enumerate(KINDS)}
_CIRCLES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_LETTERS = "abcdefghABCDEFGH"
_AFTER = r"[\s　]*"
_TASK = r"(?:重点|主要|专项)?(?:任务|措施|举措|行动|工程|项目|事项|问题)"
_FORMS = (
    ("task", re.compile(rf"{_TASK}({_CN}){_AFTER}[：、]{_AFTER}")),
    ("point", re.compile(rf"[【\[]?{_TASK}(\d{{1,2}}){_AFTER}[：、.．】\]]{_AFTER}(?=\D)")),
    ("chapter", re.compile(rf"第({_CN})(?:章|部分|篇){_AFTER}：?{_AFTER}")),
    ("section", re.compile(rf"第({_CN})节{_AFTER}")),
    (
        "clause",
        re.compile(rf"第({_CN}|\d{{1,3}})条(?!第|第|款|规定|、|和|至){_AFTER}：?{_AFTER}"),
    ),
    ("cn", re.compile(rf"({_CN})[、．.]{_AFTER}")),
    ("cnp", re.compile(rf"（({_CN})）{_AFTER}[、.．]?{_AFTER}")),
    ("dec", re.compile(rf"(?:\d{{1,2}}[.．])(\d{{1,2}})(?![\d.．%]){_AFTER}(?=[^\d\s版级GgKk])")),
    (
        "dec",
        re.compile(
            r"\d{1,2}[-－](\d{1,2})[\s、.．]*(?![月日年天个名级条项种元万亿人次岁周至])(?=[\u4e00-\u9fff])"
        ),
    ),
    ("ar", re.compile(rf"(\d{{1,3}})(?:[.．]|、|，(?=\S)){_AFTER}(?=[^\d\s.．、]|\dG)")),
    ("arp", re.compile(rf"（?(\d{{1,2}})）{_AFTER}")),
    ("letter", re.compile(rf"([a-hA-H])[.．、）]{_AFTER}(?=[\u4e00-\u9fff])")),
    ("circle", re.compile(rf"([{_CIRCLES}]){_AFTER}")),
)
LIST_MOST = 2000  # letters of a list; a longer bracket is text
PART = re.compile(
    r"(?:^|(?<=[。；！？）〕\]】：]))([一二三四五六七八九十]{1,2})(?:是|要)(?=[^否的在])"
)
# A paragraph that is one of several parts: 一是…, ——….
_PART_LINE = re.compile(
    r"(?:(?P<number>[一二三四五六七八九十]{1,2})(?:是|要)(?=[^否的在])|(?:——|[—●•◆■※★])\s*(?=\S))"
)


class Marker(NamedTuple):
    kind: str
    ordinal: int
    label: str
    end: int  # offset after it

    @property
    def rank(self) -> int:
        return RANK[self.kind]


def marker_of(text: str) -> Marker | None:
    """Return the number at the beginning of a line, or None."""
    for kind, form in _FORMS:
        found = form.match(text)
        if found:
            ordinal = number_of(found[1])
            if ordinal is not None and 0 < ordinal < 1000 and found.end() < len(text):
                return Marker(kind, ordinal, found[0].strip().rstrip("："), found.end())
    return None


def part_marker(text: str) -> Marker | None:
    """Return the 一是 or —— at the beginning of a line; its number is 0 if it has none."""
    found = _PART_LINE.match(text)
    if found is None or found.end() == len(text):
        return None
    number = number_of(found["number"]) if found["number"] else 0
    return Marker("part", number or 0, found[0].strip(), found.end())


def number_of(words: str) -> int | None:
    """Return 17 for 十七, 3 for 3 or ③; None if it is not a number."""
    if words in NUMERALS:
        return NUMERALS[words]
    if words in _CIRCLES:
        return _CIRCLES.index(words) + 1
    if words in _LETTERS:
        return _LETTERS.index(words) % 8 + 1
    return int(words) if words.isdecimal() else None


# Where a number can begin inside a line: after a sentence or a list of bodies.
_INSIDE = re.compile(
    rf"(?:(?<=[\u4e00-\u9fff] )一、(?=\S)"
    rf"|(?:(?<=[。；！？：）〕\]】])|(?<=[。；！？：）〕\]】] ))(?:"
    rf"(?:{_CN})、(?=\S)"
    rf"|（(?:{_CN}|\d{{1,2}})）(?=[^、，。；：）和及与至中]) ?"
    rf"|\d{{1,3}}[.．](?=[^\d\s.．])"
    rf"|第{_CN}条[\s　]+"
    rf")|(?<=[局委厅府办会院司])（{_CN}）(?=[\u4e00-\u9fff]{{2,20}}[。：]))"
)
_HEADING_THEN_ITEM = re.compile(
    rf"^({_CN}、[^。；：（）]{{2,40}}?)(?=（{_CN}）\S|\d{{1,3}}[.．]\D)"
)


def starts_inside(text: str) -> list[int]:
    """Return offsets of further headings inside a line that was pasted without breaks."""
    starts = [
        one.start() for one in _INSIDE.finditer(text) if not _is_in_brackets(text, one.start())
    ]
    more = []
    for start, end in zip([0, *starts], [*starts, len(text)], strict=True):
        head = _HEADING_THEN_ITEM.match(text[start : min(end, start + 60)])
        if head:
            more.append(start + head.end())
    return sorted({*starts, *more} - {0})


def _is_in_brackets(text: str, at: int) -> bool:
    """Whether a number is a point of a list in brackets: （责任单位：1.A；2.B）."""
    first = max(0, at - LIST_MOST)
    before = text[max(first, text.rfind("。", first, at)) : at]
    return before.count("（") > before.count("）") and "）" in text[at : at + LIST_MOST]
