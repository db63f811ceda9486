"""Who is named inside a sentence: 由A会同B于6月底前完成. Never certain: a person confirms. Pure."""

import re
from collections.abc import Iterator
from dataclasses import replace

from measures.intake.body_list import BodyList
from measures.intake.directory import AgencyDirectory
from measures.intake.list_words import JOINED_BY
from measures.intake.named import Named, named_at
from measures.intake.names import looks_whole, names_a_class, split_names
from measures.intake.passage import SourcePassage
from measures.intake.values import BodyRole
from measures.intake.verb_parts import verb_parts

SENTENCE_MOST = 200  # letters that are looked at
_NAMES = "[^，,。；;：:“”（）()]{2,80}?"
_DOES = (
    "(?:等|共同|具体|统一|按|依|于|在|每|另行|尽快|抓紧|加快|负责|牵头|组织|制定|制订|建立|开展|完成"
    r"|落实|实施|研究|办理|承担|推进|提出|出台|编制|审核|确定|协调|指导|印发|发布|公布|做好|认定|\d|[。；，])"
)
_MUST = "(?:应当?|要|须|需|必须|负责)?"
_TOGETHER = "(?:共同|联合|分别|统一|具体|按职责)?"
_LED = re.compile(
    rf"由?(?P<names>{_NAMES}){_MUST}{_TOGETHER}(?P<verb>牵头|负责|承办|组织实施|开展|实施)(?!的|人)"
)
_JOINT = re.compile(
    rf"由?(?P<names>{_NAMES}){_MUST}(?:会同|联合|商(?=[市省国]))(?P<join>{_NAMES})(?={_DOES})"
)
_IS_ONE = re.compile(rf"由?(?P<names>{_NAMES})(?P<verb>[为是]牵头(?:责任)?(?:单位|部门))")
_FORMS = (_IS_ONE, _JOINT, _LED)
# Where a sentence, or a part of it, says who does something: at 由, or at its beginning.
_START = re.compile(r"(?<![自不])由|(?:^|(?<=[。！？；;\n]))(?=[市省区县州国各团中])")
# Further on in the same sentence: ，B、C配合.
_BESIDE = re.compile(rf"[，,；;]\s*(?P<names>{_NAMES})(?=[，,；;。]|$)")
# 以上任务由A负责 is about other items (measures.intake.clauses).
_ABOUT_OTHERS = re.compile(
    r"(?:上述|以上|以下|下列|各项|本(?:方案|意见|通知|措施))[^。；，]{0,10}$"
)
_EXPLAINS = re.compile(r"^.{0,6}解释")


def lists_in_sentences(passage: SourcePassage, directory: AgencyDirectory) -> Iterator[BodyList]:
    """What sentences say of bodies, in their order; only where every name is whole."""
    text = passage.text
    end = 0
    for start in _START.finditer(text):
        at = start.start()
        if at < end or _ABOUT_OTHERS.search(text[max(0, at - 16) : at]):
            continue
        found = _SentenceReader(passage, directory).read(at, _end_of_sentence(text, at))
        if found is not None:
            end = found.end
            yield found


def _end_of_sentence(text: str, at: int) -> int:
    most = min(len(text), at + SENTENCE_MOST)
    ends = [end for stop in "。！？\n" if (end := text.find(stop, at, most)) >= 0]
    return min(ends, default=most)


class _SentenceReader:
    def __init__(self, passage: SourcePassage, directory: AgencyDirectory) -> None:
        self.passage, self.directory = passage, directory
        self.names: list[Named] = []

    def read(self, start: int, stop: int) -> BodyList | None:
        """The list of the sentence that begins at `start`, or None."""
        text = self.passage.text
        end = next(filter(None, (self._take_form(form, start, stop) for form in _FORMS)), 0)
        if not end:
            return None
        return BodyList(
            start,
            end,
            tuple(self.names),
            self.passage.lines(start, end),
            is_sentence=True,
            words=text[start:end],
        )

    def _take_form(self, form: re.Pattern[str], start: int, stop: int) -> int:
        """Those whom a sentence of this form names; returns where they end, 0 without such."""
        text = self.passage.text
        found = form.match(text, start, stop)
        if found is None or _EXPLAINS.match(text[found.end() : stop]):
            return 0
        self.names = []
        said = found.groupdict()
        role = BodyRole.LEAD if "牵头" in said.get("verb", "") else BodyRole.RESPONSIBLE
        fits = self._take(found["names"], found.start("names"), role)
        if fits and "join" in said:
            fits = self._take(found["join"], found.start("join"), BodyRole.JOIN)
        return self._take_beside(found.end(), stop) if fits else 0

    def _take_beside(self, end: int, stop: int) -> int:
        """Those who take part further on in the sentence; returns where they end."""
        text = self.passage.text
        for found in _BESIDE.finditer(text, end, stop):
            words, start = found["names"], found.start("names")
            joined = JOINED_BY.match(words)
            at, names, role = verb_parts(words)[0]
            if joined and role is not None:  # ，会同B、C落实
                at, names, role = joined.end(), names[joined.end() :], BodyRole.JOIN
            if role is not None and self._take(names, start + at, role):
                end = found.end()
        return end

    def _take(self, words: str, start: int, role: BodyRole) -> bool:
        split = split_names(words, self.directory)
        if not split.names or not all(map(self._is_whole, (one.name for one in split.names))):
            return False
        named = named_at(self.passage, start, split.names, role, split.open_by)
        self.names += (replace(one, is_certain=False) for one in named)
        return True

    def _is_whole(self, name: str) -> bool:
        known = bool(self.directory.match(name))
        return known or (looks_whole(name) and not names_a_class(name))
