"""Reads a text as if it were pasted."""

from measures.intake.reading import DirectoryOn, nobody, read_notice
from measures.intake.source import read_text
from measures.intake.values import NoticeReading


def read_pasted(text: str, directory_on: DirectoryOn = nobody) -> NoticeReading:
    return read_notice(read_text(text), directory_on)
