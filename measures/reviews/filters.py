"""The filters of the review queue as the page shows them, each with what it would show."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.http import QueryDict

from measures.reviews.queue import (
    BY_MEASURE,
    KEYS,
    OLDEST,
    PATIENCE,
    Filters,
    WaitingFiling,
    chosen,
    counted,
)


class QueueOption(NamedTuple):
    value: int
    label: str
    found: int  # how many it would show
    is_chosen: bool


class Select(NamedTuple):
    name: str
    label: str
    everything: int  # how many without this filter
    options: list[QueueOption]


class QueueChip(NamedTuple):
    """A filter that is on or off, or an order: the address of the other."""

    label: str
    found: int | None  # how many it would show; None: it shows all
    url: str
    is_on: bool


class Sifting(NamedTuple):
    selects: list[Select]
    chips: list[QueueChip]
    orders: list[QueueChip]
    kept: list[tuple[str, str]]  # what the form of the selects carries along
    shown: int
    is_narrow: bool


MARKS = {
    "lead": "牵头",
    "unchanged": "本期无新进展",
    "doubtful": "自评有风险或难以完成",
    "overdue": f"等候超过{PATIENCE}个工作日",
}
# name → what it is called, what one value is called, and the order of the values
LISTS: dict[str, tuple[str, Callable[[WaitingFiling], str], Callable[[WaitingFiling], int]]] = {
    "period": (
        "填报期",
        lambda row: str(row.filing.period),
        lambda row: -row.filing.period.covers_from.toordinal(),
    ),
    "section": (
        "部分",
        lambda row: str(row.filing.measure.section),
        lambda row: row.filing.measure.section.ordinal,
    ),
    "agency": (
        "单位",
        lambda row: row.filing.agency.short_name,
        lambda row: row.filing.agency.order,
    ),
}


def sifting_for(items: Iterable[WaitingFiling], filters: Filters, said: QueryDict) -> Sifting:
    """The filters over a person's whole queue; `said` is what the address says. No query."""
    rows = list(items)
    kept = [(name, str(said[name])) for name in (*MARKS, "sort", "against") if said.get(name)]
    return Sifting(
        selects=[_select(rows, filters, name) for name in LISTS],
        chips=[_chip(rows, filters, said, name) for name in MARKS],
        orders=[
            QueueChip(label, None, _url(said, sort=key), filters.sort == key)
            for key, label in ((OLDEST, "先报先审"), (BY_MEASURE, "按措施"))
        ],
        kept=kept,
        shown=len(chosen(rows, filters)),
        is_narrow=filters.is_narrow,
    )


def _select(rows: list[WaitingFiling], filters: Filters, name: str) -> Select:
    label, label_of, order_of = LISTS[name]
    counts = counted(rows, filters, name)
    wanted = getattr(filters, name)
    firsts = {KEYS[name](row): row for row in sorted(rows, key=order_of)}
    options = [
        QueueOption(pk, label_of(row), counts[pk], pk == wanted) for pk, row in firsts.items()
    ]
    if wanted and wanted not in firsts:  # the last of them has just been decided
        options.append(QueueOption(wanted, "所选（已无待审核）", 0, True))
    return Select(name, label, counts.total(), options)


def _chip(rows: list[WaitingFiling], filters: Filters, said: QueryDict, name: str) -> QueueChip:
    is_on = bool(getattr(filters, name))
    count = counted(rows, filters, name)[True]
    return QueueChip(MARKS[name], count, _url(said, **{name: "" if is_on else "1"}), is_on)


def _url(said: QueryDict, **changes: str) -> str:
    """This queue's address with some words changed; an empty one is left out."""
    words = said.copy()
    words.pop("page", None)
    for name, value in changes.items():
        if value:
            words[name] = value
        else:
            words.pop(name, None)
    return f"?{words.urlencode()}"
