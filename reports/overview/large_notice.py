"""总览 of a notice with hundreds of measures or more: counted without loading all of them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, Count, F, Func, IntegerField, Max, Subquery, Value, When

from agencies.models import User
from lib.arrays import among
from lib.prepared import Prepared, prepared, sliced
from measures.choices import Change, Light, Nature, Stage
from measures.lights.current import verdicts_for
from measures.models import Measure, Period, Snapshot, SnapshotTotal
from measures.models.notice import LOST_TITLE
from measures.rules.comparison import Moment, changes_between
from reports.choices import Order
from reports.overview.beside import dates_beside
from reports.overview.figures import (
    CHANGED_MOST,
    HANDS_MOST,
    LIGHT_CHANGES,
    NAMED_MOST,
    Figures,
    FirstFew,
    named,
)
from reports.overview.rows import (
    STUCK,
    FilingCount,
    FoundRows,
    MeasureRow,
    grouped,
    stuck_first,
)
from reports.period.filings import alike_in, by_status
from reports.period.measures import LazyRows, measure_totals, responsible_in
from reports.period.shown import SectionHead, Shown, notice_key

NOT_GREEN = (*STUCK, Light.GREY)
BY_AGENCY = ("agency_name", "agency__order")
# Filters that the kept totals can answer: filter → the measure's column and its type.
COUNTED_BY = {
    "light": ("light", "text"),
    "stage": ("stage", "text"),
    "section": ("section", "bigint"),
}


class LargeNotice(NamedTuple):
    """The counts of a large notice, and the rows that are named."""

    rows: Sequence[MeasureRow]  # read by page, with the fields of counted_rows()
    figures: Figures
    told: list[MeasureRow]  # measures that the notes may name
    has_previous: bool
    narrowed: Callable[[Mapping[str, str]], FoundRows] | None = None  # by filters of COUNTED_BY


def needs_rows(filters: Mapping[str, str], order: Order) -> bool:
    """Whether filters and order need more than the totals hold."""
    return order != Order.ORDINAL or not filters.keys() <= COUNTED_BY.keys()


def needs_whole(filters: Mapping[str, str]) -> bool:
    """Whether filters need data that counted_rows() lacks: agencies, and who never filed."""
    return "agency" in filters or filters.get("change") == Change.NEVER_FILED


def counted_notice(
    shown: Shown, *, on: date, reader: User, noted: Collection[int]
) -> LargeNotice | None:
    """Return the figures of a notice, from kept totals and counts in SQL, and the rows to name.

    `noted`: keys of measures that the notes always name. Four queries. Returns None after one query
    if some lights have not been computed for this day, because the kept totals are then outdated.
    """
    notice = notice_key(shown)
    totals = measure_totals(notice)
    if any(judged_on != on for *_, judged_on, _ in totals):
        return None
    beside = dates_beside(notice, reader=reader, on=on)
    lights = Counter[str]()
    for *_, light, _, number in totals:
        lights[light] += number
    few = [light for light, number in lights.items() if number <= NAMED_MOST]
    values = [notice, *few, *[""] * (len(Light) - len(few)), [*beside, *noted]]
    rows = {row[0]: _row(*row[:-1], before=None) for row in _told(on).rows(values)}
    found = [
        row._replace(**beside[pk]._asdict()) if pk in beside else row for pk, row in rows.items()
    ]
    found.sort(key=lambda row: row.ordinal)
    by_light, changes = grouped(found, "light"), _changes(notice, shown.previous)
    narrowed = partial(_narrowed, notice, totals)
    whole, sections = narrowed({})
    figures = Figures(
        lights={
            light: named(by_light[light]) if light in few else FirstFew(lights[light])
            for light in Light
        },
        changes=changes or dict.fromkeys(LIGHT_CHANGES, FirstFew()),
        sections=sections,
        stages={stage for *_, stage, _, _, _ in totals},
        stuck=stuck_first(found)[:HANDS_MOST],
        stuck_total=sum(lights[light] for light in STUCK),
    )
    return LargeNotice(whole, figures, found, bool(changes), narrowed)


def _narrowed(notice: int, totals: Iterable[tuple], filters: Mapping[str, str]) -> FoundRows:
    """Return the rows that match filters, read by page; their number comes from the totals."""
    sections, values = Counter[SectionHead](), dict[str, Any](filters)
    for key, place, title, _, stage, light, _, number in totals:
        own = {"light": light, "stage": stage, "section": str(place)}
        if all(own[name] == value for name, value in filters.items()):
            sections[SectionHead(place, title)] += number
            values |= {"section": key} if "section" in filters else {}

    def gather(places: Sequence[int]) -> list[MeasureRow]:
        asked = [notice, *values.values(), places[0], len(places)]
        return [_row(*row[:-1], before=None) for row in _page(tuple(values)).rows(asked)]

    found = Counter(dict(sorted(sections.items())))
    return LazyRows(range(found.total()), gather), found


@lru_cache(maxsize=2)
def _told(on: date) -> Prepared:
    """Return the rows to name: the worst, those of rare lights, overdue ones, those by key."""
    own = Measure.objects.filter(notice=-1).order_by()
    worst = own.filter(light__in=STUCK).order_by(
        Case(When(light=Light.RED, then=0), default=1),
        F("light_since").asc(nulls_last=True),
        "ordinal",
    )
    keys = -2 - len(Light)
    # In the order of the index by light; otherwise the database scans all measures.
    lit = (own.filter(light=f"{light}") for light in range(-2, keys, -1))
    few = [rows.order_by("light_since")[:NAMED_MOST] for rows in lit]
    others = (
        *few,
        own.filter(due_on__lt=on).exclude(stage=Stage.DONE),
        own.filter(pk__in=among(keys)),
    )
    told = _columns(worst[:HANDS_MOST]).union(*(_columns(rows) for rows in others), all=True)
    return prepared(told, "bigint", *["text"] * len(Light), "bigint[]")


@cache
def _page(filters: tuple[str, ...]) -> Prepared:
    wanted = {COUNTED_BY[name][0]: f"{-place}" for place, name in enumerate(filters, 2)}
    rows = Measure.objects.filter(notice=-1, **wanted).order_by("ordinal")
    return sliced(_columns(rows), "bigint", *(COUNTED_BY[name][1] for name in filters))


def _changes(notice: int, previous: Period | None) -> dict[str, FirstFew]:
    """Return how many lights changed in which way since a closing; empty without a snapshot.

    Measures are named only if all those of a change are.
    """
    found: dict[str, FirstFew] = dict.fromkeys(LIGHT_CHANGES, FirstFew())
    green = Counter[str]()  # by the light then
    rows = _lights_then().rows([notice, previous.pk]) if previous else []
    for was, light, number, ordinals in rows:
        green[was] += -number if light in NOT_GREEN else number
        for change in changes_between(Moment("", was), Moment("", light)) & found.keys():
            one = found[change]
            found[change] = FirstFew(one.number + number, sorted([*one.first, *ordinals]))
    recovered = FirstFew(sum(green[light] for light in STUCK), found[Change.RECOVERED].first)
    return {
        change: one if one.number <= CHANGED_MOST else FirstFew(one.number)
        for change, one in (found | {Change.RECOVERED: recovered}).items()
        if rows
    }


@cache
def _lights_then() -> Prepared:
    """Return (light then, light now, number, ordinals) of a closing; green ones are not counted.

    First all of the closing, as if green now; then those that are not green; last, as 0, a few that
    were red or yellow and are green.
    """
    kept = SnapshotTotal.objects.filter(period=-2).order_by()
    last = Subquery(kept.values("period").annotate(n=Max("closing")).values("n"))
    own: Any = Snapshot.objects.filter(period=-2, closing=last, measure__notice=-1).order_by()
    troubled = own.filter(light__in=STUCK)
    others = (own.filter(measure__light__in=STUCK), troubled.filter(measure__light=Light.GREY))
    nobody = Value([], ArrayField(IntegerField()))
    one = Func(
        "measure__ordinal", template="ARRAY[%(expressions)s]", output_field=nobody.output_field
    )
    every = kept.filter(closing=last).values_list("light", Value(Light.GREEN), "number", nobody)
    few = troubled.exclude(measure__light__in=NOT_GREEN)[:CHANGED_MOST]
    parts = (
        half.values("light", "measure__light")
        .annotate(number=Count("*"), every=ArrayAgg("measure__ordinal"))
        .annotate(named=F(f"every__0_{CHANGED_MOST}"))
        .values_list("light", "measure__light", "number", "named")
        for half in others
    )
    few = few.values_list("light", "measure__light", Value(0), one)
    return prepared(every.union(*parts, few, all=True), "bigint", "bigint")


def counted_rows(
    shown: Shown, before: Mapping[int, Moment], *, on: date, reader: User
) -> list[MeasureRow]:
    """Return the measures in the order of the notice, with the fields for counting and sorting.

    Lights that are not of this day are computed, as everywhere. Two queries.
    """
    notice = notice_key(shown)
    beside = dates_beside(notice, reader=reader, on=on)
    rows = _counted().rows([notice])
    old = [row[0] for row in rows if row[-1] != on]
    stale = verdicts_for(Measure.objects.filter(pk__in=old), on=on) if old else {}
    alike: dict[tuple, MeasureRow] = {}  # most measures have the same values except their names
    found = []
    for pk, number, title, ours, *status, _ in rows:
        was = before.get(pk)
        if pk in stale:
            verdict = stale[pk]
            status[-4:-1] = verdict.light.value, verdict.cause.value, verdict.since
        key = (*status, was)
        like = alike.get(key) or alike.setdefault(key, _like(*status, before=was))
        row = MeasureRow(pk, number, title or ours or LOST_TITLE, *like[3:])
        found.append(row._replace(**beside[pk]._asdict()) if pk in beside else row)
    return found


def _row(
    pk: int, number: int, title: str, ours: str, *status: Any, before: Moment | None
) -> MeasureRow:
    like = _like(*status, before=before)
    return MeasureRow(pk, number, title or ours or LOST_TITLE, *like[3:])


def _like(
    section: int,
    section_title: str,
    nature: str,
    due_on: date | None,
    stage: str,
    percent: int | None,
    light: str,
    cause: str,
    since: date | None,
    changed_on: date | None,
    *,
    before: Moment | None,
) -> MeasureRow:
    """Return the row for measures with these values, without key, number and title."""
    return MeasureRow(
        measure_id=0,
        ordinal=0,
        title="",
        section=SectionHead(section, section_title),
        lost=frozenset(),
        is_title_ours=False,
        is_ongoing=nature == Nature.ONGOING,
        due_on=due_on,
        stage=stage,
        stage_label="",
        percent=percent,
        light=light,
        light_label=str(Light(light).label),
        sentence="",
        fact_url="",
        manual_until=None,
        agencies=(),
        filed=0,
        owed=0,
        never_filed=(),
        changed_on=changed_on,
        cause=cause,
        since=since,
        changes=changes_between(before, Moment(stage, light, percent, due_on)),
    )


@cache
def _counted() -> Prepared:
    return prepared(_columns(Measure.objects.filter(notice=-1).order_by("ordinal")), "bigint")


def _columns(rows: Any) -> Any:
    return rows.values_list(
        *("pk", "ordinal", "title", "working_title"),
        *("section__ordinal", "section__title", "nature", "due_on", "stage", "percent"),
        *("light", "light_cause", "light_since", "changed_on", "light_on"),
    )


def responsible_agencies(shown: Shown, *, on: date) -> list[str]:
    """Return the names of agencies responsible for at least one measure, in protocol order."""
    rows = _responsible(on, shown.name_day(on)).rows([notice_key(shown)])
    return [name for (name,) in rows]


@lru_cache(maxsize=20)  # one for each day and period shown
def _responsible(on: date, name_day: date) -> Prepared:
    agencies: Any = responsible_in(-1, on=on, named_on=name_day).order_by("order")
    return prepared(agencies.values_list("name_then"), "bigint")


def filing_counts(shown: Shown, *, on: date) -> Counter[FilingCount]:
    """Return counts of the period's filings by agency and status; one query."""
    rows = _of_period().rows([shown.period.pk]) if shown.period else []
    found = by_status(rows, is_over=shown.is_over, on=on)
    return Counter({FilingCount(*key): number for key, number in found.items()})


@cache
def _of_period() -> Prepared:
    return prepared(alike_in(-1, *BY_AGENCY), "bigint")


def counts_of(periods: Collection[Period], *, on: date) -> dict[int, Counter[FilingCount]]:
    """Return filing_counts() of several periods by key; one query."""
    rows: defaultdict[int, list[tuple]] = defaultdict(list)
    for key, *row in alike_in([period.pk for period in periods], "period_id", *BY_AGENCY):
        rows[key].append(tuple(row))
    found = {one.pk: by_status(rows[one.pk], is_over=one.is_closed, on=on) for one in periods}
    return {
        pk: Counter({FilingCount(*key): number for key, number in counts.items()})
        for pk, counts in found.items()
        if counts
    }
