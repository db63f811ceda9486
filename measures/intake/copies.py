"""Two copies of a text that run through each other, told apart. Pure.

The first copy runs through the whole; windows of it were overwritten by the second, sentence for
sentence, and the second runs on from window to window. So what stands twice stands first in the
first copy and then in the second, both in one order, and ordinals only rise within a copy. A
sentence that stands once between two of the second copy is either its own (lost in the first) or
the first copy's further text: numbers of headings and the size of the window decide, and where
they do not, the sentence is left without a place.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from measures.intake.numbering import marker_of, starts_inside
from measures.intake.passage import Passage
from measures.intake.rows import SourceLine

SENTENCE_LEAST = 12
REPEATED_LEAST = 4
REPEATED_SHARE = 0.12
_SENTENCE = re.compile(r"[^。]*。|[^。]+$")


@dataclass(frozen=True)
class Sentence:
    passage: Passage
    follows: bool = True  # False: text may be lost before it
    is_placed: bool = True  # False: which copy and item it belongs to is open

    @property
    def text(self) -> str:
        return self.passage.text


@dataclass(frozen=True)
class Untangled:
    sentences: tuple[Sentence, ...]  # in the order of the text itself
    unplaced: tuple[Passage, ...]
    second_until: int | None  # highest number that the second copy reaches


def sentences_of(lines: Iterable[SourceLine]) -> list[Passage]:
    """All sentences in the order of the source."""
    found = []
    for line in lines:
        whole = Passage.of(line.text, line.number)
        for match in _SENTENCE.finditer(line.text):
            part = whole.part(match.start(), match.end()).stripped()
            if part.text:
                found.append(part)
    return found


def untangle(sentences: list[Passage]) -> Untangled | None:
    """The text in its own order; None where it is no text of two copies that interleave."""
    pairs = _pairs(sentences)
    if len(pairs) < REPEATED_LEAST or len(pairs) < REPEATED_SHARE * len(sentences):
        return None
    if not _interleave(pairs):
        return None
    return _Copies(sentences, pairs).untangled()


def _pairs(sentences: list[Passage]) -> list[tuple[int, int]]:
    """First and second place of each sentence that stands twice, in one rising order."""
    places: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(sentences):
        if len(one.text) >= SENTENCE_LEAST:
            places[re.sub(r"\s", "", one.text)].append(at)
    twice = sorted((many[0], many[1]) for many in places.values() if len(many) == 2)
    return _longest_rising(twice)


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs in which both places rise."""
    ends: list[int] = []  # the smallest last second place of a run of each length
    best: list[int] = []
    before: list[int] = []
    for at, (_, second) in enumerate(pairs):
        length = bisect_left(ends, second)
        before.append(best[length - 1] if length else -1)
        ends[length : length + 1] = [second]
        best[length : length + 1] = [at]
    run: list[tuple[int, int]] = []
    at = best[-1] if best else -1
    while at >= 0:
        run.append(pairs[at])
        at = before[at]
    return run[::-1]


def _interleave(pairs: list[tuple[int, int]]) -> bool:
    """Whether the second copy begins before the first has ended."""
    return pairs[0][1] < pairs[-1][0] or any(
        pairs[at][1] + 1 < pairs[at + 1][1] and pairs[at][1] < pairs[-1][0]
        for at in range(len(pairs) - 1)
    )


def headings_in(text: str) -> list[int]:
    """Numbers （一） of the headings that a sentence holds."""
    starts = [0, *starts_inside(text)]
    markers = [marker_of(text[start:]) for start in starts]
    return [one.ordinal for one in markers if one is not None and one.kind == "cnp"]


class _Copies:
    def __init__(self, sentences: list[Passage], pairs: list[tuple[int, int]]) -> None:
        self.sentences, self.pairs = sentences, pairs
        self.second = {second for _, second in pairs}
        self.first = {first for first, _ in pairs}
        self.headings = [headings_in(one.text) for one in sentences]
        self.is_second: dict[int, bool | None] = {}
        for at in range(len(sentences)):
            self.is_second[at] = at in self.second

    def untangled(self) -> Untangled:
        for before, after in zip(self.pairs, self.pairs[1:], strict=False):
            self._settle(before, after)
        last_first, last_second = self.pairs[-1]
        order = [at for at in range(last_second + 1) if self.is_second[at]]
        kept = [Sentence(self.sentences[at]) for at in order]
        ended = [number for at in order for number in self.headings[at]]
        kept += self._rest_of_first(last_first)
        unplaced = [self.sentences[at] for at, second in self.is_second.items() if second is None]
        return Untangled(tuple(kept), tuple(unplaced), max(ended, default=None))

    def _settle(self, before: tuple[int, int], after: tuple[int, int]) -> None:
        """Say of the sentences between two of the second copy whose they are."""
        between = range(before[1] + 1, after[1])
        if not between:
            return
        # So many sentences of the first copy were overwritten here, and stand only in the second.
        lost = max(0, after[0] - before[0] - 1)
        possible = [
            start
            for start in range(lost + 1)
            if len(between) >= lost
            and self._fits(between, start, len(between) - lost, before[1], after[1])
        ]
        for place, at in enumerate(between):
            said = {start <= place < start + len(between) - lost for start in possible}
            self.is_second[at] = (not said.pop()) if len(said) == 1 else None

    def _fits(self, between: range, start: int, length: int, low: int, high: int) -> bool:
        """Whether those from `start` on can be the first copy's, the others the second's."""
        below = max(
            (n for at in range(low + 1) if at in self.second for n in self.headings[at]), default=0
        )
        above = next(
            (n[0] for at, n in enumerate(self.headings) if at >= high and at in self.second and n),
            10**6,
        )
        for place, at in enumerate(between):
            is_first = start <= place < start + length
            for number in self.headings[at]:
                inside = below < number <= above
                if is_first == inside and above < 10**6:
                    return False
        return True

    def _rest_of_first(self, after: int) -> list[Sentence]:
        """The first copy from where the second ends; windows of the second are gaps in it."""
        kept = []
        follows = True
        for at in range(after + 1, len(self.sentences)):
            if self.is_second[at] or self.is_second[at] is None:
                follows = False
                continue
            kept.append(Sentence(self.sentences[at], follows))
            follows = True
        return kept
