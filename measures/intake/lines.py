"""Cleaning of lines and joining of broken ones to paragraphs; line numbers stay. Pure."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import quantiles

from measures.intake.brackets import CLOSING, OPENING
from measures.intake.list_words import FIELD_LINE, LABEL_AT_START, LABEL_BEHIND
from measures.intake.names import ends_like_body, is_collective, is_one_body, joined_pieces
from measures.intake.numbering import marker_of, part_marker, starts_inside
from measures.intake.page_marks import without_page_marks, without_site
from measures.intake.passage import SourcePassage
from measures.intake.rows import SourceLine
from measures.intake.traditional import letters_of_today

# Full-width letters, digits and signs that Latin text has; Chinese punctuation stays as it is.
_WIDE: dict[int, int | str | None] = {
    code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B) if chr(code).isalnum()
}
_WIDE |= {
    ord("＋"): "+",
    ord("．"): ".",
    ord("﹒"): ".",
    ord("％"): "%",
    ord("／"): "/",
    ord("\u3000"): " ",
}
_WIDE |= {ord("\xa0"): " ", ord("\u2002"): " ", ord("\u2003"): " ", ord("\u200b"): None}
_WIDE |= {ord("﹐"): "，", ord("﹔"): "；", ord("﹕"): "："}
_WIDE |= {ord("\ufeff"): None, ord("﹙"): "（", ord("﹚"): "）"}
_WIDE |= {ord("仼"): "任"}  # what a scan makes of 责任
_WIDE |= letters_of_today()
_RULE = re.compile(r"^\s*(?:-{3,}|\*{3,}|_{3,}|={3,})\s*$")
_HAN = "\u4e00-\u9fff"
_SPACED_LABEL = re.compile(
    rf"^\s*(?:[{_HAN}]\s+){{3,7}}[{_HAN}]\s*[：:]|^\s*(?:责任|牵头|配合|主办|协办)\s+(?:单位|部门)(?=\W)"
)
_DIGIT_YEAR = re.compile(r"(?<![A-Za-z0-9])[2２][O〇oо0]\d\d(?=年)")
# （ 一 ） and 1 . as the text of a PDF has them.
_SPACED_NUMBER = re.compile(
    r"^\s*([（(]?)\s*([一二三四五六七八九十百]{1,4}|\d{1,3})\s+([）)、.．])|^\s*([（(])\s+(?=[一二三四五六七八九十\d])"
)
_SIGN = re.compile(r"^\s*[▍▌▎■□◆◇●○★☆▶►➤✦※]+\s*")
_BULLET = re.compile(r"^\s*[-*+•·●○▪◆]\s+")
_MARKS = re.compile(r"\*{2,}|__(?=\S)|(?<=\S)__|`")
_ITALIC = re.compile(rf"(?<![\w*])\*([{_HAN}][^*]{{0,60}}?)\*(?![\w*])")
_LINK = re.compile(r"\[([^\[\]]{1,200})\]\((?:https?:|/)[^()\s]{0,500}\s*\)")
_BOLD = re.compile(r"^\s*\*\*([^*]{2,60})\*\*(?=[^*\s])")
_HASHES = re.compile(r"^\s{0,3}#{1,6}\s+")
_QUOTE = re.compile(r"^\s*>\s?")
_ENDED = tuple("。！？；：）〕】]”)")
_PIPES = re.compile(r"^\s*\|.*\|\s*$")
_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_PIPE_RULE = re.compile(r"^\s*\|[\s:|-]+\|\s*$")
_BRACKET = re.compile(f"[{re.escape(OPENING + CLOSING)}]")
_LETTER = re.compile(r"[A-Za-z0-9]")
# Blanks that the text of a PDF has around digits and letters.
_GAP = re.compile(rf"(?<=[0-9A-Za-z%]) (?=[{_HAN}])|(?<=[{_HAN}]) (?=[0-9A-Za-z（(〔])")
_INDENT = "\u3000\u3000"
_PLAIN_NAME = re.compile(
    r"^(?:各|相关|有关|[市省区县州])|(?:局|厅|委|部|府|海关|公司|集团|办公室|银行|分行|法院|检察院|工会|办事处)"
    r"(?:[（(][^（）()]{1,20}[）)])?$|[省市区县]委[^，。]{2,4}部$"
)
# What can be the rest of a line 责任单位：…: not the signature under it.
_LIST_GOES_ON = re.compile(r"[、，,）〕]|^[；。]")
_BETWEEN_NAMES = re.compile(r"[、，,：:；;\s]")
_DAY_ALONE = re.compile(r"^[\d〇○零一二三四五六七八九]{4}年[^，。]{1,2}月[^，。]{1,3}日$")
# A page that breaks its lines shows it in some of them at least.
LINES_LEAST, BROKEN_LEAST = 12, 5
_KINDS_APART = ("chapter", "cn", "clause", "task", "cnp", "point")  # begin no broken line
CELLS_LEAST = 3
SPREAD_LEAST = 6  # letters in a line with a blank behind each
FULL = 0.9  # of the page's width, of a line that was broken


@dataclass(frozen=True)
class Paragraph:
    """Lines that belong together, or the row of a table."""

    passage: SourcePassage
    cells: tuple[SourcePassage | None, ...] = ()
    is_heading: bool = False
    bold_to: int = 0  # letters of a bold beginning

    @property
    def text(self) -> str:
        return self.passage.text

    def part(self, start: int, end: int | None = None) -> "Paragraph":
        return Paragraph(self.passage.part(start, end).stripped(), (), self.is_heading)


def clean_lines(lines: tuple[SourceLine, ...]) -> list[SourceLine]:
    """Without page numbers, headers, words of a site and marks of markdown; widths made one."""
    return _with_colons(without_site(without_page_marks([_plain(line) for line in lines])))


def _with_colons(lines: list[SourceLine]) -> list[SourceLine]:
    """A label alone on its line, and names on the next: 责任单位, and below it 市水务局."""
    found = list(lines)
    for at, (line, after) in enumerate(pairwise(lines)):
        is_alone = line.text.endswith(("单位", "部门", "主体"))
        is_label = is_alone and LABEL_AT_START.fullmatch(f"{line.text}：") is not None
        if is_label and not line.cells and not after.cells and is_one_body(after.text):
            found[at] = replace(line, text=f"{line.text}：")
    return found


def _plain(line: SourceLine) -> SourceLine:
    text = line.text.translate(_WIDE)
    cells = tuple(None if one is None else _unmarked(one.translate(_WIDE)) for one in line.cells)
    is_heading = line.is_heading
    if not cells:
        cells, text = _cells_of(text), _QUOTE.sub("", text)
        stripped = text.strip()
        is_bold = stripped.startswith("**") and stripped.endswith("**") and len(stripped) > 4
        is_heading |= is_bold or _HASHES.match(text) is not None
        text = "" if _RULE.match(text) or _PIPE_RULE.match(text) else _GAP.sub("", _unmarked(text))
        text = _without_sign(text)
        text = _SPACED_NUMBER.sub(r"\1\2\3", _SPACED_LABEL.sub(_closed_up, text))
        text = _without_spread(text)
        text = _DIGIT_YEAR.sub(lambda year: f"20{year[0][2:]}", text)
    is_indented = line.text.startswith(_INDENT)
    text = text.strip()
    bold = line.text[: line.bold_to].translate(_WIDE).strip() or _bold_beginning(line.text)
    bold_to = len(bold) if bold and not is_heading and text.startswith(bold) else 0
    return SourceLine(line.number, text, cells, is_heading, is_indented, bold_to)


def _without_sign(text: str) -> str:
    """Without a sign that only adorns the number of a heading: ▍一、."""
    plain = _SIGN.sub("", text)
    if plain != text and marker_of(plain):
        return plain
    unlisted = _BULLET.sub("", text)
    return unlisted if LABEL_AT_START.match(unlisted) else text


def _without_spread(text: str) -> str:
    """市 交 通 局 → 市交通局: a scan may put a blank behind each letter."""
    pieces = text.split(" ")
    alone = sum(len(one) == 1 for one in pieces)
    return "".join(pieces) if len(pieces) >= SPREAD_LEAST and alone >= 0.9 * len(pieces) else text


def _closed_up(label: re.Match[str]) -> str:
    """责 任 单 位： → 责任单位："""
    words = re.sub(r"\s", "", label[0])
    is_label = LABEL_AT_START.match(words + "：") or FIELD_LINE.match(words)
    return words if is_label else label[0]


def _bold_beginning(text: str) -> str:
    """What stands between ** at the beginning of a line of markdown, when more stands behind."""
    found = _BOLD.match(text)
    return found[1].translate(_WIDE).strip() if found else ""


def _unmarked(text: str) -> str:
    plain = _ITALIC.sub(r"\1", _MARKS.sub("", _HASHES.sub("", text)))
    return _LINK.sub(r"\1", plain).strip()


def _cells_of(text: str) -> tuple[str, ...]:
    """The cells of a row with tabs, or of markdown with |."""
    if _PIPES.match(text):
        cells = tuple(cell.strip() for cell in text.strip().strip("|").split("|"))
        if _PIPE_RULE.match(text):
            return ()
        return tuple(joined_pieces(_BREAK.split(_unmarked(cell))) for cell in cells)
    cells = tuple(cell.strip() for cell in text.split("\t"))
    return cells if len(cells) >= CELLS_LEAST and sum(map(bool, cells)) > 1 else ()


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
    """The width at which a page breaks its lines; 0 where each line is a paragraph."""
    widths = [len(line.text) for line in lines if not line.cells and len(line.text) > 3]
    if len(widths) < LINES_LEAST:
        return 0
    width = quantiles(widths, n=10)[-1]
    full = [line for line in lines if len(line.text) >= 0.8 * width and not line.cells]
    broken = [line for line in full if not line.text.endswith(_ENDED)]
    is_broken = len(broken) >= BROKEN_LEAST and 3 * len(broken) > len(full)
    return width if 12 < width < 90 and is_broken else 0


def _names_below_labels(lines: list[SourceLine]) -> set[int]:
    """The lines that go on with a list 责任单位：A one name below the other, by number.

    Something that cannot be a signature's day stands behind them: a label or a number.
    """
    found: set[int] = set()
    at = 0
    while at < len(lines):
        end = at + 1
        if not lines[at].cells and _opens_list(lines[at].text):
            while end < len(lines) and _is_name_alone(lines[end]):
                end += 1
            run, after = lines[at + 1 : end], lines[end].text if end < len(lines) else ""
            if len(run) > 1 and _DAY_ALONE.match(after):  # the last one signs the notice
                run.pop()
            is_field = LABEL_AT_START.match(after) or FIELD_LINE.match(after)
            # Before a number the last of them may be a heading: 发展夜校.
            is_plain = all(_PLAIN_NAME.search(_last_name(line.text)) for line in run)
            if is_field or (is_plain and (marker_of(after) or lines[at].text.endswith("："))):
                found |= {line.number for line in run}
        at = end
    return found


def _is_name_alone(line: SourceLine) -> bool:
    """Whether a line is a name, and no heading that ends like one: 二、发展夜校."""
    is_plain = not line.cells and not line.is_heading and marker_of(line.text) is None
    return is_plain and is_one_body(line.text)


def _opens_list(text: str) -> bool:
    """Whether a line is a label with names, or with none yet."""
    return text.endswith(("单位：", "部门：")) or LABEL_AT_START.match(text) is not None


def _goes_on(open_lines: list[SourceLine], line: SourceLine, width: float) -> bool:
    """Whether a line is the rest of those before it."""
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
    """Whether a line closes the bracket in which the line before it broke off, or goes on in it."""
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
    if text[-1] in "：:、，," or (width and len(text) >= FULL * width):
        return False
    last = _last_name(text)
    return ends_like_body(last) or is_collective(last)


def _last_name(text: str) -> str:
    return _BETWEEN_NAMES.split(text)[-1]


def _row(line: SourceLine) -> Paragraph:
    cells = tuple(None if one is None else SourcePassage.of(one, line.number) for one in line.cells)
    return Paragraph(SourcePassage.of(line.text, line.number), cells)
