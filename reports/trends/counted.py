"""Counts for 趋势 made by the database: measures with equal states, at closings and today."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import (
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, NullIf

from lib.arrays import among
from lib.prepared import Prepared, prepared
from measures.choices import Light, Nature, Stage
from measures.lights.current import verdicts_for
from measures.models import Measure, Period, Snapshot, SnapshotTotal
from measures.models.measure import ONGOING_DONE
from measures.models.public_status import UNFILED, PublicStatus, public_status_of
from reports.period.measures import measure_totals
from reports.period.shown import SectionHead, Shown
from reports.trends.strips import MOST_PERIODS, PeriodFilings

STEPS = 2  # the steps between closings that are shown
NAMED_MOST = 3  # up to so many measures of a step are named; more are only counted


class FrozenCount(NamedTuple):
    """The number of a section's measures with one state at a period's last closing."""

    period_id: int
    closing: int
    section_id: int
    taken_at: datetime
    stage: str
    stage_label: str
    light: str
    light_label: str
    number: int
    filed: int
    owed: int


class AtClosing(NamedTuple):
    """The state of measures when the last period closed."""

    stage: str
    light: str
    light_label: str


class LiveCount(NamedTuple):
    """The number of a section's measures with one state today."""

    section_id: int
    section: SectionHead
    stage: str
    stage_label: str
    light: str
    light_label: str
    number: int


class TurnedMeasures(NamedTuple):
    """Measures that changed from one state at the last closing to another, or stay 滞后."""

    before: AtClosing
    stage: str
    light: str
    number: int
    ordinals: Sequence[int]
    is_anew: bool = False  # one measure, whose light was computed just now
    since: date | None = None  # only if is_anew


class Live(NamedTuple):
    """Today's counts of a notice's measures."""

    counts: list[LiveCount]
    turned: list[TurnedMeasures]


class StatusCount(NamedTuple):
    """Counts of filings by status."""

    statuses: Counter[PublicStatus] = Counter()

    @property
    def owed(self) -> int:
        """The number of filings owed: all except waived ones."""
        return self.statuses.total() - self.statuses[PublicStatus.WAIVED]

    @property
    def filed(self) -> int:
        """The number of filings that have left their agencies at least once."""
        return self.owed - sum(self.statuses[one] for one in UNFILED)


def frozen_counts(periods: Sequence[Period]) -> dict[int, list[FrozenCount]]:
    """Return counts at the last closings of up to MOST_PERIODS periods, by period; one query."""
    keys = [period.pk for period in periods]
    found: defaultdict[int, list[FrozenCount]] = defaultdict(list)
    for row in _frozen().rows([*keys, *[0] * (MOST_PERIODS - len(keys))]):
        found[row[0]].append(FrozenCount._make(row))
    return {pk: _of_last_closing(rows) for pk, rows in found.items()}


def _of_last_closing(rows: list[FrozenCount]) -> list[FrozenCount]:
    last = max(one.closing for one in rows)
    return [one for one in rows if one.closing == last]


@cache
def _frozen() -> Prepared:
    rows = SnapshotTotal.objects.filter(period__in=range(-1, -1 - MOST_PERIODS, -1))
    alike = ("period_id", "closing", "section_id", "taken_at")
    words = ("stage", "stage_label", "light", "light_label")
    told = rows.summed(*alike, *words, filed_sum="filed", owed_sum="owed")
    return prepared(told, *["bigint"] * MOST_PERIODS)


def live_counts(notice: int, last: FrozenCount | None, *, on: date) -> Live:
    """Return today's counts of a notice's measures, and the changes since the closing of `last`.

    Two queries; eight more if stored lights are of another day and must be computed.
    """
    totals = measure_totals(notice)
    found = [_live_count(*(*row[:-2], row[-1])) for row in totals]
    is_today = [judged_on == on for *_, judged_on, _ in totals]
    closing = (last.period_id, last.closing) if last else (0, 0)
    stale = {} if all(is_today) else _stale(notice, on)
    live = Live(
        [one for one, is_own in zip(found, is_today, strict=True) if is_own],
        [
            TurnedMeasures(AtClosing(*was), stage, light, number, sorted(ordinals))
            for *was, stage, light, number, ordinals in _turned().rows(
                [notice, *closing, list(stale)]
            )
        ],
    )
    return _lit_anew(live, stale, closing, on=on) if stale else live


def _stale(notice: int, on: date) -> dict[int, Measure]:
    """Return the measures whose stored light is not of this day, by key."""
    own = Measure.objects.filter(notice=notice).exclude(light_on=on).select_related("section")
    return {measure.pk: measure for measure in own.defer("text")}


