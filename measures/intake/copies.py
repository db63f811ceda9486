"""Separates two interleaved copies of a text. Pure.

The first copy spans the whole text. The second copy overwrote parts of it ("windows"), sentence
for sentence, and continues from window to window. So a sentence that occurs twice is first in the
first copy and then in the second, both copies have the same order, and numbers only rise within a
copy. A sentence that occurs once between two of the second copy belongs either to it (and is lost
in the first) or to the first copy: numbers of headings and the size of the window decide, and
otherwise the sentence is left without a place.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from measures.intake.numbering import marker_of, starts_inside
from measures.intake.passage import SourcePassage
from measures.intake.rows import SourceLine

SENTENCE_LEAST = 12
REPEATED_LEAST = 3
_SENTENCE = re.compile(r"[^。]*。|[^。]+$")


@dataclass(frozen=True)
class Sentence:
    passage: SourcePassage
    follows: bool = True  # False: text may be lost before it
    is_sure: bool = True  # False: which copy it is of, and so which item, was inferred

    @property
    def text(self) -> str:
        return self.passage.text


@dataclass(frozen=True)
class Untangled:
    sentences: tuple[Sentence, ...]  # in the order of the text itself
    unplaced: tuple[SourcePassage, ...]


def sentences_of(lines: Iterable[SourceLine]) -> list[SourcePassage]:
    """Return all sentences in the order of the source."""
    found = []
    for line in lines:
        whole = SourcePassage.of(line.text, line.number)
        for match in _SENTENCE.finditer(line.text):
            part = whole.part(match.start(), match.end()).stripped()
            if part.text:
                found.append(part)
    return found


def may_be_copies(lines: Iterable[SourceLine]) -> bool:
    """Whether enough sentences occur twice: a quick check, as most texts are not copies."""
    texts = Counter(
        words for line in lines for words in line.text.split("。") if len(words) >= SENTENCE_LEAST
    )
    return sum(count == 2 for count in texts.values()) >= REPEATED_LEAST


def untangle(sentences: list[SourcePassage]) -> Untangled | None:
    """Return the text in its own order; None if it is not two interleaved copies."""
    pairs = _pairs(sentences)
    if len(pairs) < REPEATED_LEAST or not _interleave(sentences, pairs):
        return None
    return _Copies(sentences, pairs).untangled()


def _pairs(sentences: list[SourcePassage]) -> list[tuple[int, int]]:
    """Return the first and second index of each sentence that occurs twice, both rising."""
    places: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(sentences):
        if len(one.text) >= SENTENCE_LEAST:
            places[re.sub(r"\s", "", one.text)].append(at)
    twice = sorted((many[0], many[1]) for many in places.values() if len(many) == 2)
    return _longest_rising(twice)


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest run of pairs in which both places rise."""
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


def _interleave(sentences: list[SourcePassage], pairs: list[tuple[int, int]]) -> bool:
    """Whether headings occur twice and the first copy has further ones after the second's.

    An annex that repeats the text also has its headings twice, but no higher number.
    """
    if not any(headings_in(sentences[first].text) for first, _ in pairs):
        return False
    start = pairs[0][1]
    highest = max((n for one in sentences[:start] for n in headings_in(one.text)), default=0)
    return any(n > highest for one in sentences[start:] for n in headings_in(one.text))


def headings_in(text: str) -> list[int]:
    """Return the numbers （一） of the headings in a sentence."""
    starts = [0, *starts_inside(text)]
    markers = [marker_of(text[start:]) for start in starts]
    return [one.ordinal for one in markers if one is not None and one.kind == "cnp"]


