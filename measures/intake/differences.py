"""Compares a new reading with the plan made from the same notice. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lib.chinese import short_ordinal, without_form
from measures.intake.lines import in_usual_widths
from measures.intake.name_forms import is_collective
from measures.intake.ordinals import ordinals
from measures.intake.work import PlanBody, PlanItem, Work, numbered


class Known(NamedTuple):
    """The data of a measure of the plan that are compared."""

    ordinal: int
    title: str
    text: str
    agencies: frozenset[str]  # keys
    names: tuple[str, ...]
    is_open: bool = False  # its list of agencies is incomplete


class NoticeDifference(NamedTuple):
    mark: str  # the measure's number, or the item's
    what: str  # 标题, 正文, 责任单位, 仅本次有, 仅已有
    known: str
    read: str


def differences(work: Work, known: Sequence[Known]) -> list[NoticeDifference]:
    """Return the differences; items are matched by their titles, the rest by their numbers."""
    by_title = {_plain(one.title): one for one in known if one.title}
    pairs: list[tuple[int, PlanItem, Known | None]] = []
    taken: set[int] = set()
    numbers = ordinals(*numbered(work))
    candidates = {doubt.name: doubt.candidates for doubt in work.doubts if doubt.candidates}
    for place, item in zip(numbers, work.items, strict=True):
        found = by_title.get(_plain(item.title)) if item.title else None
        if found is not None and found.ordinal not in taken:
            taken.add(found.ordinal)
            pairs.append((place, item, found))
        else:
            pairs.append((place, item, None))
    left = {without_form(one.ordinal): one for one in known if one.ordinal not in taken}
    rows: list[NoticeDifference] = []
    for place, item, found in pairs:
        one = found or left.pop(without_form(place), None)
        if one is None:
            rows.append(NoticeDifference(item.label or f"第{place}项", "仅本次有", "", item.shown))
        else:
            rows += _between(item, one, candidates)
    rows += [NoticeDifference(_mark(one), "仅已有", one.title, "") for one in left.values()]
    return rows


def _between(
    item: PlanItem, one: Known, candidates: Mapping[str, tuple[str, ...]]
) -> list[NoticeDifference]:
    mark, rows = _mark(one), []
    if _plain(item.title) != _plain(one.title):
        rows.append(NoticeDifference(mark, "标题", one.title or "（缺）", item.title or "（缺）"))
    if _plain(item.text) != _plain(one.text):
        rows.append(NoticeDifference(mark, "正文", one.text or "（缺）", item.text or "（缺）"))
    if _differ(item.bodies, one, candidates):
        names = "、".join(body.name for body in item.bodies)
        known = "、".join(one.names)
        rows.append(NoticeDifference(mark, "责任单位", known or "（缺）", names or "（缺）"))
    return rows


def _mark(one: Known) -> str:
    return f"第{short_ordinal(one.ordinal)}项"


def _differ(
    bodies: Sequence[PlanBody], one: Known, candidates: Mapping[str, tuple[str, ...]]
) -> bool:
    """Whether the agencies differ; a name that is not settled yet may be one of `candidates`."""
    if one.is_open:  # 各区县政府: the plan already knows that they are missing
        bodies = [body for body in bodies if body.agency or not is_collective(body.name)]
    told = {body.agency for body in bodies if body.agency}
    untold = [body.name for body in bodies if not body.agency]
    left = one.agencies - told
    if any(name not in one.names and not left & set(candidates.get(name, ())) for name in untold):
        return True
    return bool(told - one.agencies) or len(told) + len(untold) != len(one.agencies)


def _plain(text: str) -> str:
    return re.sub(r"\s", "", in_usual_widths(text))
