"""Joins lines that a page broke into paragraphs, keeping line numbers. Pure."""

import re
from dataclasses import dataclass
from statistics import quantiles

from measures.intake.brackets import CLOSING, OPENING
from measures.intake.list_words import FIELD_LINE, LABEL_AT_START, LABEL_BEHIND
from measures.intake.name_forms import ends_like_body, is_collective, is_one_body
from measures.intake.numbering import marker_of, part_marker, starts_inside
from measures.intake.passage import SourcePassage
from measures.intake.rows import SourceLine

_ENDED = tuple("。！？；：）〕】]”)")
_BRACKET = re.compile(f"[{re.escape(OPENING + CLOSING)}]")
_LETTER = re.compile(r"[A-Za-z0-9]")
_PLAIN_NAME = re.compile(
    r"^(?:各|相关|有关|[市省区县州])|(?:局|厅|委|部|府|海关|公司|集团|办公室|银行|分行|法院|检察院|工会|办事处)"
    r"(?:（[^（）]{1,20}）)?$|[省市区县]委[^，。]{2,4}部$"
)
# How a line 责任单位：… can continue, unlike a signature below it.
_LIST_GOES_ON = re.compile(r"[、，）〕]|^[；。]")
_BETWEEN_NAMES = re.compile(r"[、，：；\s]")
_DAY_ALONE = re.compile(r"^[\d〇○零一二三四五六七八九]{4}年[^，。]{1,2}月[^，。]{1,3}日$")
# A page breaks its lines if it has at least so many lines, and so many broken ones.
LINES_LEAST, BROKEN_LEAST = 12, 5
_KINDS_APART = ("chapter", "cn", "clause", "task", "cnp", "point")  # begin no continued line
FULL = 0.9  # of the page's width, of a line that was broken


@dataclass(frozen=True)
class Paragraph:
    """Lines joined into one paragraph, or a table row."""

    passage: SourcePassage
    cells: tuple[SourcePassage | None, ...] = ()
    is_heading: bool = False
    bold_to: int = 0  # number of bold characters at the beginning

    @property
    def text(self) -> str:
        return self.passage.text

    def part(self, start: int, end: int | None = None) -> "Paragraph":
        return Paragraph(self.passage.part(start, end).stripped(), (), self.is_heading)


def paragraphs(lines: list[SourceLine]) -> list[Paragraph]:
    """Join lines that a page broke, and split lines that hold several headings."""
    width = _page_width(lines)
    below = _names_below_labels(lines)
    found: list[Paragraph] = []
    open_lines: list[SourceLine] = []
    for line in lines:
        if open_lines and not (
            _goes_on(open_lines, line, width)
            or _is_rest_of_bracket(open_lines, line)
            or line.number in below
        ):
            found += _joined(open_lines, below, width)
            open_lines = []
        if line.cells:
            found.append(_row(line))
        elif line.text:
            open_lines.append(line)
    return found + (_joined(open_lines, below, width) if open_lines else [])


def _page_width(lines: list[SourceLine]) -> float:
    """Return the width at which a page breaks its lines; 0 if each line is a paragraph."""
    widths = [len(line.text) for line in lines if not line.cells and len(line.text) > 3]
    if len(widths) < LINES_LEAST:
        return 0
    width = quantiles(widths, n=10)[-1]
    full = [line for line in lines if len(line.text) >= 0.8 * width and not line.cells]
    broken = [line for line in full if not line.text.endswith(_ENDED)]
    is_broken = len(broken) >= BROKEN_LEAST and 3 * len(broken) > len(full)
    return width if 12 < width < 90 and is_broken else 0


def _names_below_labels(lines: list[SourceLine]) -> set[int]:
    """Return the numbers of lines that continue a list 责任单位：A with one name per line.

    They are followed by a label or a number, not by the date of a signature.
    """
    found: set[int] = set()
    at = 0
    while at < len(lines):
        end = at + 1
        if not lines[at].cells and _opens_list(lines[at].text):
            while end < len(lines) and _is_name_alone(lines[end]):
                end += 1
            run, after = lines[at + 1 : end], lines[end].text if end < len(lines) else ""
            if len(run) > 1 and _DAY_ALONE.match(after):  # the last one is the signature
                run.pop()
            is_field = LABEL_AT_START.match(after) or FIELD_LINE.match(after)
            # Before a number the last of them may be a heading: 发展夜校.
            is_plain = all(_PLAIN_NAME.search(_last_name(line.text)) for line in run)
            if is_field or (is_plain and (marker_of(after) or lines[at].text.endswith("："))):
                found |= {line.number for line in run}
        at = end
    return found


