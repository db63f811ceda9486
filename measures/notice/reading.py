"""Reads a file or a pasted text with this installation's directory of agencies."""

from measures.intake.reading import read_notice
from measures.intake.source import read_file, read_text
from measures.intake.values import NoticeReading
from measures.notice.directory import directory_on


def read_notice_file(name: str, data: bytes) -> NoticeReading:
    """Read a docx, txt or html file. Raises UnreadableSource, a DomainError with its sentence."""
    return read_notice(read_file(name, data), directory_on)


def read_notice_text(text: str) -> NoticeReading:
    """Read a pasted text. Raises UnreadableSource, a DomainError with its sentence."""
    return read_notice(read_text(text), directory_on)
