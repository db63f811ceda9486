"""The numbered answers to each doubt. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from lib.chinese import chinese_number
from measures.intake.name_forms import is_collective
from measures.intake.ordinals import label_like, printed_number
from measures.intake.places import NOWHERE, known_places, place_of_notice
from measures.intake.values import BodyRole, DoubtKind
from measures.intake.work import (
    COLLECTIVE,
    NAME_KINDS,
    NO_LEAD,
    OPEN_LIST,
    PlanDoubt,
    PlanItem,
    Work,
)

LEADS_MOST = 6
LOST_MOST = 5  # numbers that can be inserted at once
ABOUT_LISTS = {
    DoubtKind.BODY_TWICE,
    DoubtKind.UNCLEAR_LIST,
    DoubtKind.UNCLOSED_BRACKET,
    DoubtKind.SECTION_LIST,
    DoubtKind.CONTINUED_CELL,
    DoubtKind.TABLE_DISAGREES,
}
ABOUT_CLAUSES = {DoubtKind.UNCLEAR_LIST, NO_LEAD}


class NumberedAnswer(NamedTuple):
    """One numbered answer. `needs`: further input, “agency”, “kind” or “day”."""

    key: str
    label: str
    needs: str = ""


_GAP = NumberedAnswer("gap", "留作待核对")
_ASSIGN = NumberedAnswer("assign", "指定单位…", "agency")
_TABLE = NumberedAnswer("table", "按任务分解表")
_NO_BODIES = NumberedAnswer("none", "不是责任单位，都删去")
_KEEP = NumberedAnswer("keep", "已核对原文，按现在的读法")
# Answers that do not depend on the item or the name.
_PLAIN: dict[str, tuple[NumberedAnswer, ...]] = {
    DoubtKind.SPLIT_NAME: (
        NumberedAnswer("keep", "是一个单位"),
        NumberedAnswer("drop", "不列为责任单位"),
        _ASSIGN,
        _GAP,
    ),
    DoubtKind.NO_TITLE: (
        NumberedAnswer("draft", "用正文开头作暂拟标题"),
        NumberedAnswer("gap", "标题留作待核对"),
    ),
    DoubtKind.LOST_TEXT: (
        NumberedAnswer("gap", "正文留作待核对"),
        NumberedAnswer("keep", "已核对，没有缺失"),
    ),
    DoubtKind.UNCLEAR_DEADLINE: (
        NumberedAnswer("ongoing", "长期坚持"),
        NumberedAnswer("day", "定日期…", "day"),
    ),
    DoubtKind.SECOND_COPY: (NumberedAnswer("keep", "略去第二份"),),
    DoubtKind.UNNUMBERED: (
        NumberedAnswer("keep", "单列为一项"),
        NumberedAnswer("remove", "不是措施，删去"),
    ),
}


def choices_of(work: Work, doubt: PlanDoubt, names: Mapping[str, str]) -> list[NumberedAnswer]:
    """Return the answers to a doubt, in the order of their numbers; `names` are the directory's."""
    item = work.item(doubt.item)
    if doubt.kind in _PLAIN:
        return list(_PLAIN[doubt.kind])
    if doubt.kind in NAME_KINDS:
        known = [
            NumberedAnswer(f"is:{key}", f"是{names[key]}")
            for key in doubt.candidates
            if key in names
        ]
        new = NumberedAnswer("new", f"新建“{doubt.name[:20]}”…", "kind")
        # A notice of another place rarely means bodies of the same name: key 1 is none of them.
        is_elsewhere = doubt.kind == DoubtKind.OTHER_PLACE and _says_place(work)
        first = [new, *known] if is_elsewhere else [*known, new]
        rest = [_ASSIGN, _GAP, NumberedAnswer("drop", "不列为责任单位")]
        # 各区县政府 is a class: an agency with such a name comes last.
        return [*rest, *first] if doubt.kind == COLLECTIVE else [*first, *rest]
    if doubt.kind == DoubtKind.NO_LIST:
        none = NumberedAnswer("keep", "不设责任单位" if item else "确实都不设责任单位")
        return [_GAP, *([_ASSIGN] if item else []), none]
    if doubt.kind == DoubtKind.MISSING_ORDINAL and lost_labels(work, doubt):
        lost = "、".join(lost_labels(work, doubt))
        return [
            NumberedAnswer("keep", "已核对原文，编号空着"),
            NumberedAnswer("insert", f"补列{lost}，内容留作待核对"),
        ]
    if item and (doubt.bodies or doubt.deadline):
        return [NumberedAnswer("keep", "按正文"), _TABLE, _GAP]
    under = work.under_clause(doubt) if doubt.kind in ABOUT_CLAUSES and not item else []
    item = item or next(iter(under), None)
    return _of_item(item, doubt.kind) if item else [_KEEP]


def items_about(work: Work, doubt: PlanDoubt) -> list[PlanItem]:
    """Return the item of a doubt, or all items with the bodies of the sentence that it is about."""
    item = work.item(doubt.item)
    return [item] if item else work.under_clause(doubt)


def _says_place(work: Work) -> bool:
    known = known_places(())
    return place_of_notice(work.number, work.title, work.issuer, known) != NOWHERE


def lost_labels(work: Work, doubt: PlanDoubt) -> list[str]:
    """Return the labels missing between the doubt's item and the one above it, a few at most."""
    item = work.item(doubt.item)
    number = printed_number(item.label) if item else None
    if item is None or number is None:
        return []
    above = work.items[work.place(item.id) - 1] if work.place(item.id) else None
    last = printed_number(above.label) if above else 0
    if last is None or not 0 < number - last - 1 <= LOST_MOST:
        return []
    is_arabic = any("0" <= letter <= "9" for letter in item.label)
    numbers = range(last + 1, number)
    words = [str(one) if is_arabic else chinese_number(one) for one in numbers]
    return label_like(item.label, words)


def _of_item(item: PlanItem, kind: str) -> list[NumberedAnswer]:
    if kind == OPEN_LIST:
        count = sum(bool(one.agency) or not is_collective(one.name) for one in item.bodies)
        words = f"只记已点名的{count}家" if count else "不另记其余单位"
        only = NumberedAnswer("keep", words)
        return [only, NumberedAnswer("gap", "另记其余单位待核对"), _ASSIGN]
    if kind in (DoubtKind.ROLE_TWICE, NO_LEAD):
        leads = [body for body in item.bodies if body.role == BodyRole.LEAD] or list(item.bodies)
        first = [NumberedAnswer("first", "暂按排名首位牵头")] if kind == NO_LEAD else []
        named = [
            NumberedAnswer(f"lead:{one.name}", f"由{one.name}牵头") for one in leads[:LEADS_MOST]
        ]
        return [*first, *named, _GAP]
    if kind == DoubtKind.REPEATED_ORDINAL:
        return [_KEEP, NumberedAnswer("remove", "删去这一条")]
    if kind not in ABOUT_LISTS:
        return [_KEEP]
    none = [_NO_BODIES] if kind == DoubtKind.UNCLEAR_LIST else []
    return [_KEEP, *none, NumberedAnswer("gap", "责任单位留作待核对")]
