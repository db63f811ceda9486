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
from measures.intake.names import joined_pieces
from measures.intake.rows import MB, SourceRow, UnreadableSource, row_of

PART_MOST = 60 * MB
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital"}
_CIRCLES = {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"}
_LEFT_OUT = {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}txbxContent"}
_PARAGRAPH, _TABLE, _ROW, _CELL = f"{_W}p", f"{_W}tbl", f"{_W}tr", f"{_W}tc"


def docx_rows(name: str, data: bytes) -> list[SourceRow]:
    """The rows of a document in order. Raises UnreadableSource where it cannot be read."""
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


class _Numbers:
    """The numbers that Word writes before paragraphs and that stand in no text."""

    def __init__(self, root: etree._Element | None, styles: etree._Element | None) -> None:
        self.levels: dict[tuple[str, int], _Level] = {}
        self.counts: dict[tuple[str, int], int] = defaultdict(int)
        self.styles = _numbered_styles(styles)
        if root is None:
            return
        abstract = {
            one.get(f"{_W}abstractNumId"): dict(_levels(one))
            for one in root.iterchildren(f"{_W}abstractNum")
        }
        for number in root.iterchildren(f"{_W}num"):
            of = number.find(f"{_W}abstractNumId")
            key = str(number.get(f"{_W}numId"))
            for level, how in abstract.get(None if of is None else _val(of), {}).items():
                self.levels[key, level] = how

    def label(self, paragraph: etree._Element) -> str:
        found = paragraph.find(f"{_W}pPr/{_W}numPr")
        if found is None:
            found = self.styles.get(_val(paragraph.find(f"{_W}pPr/{_W}pStyle")))
        if found is None:
            return ""
        key, level = _val(found.find(f"{_W}numId")), _val(found.find(f"{_W}ilvl")) or "0"
        at = (key, int(level) if level.isdecimal() else 0)
        if at not in self.levels:
            return ""
        self.counts[at] += 1
        for deeper in [one for one in self.counts if one[0] == key and one[1] > at[1]]:
            self.counts[deeper] = 0
        return self._words(at)

    def _words(self, at: tuple[str, int]) -> str:
        words = self.levels[at].words
        for level in range(at[1] + 1):
            how = self.levels.get((at[0], level))
            if how is not None:
                number = max(1, self.counts[at[0], level]) + how.start - 1
                words = words.replace(f"%{level + 1}", _written(number, how.format))
        return words


def _numbered_styles(styles: etree._Element | None) -> dict[str, etree._Element]:
    """The styles whose paragraphs are numbered, by their key."""
    if styles is None:
        return {}
    found = ((style, style.find(f"{_W}pPr/{_W}numPr")) for style in styles.iter(f"{_W}style"))
    return {str(style.get(f"{_W}styleId")): how for style, how in found if how is not None}


def _levels(abstract: etree._Element) -> Iterator[tuple[int, _Level]]:
    for level in abstract.iterchildren(f"{_W}lvl"):
        at = str(level.get(f"{_W}ilvl"))
        start = _val(level.find(f"{_W}start"))
        how = _val(level.find(f"{_W}numFmt"))
        if at.isdecimal() and how not in ("bullet", "none"):
            first = int(start) if start.isdecimal() else 1
            yield int(at), _Level(how, _val(level.find(f"{_W}lvlText")), first)


def _written(number: int, how: str) -> str:
    if how in _CHINESE:
        return chinese_number(number % 10_000)
    if how in _CIRCLES and 0 < number <= 20:
        return chr(ord("①") + number - 1)
    return str(number)


def _val(element: etree._Element | None) -> str:
    return "" if element is None else str(element.get(f"{_W}val", ""))


def _rows(body: etree._Element, numbers: _Numbers) -> Iterator[SourceRow]:
    events = etree.iterwalk(body, events=("start",), tag=(_PARAGRAPH, _TABLE, f"{_W}txbxContent"))
    for _, element in events:
        if element.tag == _TABLE:
            yield from _table_rows(element, numbers)
        elif element.tag == _PARAGRAPH:
            text = _text(element)
            if text.strip():
                label = numbers.label(element)
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
    """The words of a paragraph; what was deleted, hidden or struck out is left out."""
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
    """Whether a run is hidden, or struck out as what no longer holds."""
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
    """The words before the first run that is not bold."""
    runs = takewhile(_is_bold, paragraph.iter(f"{_W}r"))
    return "".join(map(_text, runs))


def _table_rows(table: etree._Element, numbers: _Numbers) -> Iterator[SourceRow]:
    for row in table.iter(_ROW):
        cells: list[str | None] = []
        for cell in row.iterchildren(_CELL):
            merged = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = merged is not None and _val(merged) in ("", "continue")
            paragraphs = cell.iterchildren(_PARAGRAPH)
            lines = (numbers.label(one) + _text(one) for one in paragraphs)
            text = joined_pieces([line.strip() for one in lines for line in one.split("\n")])
            cells.append(None if goes_on else text)
            span = _val(cell.find(f"{_W}tcPr/{_W}gridSpan"))
            wide = int(span) if span.isdecimal() and len(span) < 3 else 1
            cells += [""] * (wide - 1)
        if any(cells):
            yield row_of(cells)
