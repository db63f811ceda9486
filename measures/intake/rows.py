"""Numbered lines of a source, and the error for an unreadable source. Pure."""

from dataclasses import dataclass

from lib.errors import DomainError

MB = 1024 * 1024


class UnreadableSource(DomainError):
    """The file or text cannot be read; the message is a sentence with the reason."""


@dataclass(frozen=True)
class SourceLine:
    """One line: of a text, a paragraph, or a row of a table."""

    number: int
    text: str
    # Of a table row; None continues the cell above (merged cells).
    cells: tuple[str | None, ...] = ()
    is_heading: bool = False  # by its style, or bold throughout
    is_indented: bool = False
    bold_to: int = 0  # number of bold characters at the beginning, if the rest is not bold


@dataclass(frozen=True)
class SourceRow:
    """A line that has no number yet."""

    text: str
    cells: tuple[str | None, ...] = ()
    is_heading: bool = False
    bold_to: int = 0


def row_of(cells: list[str | None]) -> SourceRow:
    return SourceRow("\t".join(cell or "" for cell in cells), tuple(cells))
