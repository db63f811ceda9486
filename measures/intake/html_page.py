"""The lines of an html page: its blocks, and its tables with cells that span. Pure."""

import re
from collections.abc import Iterator

from lxml import etree, html

from measures.intake.names import joined_pieces
from measures.intake.rows import SourceRow, UnreadableSource, row_of

_BLOCKS = {
    *("p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article"),
    *("blockquote", "pre", "dd", "dt", "header", "footer", "hr", "center", "body", "form", "table"),
}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_UNSEEN = {
    *("script", "style", "head", "noscript", "template", "svg"),
    *("nav", "footer", "aside", "button", "select"),
}
_BLANKS = re.compile(r"[ \t\r\n\f]+")
SPAN_MOST = 100


def page_rows(text: str) -> list[SourceRow]:
    """Return the rows of a page in order. Raises UnreadableSource if it cannot be read."""
    if not text.strip():
        return []
    # The text is already decoded: ignore the encoding that the page declares.
    parser = html.HTMLParser(
        recover=True, no_network=True, huge_tree=False, remove_comments=True, encoding="utf-8"
    )
    try:
        root = html.document_fromstring(text.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableSource("网页内容无法识别，请复制其中的文字粘贴导入。") from error
    return list(_Walk().rows(root))


class _Walk:
    """Walks the elements of a page in one pass, without recursion at any depth."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.is_heading = False
        self.has_bold = self.has_plain = False
        self.bold = 0
        self.bold_pieces = 0  # at the beginning of the line

    def rows(self, root: etree._Element) -> Iterator[SourceRow]:
        events = etree.iterwalk(root, events=("start", "end"))
        for event, element in events:
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                if tag in _UNSEEN:
                    events.skip_subtree()
                    continue
                if tag == "table":
                    yield from self._ended()
                    yield from _table_rows(element)
                    events.skip_subtree()
                    continue
                yield from self._begun(tag, element)
            else:
                yield from self._closed(tag, element)
        yield from self._ended()

    def _begun(self, tag: str, element: etree._Element) -> Iterator[SourceRow]:
        if tag in _BLOCKS:
            yield from self._ended()
            self.is_heading = tag in _HEADINGS
        self.bold += tag in ("b", "strong")
        self._add(element.text)

    def _closed(self, tag: str, element: etree._Element) -> Iterator[SourceRow]:
        self.bold -= tag in ("b", "strong")
        if tag in _BLOCKS:
            yield from self._ended()
        self._add(element.tail)

    def _add(self, words: str | None) -> None:
        if words:
            self.words.append(words)
            if words.strip():
                self.has_bold |= bool(self.bold)
                self.has_plain |= not self.bold
            if not self.has_plain:
                self.bold_pieces = len(self.words)

    def _ended(self) -> Iterator[SourceRow]:
        line = _cleaned(self.words)
        if line:
            is_bold = self.has_bold and not self.has_plain
            bold = 0 if is_bold else len(_cleaned(self.words[: self.bold_pieces]))
            yield SourceRow(line, is_heading=self.is_heading or is_bold, bold_to=bold)
        self.words, self.bold_pieces = [], 0
        self.is_heading = self.has_bold = self.has_plain = False


def _table_rows(table: etree._Element) -> Iterator[SourceRow]:
    left: dict[int, int] = {}  # column → how many rows its cell still spans
    for row in table.iter("tr"):
        cells: list[str | None] = []
        for cell in row.iterchildren("td", "th"):
            _fill(cells, left)
            text = joined_pieces(_pieces(cell))
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            for offset in range(wide):
                if high > 1:
                    left[len(cells)] = high - 1
                cells.append("" if offset else text)
        _fill(cells, left)
        if any(cells):
            yield row_of(cells)


def _pieces(cell: etree._Element) -> list[str]:
    """Return the lines of a cell."""
    lines: list[list[str]] = [[]]
    for event, element in etree.iterwalk(cell, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in _BLOCKS:
            lines.append([])
        words = element.text if event == "start" else element.tail
        if words and tag and not (event == "end" and element is cell):
            lines[-1].append(words)
    return [_cleaned(line) for line in lines]


def _cleaned(words: list[str]) -> str:
    return _BLANKS.sub(" ", "".join(words)).strip()


def _fill(cells: list[str | None], left: dict[int, int]) -> None:
    """Add the cells that continue from the row above."""
    while left.get(len(cells), 0) > 0:
        left[len(cells)] -= 1
        cells.append(None)


def _span(cell: etree._Element, name: str) -> int:
    words = str(cell.get(name, "1"))
    return min(int(words), SPAN_MOST) if words.isdecimal() and len(words) < 6 and int(words) else 1
