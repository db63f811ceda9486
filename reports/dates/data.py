"""节点与期限: due dates, milestones, and their changes, by measure.

The database counts and finds the days of the axis; the rows are read by page.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Count,
    DateField,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)

from lib.arrays import array_of, from_array
from lib.charts.gantt import GanttPoint, Lane
from lib.numbers import row_number
from lib.prepared import Prepared, prepared
from measures.approvals.page import original_of
from measures.choices import GapKind, Nature
from measures.measure_page.timeline import BEFORE, DONE, DUE, OPEN, OVERDUE, is_past_due, lane_of
from measures.models import (
    DueDateRequest,
    Gap,
    Measure,
    MeasureTotal,
    Milestone,
    Responsibility,
    Section,
)
from reports.period.measures import LazyRows, responsible_in
from reports.period.shown import Party, SectionHead, Shown, first_notice, parties_of

LIVE = Shown(period=None, is_live=True, previous=None, periods=())
OVERDUE_ONLY, DATED_ONLY, ALL = "overdue", "dated", "all"
KINDS = (
    *("all", "meant", "due", "completed"),
    *("done", "overdue", "open", "moved"),
    "before",
)
# A dated measure always has a date (constraint). The second condition lets PostgreSQL use the
# index of such measures.
DATED = Q(nature=Nature.DATED, due_on__isnull=False)
POINT = ("title", "due_on", "original_due_on", "is_done")
MOVE = ("from_on", "to_on", "state")


class DateFilter(NamedTuple):
    """A filter of measures; an empty field matches all, but an empty `only` those with a date."""

    section: str = ""
    agency: str = ""
    only: str = ""


class Due(NamedTuple):
    milestone: Milestone
    is_overdue: bool


class DateRow(NamedTuple):
    measure: Measure
    parties: tuple[Party, ...]
    milestones: tuple[Due, ...]
    moves: tuple[DueDateRequest, ...]  # the changes of its date, the newest first
    is_past_due: bool
    lacks_title: bool
    lane: Lane

    @property
    def lead(self) -> Party | None:
        return next((party for party in self.parties if party.is_lead), None)

    @property
    def first_due(self) -> date | None:
        """The original date; None if there never was one."""
        return original_of(self.measure, list(self.moves))

    @property
    def shifts(self) -> int:
        """How often the date was moved; setting it for the first time does not count."""
        return sum(move.from_on is not None for move in self.moves)


class ResponsibleAgency(NamedTuple):
    agency_id: int
    name: str


class Dates(NamedTuple):
    on: date
    total: int  # number of measures of the notice
    found: int  # number of measures that match the filter
    counts: Counter[str]  # their milestones by state: done, overdue or open
    outline: tuple[Lane, ...]  # the first and the last point of all lanes, by shape
    rows: Sequence[DateRow]  # the measures that match, read by page
    sections: list[SectionHead]
    agencies: list[ResponsibleAgency]  # in protocol order

    @property
    def milestones(self) -> int:
        """The number of milestones of the measures that match."""
        return self.counts.total()


class _Fact(NamedTuple):
    """The number of days of one kind, with the first and the last."""

    kind: str
    number: int = 0
    first: date | None = None
    last: date | None = None

    @property
    def days(self) -> list[date]:
        return [day for day in (self.first, self.last) if day]


class _MeantMeasures(NamedTuple):
    """A query: the measures of a notice (by default the first) that match a filter.

    Numbers below 0 are placeholders for the values of a prepared statement.
    """

    notice: int | None
    section: int | None
    agency: int | None
    only: str
    on: date

    @property
    def values(self) -> list[int]:
        return [self.notice or 0, self.section or 0, self.agency or 0]

    @property
    def shape(self) -> "_MeantMeasures":
        """The same query with placeholders."""
        names = ("notice", "section", "agency")
        stands = {name: -n for n, name in enumerate(names, 1) if getattr(self, name) is not None}
        return self._replace(**stands)  # type: ignore[arg-type]

    @property
    def own(self) -> Any:
        """The notice of the query."""
        return self.notice or first_notice()

    @property
    def every(self) -> Any:
        return Measure.objects.filter(notice=self.own)

    @property
    def meant(self) -> Any:
        """The measures that match the filter."""
        rows, on = self.every, self.on
        if self.section is not None:  # not "=": Django drops it, as no ordinal can be below 0
            rows = rows.filter(section__ordinal__range=(self.section, self.section))
        if self.agency is not None:
            duties = Responsibility.objects.valid(on=on).filter(measure=OuterRef("pk"))
            rows = rows.filter(Exists(duties.filter(agency=self.agency)))
        if self.only == ALL:
            return rows
        if self.only == DATED_ONLY:
            return rows.filter(DATED)
        found, own = self.every.filter(DATED), Milestone.objects.filter(measure__in=self.every)
        if self.only == OVERDUE_ONLY:
            found = found.filter(due_on__lt=on, completed_on__isnull=True)
            own = own.overdue(on=on)
        # As a union, so that each half uses its index; with OR the database scans all measures.
        dated, marked = found.values("pk"), own.values("measure")
        return rows.filter(pk__in=dated.order_by().union(marked.order_by()))


def dates_for(notice: int | None, wanted: DateFilter, *, on: date) -> Dates:
    """Return the page's content; `notice`: by default the first.

    Two queries for any number of measures, and two for a page of rows.
    """
    section, agency = (
        (row_number(told) or 0) if told else None for told in (wanted.section, wanted.agency)
    )
    # Ignore unknown values, so that they do not create more prepared statements.
    only = wanted.only if wanted.only in (OVERDUE_ONLY, DATED_ONLY, ALL) else ""
    asked = _MeantMeasures(notice, section, agency, only, on)
    facts = {kind: _Fact(kind) for kind in KINDS}
    facts |= {row[0]: _Fact(*row) for row in _facts(asked.shape).rows(asked.values)}
    options = sorted(_options(asked.shape).rows(asked.values))
    found = facts["meant"].number
    return Dates(
        on=on,
        total=facts["all"].number,
        found=found,
        counts=Counter({kind: facts[kind].number for kind in ("done", "overdue", "open")}),
        outline=_outline(facts),
        rows=LazyRows(range(found), lambda places: _rows(asked.meant, places, on)),
        sections=[SectionHead(key, name) for kind, _, key, name in options if kind == "section"],
        agencies=[
            ResponsibleAgency(key, name) for kind, _, key, name in options if kind == "agency"
        ],
    )


@lru_cache(maxsize=50)
def _facts(asked: _MeantMeasures) -> Prepared:
    own = Q(measure__in=asked.meant.order_by().values("pk"))
    points = Milestone.objects.filter(own)
    moves = DueDateRequest.objects.effective().filter(own)
    told = _total(asked.own).union(
        _fact(asked.meant, "meant", "starts_on"),
        _fact(asked.meant, "due", "due_on"),
        _fact(asked.meant, "completed", "completed_on"),
        _fact(points.filter(is_done=True), "done", "due_on"),
        _fact(points.overdue(on=asked.on), "overdue", "due_on"),
        _fact(points.filter(is_done=False, due_on__gte=asked.on), "open", "due_on"),
        _fact(points.exclude(due_on=F("original_due_on")), "moved", "original_due_on"),
        _fact(moves, "before", "from_on"),
        all=True,
    )
    return prepared(told, *["bigint"] * 3)


def _fact(rows: Any, kind: str, day: str) -> QuerySet:
    told = rows.order_by().values(kind=Value(kind))
    told = told.annotate(number=Count(day), first=Min(day), last=Max(day))
    return told.values_list("kind", "number", "first", "last")


def _total(notice: Any) -> QuerySet:
    told = MeasureTotal.objects.filter(notice=notice).order_by().values(kind=Value("all"))
    no_day = Value(None, DateField())
    told = told.annotate(total=Sum("number", default=0), first=no_day, last=no_day)
    return told.values_list("kind", "total", "first", "last")


def _outline(facts: Mapping[str, _Fact]) -> tuple[Lane, ...]:
    shapes = {
        "due": DUE,
        "completed": DONE[0],
        "done": DONE[0],
        "overdue": OVERDUE[0],
        "open": OPEN[0],
        "before": BEFORE,
        "moved": "",  # the original day of a milestone has no shape
    }
    points = tuple(
        GanttPoint(day, shape, "", "") for kind, shape in shapes.items() for day in facts[kind].days
    )
    return tuple(Lane(day, None, points) for day in facts["meant"].days)


@lru_cache(maxsize=50)
def _options(asked: _MeantMeasures) -> Prepared:
    """The sections with measures, and the agencies responsible for any of them."""
    used = MeasureTotal.objects.filter(notice=asked.own).summed("section")
    heads = Section.objects.filter(pk__in=used.values("section")).order_by()
    named: Any = responsible_in(asked.own, on=asked.on, named_on=asked.on).order_by()
    told = heads.values_list(Value("section"), "ordinal", "ordinal", "title").union(
        named.values_list(Value("agency"), "order", "pk", "name_then"), all=True
    )
    return prepared(told, *["bigint"] * 3)


def _rows(meant: Any, places: Sequence[int], on: date) -> list[DateRow]:
    """The rows of a page; two queries."""
    own = OuterRef("pk")
    gaps = Gap.objects.unconfirmed().order_by().filter(measure=own, kind=GapKind.TITLE)
    moves = DueDateRequest.objects.effective().filter(measure=own)
    measures = list(
        meant.select_related("section")
        .defer("text")
        .annotate(
            lost_titles=ArraySubquery(gaps.values("pk")),
            milestones_found=array_of(Milestone.objects.filter(measure=own), *POINT),
            moves_found=array_of(moves, *MOVE),
        )
        .order_by("ordinal")[places[0] : places[-1] + 1]
    )
    parties = parties_of([one.pk for one in measures], LIVE, on=on)
    return [_row(measure, parties.get(measure.pk, ()), on) for measure in measures]


def _row(measure: Any, parties: tuple[Party, ...], on: date) -> DateRow:
    milestones = from_array(Milestone, measure.milestones_found)
    moves = from_array(DueDateRequest, measure.moves_found)
    return DateRow(
        measure=measure,
        parties=parties,
        milestones=tuple(Due(one, one.is_overdue(on=on)) for one in milestones),
        moves=tuple(moves),
        is_past_due=is_past_due(measure, on=on),
        lacks_title=bool(measure.lost_titles),
        lane=lane_of(measure, milestones, moves, on=on),
    )
