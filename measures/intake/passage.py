"""A piece of text with its line numbers in the source. Pure."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Self


class LineSpan(NamedTuple):
    """Lines of the source, counted from 1, both included."""

    first: int
    last: int

    @classmethod
    def around(cls, many: Iterable["LineSpan"]) -> "LineSpan":
        """Return the lines from the first to the last of some. Raises ValueError for none."""
        many = list(many)
        return cls(min(one.first for one in many), max(one.last for one in many))


@dataclass(frozen=True)
class SourcePassage:
    """Text, with the offset at which each of its lines begins."""

    text: str
    offsets: tuple[int, ...]
    numbers: tuple[int, ...]  # of the lines that begin at the offsets

    @classmethod
    def of(cls, text: str, line: int) -> Self:
        return cls(text, (0,), (line,))

    @classmethod
    def joined(cls, pieces: Iterable["SourcePassage"], between: str = "") -> Self:
        text: list[str] = []
        offsets: list[int] = []
        numbers: list[int] = []
        length = 0
        for piece in pieces:
            if text and between:
                text.append(between)
                length += len(between)
            offsets += [length + offset for offset in piece.offsets]
            numbers += piece.numbers
            text.append(piece.text)
            length += len(piece.text)
        return cls("".join(text), tuple(offsets) or (0,), tuple(numbers) or (1,))

    def line_at(self, offset: int) -> int:
        return self.numbers[max(0, bisect_right(self.offsets, offset) - 1)]

    def lines(self, start: int = 0, end: int | None = None) -> LineSpan:
        """Return the lines of a part; `end` is the offset after its last character."""
        last = len(self.text) if end is None else end
        return LineSpan(self.line_at(start), self.line_at(max(start, last - 1)))

    def part(self, start: int, end: int | None = None) -> "SourcePassage":
        stop = len(self.text) if end is None else min(end, len(self.text))
        first = max(0, bisect_right(self.offsets, start) - 1)
        last = bisect_right(self.offsets, max(start, stop - 1))
        offsets = tuple(max(0, offset - start) for offset in self.offsets[first:last])
        return SourcePassage(
            self.text[start:stop], offsets or (0,), self.numbers[first:last] or (1,)
        )

    def stripped(self) -> "SourcePassage":
        start = len(self.text) - len(self.text.lstrip())
        return self.part(start, max(start, len(self.text.rstrip())))
