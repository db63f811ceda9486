"""The same notice again: what a new reading has that the plan has not, and the reverse. Pure."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from measures.intake.work import PlanItem, Work


class Known(NamedTuple):
    """A measure of the plan, as far as it is compared."""

    ordinal: int
    title: str
    text: str
    agencies: frozenset[str]  # keys
    names: str


class NoticeDifference(NamedTuple):
    mark: str  # the measure's number, or the item's
    what: str  # 标题, 正文, 责任单位, 仅本次有, 仅已有
    known: str
    read: str


def differences(work: Work, known: Sequence[Known]) -> list[NoticeDifference]:
    """Items are matched by their titles, and what is left in its order."""
    by_title = {_plain(one.title): one for one in known if one.title}
    pairs: list[tuple[int, PlanItem, Known | None]] = []
    taken: set[int] = set()
    for place, item in enumerate(work.items, 1):
        found = by_title.get(_plain(item.title)) if item.title else None
        if found is not None and found.ordinal not in taken:
            taken.add(found.ordinal)
            pairs.append((place, item, found))
        else:
            pairs.append((place, item, None))
    left = {one.ordinal: one for one in known if one.ordinal not in taken}
    rows: list[NoticeDifference] = []
    for place, item, found in pairs:
        one = found or left.pop(place, None)
        if one is None:
            rows.append(NoticeDifference(item.label or f"第{place}项", "仅本次有", "", item.shown))
        else:
            rows += _between(item, one)
    rows += [
        NoticeDifference(f"第{one.ordinal}项", "仅已有", one.title, "") for one in left.values()
    ]
    return rows


def _between(item: PlanItem, one: Known) -> list[NoticeDifference]:
    mark, rows = f"第{one.ordinal}项", []
    if _plain(item.title) != _plain(one.title):
        rows.append(NoticeDifference(mark, "标题", one.title or "（缺）", item.title or "（缺）"))
    if _plain(item.text) != _plain(one.text):
        rows.append(NoticeDifference(mark, "正文", one.text or "（缺）", item.text or "（缺）"))
    agencies = {body.agency for body in item.bodies if body.agency}
    if agencies != one.agencies:
        names = "、".join(body.name for body in item.bodies)
        rows.append(NoticeDifference(mark, "责任单位", one.names or "（缺）", names or "（缺）"))
    return rows


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text)
