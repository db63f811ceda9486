"""What an old final's Word file says: it became final before the words were kept themselves."""

from io import BytesIO
from typing import NamedTuple

from docx import Document as read_docx
from docx.text.paragraph import Paragraph

from lib.errors import DomainError
from reports.choices import FileFormat
from reports.jobs.files import read_file
from reports.models import Report


class Block(NamedTuple):
    """A paragraph, or the rows of a table, as they stand in the file."""

    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


def read_back(report: Report) -> list[Block]:
    """Return the text of the report's Word file in its order; empty where the file is gone.

    Nothing of it is computed anew: what stood in the file when it was issued is what is shown.
    """
    file = report.files.filter(format=FileFormat.DOCX).first()
    if file is None:
        return []
    try:
        content = read_file(file)
    except DomainError:  # removed, lost, or not what was written
        return []
    return [
        block for block in map(_block, read_docx(BytesIO(content)).iter_inner_content()) if block
    ]


def _block(element: object) -> Block | None:
    if isinstance(element, Paragraph):
        return Block(text=element.text) if element.text.strip() else None
    return Block(rows=tuple(tuple(cell.text for cell in row.cells) for row in element.rows))  # type: ignore[attr-defined]
