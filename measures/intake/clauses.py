"""Sentences that name bodies for many items: 以下均需各区政府落实，不再列出. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from measures.intake.list_words import WORK
from measures.intake.name_forms import looks_whole
from measures.intake.named import Named, named_at
from measures.intake.names import split_names
from measures.intake.passage import LineSpan, SourcePassage
from measures.intake.values import BodyRole, RoleBasis

_SCOPE = (
    r"(?P<scope>以下|下列|后续|(?:上述|以上|前述)(?:及以下|和以下)?|各项|具体|所有|全部"
    r"|本(?:方案|意见|通知|措施|行动|计划))"
)
_TASKS = (
    r"(?:各项|所有|全部|各条|重点|主要|具体|政策|工作|任务|措施|条目|内容|事项|举措|条款|的){0,4}"
)
_EXCEPT = "除[^，。；]{1,14}外"
_MUST = r"(?:均|都|皆|也)?(?:需要?|须|由|应|要|涉及|请){0,2}"
_WHO = r"(?P<who>[^，。；：\n]{2,40}?)"
_HOW = (
    r"(?:按照?(?:各自)?(?:工作)?职责(?:分工)?|共同|负责|抓好|分别|具体|贯彻"
    r"|(?:均|都|皆|也)?(?:为|是)(?:责任|落实|实施|参与)(?:单位|部门|主体)){0,3}"
)
_NOT_LISTED = (
    r"[，；]?\s*(?:不再|恕不|不)(?:单独|逐一|一一|逐项|重复|另行|再|作|做){0,3}"
    r"(?:列出|列明|列示|列|写出|注明|标注|标明|分工|明确|赘述)(?:[，；]?\s*下同)?"
)
CLAUSE = re.compile(
    rf"[，。；]?\s*(?:{_EXCEPT}，)?{_SCOPE}{_TASKS}，?(?:{_EXCEPT}，)?{_MUST}{_WHO}{_HOW}"
    r"(?P<verb>落实|推进|负责|配合|参与|实施|执行|指导)?(?:落实|推进|实施|执行|做好|抓好){0,2}"
    rf"(?:，[^，。；]{{2,30}}的，[^，。；]{{2,40}})?{_NOT_LISTED}"
)
# 各区政府对以下各项措施负属地责任，不再列出.
_CLAUSE_DUTY = re.compile(
    rf"(?:^|(?<=[。；，\n]))\s*{_WHO}对{_SCOPE}{_TASKS}(?:负|承担|履行)[^，。；]{{0,8}}(?:责任|职责)"
    rf"{_NOT_LISTED}"
)
CLAUSE_REST = re.compile(
    r"[，。；]?\s*(?P<who>(?:各|相关|有关|试点)[^，。；：]{1,40}?)(?:均为|为|均是)"
    r"(?P<scope>(?:以下|所有|各项|全部|本(?:方案|意见|通知|措施)){1,2})(?:任务|工作|措施)?的?"
    rf"(?:责任|落实|配合){WORK}{_NOT_LISTED}"
)
# 以上任务由A负责, not saying that lists are omitted: used, with a doubt, if no item has a list.
_BLANKET = re.compile(
    rf"(?:^|(?<=[。；，\n]))\s*{_SCOPE}{_TASKS}(?:均|都)?(?:由|需){_WHO}{_HOW}"
    r"(?P<verb>牵头|落实|负责|组织实施|实施|推进)(?!解释|.{0,4}解释)"
)
# Further on in the same sentence: ，B、C按职责落实.
_BLANKET_REST = re.compile(
    rf"[，；]\s*{_WHO}{_HOW}(?P<verb>牵头|配合|参与|指导|落实|负责|组织实施|实施|推进)(?=[，；。]|$)"
)
_ROLES = {
    "配合": BodyRole.SUPPORT,
    "参与": BodyRole.JOIN,
    "指导": BodyRole.GUIDE,
    "牵头": BodyRole.LEAD,
}


class ClauseScope(Enum):
    """Which items a clause applies to, relative to its own position."""

    LATER = "later"
    EARLIER = "earlier"
    ALL = "all"


@dataclass(frozen=True)
class Clause:
    """One sentence that names bodies for many items."""

    names: tuple[Named, ...]
    lines: LineSpan
    scope: ClauseScope = ClauseScope.LATER
    is_sure: bool = True  # False: the sentence does not say that lists are omitted
    words: str = ""

    def holds_for(self, item: LineSpan) -> bool:
        """Whether it applies to an item on these lines."""
        if self.scope is ClauseScope.LATER:
            return item.first > self.lines.first
        return self.scope is ClauseScope.ALL or item.first < self.lines.first


def clauses_in(words: str) -> Iterator[re.Match[str]]:
    """Yield the clauses that say their bodies are omitted from the lists."""
    yield from CLAUSE.finditer(words)
    yield from filter(None, [CLAUSE_REST.search(words), _CLAUSE_DUTY.search(words)])


def clause_in(passage: SourcePassage, start: int, words: str) -> Clause | None:
    """Return the clause that names bodies for many items, or None."""
    found = (_clause(passage, start, one, is_sure=True) for one in clauses_in(words))
    return next(filter(None, found), None)


def blanket_in(passage: SourcePassage) -> Clause | None:
    """Return a sentence that names bodies for all items without mentioning lists, or None."""
    found = _BLANKET.search(passage.text)
    clause = _clause(passage, 0, found, is_sure=False) if found else None
    end = found.end() if found else 0
    while clause and (more := _BLANKET_REST.match(passage.text, end)):
        names = _names(passage, 0, more, is_sure=False)
        clause = replace(clause, names=(*clause.names, *names))
        end = more.end()
    return clause


def _clause(
    passage: SourcePassage, start: int, found: re.Match[str], *, is_sure: bool
) -> Clause | None:
    names = _names(passage, start, found, is_sure=is_sure)
    lines = passage.lines(start + found.start(), start + found.end())
    words = found[0].strip("，。； ")
    return Clause(names, lines, _scope(found["scope"]), is_sure, words) if names else None


def _names(
    passage: SourcePassage, start: int, found: re.Match[str], *, is_sure: bool
) -> tuple[Named, ...]:
    role = _ROLES.get(found.groupdict().get("verb") or "", BodyRole.RESPONSIBLE)
    split = split_names(found["who"])
    return tuple(
        replace(one, basis=RoleBasis.CLAUSE, is_certain=one.is_certain and is_sure)
        for one in named_at(passage, start + found.start("who"), split.names, role, split.open_by)
        if looks_whole(one.name)
    )


def _scope(words: str) -> ClauseScope:
    if "以下" in words[-2:] and len(words) > 2:
        return ClauseScope.ALL
    if words.startswith(("以下", "下列", "后续")):
        return ClauseScope.LATER
    return ClauseScope.EARLIER if words.startswith(("上述", "以上", "前述")) else ClauseScope.ALL
