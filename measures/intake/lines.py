"""Cleans lines: page marks, site text, markdown and character widths. Pure."""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from measures.intake.list_words import FIELD_LINE, LABEL_AT_START
from measures.intake.name_forms import is_one_body
from measures.intake.names import joined_pieces
from measures.intake.numbering import marker_of
from measures.intake.page_marks import without_page_marks, without_site
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
_WIDE |= {ord("\ufeff"): None, **str.maketrans("﹐﹔﹕﹙﹚", "，；：（）")}
_WIDE |= str.maketrans("│┃║", "|||")  # tables drawn with lines
_WIDE |= {ord("仼"): "任"}  # a usual error of scans in 责任
_WIDE |= letters_of_today()
_NARROW = str.maketrans(",;:()", "，；：（）")
# Not between letters, digits or other signs: 1,000, 8:30, https://.
_NARROW_MARK = re.compile(r"(?<![!-~])[,;:]|[,;:](?![!-~])|[()]")
_RULE = re.compile(r"^\s*(?:-{3,}|\*{3,}|_{3,}|={3,})\s*$")
_HAN = "\u4e00-\u9fff"
_IS_HAN = re.compile(f"[{_HAN}]")
# The sound that copies of pages put after a letter: 区（qū）, 为（wéi / wèi）.
_TONES = "à-öø-ÿāēěīōūǎǐǒǔǖǘǚǜ"
_PRONOUNCED = re.compile(rf"(?<=[{_HAN}])[（(][a-z]*[{_TONES}][a-z{_TONES}/ ]*[）)]")
_SPACED_LABEL = re.compile(
    rf"^\s*(?:[{_HAN}]\s+){{3,7}}[{_HAN}]\s*：|^\s*(?:责任|牵头|配合|主办|协办)\s+(?:单位|部门)(?=\W)"
)
_DIGIT_YEAR = re.compile(r"(?<![A-Za-z0-9])[2２][O〇oо0]\d\d(?=年)")
# （ 一 ） and 1 . as in the text of a PDF.
_SPACED_NUMBER = re.compile(
    r"^\s*(（?)\s*([一二三四五六七八九十百]{1,4}|\d{1,3})\s+([）、.．])|^\s*(（)\s+(?=[一二三四五六七八九十\d])"
)
_SIGN = re.compile(r"^\s*(?:[▍▌▎■□◆◇●○★☆▶►➤✦※]+\s*|[-*+•·▪]\s+)")
_BOXED = re.compile(r"[【\[〔]([^【】\[\]〔〕：]{2,8})[】\]〕]：?\s*(?=\S)")
_COUNTED = re.compile(r"(?<=单位|部门)（\d{1,2}[家个]）(?=：)")  # 责任单位（3家）：
# 【市住建局】1.改造小区: the number first.
_BOX_FIRST = re.compile(
    r"^\s*([【〔\[][^【】〔〕\[\]]{2,60}[】〕\]])\s*(（?[一二三四五六七八九十\d]{1,3}[）.．、])\s*"
)
_MARKS = re.compile(r"\*{2,}|__(?=\S)|(?<=\S)__|`")
_ITALIC = re.compile(rf"(?<![\w*])\*([{_HAN}][^*]{{0,60}}?)\*(?![\w*])")
_LINK = re.compile(r"\[([^\[\]]{1,200})\]（(?:https?:|/)[^（）\s]{0,500}\s*）")
_BOLD = re.compile(r"^\s*\*\*([^*]{2,60})\*\*(?=[^*\s])")
_HASHES = re.compile(r"^\s{0,3}#{1,6}\s+")
_QUOTE = re.compile(r"^\s*>\s?")
_PIPES = re.compile(r"^\s*\|.*\|\s*$")
_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_PIPE_RULE = re.compile(r"^\s*[|+\u2500-\u257f][\s:：|+=\u2500-\u257f-]+$")
# Blanks around digits and letters in the text of a PDF.
_GAP = re.compile(rf"(?<=[0-9A-Za-z%]) (?=[{_HAN}])|(?<=[{_HAN}]) (?=[0-9A-Za-z（〔])")
_INDENT = "\u3000\u3000"
CELLS_LEAST = 3
SPREAD_LEAST = 6  # letters in a line with a blank after each


def clean_lines(lines: tuple[SourceLine, ...]) -> list[SourceLine]:
    """Remove page numbers, headers, site text and markdown; normalise character widths."""
    return _with_colons(without_site(without_page_marks(_joined(lines, map(_plain, lines)))))


def _joined(raw: tuple[SourceLine, ...], lines: Iterable[SourceLine]) -> list[SourceLine]:
    """Join the lines of one row of a drawn table: the first cell is blank in all but the first."""
    found: list[SourceLine] = []
    for one, line in zip(raw, lines, strict=True):
        above = found[-1].cells if found else ()
        is_row = bool(line.cells) and one.text.startswith("│")
        if is_row and len(above) == len(line.cells) and not line.cells[0]:
            pairs = zip(above, line.cells, strict=True)
            cells = tuple(joined_pieces([one or "" for one in pair]) for pair in pairs)
            found[-1] = replace(found[-1], cells=cells)
        else:
            found.append(line)
    return found