class _Copies:
    def __init__(self, sentences: list[SourcePassage], pairs: list[tuple[int, int]]) -> None:
        self.sentences, self.pairs = sentences, pairs
        self.second = {second for _, second in pairs}
        self.first = {first for first, _ in pairs}
        self.headings = [headings_in(one.text) for one in sentences]
        self.inferred: set[int] = set()  # only by the likeliest window, not by a number
        self.is_second: dict[int, bool | None] = {}
        for at in range(len(sentences)):
            self.is_second[at] = at in self.second

    def untangled(self) -> Untangled:
        for before, after in zip(self.pairs, self.pairs[1:], strict=False):
            self._settle(before, after)
        last_first, last_second = self.pairs[-1]
        self._settle_end(last_first, last_second)
        order = [at for at, second in self.is_second.items() if second]
        kept = [
            Sentence(
                self.sentences[at],
                at <= last_second and not self._is_behind_open_heading(at),
                at not in self.inferred,
            )
            for at in order
        ]
        kept += self._rest_of_first(last_first)
        unplaced = [self.sentences[at] for at, second in self.is_second.items() if second is None]
        return Untangled(tuple(kept), tuple(unplaced))

    def _is_behind_open_heading(self, at: int) -> bool:
        """Whether a heading of either copy precedes the second copy's sentence."""
        while at and not self.is_second[at - 1]:
            at -= 1
            if self.is_second[at] is None and self.headings[at]:
                return True
        return False

    def _settle(self, before: tuple[int, int], after: tuple[int, int]) -> None:
        """Decide to which copy the sentences between two of the second copy belong."""
        between = [at for at in range(before[1] + 1, after[1]) if at not in self.first]
        if not between:
            return
        # So many sentences of the first copy were overwritten here and exist only in the second.
        lost = max(0, after[0] - before[0] - 1)
        if lost < len(between) and lost:
            self.inferred |= {at for at in between if not self.headings[at]}
        possible = [
            start
            for start in range(lost + 1)
            if len(between) >= lost
            and self._fits(between, start, len(between) - lost, before[1], after[1])
        ]
        for place, at in enumerate(between):
            said = {start <= place < start + len(between) - lost for start in possible}
            self.is_second[at] = (not said.pop()) if len(said) == 1 else None
        for at in between if lost else ():
            if self.headings[at] and self._is_open(at, before[1], after[1]):
                self.is_second[at] = True
                self._infer_from(after[1])

    def _settle_end(self, first: int, second: int) -> None:
        """After the last sentence that occurs twice, the second copy may continue.

        At most for as many sentences as were overwritten after the first copy of that sentence.
        """
        lost = 0
        while self.is_second.get(first + 1 + lost):
            lost += 1
        reached = max((n for at in self.second for n in self.headings[at]), default=0)
        if lost:
            self._settle_headings(range(second + 1, len(self.sentences)), first, reached + lost)

    def _settle_headings(self, end: range, first: int, within_reach: int) -> None:
        """A falling number is in the second copy; one that may continue it can be in either."""
        highest = max((n for many in self.headings[: end.start] for n in many), default=0)
        falling: list[int] = []
        for at in end:
            self.is_second[at] = None
            falling += [at] if self.headings[at] and max(self.headings[at]) <= highest else []
            highest = max([highest, *self.headings[at]])
        for at in end:
            numbers = self.headings[at]
            if at in falling:
                self.is_second[at] = True
            elif numbers:
                later = [min(self.headings[one]) for one in falling if one > at]
                is_open = min(numbers) <= min([within_reach, *(n - 1 for n in later)])
                self.is_second[at] = is_open
                self._unsettle(range(first + 1, at if is_open else first + 1))

    def _unsettle(self, places: range) -> None:
        """Handle a heading of either copy: the text before it may belong after it."""
        for at in places:
            if self.is_second[at] is False and not self.headings[at]:
                self.is_second[at] = None

    def _fits(self, between: list[int], start: int, length: int, low: int, high: int) -> bool:
        """Whether those from `start` on can be of the first copy, the others of the second."""
        own = [n for at in range(low + 1) for n in self.headings[at] if not self.is_second[at]]
        first, second = max(own, default=0), self._second_before(low)
        above = next((min(self.headings[at]) for at in self._headed(high)), 10**6)
        for place, at in enumerate(between):
            for number in self.headings[at]:
                if start <= place < start + length:
                    if number <= first or number <= above < 10**6:
                        return False
                    first = number
                elif not second < number <= above:
                    return False
                else:
                    second = number
        return True

    def _is_open(self, at: int, low: int, high: int) -> bool:
        """Whether a heading, by its number, can be of either copy."""
        own = [n for one in range(low + 1) for n in self.headings[one] if not self.is_second[one]]
        above = next((min(self.headings[one]) for one in self._headed(high)), 10**6)
        number = min(self.headings[at])
        is_first = number > max(own, default=0) and (number > above or above == 10**6)
        return is_first and self._second_before(low) < number <= above

    def _infer_from(self, start: int) -> None:
        """The second copy's text after such a heading may belong to the item before it."""
        for at in range(start, len(self.sentences)):
            if self.headings[at] and at in self.second:
                return
            if self.is_second[at]:
                self.inferred.add(at)

    def _second_before(self, low: int) -> int:
        """Return the second copy's highest number so far."""
        numbers = [n for at in range(low + 1) if self.is_second[at] for n in self.headings[at]]
        return max(numbers, default=0)

    def _headed(self, high: int) -> Iterator[int]:
        """Yield the second copy's sentences with headings from a place on."""
        places = range(high, len(self.sentences))
        return (at for at in places if at in self.second and self.headings[at])

    def _rest_of_first(self, after: int) -> list[Sentence]:
        """Return the first copy after the second ends; windows of the second are gaps in it."""
        kept = []
        follows = True
        for at in range(after + 1, len(self.sentences)):
            if self.is_second[at] or self.is_second[at] is None:
                follows = False
                continue
            kept.append(Sentence(self.sentences[at], follows, at not in self.inferred))
            follows = True
        return kept
