"""减负账 before opening: what a period will ask, of whom, and how long that took the last time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import F, QuerySet

from agencies.choices import Outcome
from agencies.models import Agency, Event
from lib.numbers import share
from measures.choices import PeriodState
from measures.models import Filing, Indicator, Measure, Period
from measures.periods.common import asked_in
from measures.rules.burden import AskedFigure, asked_twice, time_spent, time_words

# What an agency does on a filing while it writes; the steps of others on it are not its time.
WRITING = ("filing.save", "filing.submit", "evidence.add", "evidence.remove")
FEW = 3  # of the agencies that it takes most time


class CostLine(NamedTuple):
    """One agency in a period to come; `accepted` and `unchanged` are of its last filings."""

    agency: Agency
    asked: int
    spent: timedelta
    unchanged: int
    accepted: int

    @property
    def words(self) -> str:
        return time_words(self.spent)


class TwiceNamed(NamedTuple):
    """One figure asked of an agency in several measures, in words."""

    agency: Agency
    name: str
    measures: list[Measure]

    @property
    def sentence(self) -> str:
        marks = "".join(one.mark for one in self.measures)
        return f"{self.agency.short_name}的“{self.name}”在{marks}各要填一次"


class PeriodCost(NamedTuple):
    before: Period | None  # the one that was measured; None where there is none
    lines: list[CostLine]  # by time, the longest first
    unmeasured: int  # filings of `before` that were saved at one moment only
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
        """The few agencies that it takes most time; without measured time, those asked most."""
        return self.lines[:FEW]

    @property
    def rest(self) -> list[CostLine]:
        return self.lines[FEW:]

    @property
    def sentence(self) -> str:
        """将产生53项、17家、约9.4小时，其中61%上期无变化; what is not known is left out."""
        if not self.lines:
            return "没有要布置的填报任务"
        hours = f"、约{self.words}" if self.spent else ""
        percent = f"{share(self.unchanged, self.accepted):.0f}%"
        unchanged = f"，其中{percent}上期无变化" if self.accepted else ""
        return f"将产生{self.asked}项、{len(self.lines)}家{hours}{unchanged}"


def times_of(filings: QuerySet[Filing] | Iterable[int]) -> dict[int, timedelta]:
    """Return how long each of some filings was written on (rules.burden), by id; one query.

    A filing on which nobody has written is left out.
    """
    ids: Any = filings.order_by().values("pk") if isinstance(filings, QuerySet) else list(filings)
    events = Event.objects.filter(
        target_type="measures.filing", target_id__in=ids, action__in=WRITING, outcome=Outcome.DONE
    )
    rows = events.order_by("target_id", "at").values_list("target_id", "at").iterator()
    return {
        pk: time_spent(moment for _, moment in saves) for pk, saves in groupby(rows, itemgetter(0))
    }


def cost_of(period: Period, *, on: date) -> PeriodCost:
    """Return what opening a period on a day would cost, by the last period of its kind.

    Measured are only the agencies and measures that are asked again. A special period is like no
    other: of it there is no time.
    """
    duties = asked_in(period, on=on).select_related("agency").order_by("measure__ordinal")
    pairs = [(duty.measure_id, duty.agency_id) for duty in duties]
    before = None if period.is_special else Period.objects.before(period).first()
    last = before.filings.filter(measure__in={measure for measure, _ in pairs}) if before else None
    rows = [] if last is None else list(last.values_list(*_PAIR, "pk", _UNCHANGED))
    times = times_of([row[2] for row in rows])
    asked = Counter(agency for _, agency in pairs)
    again = [row for row in rows if (row[0], row[1]) in set(pairs)]
    spent: defaultdict[int, timedelta] = defaultdict(timedelta)
    accepted, unchanged = Counter[int](), Counter[int]()
    for _, agency, pk, is_unchanged in again:
        spent[agency] += times.get(pk, timedelta())
        if is_unchanged is not None:
            accepted[agency] += 1
            unchanged[agency] += is_unchanged
    agencies = {duty.agency_id: duty.agency for duty in duties}
    lines = [
        CostLine(agencies[pk], n, spent[pk], unchanged[pk], accepted[pk]) for pk, n in asked.items()
    ]
    lines.sort(key=lambda line: (-line.spent, -line.asked, line.agency.order))
    unmeasured = sum(pk in times and not times[pk] for _, _, pk, _ in again)
    return PeriodCost(before, lines, unmeasured, _twice(period, pairs, agencies))


_PAIR = ("measure", "agency")
_UNCHANGED = "accepted_note__is_unchanged"  # None where nothing was accepted


def _twice(
    period: Period, pairs: Sequence[tuple[int, int]], agencies: dict[int, Agency]
) -> list[TwiceNamed]:
    """What an agency would be asked in several measures, by the agencies' order."""
    asked = set(pairs)
    figures = Indicator.objects.in_use().filter(
        measure__in={measure for measure, _ in pairs}, asked_since__lte=period.covers_to
    )
    wanted = figures.order_by("measure__ordinal", "pk").values_list(
        F("reporter"), "name", "unit", F("measure")
    )
    found = asked_twice(AskedFigure(*row) for row in wanted if (row[3], row[0]) in asked)
    measures = Measure.objects.in_bulk({pk for one in found for pk in one.measures})
    named = [
        TwiceNamed(agencies[one.agency_id], one.name, [measures[pk] for pk in one.measures])
        for one in found
    ]
    return sorted(named, key=lambda one: one.agency.order)


def cost_if_draft(period: Period, *, on: date) -> PeriodCost | None:
    """What opening it would cost; None once it has opened."""
    return cost_of(period, on=on) if period.state == PeriodState.DRAFT else None
