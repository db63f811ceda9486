"""Lists of responsible bodies, in every form that notices use. Pure.

（A、B、C负责） · （A牵头，B、C配合） · （责任单位：A；配合单位：B） · （A会同B负责） · bare names
in brackets at the end of a paragraph · a line 责任单位：A、B of its own. A rule for the lead and a
clause for all later items may stand inside a list or in a sentence.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from measures.intake.asides import name_with_aside, names_people, says_duty
from measures.intake.brackets import (
    CLOSING,
    OPENING,
    BracketGroup,
    outer_groups,
    split_outside,
)
from measures.intake.clauses import Clause, clause_in, clauses_in
from measures.intake.list_words import (
    ACCORDING_TO,
    BEFORE_BARE,
    BY,
    CLASSES_OF_WORK,
    COLON_LABEL,
    DIVISION,
    DOES_SO,
    EVENT_LABEL,
    JOINED_BY,
    LABEL,
    LABEL_AT_START,
    LABEL_BEHIND,
    LEAD_RULE,
    MARK_RULE,
    NOT_BARE,
    OTHER_LABEL,
    PERSON,
    PERSON_FIELD,
    ROLE_IN_BRACKET,
    RUN_ON_LABEL,
    SAME_AS,
    TIME,
    VERB,
    VERB_INSIDE,
    VERB_THEN_STOP,
)
from measures.intake.named import Named, named_at
from measures.intake.names import (
    ETC,
    AgencyDirectory,
    SplitName,
    ends_like_body,
    ends_plainly,
    is_collective,
    looks_whole,
    names_a_class,
    says_more,
    shape_fits,
    split_names,
)
from measures.intake.passage import LineSpan, SourcePassage
from measures.intake.values import BodyRole

NEAR = 8  # letters looked at around a bracket
LIST_MOST = 2000  # letters in a list; a longer bracket is text
BARE_MOST = 12  # letters of a name that does not end like one, among names that do

_SENTENCE_END = "。；！？;"
_SENTENCE_VERB = re.compile(
    r"(?:牵头|负责|配合|协助|参与|协办)(?:落实|实施)?$|(?:牵头|责任|配合)(?:单位|部门)$"
)
_IN_CHARGE = {BodyRole.LEAD, BodyRole.RESPONSIBLE}
_STOPS = " \t。；;.，,"


@dataclass(frozen=True)
class BodyList:
    """A list with the place where it stands in its paragraph."""

    start: int
    end: int
    names: tuple[Named, ...]
    lines: LineSpan
    has_lead_rule: bool = False
    rule_is_lasting: bool = False
    clause: Clause | None = None
    is_bare: bool = False
    deadline: SourcePassage | None = None
    is_inside: bool = False  # in the middle of a sentence
    is_sentence: bool = False  # without brackets or label
    after_gap: bool = False  # text was lost before it: another item may end with it
    is_closed: bool = True
    dropped: tuple[str, ...] = ()  # words that cannot be a name
    same_as: str = ""  # the words that point to another list: 同上, 同（一）
    is_labelled: bool = False
    words: str = ""

    def with_more(self, more: "BodyList") -> "BodyList":
        """This list and the one right behind it as one."""
        return replace(
            self,
            end=more.end,
            names=(*self.names, *more.names),
            lines=LineSpan.around([self.lines, more.lines]),
            has_lead_rule=self.has_lead_rule or more.has_lead_rule,
            clause=self.clause or more.clause,
            deadline=self.deadline or more.deadline,
            is_closed=self.is_closed and more.is_closed,
            dropped=(*self.dropped, *more.dropped),
            words=f"{self.words}；{more.words}",
        )


def lists_in(passage: SourcePassage, directory: AgencyDirectory | None = None) -> list[BodyList]:
    """The lists of a paragraph in their order."""
    text = passage.text
    if COLON_LABEL.match(text) and len(text) <= LIST_MOST:
        # Brackets in a line 责任单位：A（B配合） are parts of its list.
        line = _line_of_labels(passage, directory)
        if line is not None:
            return [line]
    found = []
    for group in outer_groups(text):
        if group.end - group.start <= LIST_MOST:
            one = _list_of(passage, group, directory)
            if one is not None:
                found.append(one)
    if not found and len(text) <= LIST_MOST:
        line = _line_of_labels(passage, directory) or _last_sentence(passage, directory)
        found += [line] if line else []
    return _without_overlap(found)


def named_in(words: str, directory: AgencyDirectory) -> tuple[Named, ...]:
    """Who is named by words that are a list or a sentence with verbs or labels; else nobody."""
    found = _Words(SourcePassage.of(words, 1), 0, words, directory).read()
    return found.names if found else ()


def _without_overlap(lists: list[BodyList]) -> list[BodyList]:
    kept: list[BodyList] = []
    for one in lists:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _list_of(
    passage: SourcePassage, group: BracketGroup, directory: AgencyDirectory | None
) -> BodyList | None:
    inside = group.inside
    words = passage.text[inside]
    lines = passage.lines(group.start, group.end)
    if not group.is_closed and "。" in words and not LABEL_AT_START.match(words):
        return None
    place = _bare_place(passage.text, group)
    reader = _Words(passage, inside.start, words, directory, in_brackets=True)
    body = reader.read(bare=place)
    if body is None:
        return None
    is_named = LABEL_AT_START.match(words) and not EVENT_LABEL.match(words)
    if place is _Bare.NO and _is_inside(passage.text, group) and not is_named:
        unsure = tuple(replace(name, is_certain=False) for name in body.names)
        body = replace(body, names=unsure, is_inside=True)
    return replace(
        body, start=group.start, end=group.end, lines=lines, is_closed=group.is_closed, words=words
    )


def _line_of_labels(passage: SourcePassage, directory: AgencyDirectory | None) -> BodyList | None:
    """A line 责任单位：A、B, or such words at the end of a paragraph."""
    start = label = 0
    if not LABEL_AT_START.match(passage.text):
        behind = LABEL_BEHIND.search(passage.text)
        if behind is None:
            return None
        start, label = behind.start(), behind.start("label")
    body = _Words(passage, label, passage.text[label:], directory).read()
    if body is None or not (body.names or body.same_as):
        return None
    lines = passage.lines(start)
    return replace(body, start=start, end=len(passage.text), lines=lines)


def _last_sentence(passage: SourcePassage, directory: AgencyDirectory | None) -> BodyList | None:
    """由A牵头，B、C配合。as the last sentence of a paragraph, with whole names only."""
    text = passage.text.rstrip(_STOPS)
    start = max(text.rfind(stop) for stop in _SENTENCE_END) + 1
    words = text[start:]
    if not start or not _SENTENCE_VERB.search(words):
        return None
    reader = _Words(passage, start, words, directory)
    body = reader.read()
    if body is None or not all(name.is_certain and ETC not in name.open_by for name in body.names):
        return None
    names = tuple(replace(name, is_certain=False) for name in body.names)
    lines = passage.lines(start)
    end = len(passage.text)
    return replace(
        body, start=start, end=end, names=names, lines=lines, words=words, is_sentence=True
    )


class _Bare(Enum):
    """Whether brackets stand where a list without verb or label can stand."""

    NO = 0
    POSSIBLY = 1  # at the end of a paragraph, inside its last sentence
    YES = 2  # at the end of a paragraph, behind a full stop or at the beginning of a line


def _bare_place(text: str, group: BracketGroup) -> _Bare:
    after = text[group.end : group.end + NEAR]
    if after.strip(_STOPS) or len(after) == NEAR:
        return _Bare.NO
    before = text[max(0, group.start - NEAR) : group.start].rstrip()
    is_behind = not before or before[-1] in _SENTENCE_END + CLOSING
    return _Bare.YES if is_behind else _Bare.POSSIBLY


def _is_inside(text: str, group: BracketGroup) -> bool:
    """Whether brackets stand in the middle of a sentence, where a remark can stand."""
    before = text[max(0, group.start - NEAR) : group.start].rstrip()
    return bool(before) and before[-1] not in _SENTENCE_END + CLOSING + "”"


class _Words:
    """The words inside a bracket, or of a line with labels, read from left to right."""

    def __init__(
        self,
        passage: SourcePassage,
        start: int,
        words: str,
        directory: AgencyDirectory | None,
        *,
        in_brackets: bool = False,
    ) -> None:
        self.passage, self.start, self.words, self.directory = passage, start, words, directory
        self.in_brackets = in_brackets
        self.names: list[Named] = []
        self.dropped: list[str] = []

    def read(self, *, bare: _Bare = _Bare.NO) -> BodyList | None:
        """The list; None where the words are none. `bare`: whether names alone may be one."""
        rule = LEAD_RULE.search(self.words)
        times = [*TIME.finditer(self.words)]
        kept = _blanked(self.words, [rule, *times, *clauses_in(self.words)])
        kept = _blanked(kept, [*PERSON_FIELD.finditer(kept), MARK_RULE.search(kept)])
        label = LABEL_AT_START.match(kept) or (self.in_brackets and RUN_ON_LABEL.match(kept))
        same_as = self._same_as(kept, is_list=bool(label) or bare is _Bare.YES)
        found = same_as or (self._read_labels(kept) if label else self._read_verbs(kept))
        is_bare = not found and self._read_bare(kept, _Bare.YES if rule else bare)
        if not found and not is_bare:
            return None
        return BodyList(
            0,
            0,
            tuple(self.names),
            LineSpan(1, 1),
            has_lead_rule=rule is not None,
            rule_is_lasting=rule is not None and "下同" in rule[0] + self.words[rule.end() :][:4],
            clause=clause_in(self.passage, self.start, self.words),
            is_bare=is_bare,
            deadline=self._deadline(times),
            dropped=tuple(self.dropped),
            same_as=same_as,
            is_labelled=bool(label),
        )

    @staticmethod
    def _same_as(kept: str, *, is_list: bool) -> str:
        """同上, 同（一）: the bodies of another list, which this one does not repeat."""
        label = LABEL.match(kept)
        words = kept[label.end() if label else 0 :].strip(_STOPS)
        return words if is_list and SAME_AS.match(words) else ""

    def _deadline(self, times: list[re.Match[str]]) -> SourcePassage | None:
        """The words of the first date, and of those that follow it right away."""
        if not times:
            return None
        start, end = times[0].span(str(times[0].lastgroup))
        for time in times[1:]:
            if self.words[end : time.start(str(time.lastgroup))].strip(_STOPS):
                break
            end = time.end(str(time.lastgroup))
        return self.passage.part(self.start + start, self.start + end)

    def _read_bare(self, kept: str, place: _Bare) -> bool:
        """（市科委、市商务委）: neither verb nor label, so every name must end like a body."""
        self.names = []
        if place is _Bare.NO or NOT_BARE.match(kept) or BEFORE_BARE.match(kept):
            return False
        names = split_names(kept.rstrip(_STOPS), self.directory)
        sure = sum(self._can_be_bare(one.name) for one in names.names)
        if not sure or (place is _Bare.POSSIBLY and len(names.names) < 2):
            return False
        if not any(self._is_plain(one.name) for one in names.names):
            return False
        unsure = [one.name for one in names.names if not self._can_be_bare(one.name)]
        if unsure and (place is _Bare.POSSIBLY or sure < 2 or sure <= len(unsure)):
            return False
        if not all(len(name) <= BARE_MOST and shape_fits(name) for name in unsure):
            return False
        split = tuple(
            one._replace(is_certain=one.is_certain and place is _Bare.YES and self._is_body(one))
            for one in names.names
        )
        role = BodyRole.RESPONSIBLE
        self.names += named_at(self.passage, self.start, split, role, names.open_by)
        return True

    def _can_be_bare(self, name: str) -> bool:
        name = ROLE_IN_BRACKET.sub("", name)
        fits = ends_like_body(name) or (is_collective(name) and looks_whole(name))
        return shape_fits(name) and (self._is_known(name) or (fits and not says_more(name)))

    def _is_plain(self, name: str) -> bool:
        name = ROLE_IN_BRACKET.sub("", name)
        return self._is_known(name) or is_collective(name) or ends_plainly(name)

    def _read_labels(self, kept: str) -> bool:
        labels = list(LABEL.finditer(kept)) or [*filter(None, [RUN_ON_LABEL.match(kept)])]
        ends = [label.start() for label in labels[1:]] + [len(kept)]
        for label, end in zip(labels, ends, strict=True):
            if label.lastgroup == PERSON:
                continue
            if label.lastgroup == DIVISION:
                self._add_parts(kept[label.end() : end], label.end())
                continue
            role = BodyRole(str(label.lastgroup))
            self._add_labelled(kept[label.end() : end], label.end(), role)
        return bool(self.names)

    def _add_labelled(self, words: str, start: int, role: BodyRole) -> None:
        """Behind a label a verb may still stand: 责任单位：A、B按职责分工负责."""
        for at, part in split_outside(words, "；;。"):
            if OTHER_LABEL.match(part):  # 建设地点：…
                self.dropped.append(part.strip())
                continue
            for name_at, piece, own in _verb_parts(part):
                its = own if own not in (None, BodyRole.RESPONSIBLE) else role
                self._add(piece, start + at + name_at, its or role)

    def _read_verbs(self, kept: str) -> bool:
        """A牵头，B、C配合: a verb holds for the names before it."""
        tail = VERB_THEN_STOP.sub("，", kept.rstrip(_STOPS))
        if NOT_BARE.match(tail) or not (VERB.search(tail) or _has_verb_inside(tail)):
            return False
        self._add_parts(tail, 0)
        # Text that ends with a verb is no list: some names must be whole, most of them.
        if CLASSES_OF_WORK.search(tail):  # 应急、公安等部门: asked about, one by one
            return bool(self.names) and not self.dropped
        if not VERB.search(tail) and not {one.role for one in self.names} & _IN_CHARGE:
            # 甲局支持乙区先行先试 may be a remark.
            self.names = [replace(one, is_certain=False) for one in self.names]
        whole = sum(self._is_whole(one.name) for one in self.names)
        return whole > 0 and 2 * whole >= len(self.names) and not self.dropped

    def _add_parts(self, words: str, start: int) -> None:
        """The names before each verb; those behind the last one have none of their own."""
        last: BodyRole | None = None
        for at, part in split_outside(words, "；;。"):
            for name_at, piece, own in _verb_parts(part):
                rest = BodyRole.RESPONSIBLE if last in (None, BodyRole.LEAD) else last
                self._add(piece, start + at + name_at, own or rest)
                last = own or last

    def _add(self, piece: str, offset: int, role: BodyRole) -> None:
        if ACCORDING_TO.match(piece):
            return
        joined = JOINED_BY.search(piece)
        if joined and not _opened(piece[: joined.start()]):
            self._add(piece[: joined.start()], offset, role)
            self._add(piece[joined.end() :], offset + joined.end(), BodyRole.JOIN)
            return
        kept = BY.sub("", piece)
        split = split_names(kept, self.directory)
        start = offset + len(piece) - len(kept)
        for one in split.names:
            # 县城管局 王强: who of the body is meant.
            is_person = kept[: one.start].endswith((" ", "\t")) and names_people(one.name)
            if not (is_person and self.names):
                self._add_name(one, start, role, split.open_by)
        if not split.names and split.open_by and self.names:  # A牵头，有关部门配合
            last = self.names[-1]
            self.names[-1] = replace(last, open_by=(*last.open_by, *split.open_by))

    def _add_name(
        self, one: SplitName, start: int, role: BodyRole, open_by: tuple[str, ...]
    ) -> None:
        """Add a name without what a bracket behind it says of people or duties."""
        aside = None if self._is_known(one.name) else name_with_aside(one.name)
        words = aside.words if aside and self._is_whole(aside.name) else ""
        beside = self._beside(words) if words else []
        is_apart = names_people(words) or says_duty(words)
        if aside and words and (beside or is_apart):
            one = one._replace(name=aside.name)
        if not shape_fits(one.name):
            self.dropped.append(one.name)
            return
        sure = one._replace(is_certain=one.is_certain and self._is_body(one))
        self.names += named_at(self.passage, self.start + start, [sure], role, open_by)
        for name, its in beside:
            own = SplitName(name.name, one.start, name.is_certain)
            self.names += named_at(self.passage, self.start + start, [own], its, ())

    def _beside(self, words: str) -> list[tuple[SplitName, BodyRole]]:
        """Who is named with a verb in the bracket behind a name: （各街道配合）."""
        found: list[tuple[SplitName, BodyRole]] = []
        joined = JOINED_BY.match(words)
        parts = _verb_parts(words[joined.end() :] + "参与" if joined else words)
        for _, piece, role in parts:
            names = split_names(BY.sub("", piece), self.directory).names
            if role is None or not names or not all(self._is_body(one) for one in names):
                return []
            found += ((one, role) for one in names)
        return found

    def _is_body(self, one: SplitName) -> bool:
        name = ROLE_IN_BRACKET.sub("", one.name)
        return self._is_known(name) or (looks_whole(name) and not names_a_class(name))

    def _is_whole(self, name: str) -> bool:
        return self._is_known(name) or looks_whole(name)

    def _is_known(self, name: str) -> bool:
        return self.directory is not None and bool(self.directory.match(name))


def _opened(text: str) -> bool:
    """Whether a bracket is still open at the end of some words."""
    return sum(text.count(one) for one in OPENING) > sum(text.count(one) for one in CLOSING)


def _has_verb_inside(text: str) -> bool:
    """A牵头，B、C: the last names have no verb of their own."""
    parts = [part for _, part in split_outside(text, "，,；;")]
    if any(_verb_inside(part) for part in parts):
        return True
    return len(parts) > 1 and any(VERB.search(part) for part in parts[:-1])


def _verb_of(part: str) -> re.Match[str] | None:
    """The verb at the end of a piece, or the one that stands before its object."""
    verb, inside = VERB.search(part), _verb_inside(part)
    return inside if inside and (verb is None or inside.start() < verb.start()) else verb


def _verb_inside(part: str) -> re.Match[str] | None:
    """A verb with its object, where whole names stand before: 市财政局负责资金保障."""
    found = VERB_INSIDE.search(part)
    if found is None or DOES_SO.match(part, found.end(str(found.lastgroup))):
        return found
    pieces = JOINED_BY.split(BY.sub("", part[: found.start()]))
    names = [one.name for piece in pieces for one in split_names(piece).names]
    is_verb = bool(names) and all(map(looks_whole, names)) and not ends_like_body(part)
    return found if is_verb else None


def _verb_parts(text: str) -> list[tuple[int, str, BodyRole | None]]:
    """The pieces of names with their offset and the role of the verb behind them.

    A comma may also separate names: what has no verb goes to the next piece that has one.
    """
    found: list[tuple[int, str, BodyRole | None]] = []
    open_from: int | None = None
    for at, part in split_outside(text, "，,"):
        begin = at if open_from is None else open_from
        verb = _verb_of(part)
        if verb is None and JOINED_BY.search(part) and not _opened(part):
            found.append((begin, text[begin : at + len(part)], None))  # 甲局会同乙局，丙局配合
            open_from = None
            continue
        if verb is None:
            open_from = begin
            continue
        role = BodyRole(str(verb.lastgroup))
        found.append((begin, text[begin : at + verb.start()], role))
        open_from = None
    if open_from is not None:
        found.append((open_from, text[open_from:], None))
    return found


def _blanked(text: str, matches: Iterable[re.Match[str] | None]) -> str:
    """The text with some parts blank: offsets stay."""
    for match in matches:
        if match is not None:
            text = text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]
    return text