@cache
def _turned() -> Prepared:
    """Return the statement for measures whose light or stage changed, or that stay 滞后.

    Leaves out given measures. Reads only two indexes: measure_light and snapshot_once_a_closing.
    """
    rows: Any = Snapshot.objects.filter(period=-2, closing=_said(-3), measure__notice=-1)
    rows = rows.exclude(measure__in=among(-4)).order_by()
    is_same = Q(light=F("measure__light"), stage=F("measure__stage"))
    told = rows.filter(~is_same | Q(measure__light=Light.RED))
    alike = ("stage", "light", "light_label", "measure__stage", "measure__light")
    # Sorted in Python: sorting in SQL would prevent counting while reading.
    keys = ArrayAgg("measure__ordinal")
    return prepared(
        told.values_list(*alike).annotate(n=Count("*"), keys=keys), *["bigint"] * 3, "bigint[]"
    )


def _said(closing: int) -> Cast:
    """Return a placeholder for a closing's number; Django rejects it below 0 without the cast."""
    return Cast(Value(closing), IntegerField())


def _live_count(
    section_id: int, place: int, title: str, nature: str, stage: str, light: str, number: int
) -> LiveCount:
    is_routine = stage == Stage.DONE and nature == Nature.ONGOING
    label = ONGOING_DONE if is_routine else str(Stage(stage).label)
    head = SectionHead(place, title)
    return LiveCount(section_id, head, stage, label, light, str(Light(light).label), number)


def _lit_anew(
    live: Live, stale: Mapping[int, Measure], closing: tuple[int, int], *, on: date
) -> Live:
    """Return the counts with the measures whose stored light is not of this day added."""
    then = Snapshot.objects.filter(period=closing[0], closing=closing[1])
    rows = then.filter(measure__in=among(stale)).order_by()
    before = {pk: AtClosing(*was) for pk, *was in rows.values_list("measure", *AtClosing._fields)}
    counts, turned = [*live.counts], [*live.turned]
    for pk, verdict in verdicts_for(stale.values(), on=on).items():
        one, light = stale[pk], verdict.light.value
        head = (one.section.ordinal, one.section.title)
        counts.append(_live_count(one.section_id, *head, one.nature, one.stage, light, 1))
        if pk in before:
            anew = (before[pk], one.stage, light, 1, (one.ordinal,))
            turned.append(TurnedMeasures(*anew, is_anew=True, since=verdict.since))
    return Live(counts, turned)


def moved_between(
    steps: Sequence[tuple[FrozenCount, FrozenCount]],
) -> Sequence[Mapping[tuple[str, str], tuple[int, Sequence[int]]]]:
    """Return changes of stage from one closing to the next, by (stage before, stage after).

    Each has the number of measures and the ordinals of up to NAMED_MOST of them. Measures in only
    one of the two closings are left out. Up to STEPS steps; one query, once in each process.
    """
    closings = [(one.period_id, one.closing, one.taken_at) for step in steps for one in step]
    return _moves(tuple(closings)) if steps else []


# Cached without expiry: snapshots and measures' ordinals never change, and all snapshots of a
# closing are inserted by one statement. Its time distinguishes it from that of another database.
@lru_cache(maxsize=2000)
def _moves(
    closings: tuple[tuple[int, int, datetime], ...],
) -> Sequence[Mapping[tuple[str, str], tuple[int, Sequence[int]]]]:
    values = [key for period, closing, _ in closings for key in (period, closing)]
    found: list[dict[tuple[str, str], tuple[int, Sequence[int]]]]
    found = [{} for _ in closings[::2]]
    values += [0] * (4 * STEPS - len(values))
    for step, before, after, number, named in _moved().rows(values):
        found[step][before, after] = (number, named)
    return found


@cache
def _moved() -> Prepared:
    both = _step(0, -1, -2, -3, -4).union(_step(1, -5, -6, -7, -8), all=True)
    return prepared(both, *["bigint"] * 4 * STEPS)


def _step(number: int, period: int, closing: int, next_period: int, next_closing: int) -> QuerySet:
    after = "measure__snapshots__stage"
    rows: Any = Snapshot.objects.filter(
        period=period,
        closing=_said(closing),
        measure__snapshots__period=next_period,
        measure__snapshots__closing=_said(next_closing),
    )
    # Not with exclude(), which would add another lookup for each row.
    moved = rows.annotate(left=NullIf("stage", after)).filter(left__isnull=False).order_by()
    told = moved.values("stage", after, step=Value(number))
    # The ordinal is looked up only for measures that moved.
    place = Measure.objects.filter(pk=OuterRef("measure")).order_by().values("ordinal")
    named = told.annotate(number=Count("*"), keys=ArrayAgg(Subquery(place))).annotate(
        named=F(f"keys__0_{NAMED_MOST}")
    )
    return named.values_list("step", "stage", after, "number", "named")


def status_counts(
    alike: Iterable[PeriodFilings], shown: Shown, *, on: date
) -> dict[int, StatusCount]:
    """Return the filings of the period shown by section and status."""
    found: defaultdict[int, Counter[PublicStatus]] = defaultdict(Counter)
    for one in alike:
        if shown.period and one.period == shown.period.pk:
            status = public_status_of(one.filings, is_over=shown.is_over, on=on)
            found[one.section][status] += one.number
    return {section: StatusCount(statuses) for section, statuses in found.items()}
