"""Sentences with rules for all lists: which body leads, which others are responsible. Pure."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from measures.intake.clauses import Clause, blanket_in, clause_in
from measures.intake.list_words import LEAD_RULE, WORK
from measures.intake.name_forms import is_sure_body
from measures.intake.names import split_names
from measures.intake.passage import LineSpan, SourcePassage

# Without one of these words, a rule applies to all items.
_FROM_HERE = re.compile(r"下同|以下|下列")
_ABOUT_ALL = re.compile(
    r"[^。；\n]*(?:(?:不再|恕不)(?:单独|逐一|一一|逐项|重复|另行|再){0,2}(?:列出|列明|列示|注明|标注|标明|写出)"
    r"|均(?:为|是)(?:以上|以下|上述|下列|各项)?[^。；，]{0,6}责任(?:单位|部门|主体))[^。；\n]*"
)

_OTHER_WORK = re.compile(rf"[\u4e00-\u9fff]{{1,6}}{WORK}\s*：")


class LeadRule(NamedTuple):
    """A sentence 列第一位者为牵头单位."""

    line: int
    is_lasting: bool  # for more than its own list
    is_for_all: bool = False  # for the lists before it too
    others_support: bool = False  # 其余为配合单位


class UnreadRule(NamedTuple):
    """A sentence that seems to name bodies for many items, or names with an unknown label."""

    words: str
    lines: LineSpan


@dataclass(frozen=True)
class TextRules:
    """The rules that a passage sets for all lists."""

    clauses: tuple[Clause, ...] = ()
    blankets: tuple[Clause, ...] = ()
    lead_rules: tuple[LeadRule, ...] = ()
    unread: tuple[UnreadRule, ...] = ()


def rules_in(passage: SourcePassage) -> TextRules:
    text = passage.text
    rule = LEAD_RULE.search(text) if "牵头" in text else None
    clause = clause_in(passage, 0, text) if "不" in text else None
    blanket = None if clause else blanket_in(passage)
    return TextRules(
        (clause,) if clause else (),
        (blanket,) if blanket else (),
        (_lead_rule(passage, rule),) if rule else (),
        () if clause or blanket else _unread(passage),
    )


def unread_label(passage: SourcePassage) -> tuple[UnreadRule, ...]:
    """Return the text 成员单位：A、B, whose label does not say who is responsible."""
    label = _OTHER_WORK.match(passage.text)
    names = split_names(passage.text[label.end() :].rstrip("。；")).names if label else ()
    is_list = bool(names) and all(is_sure_body(one.name) for one in names)
    return (UnreadRule(passage.text, passage.lines()),) if is_list else ()


def _lead_rule(passage: SourcePassage, rule: re.Match[str]) -> LeadRule:
    start = passage.text.rfind("。", 0, rule.start()) + 1
    end = passage.text.find("。", rule.end())
    sentence = passage.text[start : end if end >= 0 else None]
    is_for_all = _FROM_HERE.search(sentence) is None
    line, others = passage.line_at(rule.start()), rule["others"]
    return LeadRule(line, True, is_for_all, others_support=bool(others))


def _unread(passage: SourcePassage) -> tuple[UnreadRule, ...]:
    found = _ABOUT_ALL.search(passage.text) if re.search("[不均]", passage.text) else None
    if found is None:
        return ()
    return (UnreadRule(found[0].strip("，； "), passage.lines(found.start(), found.end())),)
