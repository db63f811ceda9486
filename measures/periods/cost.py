"""减负账 before opening: what a period will ask of whom, and how long it took last time."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import F, QuerySet

from agencies.choices import Outcome
from agencies.models import Agency, Event
from lib.numbers import share
from measures.models import Filing, Indicator, Measure, Period
from measures.periods.opening import Opening
from measures.rules.burden import AskedFigure, asked_twice, time_spent, time_words

# Events of an agency writing a filing; steps of others are not its time.
WRITING = ("filing.save", "filing.submit", "evidence.add", "evidence.remove")
FEW = 3  # agencies with the most time


class CostLine(NamedTuple):
    """One agency in a planned period; `accepted` and `unchanged` count its last filings."""

    agency: Agency
    asked: int
    spent: timedelta
    unchanged: int
    accepted: int

    @property
    def words(self) -> str:
        return time_words(self.spent)


class TwiceNamed(NamedTuple):
    """One figure asked of an agency in several measures, with names."""

    agency: Agency
    name: str
    measures: list[Measure]

    @property
    def sentence(self) -> str:
        marks = "".join(one.mark for one in self.measures)
        return f"{self.agency.short_name}的“{self.name}”在{marks}各要填一次"


class PeriodCost(NamedTuple):
    before: Period | None  # the period measured; None without one
    lines: list[CostLine]  # ordered by time, the longest first
    unmeasured: int  # filings of `before` that were saved only once
    twice: list[TwiceNamed]

    @property
    def asked(self) -> int:
        return sum(line.asked for line in self.lines)

    @property
    def spent(self) -> timedelta:
        return sum((line.spent for line in self.lines), timedelta())

    @property
    def words(self) -> str:
        return time_words(self.spent)

    @property
    def unchanged(self) -> int:
        return sum(line.unchanged for line in self.lines)

    @property
    def accepted(self) -> int:
        return sum(line.accepted for line in self.lines)

    @property
    def top(self) -> list[CostLine]:
        """The few agencies with the most time; without measured time, with the most filings."""
        return self.lines[:FEW]

    @property
    def rest(self) -> list[CostLine]:
        return self.lines[FEW:]

    @property
    def is_told_apart(self) -> bool:
        """Whether the top agencies exceed the next one; without others, the first the last one."""
        one, other = (self.top[-1], self.rest[0]) if self.rest else (self.lines[0], self.lines[-1])
        return (one.spent, one.asked) > (other.spent, other.asked)

    @property
    def sentence(self) -> str:
        """将产生53项、17家、约9.4小时，其中61%上期无新进展; unknown parts are left out."""
        if not self.lines:
            return "没有要布置的填报任务"
        hours = f"、约{self.words}" if self.spent else ""
        return f"将产生{self.asked}项、{len(self.lines)}家{hours}{self._unchanged}"

    @property
    def _unchanged(self) -> str:
        if self.unchanged:
            return f"，其中{share(self.unchanged, self.accepted):.0f}%上期无新进展"
        return "，上期都有新进展" if self.accepted else ""


def times_of(filings: QuerySet[Filing] | Iterable[int]) -> dict[int, timedelta]:
    """Return the writing time of each filing (rules.burden), by id; one query.

    A filing without any save is left out.
    """
    ids: Any = filings.order_by().values("pk") if isinstance(filings, QuerySet) else list(filings)
    events = Event.objects.filter(
        target_type="measures.filing", target_id__in=ids, action__in=WRITING, outcome=Outcome.DONE
    )
    rows = events.order_by("target_id", "at").values_list("target_id", "at").iterator()
    return {
        pk: time_spent(moment for _, moment in saves) for pk, saves in groupby(rows, itemgetter(0))
    }


def cost_of(opening: Opening) -> PeriodCost:
    """Return the cost of opening a period, measured in the last period of its kind; two queries.

    Only agencies and measures that are asked again are measured. A special period has nothing to
    compare with, so its time is unknown.
    """
    pairs = {(duty.measure_id, duty.agency_id) for duty in opening.duties}
    again = [row for row in opening.last if (row.measure_id, row.agency_id) in pairs]
    times = times_of([row.pk for row in again])
    asked = Counter(duty.agency_id for duty in opening.duties)
    spent: defaultdict[int, timedelta] = defaultdict(timedelta)
    accepted, unchanged = Counter[int](), Counter[int]()
    for row in again:
        spent[row.agency_id] += times.get(row.pk, timedelta())
        if row.is_unchanged is not None:
            accepted[row.agency_id] += 1
            unchanged[row.agency_id] += row.is_unchanged
    agencies = {duty.agency_id: duty.agency for duty in opening.duties}
    lines = [
        CostLine(agencies[pk], n, spent[pk], unchanged[pk], accepted[pk]) for pk, n in asked.items()
    ]
    lines.sort(key=lambda line: (-line.spent, -line.asked, line.agency.order))
    unmeasured = sum(row.pk in times and not times[row.pk] for row in again)
    return PeriodCost(opening.before, lines, unmeasured, _twice(opening, agencies))


def _twice(opening: Opening, agencies: dict[int, Agency]) -> list[TwiceNamed]:
    """Return the figures an agency would be asked in several measures, in order of agencies."""
    measures = {duty.measure_id: duty.measure for duty in opening.duties}
    asked = {(duty.measure_id, duty.agency_id) for duty in opening.duties}
    figures = Indicator.objects.in_use().filter(
        measure__in=list(measures), asked_since__lte=opening.period.covers_to
    )
    wanted = figures.order_by("measure__ordinal", "pk").values_list(
        F("reporter"), "name", "unit", F("measure")
    )
    found = asked_twice(AskedFigure(*row) for row in wanted if (row[3], row[0]) in asked)
    named = [
        TwiceNamed(agencies[one.agency_id], one.name, [measures[pk] for pk in one.measures])
        for one in found
    ]
    return sorted(named, key=lambda one: one.agency.order)
