"""Lists of responsible bodies, in every form that notices use. Pure.

（A、B、C负责） · （A牵头，B、C配合） · （责任单位：A；配合单位：B） · （A会同B负责） · bare names
in brackets at the end of a paragraph · a line 责任单位：A、B of its own. A rule for the lead and a
clause for all later items may stand inside a list or in a sentence.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from measures.intake.brackets import CLOSING, BracketGroup, outer_groups, split_outside
from measures.intake.names import (
    ETC,
    AgencyDirectory,
    SplitName,
    ends_like_body,
    is_collective,
    looks_whole,
    shape_fits,
    split_names,
)
from measures.intake.passage import LineSpan, SourcePassage
from measures.intake.values import BodyRole, RoleBasis

NEAR = 8  # letters looked at around a bracket
LIST_MOST = 2000  # letters in a list; a longer bracket is text

_WORK = "(?:单位|部门|主体|机构|处室|科室|地区)"
_AT_COLON = r"(?=\s*[：:])"  # 牵头：A；配合：B
PERSON = "person"  # 责任人, 责任领导: no body
_LABELS = (
    (
        BodyRole.LEAD,
        f"(?:牵头|主办|主责|第一责任|主要责任|牵头责任|牵头负责){_WORK}|(?:牵头|主办){_AT_COLON}",
    ),
    (
        BodyRole.SUPPORT,
        f"(?:配合|协办|协同|协助|支持|协作|协同配合|配合责任){_WORK}|(?:配合|协办){_AT_COLON}",
    ),
    (BodyRole.GUIDE, f"(?:指导|业务指导|督导){_WORK}"),
    (BodyRole.JOIN, f"(?:参与|参加|会同){_WORK}"),
    (
        BodyRole.RESPONSIBLE,
        f"(?:责任|负责|落实|实施|承办|完成|执行|推进|任务承担|承担|主管|责任落实){_WORK}",
    ),
)
_LABEL = re.compile(
    r"(?:^|(?<=[；;，,。、\s]))(?:"
    + "|".join(f"(?P<{role.value}>{words})" for role, words in _LABELS)
    + rf"|(?P<{PERSON}>(?:责任|牵头|分管|联系|负责)(?:领导|人|市领导)|联系方式|联系人)"
    + r")(?:及分工)?\s*(?:[：:]\s*|为\s*|\s+)"
)
LABEL_AT_START = re.compile(
    r"^\s*(?:"
    + "|".join(words for _, words in _LABELS)
    + r"|(?:责任|牵头|分管)(?:领导|人))(?:及分工)?(?:\s*[：:]|为|\s+(?=\S+$))"
)
# A date inside a list: 完成时限：2031年6月底, or ，2031年9月底前完成.
_TIME = re.compile(
    r"[；;，,。、\s]*(?:(?:完成|办结|责任|工作)?(?:时限|时间|期限)(?:要求|节点|安排)?\s*[：:为]\s*(?P<after>[^；;。，,]{2,30})"
    r"|(?P<plain>(?:20\d\d年)[^；;。，,、（）()]{0,12}?(?:前|底|内)(?:完成)?(?=$|[；;。，,）)]))"
    r"|(?<=[，,；;])(?P<ongoing>(?:持续|长期|常态化)(?:推进|坚持|实施|开展)?)(?=$|[；;。，,）)]))"
)
_PERSON_TAIL = re.compile(r"[；;，,。]\s*(?:责任|牵头|分管|联系)(?:领导|人)[：:][^；;。）)]*$")
_DUTY = (
    r"(?:依|按)(?:照|据)?(?:各自|自身)?(?:工作)?(?:职责|职能|分工)(?:范围|分工|任务)?(?:和分工)?"
    r"(?:分别|各自|抓好|做好|共同)?"
)
_VERBS = (
    (
        BodyRole.LEAD,
        r"(?:为|是|作为)牵头(?:责任)?(?:单位|部门)|(?:共同|联合|负责|具体)?牵头(?:负责|落实|推进|组织|实施|抓总|组织实施|协调)?|为主负责|主办",
    ),
    (
        BodyRole.SUPPORT,
        r"(?:为|是|作为)(?:配合|协办|协同)(?:单位|部门)"
        r"|(?:积极|做好|予以|协同|按职责)?(?:配合|协助|协办|支持|协同)(?:落实|实施|推进|负责|做好)?",
    ),
    (BodyRole.JOIN, r"(?:共同|按职责)?(?:参与|参加)(?:落实|实施|推进)?"),
    (BodyRole.GUIDE, r"(?:负责|业务|加强)?(?:指导|督促指导|督导|指导督促|指导协调)(?:落实|实施)?"),
    (
        BodyRole.RESPONSIBLE,
        rf"(?:为|是|作为)责任(?:单位|部门)|(?:{_DUTY})?(?:分工|分别|共同|具体|组织|各自|分头)?"
        r"(?:负责|落实|推进|实施|承担|执行|完成)(?:落实|实施|推进|组织实施|抓好落实)?|" + _DUTY,
    ),
)
_VERB = re.compile("(?:" + "|".join(f"(?P<{r.value}>{w})" for r, w in _VERBS) + r")\s*$")
_JOINED_BY = re.compile(r"会同|会商|商(?=[市省国])")
_FIRST = (
    r"(?:名列|排列|排名|位列|排在|列在|列|排|居|处于|位于)?(?:于|在|为)?"
    r"(?:第一|首)(?=位|个|名|的|者|部门|单位)(?:位|个|名)?(?:的|者)?"
)
LEAD_RULE = re.compile(
    r"[，,。；;]?\s*[（(〔\[]?\s*(?:其中)?[，,]?(?:各项任务|责任单位|每项)?中?"
    rf"{_FIRST}(?:的)?(?:部门|单位|者)?"
    rf"(?:均)?(?:为|是|系)?(?:该项任务的?|本项任务的?|总)?牵头(?:责任|负责)?(?:部门|单位|者)?"
    rf"(?:[，,；;]?\s*[（(]?下同[）)]?)?\s*[）)〕\]]?"
)
_CLAUSE = re.compile(
    r"[，,。；;]?\s*(?:以下|下列|后续|上述及以下|以上及以下|各项|本方案)(?:各项|所有|全部)?(?:工作|任务|措施|条目|内容)?"
    r"(?:均|都)?(?:需|须|由|应|要)?(?:由|请)?(?P<who>[^，,。；;：]{2,40}?)(?:按职责|共同|负责|抓好)*"
    r"(?P<verb>落实|推进|负责|配合|参与|实施|执行|指导)(?:落实|推进|实施|执行|做好|抓好)*"
    r"[，,；;]?\s*(?:不再|不|恕不)(?:单独|逐一|一一|重复|另行|再)*(?:列出|列明|列|写出|注明|标注)"
)
_CLAUSE_REST = re.compile(
    r"[，,。；;]?\s*(?P<who>(?:各|相关|有关|试点)[^，,。；;：]{1,40}?)(?:均为|为|均是)"
    r"(?:所有|各项|以下|全部)(?:任务|工作|措施)?的?(?:责任|落实|配合)(?:单位|部门|主体)"
    r"[，,；;]?\s*(?:不再|不)(?:单独|逐一|一一|重复|另行)*(?:列出|列明|列)"
)
_CLAUSE_ROLES = {"配合": BodyRole.SUPPORT, "参与": BodyRole.JOIN, "指导": BodyRole.GUIDE}
_ROLE_IN_BRACKET = re.compile(
    r"[（(〔](?P<words>总?牵头(?:单位|部门)?|配合(?:单位|部门)?|负责|责任(?:单位|部门)?|参与|指导)[）)〕]$"
)
# Between clauses a 、 may stand for a comma: （A牵头、B配合）.
_VERB_THEN_STOP = re.compile(r"(?<=牵头|负责|配合|参与|参加|指导|协助|协办|主办|落实)、")
_BY = re.compile(
    r"^(?:以上|上述|该项|此项|本项|各项)?(?:工作|任务|措施|事项)?(?:均|都)?(?:由|请)(?=.{2})"
)
_ROLE_WORDS = {
    "总": BodyRole.LEAD,
    "牵": BodyRole.LEAD,
    "配": BodyRole.SUPPORT,
    "参": BodyRole.JOIN,
    "指": BodyRole.GUIDE,
}
_NOT_BARE = re.compile(
    r"^(?:以下|下称|简称|含|不含|包括|例如|如|即|见|详见|其中|注|附|重点|主要|代章|此件|试行|修订)"
)
_SENTENCE_END = "。；！？;"
_SENTENCE_VERB = re.compile(
    r"(?:牵头|负责|配合|协助|参与|协办)(?:落实|实施)?$|(?:牵头|责任|配合)(?:单位|部门)$"
)
_STOPS = " \t。；;.，,"


@dataclass(frozen=True)
class Named:
    """A body as a list has it, before the directory was asked."""

    name: str
    role: BodyRole
    basis: RoleBasis
    is_certain: bool
    lines: LineSpan
    open_by: tuple[str, ...] = ()  # words of its list that leave others unnamed


@dataclass(frozen=True)
class Clause:
    """One sentence that names bodies for all later items."""

    names: tuple[Named, ...]
    lines: LineSpan


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
    words: str = ""


def lists_in(passage: SourcePassage, directory: AgencyDirectory | None = None) -> list[BodyList]:
    """The lists of a paragraph in their order."""
    text = passage.text
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
    body = _Words(passage, inside.start, words, directory).read(bare=place)
    if body is None:
        return None
    if place is _Bare.NO and _is_inside(passage.text, group) and not LABEL_AT_START.match(words):
        unsure = tuple(replace(name, is_certain=False) for name in body.names)
        body = replace(body, names=unsure, is_inside=True)
    return replace(
        body, start=group.start, end=group.end, lines=lines, is_closed=group.is_closed, words=words
    )


def _line_of_labels(passage: SourcePassage, directory: AgencyDirectory | None) -> BodyList | None:
    """A line 责任单位：A、B, or such words at the end of a paragraph."""
    start = 0
    if not LABEL_AT_START.match(passage.text):
        # The end of a paragraph: …工作机制。责任单位：A、B
        tail = re.search(
            r"(?<=[。；！？])\s*(?:责任|牵头|主办|负责)(?:单位|部门)[：:]", passage.text
        )
        if tail is None:
            return None
        start = tail.start()
    body = _Words(passage, start, passage.text[start:], directory).read()
    if body is None or not body.names:
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


def _named(
    passage: SourcePassage,
    start: int,
    names: Iterable[SplitName],
    role: BodyRole,
    open_by: tuple[str, ...],
) -> tuple[Named, ...]:
    found = []
    for one in names:
        own = _ROLE_IN_BRACKET.search(one.name)
        name = one.name[: own.start()] if own else one.name
        if not name:
            continue
        its_role = _ROLE_WORDS.get(own["words"][0], BodyRole.RESPONSIBLE) if own else role
        at = start + one.start
        lines = passage.lines(at, at + len(name))
        found.append(Named(name, its_role, RoleBasis.TEXT, one.is_certain, lines, open_by))
    return tuple(found)


def _is_inside(text: str, group: BracketGroup) -> bool:
    """Whether brackets stand in the middle of a sentence, where a remark can stand."""
    before = text[max(0, group.start - NEAR) : group.start].rstrip()
    return bool(before) and before[-1] not in _SENTENCE_END + CLOSING + "”"


class _Words:
    """The words inside a bracket, or of a line with labels, read from left to right."""

    def __init__(
        self, passage: SourcePassage, start: int, words: str, directory: AgencyDirectory | None
    ) -> None:
        self.passage, self.start, self.words, self.directory = passage, start, words, directory
        self.names: list[Named] = []
        self.dropped: list[str] = []

    def read(self, *, bare: _Bare = _Bare.NO) -> BodyList | None:
        """The list; None where the words are none. `bare`: whether names alone may be one."""
        rule = LEAD_RULE.search(self.words)
        time = _TIME.search(self.words)
        kept = _blanked(self.words, [rule, time, *_CLAUSE.finditer(self.words)])
        kept = _blanked(kept, [_CLAUSE_REST.search(kept), _PERSON_TAIL.search(kept)])
        found = self._read_labels(kept) if LABEL_AT_START.match(kept) else self._read_verbs(kept)
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
            deadline=self._deadline(time),
            dropped=tuple(self.dropped),
        )

    def _deadline(self, time: re.Match[str] | None) -> SourcePassage | None:
        if time is None:
            return None
        start, end = time.span(str(time.lastgroup))
        return self.passage.part(self.start + start, self.start + end)

    def _read_bare(self, kept: str, place: _Bare) -> bool:
        """（市科委、市商务委）: neither verb nor label, so every name must end like a body."""
        self.names = []
        if place is _Bare.NO or _NOT_BARE.match(kept) or not kept.strip():
            return False
        names = split_names(kept.rstrip(_STOPS), self.directory)
        if not names.names or (place is _Bare.POSSIBLY and len(names.names) < 2):
            return False
        if not all(self._can_be_bare(one.name) for one in names.names):
            return False
        if place is _Bare.POSSIBLY:
            unsure = tuple(one._replace(is_certain=False) for one in names.names)
            names = names._replace(names=unsure)
        role = BodyRole.RESPONSIBLE
        self.names += _named(self.passage, self.start, names.names, role, names.open_by)
        return True

    def _can_be_bare(self, name: str) -> bool:
        known = self.directory is not None and bool(self.directory.match(name))
        fits = ends_like_body(name) or (is_collective(name) and looks_whole(name))
        return shape_fits(name) and (known or fits)

    def _read_labels(self, kept: str) -> bool:
        labels = list(_LABEL.finditer(kept))
        ends = [label.start() for label in labels[1:]] + [len(kept)]
        for label, end in zip(labels, ends, strict=True):
            if label.lastgroup == PERSON:
                continue
            role = BodyRole(str(label.lastgroup))
            self._add_labelled(kept[label.end() : end], label.end(), role)
        return bool(self.names)

    def _add_labelled(self, words: str, start: int, role: BodyRole) -> None:
        """Behind a label a verb may still stand: 责任单位：A、B按职责分工负责."""
        for at, part in split_outside(words, "；;。"):
            for name_at, piece, own in _verb_parts(part):
                its = own if own not in (None, BodyRole.RESPONSIBLE) else role
                self._add(piece, start + at + name_at, its or role)

    def _read_verbs(self, kept: str) -> bool:
        """A牵头，B、C配合: a verb holds for the names before it."""
        tail = _VERB_THEN_STOP.sub("，", kept.rstrip(_STOPS))
        if _NOT_BARE.match(tail) or not (_VERB.search(tail) or _has_verb_inside(tail)):
            return False
        last: BodyRole | None = None
        for at, part in split_outside(tail, "；;。"):
            for name_at, piece, role in _verb_parts(part):
                self._add(piece, at + name_at, role or last or BodyRole.RESPONSIBLE)
                last = role or last
        # Text that ends with a verb is no list: some names must be whole, most of them.
        whole = sum(self._is_whole(one.name) for one in self.names)
        return whole > 0 and 2 * whole >= len(self.names) and not self.dropped

    def _add(self, piece: str, offset: int, role: BodyRole) -> None:
        joined = _JOINED_BY.search(piece)
        if joined:
            self._add(piece[: joined.start()], offset, role)
            self._add(piece[joined.end() :], offset + joined.end(), BodyRole.JOIN)
            return
        kept = _BY.sub("", piece)
        split = split_names(kept, self.directory)
        self.dropped += [one.name for one in split.names if not shape_fits(one.name)]
        fitting = [
            one._replace(is_certain=one.is_certain and self._is_body(one))
            for one in split.names
            if shape_fits(one.name)
        ]
        at = self.start + offset + len(piece) - len(kept)
        self.names += _named(self.passage, at, fitting, role, split.open_by)
        if not split.names and split.open_by and self.names:  # A牵头，有关部门配合
            last = self.names[-1]
            self.names[-1] = replace(last, open_by=(*last.open_by, *split.open_by))

    def _is_body(self, one: SplitName) -> bool:
        return self._is_whole(_ROLE_IN_BRACKET.sub("", one.name))

    def _is_whole(self, name: str) -> bool:
        known = self.directory is not None and bool(self.directory.match(name))
        return known or looks_whole(name)


def _has_verb_inside(text: str) -> bool:
    """A牵头，B、C: the last names have no verb of their own."""
    parts = [part for _, part in split_outside(text, "，,；;")]
    return len(parts) > 1 and any(_VERB.search(part) for part in parts[:-1])


def _verb_parts(text: str) -> list[tuple[int, str, BodyRole | None]]:
    """The pieces of names with their offset and the role of the verb behind them.

    A comma may also separate names: what has no verb goes to the next piece that has one.
    """
    found: list[tuple[int, str, BodyRole | None]] = []
    open_from: int | None = None
    for at, part in split_outside(text, "，,"):
        begin = at if open_from is None else open_from
        verb = _VERB.search(part)
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


def clause_in(passage: SourcePassage, start: int, words: str) -> Clause | None:
    """The clause that names bodies for all later items, or None."""
    found = _CLAUSE.search(words) or _CLAUSE_REST.search(words)
    if found is None:
        return None
    verb = found.groupdict().get("verb") or ""
    role = _CLAUSE_ROLES.get(verb, BodyRole.RESPONSIBLE)
    at = start + found.start("who")
    split = split_names(found["who"])
    names = [
        replace(one, basis=RoleBasis.CLAUSE)
        for one in _named(passage, at, split.names, role, split.open_by)
        if looks_whole(one.name)
    ]
    lines = passage.lines(start + found.start(), start + found.end())
    return Clause(tuple(names), lines) if names else None
