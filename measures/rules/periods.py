"""Filing periods: the slices of a year, the days that follow, and which one is current. Pure.

A slice is what a period covers, so that periods of a kind do not overlap; its label counts from
1 January (一季度, 上半年, 前三季度, 年度). A special period has its own name and days, and its
label counts from its own first day.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import ClassVar, NamedTuple, Protocol, Self, TypeVar

from lib.errors import DomainError
from lib.workdays import Calendar, add_workdays, next_workday
from measures.choices import PeriodKind, PeriodState

DUE_AFTER_WORKDAYS = 5  # 每季度终了后第5个工作日; the other kinds follow it
NOTICE_WORKDAYS = 5  # least time from a special period's opening to its due day
CLOSES_AFTER_WORKDAYS = 10  # after due_on
MENDING_WORKDAYS = 3  # to correct a returned note
ANSWER_WORKDAYS = 5  # to answer an objection
_MONTHS = tuple(range(1, 13))
_WHOLE_YEAR = "年度"


@dataclass(frozen=True, order=True)
class Slice:
    """A part of a year; its number counts within the year, from 1."""

    year: int
    number: int = 1

    kind: ClassVar[PeriodKind]
    months: ClassVar[int]  # number of months in a slice
    names: ClassVar[tuple[str, ...]]  # of the slices of a year
    totals: ClassVar[tuple[str, ...]]  # of the ranges from 1 January to each slice's end

    @classmethod
    def holding(cls, day: date) -> Self:
        """Return the slice that contains a day."""
        return cls(day.year, (day.month - 1) // cls.months + 1)

    @property
    def starts_on(self) -> date:
        return date(self.year, self.months * (self.number - 1) + 1, 1)

    @property
    def ends_on(self) -> date:
        return self.next.starts_on - timedelta(days=1)

    @property
    def cumulative_from(self) -> date:
        """The first day of the range that its label covers."""
        return date(self.year, 1, 1)

    @property
    def next(self) -> Self:
        most = len(self.names)
        return type(self)(self.year + self.number // most, self.number % most + 1)

    @property
    def previous(self) -> Self:
        return self.holding(self.starts_on - timedelta(days=1))

    @property
    def slice_label(self) -> str:
        """What the slice is called in a sentence: 三季度."""
        return self.names[self.number - 1]

    @property
    def label(self) -> str:
        """What reports call the range from 1 January: 2026年前三季度, 2026年度."""
        total = self.totals[self.number - 1]
        return f"{self.year}{'' if total == _WHOLE_YEAR else '年'}{total}"


class Month(Slice):
    """One month, 1 to 12."""

    kind = PeriodKind.MONTHLY
    months = 1
    names = tuple(f"{n}月" for n in _MONTHS)
    totals = ("1月", *(f"1—{n}月" for n in _MONTHS[1:]))


class Quarter(Slice):
    """One quarter, 1 to 4."""

    kind = PeriodKind.QUARTERLY
    months = 3
    names = ("一季度", "二季度", "三季度", "四季度")
    totals = ("一季度", "上半年", "前三季度", _WHOLE_YEAR)


class Half(Slice):
    """Half a year, 1 or 2."""

    kind = PeriodKind.HALF
    months = 6
    names = ("上半年", "下半年")
    totals = ("上半年", _WHOLE_YEAR)


class Year(Slice):
    kind = PeriodKind.YEARLY
    months = 12
    names = ("全年",)
    totals = (_WHOLE_YEAR,)


SLICES: dict[PeriodKind, type[Slice]] = {cls.kind: cls for cls in (Month, Quarter, Half, Year)}


@dataclass(frozen=True)
class Special:
    """专项: a period asked once, with its own name, first and last day, and reason."""

    label: str
    starts_on: date
    ends_on: date
    reason: str = ""

    kind: ClassVar[PeriodKind] = PeriodKind.SPECIAL

    @property
    def cumulative_from(self) -> date:
        """Its own first day: it does not count from 1 January."""
        return self.starts_on


def slice_label_of(kind: str, covers_from: date, label: str) -> str:
    """Return a period's slice as named in a sentence: 5月, 三季度; a special one's own name."""
    known = SLICES.get(PeriodKind(kind))
    return known.holding(covers_from).slice_label if known else label


def joined_slices(labels: Iterable[str]) -> str:
    """Return slices for a sentence, in the order given: 一、二季度; 2025年四季度、一季度."""
    parts = [re.fullmatch(r"(\d{4}年)?(.+?)(季度|月|)", label) for label in labels]
    named = [part.groups("") for part in parts if part is not None]
    groups = groupby(named, key=lambda one: (one[0], one[2]))
    return "、".join(
        f"{year}{'、'.join(number for _, number, _ in group)}{unit}"
        for (year, unit), group in groups
    )


def due_on(covering: Slice | Special, calendar: Calendar, *, wanted: date | None = None) -> date:
    """Return the last day to file on time: the 5th working day after the slice ends.

    A `wanted` day is used instead; if it is a day off, the next working day.
    """
    if wanted is not None:
        return next_workday(wanted, calendar)
    return add_workdays(covering.ends_on, DUE_AFTER_WORKDAYS, calendar)


def closes_on(due: date, calendar: Calendar) -> date:
    """Return the last day before a period should be closed."""
    return add_workdays(due, CLOSES_AFTER_WORKDAYS, calendar)


def is_short_notice(workdays: int) -> bool:
    """Whether a special period leaves the agencies too few working days."""
    return workdays < NOTICE_WORKDAYS


def mend_by(returned_on: date, calendar: Calendar) -> date:
    """Return the last day to correct a returned note: the 3rd working day after the return."""
    return add_workdays(returned_on, MENDING_WORKDAYS, calendar)


def decide_by(raised_on: date, calendar: Calendar) -> date:
    """Return the last day to answer an objection: the 5th working day after it was raised."""
    return add_workdays(raised_on, ANSWER_WORKDAYS, calendar)


def is_due(due_on: date, *, is_closed: bool, on: date) -> bool:
    """Whether a period's filings are due: it has closed, or its due day has passed.

    On the due day itself they are not due yet: a filing submitted on that day is on time.
    """
    return is_closed or due_on < on


class PeriodDays(Protocol):
    """The fields of a period that these rules read, as on the model."""

    kind: str
    covers_from: date
    covers_to: date
    due_on: date

    @property
    def is_open(self) -> bool: ...
    @property
    def is_closed(self) -> bool: ...


P = TypeVar("P", bound=PeriodDays)


def current_period(main_kind: str, *, periods: Iterable[P], on: date) -> P | None:
    """Return the newest open period of the main kind, else the newest that was opened, else None.

    A period opened before its last day is not current while another is open: nothing can be late in
    it yet, and pages must keep showing the one in which filings are late. `periods`: the notice's
    opened periods, newest first.
    """
    main = [period for period in periods if period.kind == main_kind]
    open_ones = [period for period in main if period.is_open]
    over = [period for period in open_ones if period.covers_to < on]
    return next(iter(over or open_ones or main), None)


def closed_before(period: P, *, periods: Iterable[P]) -> P | None:
    """Return the last closed period of the same kind before a period; `periods` newest first."""
    earlier = (p for p in periods if p.kind == period.kind and p.covers_from < period.covers_from)
    return next((p for p in earlier if p.is_closed), None)


def compared_with(period: P, *, periods: Iterable[P], on: date) -> P | None:
    """Return the closed period that the present is compared with; `periods` newest first.

    Until a period is due, nothing can have changed since the one before it closed: pages go on
    showing the changes of that earlier period.
    """
    known = list(periods)
    before = closed_before(period, periods=known)
    if before is None or period.due_on < on:
        return before
    return closed_before(before, periods=known) or before


def is_late(first_submitted_on: date | None, due_on: date) -> bool:
    """迟报: whether it was first submitted after the due day. If never submitted, it is missing."""
    return first_submitted_on is not None and first_submitted_on > due_on


class PeriodStep(NamedTuple):
    """One step of a period: its label and its source states."""

    label: str
    sources: frozenset[PeriodState]


_DRAFT, _OPEN, _CLOSED = PeriodState.DRAFT, PeriodState.OPEN, PeriodState.CLOSED
PERIOD_STEPS: dict[str, PeriodStep] = {
    # Opening an open period again creates only the missing filings.
    "open": PeriodStep("开始填报", frozenset({_DRAFT, _OPEN})),
    "take_back": PeriodStep("撤回开始", frozenset({_OPEN})),
    "extend": PeriodStep("延期", frozenset({_OPEN})),
    "close": PeriodStep("关闭", frozenset({_OPEN})),
    "reopen": PeriodStep("重新开放", frozenset({_CLOSED})),
    "delete": PeriodStep("删除", frozenset({_DRAFT})),
}


def demand_period_step(state: str, name: str) -> None:
    """Raise DomainError with a sentence if the step may not start from the state."""
    step = PERIOD_STEPS[name]
    if state not in step.sources:
        label = PeriodState(state).label
        raise DomainError(f"“{label}”的填报期不能{step.label}，请刷新页面查看最新状态。")


def period_steps_from(state: str) -> frozenset[str]:
    """Return the names of all steps that may start from a state."""
    return frozenset(name for name, step in PERIOD_STEPS.items() if state in step.sources)