def _is_name_alone(line: SourceLine) -> bool:
    """Whether a line is a name, not a heading that ends like one: 二、发展夜校."""
    is_plain = not line.cells and not line.is_heading and marker_of(line.text) is None
    return is_plain and is_one_body(line.text)


def _opens_list(text: str) -> bool:
    """Whether a line is a label with names, or with none yet."""
    return text.endswith(("单位：", "部门：")) or LABEL_AT_START.match(text) is not None


def _goes_on(open_lines: list[SourceLine], line: SourceLine, width: float) -> bool:
    """Whether a line continues the lines before it."""
    before = open_lines[-1]
    is_apart = line.cells or not line.text or line.is_heading != before.is_heading
    if is_apart or LABEL_AT_START.match(line.text) or FIELD_LINE.match(line.text):
        return False
    if before.text.endswith(("，", "、")) and marker_of(line.text) is None:
        return not line.is_indented
    if not width:
        return False
    if line.is_indented and before.text.endswith(_ENDED):
        return False
    if len(before.text) < 0.78 * width:
        return False
    is_ended = before.text.endswith(_ENDED)
    label = LABEL_AT_START.match(before.text) or LABEL_AT_START.match(open_lines[0].text)
    is_list = label or LABEL_BEHIND.search(before.text)
    if is_list and not _is_rest_of_list(line.text):
        # A name that the page broke: 中国铁路成都局集团有限|公司.
        is_broken = len(before.text) >= FULL * width and not before.text.endswith((*_ENDED, "等"))
        return is_broken and not _ends_name(before.text, 0) and marker_of(line.text) is None
    if line.text.startswith(("（责任", "（牵头", "〔责任", "〔牵头")):
        return is_ended
    marker = marker_of(line.text)
    return marker is None or not (is_ended or marker.kind in _KINDS_APART)


def _is_rest_of_bracket(open_lines: list[SourceLine], line: SourceLine) -> bool:
    """Whether a line closes or continues a bracket left open on the line before."""
    before, text = open_lines[-1].text, line.text
    start = max(before.rfind(letter) for letter in OPENING)
    if start < 0 or any(letter in before[start:] for letter in CLOSING + "。"):
        return False
    closed = _BRACKET.search(text)
    is_closed = closed is not None and closed[0] in CLOSING
    return not line.cells and is_closed and marker_of(text) is None


def _is_rest_of_list(text: str) -> bool:
    return _LIST_GOES_ON.search(text) is not None and not (marker_of(text) or part_marker(text))


def _joined(lines: list[SourceLine], below: set[int], width: float) -> list[Paragraph]:
    pieces = []
    for before, line in zip([None, *lines], lines, strict=False):
        text = line.text
        if before and line.number in below and _ends_name(before.text, width):
            pieces.append(SourcePassage.of("、", before.number))
        if before and _LETTER.match(text[0]) and before.text[-1].isascii():
            text = " " + text if before.text[-1].isalpha() and text[0].isalpha() else text
        pieces.append(SourcePassage.of(text, line.number))
    first = lines[0]
    whole = Paragraph(SourcePassage.joined(pieces), (), first.is_heading, first.bold_to)
    starts = starts_inside(whole.text)
    if not starts:
        return [whole]
    bounds = zip([0, *starts], [*starts, len(whole.text)], strict=True)
    return [part for start, end in bounds if (part := whole.part(start, end)).text]


def _ends_name(text: str, width: float) -> bool:
    """Whether a line ends with a whole name, so that the next line begins another one."""
    if text[-1] in "：、，" or (width and len(text) >= FULL * width):
        return False
    last = _last_name(text)
    return ends_like_body(last) or is_collective(last)


def _last_name(text: str) -> str:
    return _BETWEEN_NAMES.split(text)[-1]


def _row(line: SourceLine) -> Paragraph:
    cells = tuple(None if one is None else SourcePassage.of(one, line.number) for one in line.cells)
    return Paragraph(SourcePassage.of(line.text, line.number), cells)