def _with_colons(lines: list[SourceLine]) -> list[SourceLine]:
    """Add the colon to a label alone on its line with names on the next: 责任单位, 市水务局."""
    found = list(lines)
    for at, (line, after) in enumerate(pairwise(lines)):
        is_alone = line.text.endswith(("单位", "部门", "主体"))
        is_label = is_alone and LABEL_AT_START.fullmatch(f"{line.text}：") is not None
        if is_label and not line.cells and not after.cells and is_one_body(after.text):
            found[at] = replace(line, text=f"{line.text}：")
    return found


def in_usual_widths(text: str) -> str:
    """Return a text with the widths of print: narrow letters and digits, wide Chinese marks."""
    text = _PRONOUNCED.sub("", text.translate(_WIDE))
    if _IS_HAN.search(text) is None:
        return text
    return _NARROW_MARK.sub(lambda mark: mark[0].translate(_NARROW), text)


def _plain(line: SourceLine) -> SourceLine:
    text = in_usual_widths(line.text)
    cells = tuple(None if one is None else _unmarked(in_usual_widths(one)) for one in line.cells)
    is_heading = line.is_heading
    if not cells:
        cells, text = _cells_of(text), _QUOTE.sub("", text)
        stripped = text.strip()
        is_bold = stripped.startswith("**") and stripped.endswith("**") and len(stripped) > 4
        is_heading |= is_bold or _HASHES.match(text) is not None
        text = "" if _RULE.match(text) or _PIPE_RULE.match(text) else _GAP.sub("", _unmarked(text))
        text = _BOX_FIRST.sub(r"\2\1", text)
        text = _COUNTED.sub("", text)
        text = _BOXED.sub(_unboxed, _without_sign(text))
        text = _SPACED_NUMBER.sub(r"\1\2\3", _SPACED_LABEL.sub(_closed_up, text))
        text = _without_spread(text)
        text = _DIGIT_YEAR.sub(lambda year: f"20{year[0][2:]}", text)
    is_indented = line.text.startswith(_INDENT)
    text = text.strip()
    bold = in_usual_widths(line.text[: line.bold_to]).strip() or _bold_beginning(line.text)
    bold_to = len(bold) if bold and not is_heading and text.startswith(bold) else 0
    return SourceLine(line.number, text, cells, is_heading, is_indented, bold_to)


def _without_sign(text: str) -> str:
    """Remove a decorative sign before the number of a heading, or before a label: ▍一、."""
    plain = _SIGN.sub("", text)
    return plain if marker_of(plain) or LABEL_AT_START.match(plain) else text


def _unboxed(box: re.Match[str]) -> str:
    """Return 责任单位：A for 【责任单位】A."""
    label = f"{box[1]}："
    is_label = len(label) > 3 and (LABEL_AT_START.match(label) or FIELD_LINE.match(label))
    return f"{'；' if box.start() else ''}{label}" if is_label else box[0]


def _without_spread(text: str) -> str:
    """Return 市交通局 for 市 交 通 局: a scan may put a blank after each character."""
    pieces = text.split(" ")
    alone = sum(len(one) == 1 for one in pieces)
    return "".join(pieces) if len(pieces) >= SPREAD_LEAST and alone >= 0.9 * len(pieces) else text


def _closed_up(label: re.Match[str]) -> str:
    """Return 责任单位： for 责 任 单 位：."""
    words = re.sub(r"\s", "", label[0])
    is_label = LABEL_AT_START.match(words + "：") or FIELD_LINE.match(words)
    return words if is_label else label[0]


def _bold_beginning(text: str) -> str:
    """Return the text between ** at the beginning of a markdown line that continues after it."""
    found = _BOLD.match(text)
    return in_usual_widths(found[1]).strip() if found else ""


def _unmarked(text: str) -> str:
    plain = _ITALIC.sub(r"\1", _MARKS.sub("", _HASHES.sub("", text)))
    return _LINK.sub(r"\1", plain).strip()


def _cells_of(text: str) -> tuple[str, ...]:
    """Return the cells of a row with tabs, or of markdown with |."""
    if _PIPES.match(text):
        cells = tuple(cell.strip() for cell in text.strip().strip("|").split("|"))
        if _PIPE_RULE.match(text):
            return ()
        return tuple(joined_pieces(_BREAK.split(_unmarked(cell))) for cell in cells)
    cells = tuple(cell.strip() for cell in text.split("\t"))
    return cells if len(cells) >= CELLS_LEAST and sum(map(bool, cells)) > 1 else ()
