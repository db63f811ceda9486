"""The lines of a Word document: paragraphs with the numbers Word writes, and tables. Pure.

The archive was checked before: see source.read_file.
"""

import zipfile
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from itertools import takewhile
from typing import NamedTuple

from lxml import etree

from lib.chinese import chinese_number
from measures.intake.list_words import COLON_LABEL
from measures.intake.names import joined_pieces
from measures.intake.rows import MB, SourceRow, UnreadableSource, row_of

PART_MOST = 60 * MB
STYLES_DEEP = 4  # styles based on each other that are followed
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital"}
_CIRCLES = {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"}
_LEFT_OUT = {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}txbxContent"}
_PARAGRAPH, _TABLE, _ROW, _CELL = f"{_W}p", f"{_W}tbl", f"{_W}tr", f"{_W}tc"


def docx_rows(name: str, data: bytes) -> list[SourceRow]:
    """Return the rows of a document in order. Raises UnreadableSource if it cannot be read."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            body = _root(archive, name, "word/document.xml")
            styles = _root(archive, name, "word/styles.xml")
            numbers = _Numbers(_root(archive, name, "word/numbering.xml"), styles)
    except (etree.XMLSyntaxError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise UnreadableSource(f"“{name}”的内容已损坏，请用办公软件另存后再导入。") from error
    return list(_rows(body, numbers)) if body is not None else []


def _root(archive: zipfile.ZipFile, name: str, part: str) -> etree._Element | None:
    if part not in archive.namelist():
        return None
    if archive.getinfo(part).file_size > PART_MOST:
        raise UnreadableSource(f"“{name}”内容过多，请只保留一份文件的正文后再导入。")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(archive.read(part), parser)


class _Level(NamedTuple):
    format: str
    words: str  # “（%1）”
    start: int
    is_legal: bool  # shows the outer numbers in Arabic digits: 1.2 below 一、


class _Numbers:
    """Automatic numbers of paragraphs: Word displays them, but they are not in the text."""

    def __init__(self, root: etree._Element | None, styles: etree._Element | None) -> None:
        self.levels: dict[str, dict[int, _Level]] = {}  # by list
        self.lists: dict[str, str] = {}  # by number id: those of one list count together
        self.restarts: dict[str, set[int]] = {}  # by number id: levels that restart with it
        self.counts: dict[tuple[str, int], int] = defaultdict(int)
        self.styles = _numbered_styles(styles)
        if root is None:
            return
        for one in root.iterchildren(f"{_W}abstractNum"):
            self.levels[str(one.get(f"{_W}abstractNumId"))] = dict(_levels(one))
        for number in root.iterchildren(f"{_W}num"):
            key = str(number.get(f"{_W}numId"))
            self.lists[key] = _val(number.find(f"{_W}abstractNumId"))
            overrides = number.iterchildren(f"{_W}lvlOverride")
            levels = (str(one.get(f"{_W}ilvl")) for one in overrides if len(one))
            self.restarts[key] = {int(one) for one in levels if one.isdecimal()}

    def label(self, paragraph: etree._Element) -> str:
        own = paragraph.find(f"{_W}pPr/{_W}numPr")
        style = self.styles.get(_val(paragraph.find(f"{_W}pPr/{_W}pStyle")), ("", 0))
        key, level = _number_and_level(own, style)
        at = (self.lists.get(key, ""), level)
        if level not in self.levels.get(at[0], {}):
            return ""
        if level in self.restarts[key]:
            self.restarts[key].remove(level)
            self.counts[at] = 0
        self.counts[at] += 1
        for deeper in [one for one in self.counts if one[0] == at[0] and one[1] > level]:
            self.counts[deeper] = 0
        return self._words(*at)

    def _words(self, key: str, level: int) -> str:
        levels = self.levels[key]
        words = levels[level].words
        for outer, how in levels.items():
            if outer <= level:
                number = max(1, self.counts[key, outer]) + how.start - 1
                is_plain = levels[level].is_legal and outer < level
                words = words.replace(
                    f"%{outer + 1}", _written(number, "decimal" if is_plain else how.format)
                )
        return words


def _number_and_level(own: etree._Element | None, style: tuple[str, int]) -> tuple[str, int]:
    """Return the number id and level of a numPr; missing values are those of the style."""
    if own is None:
        return style
    key, level = _val(own.find(f"{_W}numId")), _val(own.find(f"{_W}ilvl"))
    return key or style[0], int(level) if level.isdecimal() else style[1]


def _numbered_styles(styles: etree._Element | None) -> dict[str, tuple[str, int]]:
    """Return number id and level of each numbered style; a style can be based on another."""
    found: dict[str, tuple[str, int]] = {}
    every = [] if styles is None else list(styles.iterchildren(f"{_W}style"))
    for _ in range(STYLES_DEEP):
        for style in every:
            base = found.get(_val(style.find(f"{_W}basedOn")), ("", 0))
            how = _number_and_level(style.find(f"{_W}pPr/{_W}numPr"), base)
            if how[0]:
                found[str(style.get(f"{_W}styleId"))] = how
    return found


def _levels(abstract: etree._Element) -> Iterator[tuple[int, _Level]]:
    for level in abstract.iterchildren(f"{_W}lvl"):
        at = str(level.get(f"{_W}ilvl"))
        start = _val(level.find(f"{_W}start"))
        how = _val(level.find(f"{_W}numFmt"))
        if at.isdecimal() and how not in ("bullet", "none"):
            first = int(start) if start.isdecimal() else 1
            words = _val(level.find(f"{_W}lvlText"))
            yield int(at), _Level(how, words, first, level.find(f"{_W}isLgl") is not None)


def _written(number: int, how: str) -> str:
    if how in _CHINESE:
        return chinese_number(number % 10_000)
    if how in _CIRCLES and 0 < number <= 20:
        return chr(ord("①") + number - 1)
    return str(number)


def _val(element: etree._Element | None) -> str:
    return "" if element is None else str(element.get(f"{_W}val", ""))


def _rows(body: etree._Element, numbers: _Numbers) -> Iterator[SourceRow]:
    """Yield the rows of a document or of a cell, whose number may be all that it contains."""
    events = etree.iterwalk(body, events=("start",), tag=(_PARAGRAPH, _TABLE, f"{_W}txbxContent"))
    for _, element in events:
        if element.tag == _TABLE:
            yield from _table_rows(element, numbers)
        elif element.tag == _PARAGRAPH:
            text, label = _text(element), numbers.label(element)
            if text.strip() or (label and body.tag == _CELL):
                is_heading = _is_heading(element)
                bold = 0 if is_heading else len(_bold_beginning(element))
                for at, line in enumerate(text.split("\n")):
                    is_first = not at and bold <= len(line)
                    yield SourceRow(
                        line if at else label + line,
                        is_heading=is_heading,
                        bold_to=len(label) + bold if is_first and bold else 0,
                    )
        events.skip_subtree()


def _text(element: etree._Element) -> str:
    """Return the text of a paragraph without deleted, hidden and struck-out runs."""
    words = []
    events = etree.iterwalk(element, events=("start",))
    for _, part in events:
        if part.tag in _LEFT_OUT or (part.tag == f"{_W}r" and _is_unseen(part)):
            events.skip_subtree()
        elif part.tag == f"{_W}t":
            words.append(part.text or "")
        elif part.tag in (f"{_W}br", f"{_W}cr"):
            words.append("\n")
        elif part.tag == f"{_W}tab":
            words.append(" ")
        elif part.tag == f"{_W}noBreakHyphen":
            words.append("-")
    return "".join(words)


def _is_unseen(run: etree._Element) -> bool:
    """Whether a run is hidden or struck out."""
    marks = [run.find(f"{_W}rPr/{_W}{name}") for name in ("vanish", "strike", "dstrike")]
    return any(one is not None and _val(one) not in ("0", "false") for one in marks)


def _is_heading(paragraph: etree._Element) -> bool:
    style = _val(paragraph.find(f"{_W}pPr/{_W}pStyle")).lower()
    if style.startswith(("heading", "title")) or style in tuple("123456"):
        return True
    runs = [run for run in paragraph.iter(f"{_W}r") if _text(run).strip()]
    return bool(runs) and all(map(_is_bold, runs))


def _is_bold(run: etree._Element) -> bool:
    bold = run.find(f"{_W}rPr/{_W}b")
    return bold is not None and _val(bold) not in ("0", "false")


def _bold_beginning(paragraph: etree._Element) -> str:
    """Return the words before the first run that is not bold."""
    runs = takewhile(_is_bold, paragraph.iter(f"{_W}r"))
    return "".join(map(_text, runs))


def _table_rows(table: etree._Element, numbers: _Numbers) -> Iterator[SourceRow]:
    for row in table.iter(_ROW):
        if next(row.iterancestors(_TABLE)) is not table:
            continue
        cells: list[str | None] = []
        parts = list(row.iterchildren(_CELL))
        if len(parts) == 1 and parts[0].find(f".//{_TABLE}") is not None:  # only a frame
            yield from _rows(parts[0], numbers)
            continue
        for cell in parts:
            merged = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = merged is not None and _val(merged) in ("", "continue")
            lines = [line for one in _rows(cell, numbers) for line in _lines_of(one)]
            cells.append(None if goes_on else joined_pieces(lines))
            span = _val(cell.find(f"{_W}tcPr/{_W}gridSpan"))
            wide = int(span) if span.isdecimal() and len(span) < 3 else 1
            cells += [""] * (wide - 1)
        if any(cells):
            yield row_of(cells)


def _lines_of(row: SourceRow) -> list[str]:
    """Return the lines of a cell; a table in it has one per row, with its first cell as a label."""
    cells = [one for one in row.cells if one]
    is_labelled = len(cells) > 1 and COLON_LABEL.match(f"{cells[0]}：") is not None
    return [f"{cells[0]}：{'、'.join(cells[1:])}"] if is_labelled else cells or [row.text.strip()]
