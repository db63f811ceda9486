"""趋势: how lights, stages, sections and filings went from period to period. No format."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from django.utils.timezone import localdate

from lib.prepared import Prepared, prepared
from measures.choices import Light
from measures.indicators.readings import Reading, readings_in_use
from measures.models import Period, Snapshot
from reports.choices import Timeliness
from reports.overview.data import overview_for
from reports.overview.rows import MeasureFiling, MeasureRow
from reports.period.shown import SectionHead, Shown, notice_key, present
from reports.trends.strips import MOST_PERIODS, arrivals_of


class Kept(NamedTuple):
    """What is read of a snapshot."""

    period_id: int
    measure_id: int
    taken_at: datetime
    stage: str
    stage_label: str
    light: str
    light_label: str
    filed: int
    owed: int
    light_since: date | None


class Standpoint(NamedTuple):
    """One measure at the end of one period, in the words of that day."""

    measure_id: int
    section: int
    stage: str
    stage_label: str
    light: str
    light_label: str
    filed: int
    owed: int
    since: date | None = None  # from when what decides the light holds

    @property
    def is_undivided(self) -> bool:
        """Whether it is green from before 已审核 and 待审核 were told apart."""
        return self.light == Light.GREEN and "·" not in self.light_label


class Column(NamedTuple):
    """One period: a closed one by its snapshot, or the present."""

    period: Period | None  # None: the present, and nothing was ever opened
    is_live: bool
    label: str
    as_of: date
    points: tuple[Standpoint, ...]
    timeliness: Mapping[Timeliness, int]  # of its filings, as they stand now

    @property
    def key(self) -> str:
        """How addresses name it; empty for the present."""
        return "" if self.is_live or self.period is None else str(self.period.pk)

    @property
    def stages(self) -> Counter[str]:
        """How many measures are at which stage."""
        return Counter(point.stage for point in self.points)

    def of_section(self, section: int) -> list[Standpoint]:
        """The measures of one section."""
        return [point for point in self.points if point.section == section]


class SectionTrend(NamedTuple):
    """One section over the periods: of what was owed, the share that was filed."""

    head: SectionHead
    shares: tuple[Decimal | None, ...]  # None where nothing was owed


class Flow(NamedTuple):
    """What moved from one period to the next."""

    before: Column
    after: Column
    moves: Mapping[tuple[str, str], Sequence[int]]  # (stage before, stage after) → measures


class Trends(NamedTuple):
    """The whole page; everything oldest first, the present last."""

    shown: Shown
    on: date
    columns: tuple[Column, ...]
    sections: tuple[SectionTrend, ...]
    flows: tuple[Flow, ...]
    readings: tuple[Reading, ...]  # indicators in use, in the order of the notice
    lines: Sequence[MeasureFiling]  # the filings of the current period
    marks: Mapping[int, str]  # （三）, by measure
    titles: Mapping[int, str]
    left_out: int  # older periods that are not shown


def trends_for(shown: Shown, *, on: date) -> Trends:
    """Gather it; six queries beside the one that chose the period, for any number of either.

    More where today's lights have not been worked out yet. `shown` is the current period.
    """
    closed = shown.closed
    recent = list(reversed(closed[:MOST_PERIODS]))
    live = overview_for(present(shown), on=on)
    sections = {row.measure_id: row.section for row in live.rows}
    snapshots = kept_at(recent)
    arrivals = arrivals_of([*recent, *([shown.period] if shown.period else [])], on=on)
    columns = [
        column
        for period in recent
        if (column := _frozen_column(period, snapshots, sections, arrivals)).points
    ]
    if live.rows:
        columns.append(_live_column(shown, live.rows, arrivals, on))
    return Trends(
        shown=shown,
        on=on,
        columns=tuple(columns),
        sections=tuple(_section(head, columns) for head in dict.fromkeys(sections.values())),
        flows=tuple(_flow(old, new) for old, new in pairwise(columns)),
        readings=tuple(readings_in_use(notice_key(shown), on=on)),
        lines=live.lines,
        marks={row.measure_id: row.mark for row in live.rows},
        titles={row.measure_id: row.title for row in live.rows},
        left_out=max(len(closed) - MOST_PERIODS, 0),
    )


def kept_at(periods: Sequence[Period]) -> dict[int, list[Kept]]:
    """The snapshots of up to MOST_PERIODS periods' last closings, by period; one query."""
    keys = [period.pk for period in periods]
    found: defaultdict[int, list[Kept]] = defaultdict(list)
    for row in _newest().rows([*keys, *[0] * (MOST_PERIODS - len(keys))]):
        found[row[0]].append(Kept(*row))
    return found


@cache
def _newest() -> Prepared:
    rows = Snapshot.objects.filter(period__in=range(-1, -1 - MOST_PERIODS, -1))
    newest = rows.order_by("period_id", "measure_id", "-closing")
    told = newest.distinct("period_id", "measure_id").values_list(*Kept._fields)
    return prepared(told, *["bigint"] * MOST_PERIODS)


def moves_between(
    before: Iterable[Standpoint], after: Iterable[Standpoint]
) -> dict[tuple[str, str], list[int]]:
    """Which measures went from which stage to which; those in only one of both are left out."""
    stood = {point.measure_id: point.stage for point in before}
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for point in after:
        if point.measure_id in stood:
            found[stood[point.measure_id], point.stage].append(point.measure_id)
    return dict(found)


def filed_share(points: Iterable[Standpoint]) -> Decimal | None:
    """Of what was owed the share that was filed, in percent."""
    points = list(points)
    owed = sum(point.owed for point in points)
    filed = sum(point.filed for point in points)
    return Decimal(100) * filed / owed if owed else None


def _frozen_column(
    period: Period,
    snapshots: Mapping[int, Sequence[Kept]],
    sections: Mapping[int, SectionHead],
    arrivals: Mapping[int, Mapping[Timeliness, int]],
) -> Column:
    own = [one for one in snapshots.get(period.pk, ()) if one.measure_id in sections]
    taken = max((snapshot.taken_at for snapshot in own), default=None)
    return Column(
        period=period,
        is_live=False,
        label=period.label,
        as_of=localdate(taken) if taken else period.due_on,
        points=tuple(
            _point(one, sections[one.measure_id].ordinal, since=one.light_since) for one in own
        ),
        timeliness=arrivals.get(period.pk, Counter()),
    )


def _point(one: Kept | MeasureRow, section: int, *, since: date | None) -> Standpoint:
    return Standpoint(
        measure_id=one.measure_id,
        section=section,
        stage=one.stage,
        stage_label=one.stage_label,
        light=one.light,
        light_label=one.light_label,
        filed=one.filed,
        owed=one.owed,
        since=since,
    )


def _live_column(
    shown: Shown,
    rows: Sequence[MeasureRow],
    arrivals: Mapping[int, Mapping[Timeliness, int]],
    on: date,
) -> Column:
    """The open period; where none is open, just the present."""
    period = shown.period
    label = period.label if period and period.is_open else "当前"
    known = arrivals.get(period.pk, Counter()) if period else Counter()
    points = tuple(_point(row, row.section.ordinal, since=row.since) for row in rows)
    return Column(period, True, label, on, points, known)


def _section(head: SectionHead, columns: Sequence[Column]) -> SectionTrend:
    shares = (filed_share(column.of_section(head.ordinal)) for column in columns)
    return SectionTrend(head, tuple(shares))


def _flow(before: Column, after: Column) -> Flow:
    return Flow(before, after, moves_between(before.points, after.points))
