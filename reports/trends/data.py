"""趋势: lights, stages, sections and filings from period to period. No formatting.

The database counts; of thousands of measures only those that are named are read.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from django.db.models import Q
from django.utils.timezone import localdate

from lib.chinese import ordinal
from measures.choices import Light
from measures.indicators.readings import Reading, readings_in_use
from measures.models import Measure, Period
from measures.models.measure import title_of
from measures.models.public_status import PublicStatus
from reports.choices import Timeliness
from reports.period.measures import is_large
from reports.period.shown import SectionHead, Shown, notice_key
from reports.trends.counted import (
    NAMED_MOST,
    FrozenCount,
    LiveCount,
    StatusCount,
    TurnedMeasures,
    frozen_counts,
    live_counts,
    moved_between,
    status_counts,
)
from reports.trends.strips import MOST_PERIODS, arrivals_in, filings_alike

MOST_MOMENTS = 4  # the newest moments, shown side by side
TURNED_MOST = 20  # measures named per change of light, for a large notice
NORMAL = (Light.GREEN, Light.WAITING)


class Standpoint(NamedTuple):
    """Measures of a section with equal states at the end of a period, with that day's labels."""

    section: int
    stage: str
    stage_label: str
    light: str
    light_label: str
    number: int
    filed: int
    owed: int

    @property
    def is_undivided(self) -> bool:
        """Whether it is an old green, which does not distinguish 已审核 from 待审核."""
        return self.light == Light.GREEN and "·" not in self.light_label


class Column(NamedTuple):
    """One period: a closed one from its snapshot, or the present."""

    period: Period | None  # None: the present, if no period was ever opened
    is_live: bool
    label: str
    as_of: date
    points: tuple[Standpoint, ...]
    timeliness: Mapping[Timeliness, int]  # counts of its filings as of now

    @property
    def key(self) -> str:
        """Its name in query strings; empty for the present."""
        return "" if self.is_live or self.period is None else str(self.period.pk)

    @property
    def total(self) -> int:
        """The number of measures."""
        return sum(point.number for point in self.points)

    @property
    def stages(self) -> Counter[str]:
        """The number of measures by stage."""
        found: Counter[str] = Counter()
        for point in self.points:
            found[point.stage] += point.number
        return found

    @property
    def lights(self) -> Counter[tuple[str, str]]:
        """The number of measures by (light, its label at the time)."""
        found: Counter[tuple[str, str]] = Counter()
        for point in self.points:
            found[point.light, point.light_label] += point.number
        return found

    def of_section(self, section: int) -> list[Standpoint]:
        """Return the measures of one section."""
        return [point for point in self.points if point.section == section]


class SectionTrend(NamedTuple):
    """One section over the periods: the share of owed filings that were submitted."""

    head: SectionHead
    shares: tuple[Decimal | None, ...]  # in percent; None if nothing was owed


class Moved(NamedTuple):
    """The number of measures with one change of stage; their ordinals if they are few."""

    number: int
    ordinals: Sequence[int]


class Flow(NamedTuple):
    """The changes of stage from one period to the next."""

    before: Column
    after: Column
    moves: Mapping[tuple[str, str], Moved]  # by (stage before, stage after)


class Turn(NamedTuple):
    """Measures with the same change of light since the last period, or that stayed 滞后."""

    before: str
    before_label: str
    after: str
    after_label: str
    number: int
    ordinals: Sequence[int]


class NamedMeasure(NamedTuple):
    """A measure that is named."""

    measure_id: int
    mark: str  # （三）
    title: str
    since: date | None  # first day of the fact that decides its light


class Trends(NamedTuple):
    """The whole page; everything oldest first, the present last."""

    shown: Shown
    on: date
    columns: tuple[Column, ...]
    sections: tuple[SectionTrend, ...]
    flows: tuple[Flow, ...]  # between the newest MOST_MOMENTS moments
    turns: tuple[Turn, ...]
    readings: tuple[Reading, ...]  # indicators in use, in the order of the notice
    statuses: Counter[PublicStatus]  # of the filings of the current period
    named: Mapping[int, NamedMeasure]  # by ordinal
    left_out: int  # number of older periods that are not shown


def trends_for(shown: Shown, *, on: date) -> Trends:
    """Return the content; seven queries besides the one that chose the period, at any size.

    More if today's lights have not been computed yet. `shown` is the current period.
    """
    notice, closed = notice_key(shown), shown.closed
    recent = list(reversed(closed[:MOST_PERIODS]))
    frozen = frozen_counts(recent)
    kept = [period for period in recent if period.pk in frozen]
    last = frozen[kept[-1].pk][0] if kept else None
    live = live_counts(notice, last, on=on)
    alike = filings_alike([*recent, *([shown.period] if shown.period else [])])
    statuses, arrivals = status_counts(alike, shown, on=on), arrivals_in(alike, on=on)
    heads = {one.section_id: one.section for one in live.counts}
    columns = [_frozen_column(one, frozen[one.pk], heads, arrivals) for one in kept if heads]
    if heads:
        columns.append(_live_column(shown, live.counts, statuses, arrivals, on))
    flows = _flows(columns, live.turned, {str(pk): counts[0] for pk, counts in frozen.items()})
    turns = _turns(live.turned)
    readings = tuple(readings_in_use(notice, on=on))
    steps = [moved for flow in flows for pair, moved in flow.moves.items() if is_named(pair, moved)]
    lists = [*(one.ordinals for one in steps), *(one.ordinals for one in turns)]
    most = TURNED_MOST if is_large(sum(one.number for one in live.counts)) else None
    wanted = {number for ordinals in lists for number in ordinals[:most]}
    own = {reading.indicator.measure_id for reading in readings}
    return Trends(
        shown=shown,
        on=on,
        columns=tuple(columns),
        sections=tuple(_section(head, columns) for head in sorted(set(heads.values()))),
        flows=flows,
        turns=turns,
        readings=readings,
        statuses=sum((one.statuses for one in statuses.values()), Counter()),
        named=_named(notice, wanted, own, live.turned),
        left_out=max(len(closed) - MOST_PERIODS, 0),
    )


