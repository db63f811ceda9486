"""趋势: how lights, stages, sections and filings went from period to period. No format."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from django.db.models import Count, F, Q
from django.utils.timezone import localdate

from measures.indicators.readings import Reading, readings_of
from measures.models import Filing, Period, Snapshot
from measures.models.arrival import arrived_q
from measures.models.period import due_q
from reports.choices import Timeliness
from reports.compare.data import present, sides_to_choose
from reports.filing_status.data import COUNTED
from reports.overview.data import overview_for
from reports.overview.rows import MeasureRow
from reports.period.shown import SectionHead, Shown, newest_snapshots

MOST_PERIODS = 12  # more are not readable side by side; the newest are shown


class Standpoint(NamedTuple):
    """One measure at the end of one period, in the words of that day."""

    measure_id: int
    section: int
    stage: str
    stage_label: str
    light: str
    light_label: str
    percent: int | None
    filed: int
    owed: int


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
    def lights(self) -> Counter[str]:
        """How many measures have which light."""
        return Counter(point.light for point in self.points)

    @property
    def stages(self) -> Counter[str]:
        """How many measures are at which stage."""
        return Counter(point.stage for point in self.points)

    @property
    def owed(self) -> int:
        """Filings asked for, without the waived."""
        return sum(self.timeliness.values())

    @property
    def filed(self) -> int:
        """Filings that have come in."""
        return self.timeliness[Timeliness.IN_TIME] + self.timeliness[Timeliness.LATE]

    def of_section(self, section: int) -> list[Standpoint]:
        """The measures of one section."""
        return [point for point in self.points if point.section == section]


class SectionTrend(NamedTuple):
    """One section over the periods; None where there is nothing to count."""

    head: SectionHead
    percents: tuple[Decimal | None, ...]  # the mean of its dated measures
    shares: tuple[Decimal | None, ...]  # of what was owed, the share that was filed
    counts: tuple[Counter[str], ...]  # measures by stage


class Flow(NamedTuple):
    """What moved from one period to the next."""

    before: Column
    after: Column
    moves: Mapping[tuple[str, str], int]  # (stage before, stage after) → measures


class Trends(NamedTuple):
    """The whole page."""

    shown: Shown
    columns: tuple[Column, ...]  # oldest first, the present last
    sections: tuple[SectionTrend, ...]
    flows: tuple[Flow, ...]  # newest first
    readings: tuple[Reading, ...]  # indicators in use, in the order of the notice
    names: Mapping[int, str]  # what measures are called
    left_out: int  # older periods that are not shown


def trends_for(shown: Shown, *, on: date) -> Trends:
    """Gather it; six queries beside the one that chose the period, for any number of either.

    Five more where today's lights have not been worked out yet. `shown` is the current period.
    """
    closed = sides_to_choose(shown.periods)
    recent = list(reversed(closed[:MOST_PERIODS]))
    live = overview_for(present(shown), on=on)
    sections = {row.measure_id: row.section for row in live.rows}
    snapshots = newest_snapshots(*recent)
    arrivals = _arrivals([*recent, *([shown.period] if shown.period else [])], on)
    columns = [
        column
        for period in recent
        if (column := _frozen_column(period, snapshots, sections, arrivals)).points
    ]
    if live.rows:
        columns.append(_live_column(shown, live.rows, arrivals, on))
    return Trends(
        shown=shown,
        columns=tuple(columns),
        sections=tuple(_section(head, columns) for head in dict.fromkeys(sections.values())),
        flows=tuple(reversed([_flow(old, new) for old, new in pairwise(columns)])),
        readings=_readings([row.measure_id for row in live.rows], on),
        names={row.measure_id: f"{row.mark}{row.title}" for row in live.rows},
        left_out=max(len(closed) - MOST_PERIODS, 0),
    )


def moves_between(before: Iterable[Standpoint], after: Iterable[Standpoint]) -> Counter:
    """How many measures went from which stage to which; those in only one of both are left out."""
    stood = {point.measure_id: point.stage for point in before}
    return Counter(
        (stood[point.measure_id], point.stage) for point in after if point.measure_id in stood
    )


def mean_percent(points: Iterable[Standpoint]) -> Decimal | None:
    """The mean of the percents that there are, with one decimal."""
    known = [point.percent for point in points if point.percent is not None]
    return (Decimal(sum(known)) / len(known)).quantize(Decimal("0.1")) if known else None


def filed_share(points: Iterable[Standpoint]) -> Decimal | None:
    """Of what was owed the share that was filed, in percent with one decimal."""
    points = list(points)
    owed = sum(point.owed for point in points)
    filed = sum(point.filed for point in points)
    return (Decimal(100) * filed / owed).quantize(Decimal("0.1")) if owed else None


def _frozen_column(
    period: Period,
    snapshots: Mapping[tuple[int, int], Snapshot],
    sections: Mapping[int, SectionHead],
    arrivals: Mapping[int, Mapping[Timeliness, int]],
) -> Column:
    own = [s for (pk, measure), s in snapshots.items() if pk == period.pk and measure in sections]
    taken = max((snapshot.taken_at for snapshot in own), default=None)
    return Column(
        period=period,
        is_live=False,
        label=period.label,
        as_of=localdate(taken) if taken else period.due_on,
        points=tuple(_frozen_point(s, sections[s.measure_id].ordinal) for s in own),
        timeliness=arrivals.get(period.pk, Counter()),
    )


def _frozen_point(snapshot: Snapshot, section: int) -> Standpoint:
    return Standpoint(
        measure_id=snapshot.measure_id,
        section=section,
        stage=snapshot.stage,
        stage_label=snapshot.stage_label,
        light=snapshot.light,
        light_label=snapshot.light_label,
        percent=snapshot.percent,
        filed=snapshot.filed,
        owed=snapshot.owed,
    )


def _live_column(
    shown: Shown,
    rows: Sequence[MeasureRow],
    arrivals: Mapping[int, Mapping[Timeliness, int]],
    on: date,
) -> Column:
    period = shown.period
    label = f"当前 · {period.label}" if period else "当前"
    known = arrivals.get(period.pk, Counter()) if period else Counter()
    points = tuple(
        Standpoint(
            measure_id=row.measure_id,
            section=row.section.ordinal,
            stage=row.stage,
            stage_label=row.stage_label,
            light=row.light,
            light_label=row.light_label,
            percent=row.percent,
            filed=row.filed,
            owed=row.owed,
        )
        for row in rows
    )
    return Column(period, True, label, on, points, known)


def _section(head: SectionHead, columns: Sequence[Column]) -> SectionTrend:
    own = [column.of_section(head.ordinal) for column in columns]
    return SectionTrend(
        head=head,
        percents=tuple(mean_percent(points) for points in own),
        shares=tuple(filed_share(points) for points in own),
        counts=tuple(Counter(point.stage for point in points) for points in own),
    )


def _readings(measure_ids: Sequence[int], on: date) -> tuple[Reading, ...]:
    """The indicators in use, in the order of their measures; one query."""
    order = {pk: number for number, pk in enumerate(measure_ids)}
    found = [one for one in readings_of(measure_ids, on=on) if one.indicator.retired_on is None]
    return tuple(sorted(found, key=lambda one: order[one.indicator.measure_id]))


def _flow(before: Column, after: Column) -> Flow:
    return Flow(before, after, moves_between(before.points, after.points))


def _arrivals(periods: Sequence[Period], on: date) -> dict[int, Counter[Timeliness]]:
    """How the filings of some periods count, by period, told as 填报情况 tells them; one query.

    The SQL spelling of timeliness_of_filing; a test holds both together.
    """
    in_time = arrived_q() & Q(first_submitted_at__date__lte=F("due_on"))
    is_due = due_q(on=on, period="period__")
    rows = (
        Filing.objects.filter(period__in=periods)
        .owed()
        .order_by()
        .values("period")
        .annotate(
            in_time=Count("pk", filter=in_time),
            late=Count("pk", filter=arrived_q() & ~in_time),
            missing=Count("pk", filter=~arrived_q() & is_due),
            awaited=Count("pk", filter=~arrived_q() & ~is_due),
        )
    )
    found = rows.values_list("period", *(t.value for t in COUNTED))
    return {pk: Counter(dict(zip(COUNTED, counts, strict=True))) for pk, *counts in found}
