"""Turns a file or pasted text into numbered lines; refuses what is too large or not text. Pure.

Every refusal is a whole sentence. Time and memory grow linearly with the size of the input.
"""

import re
from io import BytesIO

from lib.text import without_direction
from measures.choices import EvidenceKind
from measures.intake.docx_file import docx_rows
from measures.intake.html_page import page_rows
from measures.intake.rows import MB, SourceLine, SourceRow, UnreadableSource
from measures.rules.archives import OLE, UnfitArchive, kind_of_archive

FILE_MOST_MB = 20
LETTERS_MOST = 3_000_000  # about 4,000 pages
LINES_MOST = 200_000
ENDINGS = "docx、txt、html"
_CONTROLS = re.compile("[\0-\x08\x0e-\x1b\x7f]")
_MARKUP = re.compile(r"<(?:!doctype html|html|body|table|div|p|span|td)\b", re.IGNORECASE)
_ENDS = re.compile(r"\r\n?|\n|\x0b|\x0c|\u2028|\u2029")


def read_file(name: str, data: bytes) -> tuple[SourceLine, ...]:
    """Return the lines of a docx, txt or html file. Raises UnreadableSource."""
    if len(data) > FILE_MOST_MB * MB:
        raise UnreadableSource(f"“{name}”超过{FILE_MOST_MB}MB，请只保留文件正文后再导入。")
    if not data.strip():
        raise UnreadableSource(f"“{name}”是空文件，请检查后再导入。")
    if data.startswith(b"PK\x03\x04"):
        return _read_archive(name, data)
    if data.startswith(b"%PDF"):
        raise UnreadableSource(f"“{name}”是PDF，请复制其中的文字粘贴导入，或另存为docx后导入。")
    if data.startswith(OLE):
        raise UnreadableSource(f"“{name}”是旧版Office格式，请另存为docx后再导入。")
    text = _decoded(name, data)
    is_page = name.lower().endswith((".html", ".htm")) or _MARKUP.search(text[:4096])
    return read_page(text) if is_page else read_text(text)


def read_text(text: str) -> tuple[SourceLine, ...]:
    """Return the lines of a text that was pasted. Raises UnreadableSource."""
    if len(text) > LETTERS_MOST:
        raise UnreadableSource(
            f"文字超过{LETTERS_MOST // 10_000}万字，请只保留一份文件的正文后再导入。"
        )
    lines = _ENDS.split(without_direction(text.removeprefix("\ufeff")))
    if len(lines) > LINES_MOST:
        raise UnreadableSource(f"文字超过{LINES_MOST // 10_000}万行，请只保留正文后再导入。")
    return tuple(SourceLine(number, line) for number, line in enumerate(lines, 1))


def read_page(text: str) -> tuple[SourceLine, ...]:
    """Return the lines of an html page. Raises UnreadableSource."""
    return _numbered(page_rows(text))


def _read_archive(name: str, data: bytes) -> tuple[SourceLine, ...]:
    try:
        kind = kind_of_archive(BytesIO(data))
    except UnfitArchive as error:
        raise UnreadableSource(f"“{name}”{error}") from error
    if kind is not EvidenceKind.DOCX:
        raise UnreadableSource(f"“{name}”不是Word文档；可导入{ENDINGS}，或直接粘贴文字。")
    return _numbered(docx_rows(name, data))


def _numbered(rows: list[SourceRow]) -> tuple[SourceLine, ...]:
    if sum(len(row.text) for row in rows) > LETTERS_MOST or len(rows) > LINES_MOST:
        raise UnreadableSource("文档内容过多，请只保留一份文件的正文后再导入。")
    return tuple(
        SourceLine(
            number, without_direction(row.text), row.cells, row.is_heading, bold_to=row.bold_to
        )
        for number, row in enumerate(rows, 1)
    )


def _decoded(name: str, data: bytes) -> str:
    """Return text from UTF-8, UTF-16 with a byte order mark, or GB18030 (includes GBK)."""
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROLS.search(text) is None:
            return text
    raise UnreadableSource(f"“{name}”不是可识别的文本；可导入{ENDINGS}，或直接粘贴文字。")
