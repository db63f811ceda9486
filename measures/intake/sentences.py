"""Who is named inside a sentence: 由A会同B于6月底前完成. Never certain: a person confirms. Pure."""

import re
from collections.abc import Iterator
from dataclasses import replace

from measures.intake.body_list import BodyList
from measures.intake.directory import AgencyDirectory
from measures.intake.list_words import VERB
from measures.intake.named import Named, named_at
from measures.intake.names import looks_whole, names_a_class, split_names
from measures.intake.passage import SourcePassage
from measures.intake.values import BodyRole

_NAMES = "[^，,。；;：:“”（）()]{2,80}?"
_DOES = (
    "(?:等|共同|具体|统一|按|依|于|在|另行|尽快|抓紧|加快|负责|牵头|组织|制定|制订|建立|开展|完成"
    r"|落实|实施|研究|办理|承担|推进|提出|出台|编制|审核|确定|协调|指导|印发|发布|公布|做好|认定|\d|[。；，])"
)
_LED = re.compile(rf"(?<![自不])由(?P<names>{_NAMES})(?P<verb>牵头|负责|承办|组织实施)")
_JOINT = re.compile(rf"(?<![自不])由(?P<names>{_NAMES})(?:会同|商)(?P<join>{_NAMES})(?={_DOES})")
# Further on in the same sentence: ，B、C配合.
_BESIDE = re.compile(rf"[，,；;]\s*(?P<names>{_NAMES})(?=[，,；;。]|$)")
# 以上任务由A负责 is about other items (measures.intake.clauses).
_ABOUT_OTHERS = re.compile(
    r"(?:上述|以上|以下|下列|各项|本(?:方案|意见|通知|措施))[^。；，]{0,10}$"
)
_EXPLAINS = re.compile(r"^.{0,6}解释")


def lists_in_sentences(passage: SourcePassage, directory: AgencyDirectory) -> Iterator[BodyList]:
    """What sentences with 由 say of bodies, in their order; only where every name is whole."""
    text = passage.text
    at = text.find("由")
    while at >= 0:
        found = None
        if not _ABOUT_OTHERS.search(text[max(0, at - 16) : at]):
            found = _SentenceReader(passage, directory).read(at, _end_of_sentence(text, at))
        if found is not None:
            yield found
        at = text.find("由", max(at + 1, found.end if found is not None else 0))


def _end_of_sentence(text: str, at: int) -> int:
    ends = [end for stop in "。！？\n" if (end := text.find(stop, at, at + 200)) >= 0]
    return min(ends, default=min(len(text), at + 200))


class _SentenceReader:
    def __init__(self, passage: SourcePassage, directory: AgencyDirectory) -> None:
        self.passage, self.directory = passage, directory
        self.names: list[Named] = []

    def read(self, start: int, stop: int) -> BodyList | None:
        """The list of the sentence from 由 at `start`, or None."""
        text = self.passage.text
        found = _JOINT.match(text, start, stop) or _LED.match(text, start, stop)
        if found is None or _EXPLAINS.match(text[found.end() : stop]):
            return None
        is_led = "verb" in found.groupdict() and found["verb"] == "牵头"
        role = BodyRole.LEAD if is_led else BodyRole.RESPONSIBLE
        if not self._take(found["names"], found.start("names"), role):
            return None
        has_join = "join" in found.groupdict()
        if has_join and not self._take(found["join"], found.start("join"), BodyRole.JOIN):
            return None
        end = found.end()
        if is_led:
            end = self._take_beside(end, stop)
        return BodyList(
            start,
            end,
            tuple(self.names),
            self.passage.lines(start, end),
            is_sentence=True,
            words=text[start:end],
        )

    def _take_beside(self, end: int, stop: int) -> int:
        """Those who support further on in the sentence; returns where they end."""
        text = self.passage.text
        for found in _BESIDE.finditer(text, end, stop):
            verb = VERB.search(found["names"])
            if verb is None:
                break
            role = BodyRole(str(verb.lastgroup))
            if not self._take(found["names"][: verb.start()], found.start("names"), role):
                break
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
