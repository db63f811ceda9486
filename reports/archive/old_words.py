"""Reads the text of old final reports from their Word files: their text was not stored."""

from io import BytesIO
from typing import NamedTuple

from docx import Document as read_docx
from docx.text.paragraph import Paragraph

from lib.errors import DomainError
from reports.choices import FileFormat
from reports.jobs.files import read_file
from reports.models import Report


class Block(NamedTuple):
    """A paragraph, or the rows of a table, as in the file."""

    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


def read_back(report: Report) -> list[Block]:
    """Return the text of the report's Word file in order; empty if the file is gone.

    Nothing is computed again: the text in the issued file is shown.
    """
    file = report.files.filter(format=FileFormat.DOCX).first()
    if file is None:
        return []
    try:
        content = read_file(file)
    except DomainError:  # removed, lost or altered
        return []
    return [
        block for block in map(_block, read_docx(BytesIO(content)).iter_inner_content()) if block
    ]


def _block(element: object) -> Block | None:
    if isinstance(element, Paragraph):
        return Block(text=element.text) if element.text.strip() else None
    return Block(rows=tuple(tuple(cell.text for cell in row.cells) for row in element.rows))  # type: ignore[attr-defined]
