"""What 趋势 has the database count: measures that stood alike, at closings and today."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import (
    BooleanField,
    Count,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Q,
    QuerySet,
    Value,
)

from lib.arrays import among
from lib.prepared import Prepared, prepared
from measures.choices import Light, Nature, Stage
from measures.lights.current import verdicts_for
from measures.models import Measure, Period, Snapshot, SnapshotTotal
from measures.models.measure import ONGOING_DONE
from measures.models.public_status import UNFILED, PublicStatus
from reports.period.filings import alike_in, by_status
from reports.period.shown import SectionHead, Shown
from reports.trends.strips import MOST_PERIODS

STEPS = 2  # between closings that are told
NAMED_MOST = 3  # measures named of one step; more are a number


class FrozenCount(NamedTuple):
    """Measures of a section that stood alike when a period last closed."""

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
    """How measures stood when the last period closed."""

    stage: str
    light: str
    light_label: str


class LiveCount(NamedTuple):
    """Measures of a section that stand alike today, and stood alike at the last closing."""

    section_id: int
    section: SectionHead
    stage: str
    stage_label: str
    light: str
    light_label: str
    before: AtClosing | None  # None: they were not there yet
    number: int
    ordinals: Sequence[int]  # those of them that may be named
    is_anew: bool = False  # its light was worked out just now, for one measure
    since: date | None = None  # of such a one


class StatusCount(NamedTuple):
    """How many filings stand how."""

    statuses: Counter[PublicStatus] = Counter()

    @property
    def owed(self) -> int:
        """All but the waived."""
        return self.statuses.total() - self.statuses[PublicStatus.WAIVED]

    @property
    def filed(self) -> int:
        """How many have left their agencies at least once."""
        return self.owed - sum(self.statuses[one] for one in UNFILED)


def frozen_counts(periods: Sequence[Period]) -> dict[int, list[FrozenCount]]:
    """The measures at the last closings of up to MOST_PERIODS periods, by period; one query."""
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


def live_counts(notice: int, last: FrozenCount | None, *, on: date) -> list[LiveCount]:
    """The measures of a notice as they stand, beside the closing that `last` is of; one query.

    Lights that are not of this day are worked out, as everywhere; six more.
    """
    closing = (last.period_id, last.closing) if last else (0, 0)
    rows = _live(on).rows([notice, *closing])
    found = [_live_count(*row) for *row, is_today in rows if is_today]
    return found if len(found) == len(rows) else found + _lit_anew(notice, closing, on=on)


@lru_cache(maxsize=2)
def _live(on: date) -> Prepared:
    rows: Any = Measure.objects.filter(notice=-1).order_by()
    # Not for equality: Django knows that no number of a closing is a stand-in's.
    closing = Q(snapshots__period=-2, snapshots__closing__range=(-3, -3))
    is_today = ExpressionWrapper(Q(light_on=on), output_field=BooleanField())
    rows = rows.annotate(was=FilteredRelation("snapshots", condition=closing), is_today=is_today)
    now = ("section_id", "section__ordinal", "section__title", "nature", "stage", "light")
    was = ("was__stage", "was__light", "was__light_label")
    # Only what turned, moved or stays 滞后 may be named; sorted here, as sorting keeps the database
    # from counting as it reads.
    may_be_named = ~Q(was__light=F("light"), was__stage=F("stage")) | Q(light=Light.RED)
    keys = ArrayAgg("ordinal", filter=may_be_named & Q(was__isnull=False))
    told = rows.values(*now, *was, "is_today").annotate(number=Count("pk"), keys=keys)
    return prepared(told.values_list(*now, *was, "number", "keys", "is_today"), *["bigint"] * 3)


def _live_count(
    section_id: int,
    number: int,
    title: str,
    nature: str,
    stage: str,
    light: str,
    was_stage: str | None,
    was_light: str,
    was_label: str,
    count: int,
    ordinals: Sequence[int] | None,
) -> LiveCount:
    is_routine = stage == Stage.DONE and nature == Nature.ONGOING
    return LiveCount(
        section_id,
        SectionHead(number, title),
        stage,
        ONGOING_DONE if is_routine else str(Stage(stage).label),
        light,
        str(Light(light).label),
        None if was_stage is None else AtClosing(was_stage, was_light, was_label),
        count,
        sorted(ordinals or ()),
    )


def _lit_anew(notice: int, closing: tuple[int, int], *, on: date) -> list[LiveCount]:
    """Those whose light is not of this day, each by itself."""
    own = Measure.objects.filter(notice=notice).exclude(light_on=on).select_related("section")
    stale = {measure.pk: measure for measure in own.defer("text")}
    then = Snapshot.objects.filter(period=closing[0], closing=closing[1])
    rows = then.filter(measure__in=among(stale)).order_by()
    before = {pk: AtClosing(*was) for pk, *was in rows.values_list("measure", *AtClosing._fields)}
    return [
        LiveCount(
            (measure := stale[pk]).section_id,
            SectionHead(measure.section.ordinal, measure.section.title),
            measure.stage,
            measure.stage_words,
            verdict.light.value,
            str(verdict.light.label),
            before.get(pk),
            1,
            (measure.ordinal,),
            is_anew=True,
            since=verdict.since,
        )
        for pk, verdict in verdicts_for(stale.values(), on=on).items()
    ]


def moved_between(
    steps: Sequence[tuple[FrozenCount, FrozenCount]],
) -> list[dict[tuple[str, str], tuple[int, Sequence[int]]]]:
    """Which measures went from which stage to which, from one closing to another.

    How many, and by ordinal NAMED_MOST of them; those in only one of both are left out. Of up to
    STEPS steps; one query.
    """
    values = [key for step in steps for one in step for key in (one.period_id, one.closing)]
    found: list[dict[tuple[str, str], tuple[int, Sequence[int]]]] = [{} for _ in steps]
    values += [0] * (4 * STEPS - len(values))
    for step, before, after, number, named in _moved().rows(values):
        found[step][before, after] = (number, named)
    return found


@cache
def _moved() -> Prepared:
    both = _step(0, -1, -2, -3, -4).union(_step(1, -5, -6, -7, -8), all=True)
    return prepared(both, *["bigint"] * 4 * STEPS)


def _step(number: int, period: int, closing: int, next_period: int, next_closing: int) -> QuerySet:
    same, to = (closing, closing), (next_closing, next_closing)
    new = Q(measure__snapshots__period=next_period, measure__snapshots__closing__range=to)
    rows: Any = Snapshot.objects.filter(period=period, closing__range=same).order_by()
    rows = rows.annotate(new=FilteredRelation("measure__snapshots", condition=new))
    moved = rows.filter(new__isnull=False).values("stage", "new__stage", step=Value(number))
    told = moved.annotate(number=Count("pk"), keys=ArrayAgg("measure__ordinal"))
    named = told.annotate(named=F(f"keys__0_{NAMED_MOST}"))
    return named.values_list("step", "stage", "new__stage", "number", "named")


def status_counts(shown: Shown, *, on: date) -> dict[int, StatusCount]:
    """How the filings of the period stand, by section; one query."""
    found: defaultdict[int, Counter[PublicStatus]] = defaultdict(Counter)
    rows = _of_period().rows([shown.period.pk]) if shown.period else []
    for (section, status), number in by_status(rows, is_over=shown.is_over, on=on).items():
        found[section][status] += number
    return {section: StatusCount(statuses) for section, statuses in found.items()}


@cache
def _of_period() -> Prepared:
    return prepared(alike_in(-1, "section_id"), "bigint")