def filed_share(points: Iterable[Standpoint]) -> Decimal | None:
    """Return the percentage of owed filings that were submitted; None if nothing was owed."""
    points = list(points)
    owed = sum(point.owed for point in points)
    filed = sum(point.filed for point in points)
    return Decimal(100) * filed / owed if owed else None


def is_named(pair: tuple[str, str], moved: Moved) -> bool:
    """Whether measures with this change of stage are named, because they are few."""
    return pair[0] != pair[1] and moved.number <= NAMED_MOST


def group_of(light: str) -> Light:
    """Return the light for comparing periods: both kinds of 正常 are one, as in old data."""
    return Light.GREEN if light in NORMAL else Light(light)


def _frozen_column(
    period: Period,
    counts: Sequence[FrozenCount],
    heads: Mapping[int, SectionHead],
    arrivals: Mapping[int, Mapping[Timeliness, int]],
) -> Column:
    return Column(
        period=period,
        is_live=False,
        label=period.label,
        as_of=localdate(max(one.taken_at for one in counts)),
        points=tuple(
            Standpoint(
                heads[one.section_id].ordinal,
                one.stage,
                one.stage_label,
                one.light,
                one.light_label,
                one.number,
                one.filed,
                one.owed,
            )
            for one in counts
        ),
        timeliness=arrivals.get(period.pk, Counter()),
    )


def _live_column(
    shown: Shown,
    counts: Sequence[LiveCount],
    statuses: Mapping[int, StatusCount],
    arrivals: Mapping[int, Mapping[Timeliness, int]],
    on: date,
) -> Column:
    """Return the column of the open period, or of the present state if none is open."""
    period = shown.period
    label = period.label if period and period.is_open else "当前"
    known = arrivals.get(period.pk, Counter()) if period else Counter()
    points, told = [], set()
    for one in counts:
        # The filings of a section are counted with the first of its measures.
        own = StatusCount() if one.section_id in told else statuses.get(one.section_id)
        own = own or StatusCount()
        told.add(one.section_id)
        points.append(
            Standpoint(
                one.section.ordinal,
                one.stage,
                one.stage_label,
                one.light,
                one.light_label,
                one.number,
                own.filed,
                own.owed,
            )
        )
    return Column(period, True, label, on, tuple(points), known)


def _section(head: SectionHead, columns: Sequence[Column]) -> SectionTrend:
    shares = (filed_share(column.of_section(head.ordinal)) for column in columns)
    return SectionTrend(head, tuple(shares))


def _flows(
    columns: Sequence[Column], turned: Sequence[TurnedMeasures], closings: Mapping[str, FrozenCount]
) -> tuple[Flow, ...]:
    """Return the changes between periods: the last from current data, others from snapshots."""
    pairs = list(pairwise(columns[-MOST_MOMENTS:]))
    earlier = moved_between([(closings[old.key], closings[new.key]) for old, new in pairs[:-1]])
    steps = [{key: Moved(*found) for key, found in step.items()} for step in earlier]
    newest: defaultdict[tuple[str, str], list[TurnedMeasures]] = defaultdict(list)
    for one in turned:
        if one.before.stage != one.stage:
            newest[one.before.stage, one.stage].append(one)
    steps.append({key: Moved(*_together(found)) for key, found in newest.items()})
    return tuple(
        Flow(old, new, _with_unmoved(old.stages, moves))
        for (old, new), moves in zip(pairs, steps, strict=False)
    )


def _with_unmoved(
    before: Mapping[str, int], moves: Mapping[tuple[str, str], Moved]
) -> dict[tuple[str, str], Moved]:
    """Add the measures that did not move: measures never leave a notice."""
    left = Counter(before)
    for (stage, _), moved in moves.items():
        left[stage] -= moved.number
    return {**moves, **{(stage, stage): Moved(n, ()) for stage, n in left.items() if n}}


def _turns(turned: Sequence[TurnedMeasures]) -> tuple[Turn, ...]:
    found: defaultdict[tuple[str, str, str, str], list[TurnedMeasures]] = defaultdict(list)
    for one in turned:
        if group_of(one.before.light) == group_of(one.light) != Light.RED:
            continue
        was, label = one.before, str(Light(one.light).label)
        found[was.light, was.light_label, one.light, label].append(one)
    return tuple(Turn(*key, *_together(own)) for key, own in found.items())


def _together(counts: Sequence[TurnedMeasures]) -> tuple[int, list[int]]:
    ordinals = [number for one in counts for number in one.ordinals]
    return sum(one.number for one in counts), sorted(ordinals)


def _named(
    notice: int, ordinals: Iterable[int], keys: Iterable[int], turned: Sequence[TurnedMeasures]
) -> dict[int, NamedMeasure]:
    since = {one.ordinals[0]: one.since for one in turned if one.is_anew}
    wanted = Q(ordinal__in=list(ordinals)) | Q(pk__in=list(keys))
    rows = Measure.objects.filter(wanted, notice=notice).order_by()
    told = rows.values_list("pk", "ordinal", "title", "working_title", "light_since")
    return {
        number: NamedMeasure(pk, ordinal(number), title_of(title, ours), since.get(number, kept))
        for pk, number, title, ours, kept in told
    }
