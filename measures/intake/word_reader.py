"""The words inside a bracket, or of a line with labels, read from left to right. Pure."""

import re
from dataclasses import replace
from enum import Enum

from measures.intake import list_words as forms
from measures.intake import name_forms as look
from measures.intake.asides import is_open, is_other_name, name_with_aside, names_people
from measures.intake.body_list import BodyList
from measures.intake.brackets import split_outside
from measures.intake.clauses import clause_in, clauses_in
from measures.intake.directory import AgencyDirectory
from measures.intake.named import Named, named_at
from measures.intake.names import SplitName, body_before, goes_on, split_names
from measures.intake.passage import LineSpan, SourcePassage
from measures.intake.values import BodyRole
from measures.intake.verb_parts import BESIDE, blanked, has_verb_inside, opened, verb_parts

BARE_MOST = 12  # length of a name without a typical ending, among names with one
_IN_CHARGE = {BodyRole.LEAD, BodyRole.RESPONSIBLE}
STOPS = " \t。；.，"


class BarePlace(Enum):
    """Whether a list without verb or label is possible at the position of a bracket."""

    NO = 0
    POSSIBLY = 1  # at the end of a paragraph, inside its last sentence
    YES = 2  # at the end of a paragraph, after a full stop or at the beginning of a line


class WordReader:
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
        self.is_mixed = False

    def read(self, *, bare: BarePlace = BarePlace.NO) -> BodyList | None:
        """Return the list, or None; `bare`: whether names alone may be a list."""
        rule = forms.LEAD_RULE.search(self.words)
        times = [*forms.TIME.finditer(self.words)]
        remarks = [
            *forms.REMARK.finditer(self.words),
            *forms.ACCORDING_TO.finditer(self.words),
        ]
        kept = blanked(self.words, [rule, *times, *remarks, *clauses_in(self.words)])
        leads = forms.ONE_LEADS.search(kept)
        kept = blanked(
            kept, [leads, *forms.PERSON_FIELD.finditer(kept), forms.MARK_RULE.search(kept)]
        )
        label = forms.LABEL_AT_START.match(kept) or forms.RUN_ON_LABEL.match(kept)
        same_as = self._same_as(kept, is_list=bool(label) or bare is BarePlace.YES)
        found = same_as or (self._read_labels(kept) if label else self._read_without(kept))
        is_bare = not found and self._read_bare(kept, BarePlace.YES if rule else bare)
        if not found and not is_bare:
            return None
        if leads:
            self._set_lead(leads["name"], leads.start("name"))
        if self.is_mixed:  # A、B合并后的C; A或B
            self.names = [replace(one, is_certain=False) for one in self.names]
        return BodyList(
            0,
            0,
            tuple(self.names),
            LineSpan(1, 1),
            has_lead_rule=rule is not None,
            others_support=rule is not None and bool(rule["others"]),
            rule_is_lasting=rule is not None and "下同" in rule[0] + self.words[rule.end() :][:4],
            clause=clause_in(self.passage, self.start, self.words),
            is_bare=is_bare,
            deadline=self._deadline(times),
            dropped=tuple(self.dropped),
            same_as=same_as,
            is_labelled=bool(label),
            lacks_lead="不分先后" in self.words,
        )

    def _set_lead(self, name: str, start: int) -> None:
        """Make the body named by 其中A牵头 the lead."""
        if not any(one.name == name for one in self.names):
            self._add(name, start, BodyRole.LEAD)
            self.is_mixed = True  # 市财政局，其中财政局牵头
        self.names = [
            replace(one, role=BodyRole.LEAD) if one.name == name else one for one in self.names
        ]

    @staticmethod
    def _same_as(kept: str, *, is_list: bool) -> str:
        """Return 同上 or 同（一）, the reference to another list; empty without one."""
        label = forms.LABEL.match(kept)
        words = kept[label.end() if label else 0 :].strip(STOPS)
        return words if is_list and forms.SAME_AS.match(words) else ""

    def _deadline(self, times: list[re.Match[str]]) -> SourcePassage | None:
        """Return the words from the first date to the last one."""
        if not times:
            return None
        start, end = (
            times[0].start(str(times[0].lastgroup)),
            times[-1].end(str(times[-1].lastgroup)),
        )
        return self.passage.part(self.start + start, self.start + end)

    def _read_bare(self, kept: str, place: BarePlace) -> bool:
        """Read （市科委、市商务委）: without verb or label, names must end like bodies."""
        self.names = []
        if place is BarePlace.NO or forms.NOT_BARE.match(kept):
            return False
        names = split_names(kept.rstrip(STOPS).replace("；", "、"), self.directory)
        sure = sum(self._can_be_bare(one.name) for one in names.names)
        if (
            not sure
            or look.says_more(look.INNER.sub("", names.names[0].name))
            or (place is BarePlace.POSSIBLY and len(names.names) < 2)
        ):
            return False
        if not any(self._is_plain(one.name) for one in names.names):
            return False
        unsure = [one.name for one in names.names if not self._can_be_bare(one.name)]
        if unsure and (place is BarePlace.POSSIBLY or sure < 2 or sure <= len(unsure)):
            return False
        if not all(len(name) <= BARE_MOST and look.shape_fits(name) for name in unsure):
            return False
        for one in names.names:
            one = one._replace(is_certain=one.is_certain and place is BarePlace.YES)
            self._add_name(one, 0, BodyRole.RESPONSIBLE, names.open_by)
        return True

    def _can_be_bare(self, name: str) -> bool:
        name = forms.ROLE_IN_BRACKET.sub("", name)
        return look.can_be_alone(name) or (look.shape_fits(name) and self._is_known(name))

    def _is_plain(self, name: str) -> bool:
        name = forms.ROLE_IN_BRACKET.sub("", name)
        return self._is_known(name) or look.is_collective(name) or look.ends_plainly(name)

    def _read_labels(self, kept: str) -> bool:
        labels = list(forms.LABEL.finditer(kept))
        if not labels or kept[: labels[0].start()].strip(STOPS):
            labels = list(forms.RUN_ON_LABEL.finditer(kept)) or labels
        ends = [label.start() for label in labels[1:]] + [len(kept)]
        for label, end in zip(labels, ends, strict=True):
            if label.lastgroup == forms.PERSON:
                continue
            if label.lastgroup == forms.DIVISION:
                self._add_parts(kept[label.end() : end], label.end())
                continue
            role = BodyRole(str(label.lastgroup))
            self._add_labelled(kept[label.end() : end], label.end(), role)
        return bool(self.names)

    def _read_without(self, kept: str) -> bool:
        """Read names with verbs, or names before the first label: A、B；配合单位：C."""
        label = forms.LABEL.search(kept) if self.in_brackets else None
        if label is None:
            return self._read_duties(kept) or self._read_verbs(kept)
        pieces = split_outside(kept[: label.start()], "；")
        others = [
            part.strip() for _, part in pieces if forms.OTHER_LABEL.match(part)
        ]  # 建设地点：…
        for at, part in pieces:
            if not forms.OTHER_LABEL.match(part):
                self._add_parts(part, at)
        bare = [self._can_be_bare(one.name) for one in self.names]
        if not any(bare):  # 约束性指标，牵头单位：A
            self.names, others = [], [kept[: label.start()].strip(STOPS)]
        elif self.dropped or not all(bare):
            self.names, self.dropped = [], []
            return self._read_verbs(kept)
        self.dropped += others
        return bool(self.names or others) and self._read_labels(kept)

    def _read_duties(self, kept: str) -> bool:
        """Read bodies with their duties, never certain: 市应急局：统筹协调；市水利局：水库调度."""
        found = [(at, forms.DUTY_BEHIND.match(part)) for at, part in split_outside(kept, "；")]
        names = [(at + duty.start(1), duty[1]) for at, duty in found if duty]
        if not self.in_brackets or len(names) < 2 or len(names) < len(found):
            return False
        if not all(look.is_sure_body(name) for _, name in names):
            return False
        split = [SplitName(name, at, False) for at, name in names]
        self.names += named_at(self.passage, self.start, split, BodyRole.RESPONSIBLE, ())
        return True

    def _add_labelled(self, words: str, start: int, role: BodyRole) -> None:
        """Add names after a label, where a verb may follow: 责任单位：A、B按职责分工负责."""
        for at, part in split_outside(words, "；。"):
            if forms.OTHER_LABEL.match(part):  # 建设地点：…
                self.dropped.append(part.strip())
                continue
            for name_at, piece, own in verb_parts(_verbs_apart(part)):
                its = own if own not in (None, BodyRole.RESPONSIBLE) else role
                # 牵头单位：A、B配合: the label and the verb differ.
                self.is_mixed |= role is BodyRole.LEAD and own in BESIDE and not name_at
                self._add(piece, start + at + name_at, its or role)

    def _read_verbs(self, kept: str) -> bool:
        """Read A牵头，B、C配合: a verb applies to the names before it."""
        tail = _verbs_apart(kept.rstrip(STOPS))
        if forms.NOT_BARE.match(tail) or not (forms.VERB.search(tail) or has_verb_inside(tail)):
            return False
        self._add_parts(tail, 0)
        # Ordinary text may also end with a verb: at least half of the names must be whole.
        if forms.CLASSES_OF_WORK.search(tail):  # 应急、公安等部门: asked about, one by one
            return bool(self.names) and not self.dropped
        if not forms.VERB.search(tail) and not {one.role for one in self.names} & _IN_CHARGE:
            # 甲局支持乙区先行先试 may be a remark.
            self.names = [replace(one, is_certain=False) for one in self.names]
        whole = sum(self._is_whole(one.name) for one in self.names)
        return whole > 0 and 2 * whole >= len(self.names) and not self.dropped

    def _add_parts(self, words: str, start: int) -> None:
        """Add the names before each verb; those after the last verb have no verb."""
        last: BodyRole | None = None
        for at, part in split_outside(words, "；。"):
            for name_at, piece, own in verb_parts(part, has_lead=last is not None):
                rest = BodyRole.RESPONSIBLE if last in (None, BodyRole.LEAD) else last
                self._add(piece, start + at + name_at, own or rest)
                last = own or last

    def _add(self, piece: str, offset: int, role: BodyRole) -> None:
        joined = forms.JOINED_BY.search(piece)
        if joined and not opened(piece[: joined.start()]):
            self._add(piece[: joined.start()], offset, role)
            self._add(piece[joined.end() :], offset + joined.end(), BodyRole.JOIN)
            return
        kept = forms.BY.sub("", piece)
        split = split_names(kept, self.directory)
        start = offset + len(piece) - len(kept)
        # After an unknown label or another act: 结果报送A、B; 督促A、B落实; A、B审核.
        ending = look.INNER.sub("", split.names[-1].name) if split.names else ""
        is_lost = not self._is_whole(ending) and goes_on(ending)
        is_cut = False  # after a name without its end: 市发改、财政局
        for one in split.names:
            is_lost |= forms.OTHER_LABEL.search(one.name) is not None
            is_lost |= look.has_act(look.INNER.sub("", one.name)) and not self._is_known(one.name)
            is_doubtful = is_lost or (is_cut and look.is_rest_of_name(one.name))
            is_cut = not self._is_whole(look.INNER.sub("", one.name))
            one = one._replace(is_certain=one.is_certain and not is_doubtful)
            # 县城管局 王强: a person of the body.
            is_person = kept[: one.start].endswith((" ", "\t")) and names_people(one.name)
            if not (is_person and self.names):
                self._add_name(one, start, role, split.open_by)
        if not split.names and split.open_by and self.names:  # A牵头，有关部门配合
            last = self.names[-1]
            self.names[-1] = replace(last, open_by=(*last.open_by, *split.open_by))

    def _add_name(
        self, one: SplitName, start: int, role: BodyRole, open_by: tuple[str, ...]
    ) -> None:
        """Add a name without a bracket about people or duties."""
        aside = None if self._is_known(one.name) else name_with_aside(one.name)
        beside: list[tuple[SplitName, BodyRole]] = []
        if aside and self._is_whole(aside.name):
            beside = self._beside(aside.words)
            if beside or not self._is_kept(one.name, aside.words):
                sure = one.is_certain and not is_open(aside.words)
                one = one._replace(name=aside.name, is_certain=sure)
        if names_people(one.name) and not self._is_known(one.name):  # 县长牵头
            return
        if not look.shape_fits(one.name):
            self.dropped.append(one.name)
            return
        self.is_mixed |= "的" in one.name or "或" in one.name
        if not self._is_body(one):
            one = one._replace(name=body_before(one.name), is_certain=False)
        self.names += named_at(self.passage, self.start + start, [one], role, open_by)
        for name, its in beside:
            own = SplitName(name.name, one.start, name.is_certain)
            self.names += named_at(self.passage, self.start + start, [own], its, ())

    @staticmethod
    def _is_kept(name: str, words: str) -> bool:
        """Whether the bracket after a name is part of it."""
        is_duty = forms.DUTY_ONLY.fullmatch(words) is not None
        is_part = look.INCLUDES.search(name) or forms.ROLE_IN_BRACKET.search(name)
        return bool(is_part) or is_other_name(words) or (look.is_collective(name) and not is_duty)

    def _beside(self, words: str) -> list[tuple[SplitName, BodyRole]]:
        """Return the bodies named with a verb in the bracket after a name: （各街道配合）."""
        found: list[tuple[SplitName, BodyRole]] = []
        joined = forms.JOINED_BY.match(words)
        parts = verb_parts(words[joined.end() :] + "参与" if joined else words)
        for _, piece, role in parts:
            names = split_names(forms.BY.sub("", piece), self.directory).names
            if role is None or not names or not all(self._is_body(one) for one in names):
                return []
            found += ((one, role) for one in names)
        return found

    def _is_body(self, one: SplitName) -> bool:
        name = forms.ROLE_IN_BRACKET.sub("", one.name)
        return self._is_known(name) or (look.looks_whole(name) and not look.names_a_class(name))

    def _is_whole(self, name: str) -> bool:
        return self._is_known(name) or look.looks_whole(name)

    def _is_known(self, name: str) -> bool:
        return self.directory is not None and bool(self.directory.match(name))


def _verbs_apart(words: str) -> str:
    """Return the words with a comma after each verb that 、 follows: A牵头、B."""
    return forms.VERB_THEN_STOP.sub(r"\g<done>，", words)
