"""总览: progress of each measure, what needs action, and the filings. No formatting."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple, TypeVar, cast

from django.db.models import Count, F, Max, Q, Subquery, Value
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import localdate

from agencies.models import User
from lib.arrays import among
from lib.marks import day_of
from lib.prepared import Prepared, prepared
from measures.choices import Cause, GapKind, Light, Nature, ResponsibilityRole
from measures.indicators.readings import readings_in_use
from measures.lights.current import finding_of, url_of, verdicts_for
from measures.models import Filing, Measure, Notice, Snapshot, StatusUpdate
from measures.models.filing import FilingFacts, FilingQuerySet
from measures.models.public_status import PublicStatus, public_status_of
from measures.rules.comparison import Moment, changes_between
from measures.rules.facts import Verdict, days_since
from reports.overview.beside import BesideMeasure, beside_in, beside_of
from reports.overview.figures import figures_of
from reports.overview.large_notice import (
    LargeNotice,
    counted_notice,
    counted_rows,
    filing_counts,
    needs_whole,
    responsible_agencies,
)
from reports.overview.rows import (
    GROUPS,
    PAST_DUE,
    STUCK,
    FilingCount,
    MeasureFiling,
    MeasureRow,
    Overview,
)
from reports.overview.snapshot import moments_of, never_filed_in
from reports.period.measures import Gaps, gaps_in, measures_in, measures_of, measures_unless_large
from reports.period.shown import (
    Party,
    SectionHead,
    Shown,
    newest_snapshots,
    notice_key,
    notice_of,
    parties_in,
    parties_of,
    periods_beside,
)

ROLES = {one.value: str(one.label) for one in ResponsibilityRole}
Read = TypeVar("Read")
NEIGHBOURS = 3  # notices to choose on either side; others are found by number or title


class _Gathered(NamedTuple):
    """A measure and the data fetched with it."""

    measure: Measure
    parties: tuple[Party, ...]
    lost: frozenset[str]


class CountedColumns(NamedTuple):
    """The columns that are read of a filing."""

    pk: int
    measure_id: int
    agency_name: str
    agency_order: int
    role: str
    state: str
    due_on: date
    first_submitted_at: datetime | None
    mend_by: date | None
    accepted_note_id: int | None
    has_ever_filed: bool


class CountedFiling(CountedColumns, FilingFacts):
    """A filing for display only, as the rules take it."""


def overview_for(
    shown: Shown,
    *,
    on: date,
    reader: User | None = None,
    filters: Mapping[str, str] | None = None,
    needs_rows: bool = True,
    measures: list[Measure] | None = None,
) -> Overview:
    """Return the overview of a period; three queries besides the one that chose the period.

    Eight more if today's lights have not been computed yet. A frozen period is shown from its
    snapshot, with only the measures in it. `reader`: add what only 总览 shows to this person: facts
    of the measures (changes, gaps, BesideMeasure) and of the notice; six more queries. For a large
    notice with a `reader`, rows hold only what is counted unless the `filters` need more; if one
    page of them is enough, they are read by page. `measures`: those of measures_in(), if known.
    """
    unless_large = measures_unless_large(shown) if reader else None
    if reader and unless_large is None and shown.is_live and not needs_whole(filters or {}):
        return _large(notice_key(shown), shown, on=on, reader=reader, needs_rows=needs_rows)
    measures = measures or (measures_in(shown) if unless_large is None else unless_large)
    gaps: Gaps = gaps_in(shown, unless_large) if reader else {}
    before = moments_of(shown.previous) if reader else {}
    updated = _updated_by(shown) if reader and not shown.is_live else {}
    lines: Sequence[MeasureFiling]
    counts: Counter[FilingCount]
    if shown.is_live:
        as_of, (rows, lines) = on, _live(measures, shown, gaps, on=on, reader=reader)
        counts = Counter(FilingCount(one.agency, one.agency_order, one.status) for one in lines)
    else:
        as_of, rows, lines, counts = _frozen(measures, shown, gaps, updated, on=on)
    return Overview(
        shown=shown,
        as_of=as_of,
        rows=_changed(rows, before, shown),
        lines=lines,
        counts=counts,
        has_previous=bool(before),
        agencies=list(dict.fromkeys(name for row in rows for name, _ in row.agencies)),
        gaps=sum(map(len, gaps.values())),
        **(_of_notice(measures[0].notice_id, shown, on=on) if reader and measures else {}),
    )


def _large(notice: int, shown: Shown, *, on: date, reader: User, needs_rows: bool) -> Overview:
    """Return the overview of a large notice: its rows are complete only if needed."""
    gaps, told = gaps_in(shown), _of_notice(notice, shown, on=on)

    def whole(rows: list[MeasureRow]) -> list[MeasureRow]:
        measures = measures_of(shown, {row.measure_id for row in rows})
        found, _ = _live(measures, shown, gaps, on=on, reader=reader, is_part=True)
        before = moments_of(shown.previous, [one.pk for one in measures])
        by_key = {row.measure_id: row for row in _changed(found, before, shown)}
        return [by_key[row.measure_id] for row in rows]

    noted = {one.indicator.measure_id for one in told["readings"]}
    counted = None if needs_rows else counted_notice(shown, on=on, reader=reader, noted=noted)
    if counted is None:
        before = moments_of(shown.previous)
        rows = counted_rows(shown, before, on=on, reader=reader)
        counted = LargeNotice(rows, figures_of(rows), rows, bool(before))
    return Overview(
        shown=shown,
        as_of=on,
        rows=counted.rows,
        lines=_when_used(lambda: _lines(shown, measures_in(shown), on=on)),
        counts=filing_counts(shown, on=on),
        has_previous=counted.has_previous,
        agencies=responsible_agencies(shown, on=on),
        whole=whole,
        figures=counted.figures,
        told=counted.told,
        narrowed=counted.narrowed,
        gaps=sum(map(len, gaps.values())),
        **told,
    )


def _gather(
    measures: list[Measure],
    shown: Shown,
    gaps: Gaps,
    *,
    on: date,
    is_part: bool = False,
) -> list[_Gathered]:
    if is_part or not measures:
        parties = parties_of([one.pk for one in measures], shown, on=on)
    else:
        parties = parties_in(measures[0].notice_id, shown, on=on)
    return [
        _Gathered(one, parties.get(one.pk, ()), frozenset(gaps.get(one.pk, ()))) for one in measures
    ]


def _live(
    measures: list[Measure],
    shown: Shown,
    gaps: Gaps,
    *,
    on: date,
    reader: User | None,
    is_part: bool = False,
) -> tuple[list[MeasureRow], list[MeasureFiling]]:
    """Return the current state of some measures, and their filings."""
    gathered = _gather(measures, shown, gaps, on=on, is_part=is_part)
    lines = _lines(shown, measures, on=on, is_part=is_part)
    verdicts = verdicts_for(measures, on=on)
    beside: Mapping[int, BesideMeasure] = {}
    if reader and measures:
        stuck = {pk: one.light for pk, one in verdicts.items() if one.light in STUCK}
        if is_part:
            beside = beside_of(list(verdicts), stuck, reader=reader, on=on)
        else:
            beside = beside_in(measures[0].notice_id, stuck, reader=reader, on=on)
    return _live_rows(gathered, lines, verdicts, beside, on=on), lines


def _frozen(
    measures: list[Measure],
    shown: Shown,
    gaps: Gaps,
    updated: Mapping[int, date],
    *,
    on: date,
) -> tuple[date, list[MeasureRow], Sequence[MeasureFiling], Counter[FilingCount]]:
    """Return the day on which a period closed, and the measures and filings as of then.

    Filings and their counts are read when they are used.
    """
    then = {pk: one for (_, pk), one in newest_snapshots(shown.period).items()}
    kept = [(one, then[one.pk]) for one in measures if one.pk in then]
    as_of = next((localdate(snapshot.taken_at) for snapshot in then.values()), None) or on
    rows = [
        _frozen_row(
            _Gathered(one, (), frozenset(gaps.get(one.pk, ()))), own, as_of, updated.get(one.pk)
        )
        for one, own in kept
    ]
    lines = _when_used(lambda: _frozen_lines(kept) or _lines(shown, measures, on=on))
    return as_of, rows, lines, _when_used(lambda: _counts_then(kept) or filing_counts(shown, on=on))


def _when_used(read: Callable[[], Read]) -> Read:
    """Return the result of a function that is called when the result is first used."""
    return cast("Read", SimpleLazyObject(read))


def _updated_by(shown: Shown) -> dict[int, date]:
    """Return the day on which each measure's status was last changed before the period closed."""
    rows = StatusUpdate.objects.filter(measure__notice=notice_of(shown))
    if shown.period is not None:
        rows = rows.filter(at__lte=shown.period.closed_at)
    last = rows.order_by().values_list("measure_id").annotate(Max("at"))
    return {measure: localdate(at) for measure, at in last}


def _of_notice(notice: int, shown: Shown, *, on: date) -> dict[str, Any]:
    """Return facts about the whole notice, and its neighbours; three queries."""
    around = _around().rows([notice])
    # For a closed period, show nothing that is not in its snapshot.
    return {
        "readings": tuple(readings_in_use(notice, on=on)) if shown.is_live else (),
        "number": next(number for key, number, _ in around if key == notice),
        "notices": tuple((key, number) for key, number, _ in around),
        "notice_total": around[0][2],
        "is_first": around[0][0] == notice,
        "beside": periods_beside(shown, on=on) if shown.is_live else (),
    }


@cache
def _around() -> Prepared:
    """Return the notice and its neighbours, each with the total number of notices."""
    opened = Notice.objects.open()
    before = opened.filter(pk__lt=-1).order_by("-pk")[:NEIGHBOURS]
    after = opened.filter(pk__gt=-1).order_by("pk")[:NEIGHBOURS]
    near = Q(pk=-1) | Q(pk__in=before.values("pk")) | Q(pk__in=after.values("pk"))
    every = opened.order_by().values(one=Value(1)).annotate(n=Count("pk")).values("n")
    found = Notice.objects.filter(near).order_by("pk").annotate(total=Subquery(every))
    return prepared(found.values_list("pk", "number", "total"), "bigint")


def _lines(
    shown: Shown, measures: list[Measure], *, on: date, is_part: bool = False
) -> list[MeasureFiling]:
    """Return the period's filings for these measures, in the order of the notice; one query."""
    if shown.period is None:
        return []
    by_key = {one.pk: one for one in measures}
    # Nothing is late before the period is due, so the query for never-filed is not needed.
    is_due = shown.period.due_on < on
    if is_part:
        rows = _some_filings(is_due=is_due).rows([shown.period.pk, list(by_key)])
    else:
        rows = _filings(is_due=is_due).rows([shown.period.pk])
    filings, is_over = map(CountedFiling._make, rows), shown.is_over
    return [_line(filing, by_key[filing.measure_id], is_over, on) for filing in filings]


@cache
def _filings(*, is_due: bool) -> Prepared:
    return prepared(_columns(Filing.objects.filter(period=-1), is_due=is_due), "bigint")


@cache
def _some_filings(*, is_due: bool) -> Prepared:
    own = Filing.objects.filter(period=-1, measure__in=among(-2))
    return prepared(_columns(own, is_due=is_due), "bigint", "bigint[]")


def _columns(filings: FilingQuerySet, *, is_due: bool) -> Any:
    has_ever_filed: Any = Value(True)
    if is_due:
        filings, has_ever_filed = filings.with_history(), F("has_ever_filed")
    return filings.with_protocol().values_list(*CountedColumns._fields[:-1], has_ever_filed)


def _line(filing: CountedFiling, measure: Measure, is_over: bool, on: date) -> MeasureFiling:
    status = public_status_of(filing, is_over=is_over, on=on)
    return MeasureFiling(
        filing_id=filing.pk,
        measure_id=filing.measure_id,
        ordinal=measure.ordinal,
        title=measure.shown_title,
        agency=filing.agency_name,
        agency_order=filing.agency_order,
        role_label=ROLES[filing.role],
        status=status,
        status_label=status.label,
        due_on=filing.due_on,
        filed_on=filing.first_submitted_at and day_of(filing.first_submitted_at),
        is_never_filed=status in GROUPS[PAST_DUE] and not filing.has_ever_filed,
    )


def _frozen_lines(kept: Iterable[tuple[Measure, Snapshot]]) -> list[MeasureFiling]:
    """Return the filings as of the closing; none if old snapshots did not keep them."""
    return [
        MeasureFiling(
            filing_id=filing["filing"],
            measure_id=measure.pk,
            ordinal=measure.ordinal,
            title=measure.shown_title,
            agency=filing["name"],
            agency_order=0,
            role_label=filing["role_label"],
            status=PublicStatus(filing["standing"]),
            status_label=filing["standing_label"],
            due_on=date.fromisoformat(filing["due_on"]),
            filed_on=date.fromisoformat(filing["filed_on"]) if filing["filed_on"] else None,
            is_never_filed=filing["never_filed"],
        )
        for measure, then in kept
        for filing in then.filings or []
    ]


def _counts_then(kept: Iterable[tuple[Measure, Snapshot]]) -> Counter[FilingCount]:
    """Return the numbers of the _frozen_lines()."""
    found = Counter(
        (one["name"], one["standing"]) for _, then in kept for one in then.filings or []
    )
    return Counter({FilingCount(name, 0, PublicStatus(one)): n for (name, one), n in found.items()})


def _live_rows(
    gathered: list[_Gathered],
    lines: list[MeasureFiling],
    verdicts: Mapping[int, Verdict],
    beside: Mapping[int, BesideMeasure],
    *,
    on: date,
) -> list[MeasureRow]:
    by_measure: defaultdict[int, list[MeasureFiling]] = defaultdict(list)
    for line in lines:
        by_measure[line.measure_id].append(line)
    return [
        _live_row(g, verdicts[pk], by_measure[pk], beside.get(pk, BesideMeasure()), on)
        for g in gathered
        if (pk := g.measure.pk)
    ]


def _live_row(
    gathered: _Gathered,
    verdict: Verdict,
    lines: list[MeasureFiling],
    beside: BesideMeasure,
    on: date,
) -> MeasureRow:
    measure = gathered.measure
    return _row(
        gathered,
        verdict,
        on,
        stage=measure.stage,
        stage_label=measure.stage_words,
        percent=measure.percent,
        is_ongoing=not measure.is_dated,
        due_on=measure.due_on,
        light_label=verdict.light.label,
        lost=gathered.lost,
        agencies=tuple((party.name, party.role) for party in gathered.parties),
        filed=sum(line.is_filed for line in lines),
        accepted=sum(line.status == PublicStatus.ACCEPTED for line in lines),
        owed=sum(line.status != PublicStatus.WAIVED for line in lines),
        never_filed=tuple(line.agency for line in lines if line.is_never_filed),
        changed_on=measure.changed_on,
        **beside._asdict(),
    )


def _frozen_row(
    gathered: _Gathered, snapshot: Snapshot, as_of: date, updated_on: date | None
) -> MeasureRow:
    """Return a row with the labels of that day; without agencies if they were not known then."""
    changed_on = gathered.measure.changed_on
    lost = gathered.lost - {GapKind.AGENCIES}
    return _row(
        gathered,
        _verdict_then(snapshot),
        as_of,
        title=snapshot.title_label,
        stage=snapshot.stage,
        stage_label=snapshot.stage_label,
        percent=snapshot.percent,
        is_ongoing=(snapshot.nature or gathered.measure.nature) == Nature.ONGOING,
        due_on=snapshot.due_on if snapshot.nature else gathered.measure.due_on,
        knows_due=bool(snapshot.nature),
        light_label=snapshot.light_label,
        lost=lost if snapshot.agencies else lost | {GapKind.AGENCIES},
        agencies=tuple((agency["name"], agency["role"]) for agency in snapshot.agencies),
        filed=snapshot.filed,
        accepted=_accepted_then(snapshot),
        owed=snapshot.owed,
        never_filed=never_filed_in(snapshot),
        changed_on=changed_on if changed_on and changed_on <= as_of else updated_on,
    )._replace(cause=snapshot.cause)


def _verdict_then(snapshot: Snapshot) -> Verdict:
    """Return the verdict in a snapshot; old snapshots have no days and findings."""
    findings = tuple(map(finding_of, snapshot.light_findings or ()))
    return Verdict(
        Light(snapshot.light),
        snapshot.sentence,
        snapshot.filing_id,
        Cause(snapshot.cause or Cause.NO_PERIOD),
        snapshot.manual_until,
        since=snapshot.light_since,
        agencies=findings[0].agencies if findings else (),
        findings=findings,
    )


def _accepted_then(snapshot: Snapshot) -> int | None:
    if snapshot.filings is None:
        return None
    return sum(kept["standing"] == PublicStatus.ACCEPTED for kept in snapshot.filings)


def _row(
    gathered: _Gathered, verdict: Verdict, on: date, *, title: str = "", **known: Any
) -> MeasureRow:
    """Return a measure's row; `title`: its title at the time, if the snapshot keeps it."""
    measure = gathered.measure
    return MeasureRow(
        measure_id=measure.pk,
        ordinal=measure.ordinal,
        title=title or measure.shown_title,
        section=SectionHead(measure.section.ordinal, measure.section.title),
        is_title_ours=GapKind.TITLE in gathered.lost and bool(measure.working_title),
        light=verdict.light.value,
        sentence=verdict.sentence,
        fact_url=url_of(measure.pk, verdict),
        manual_until=verdict.until,
        cause=verdict.cause.value,
        since=verdict.since,
        days=days_since(verdict.since, on=on) if verdict.since else 0,
        waits_for=verdict.agencies,
        others=verdict.others,
        findings=verdict.findings,
        **known,
    )


def _changed(
    rows: Iterable[MeasureRow], before: Mapping[int, Moment], shown: Shown
) -> list[MeasureRow]:
    """Return the rows with their changes since the last snapshot; also mark skipped ones."""
    return [
        row._replace(
            changes=changes_between(before.get(row.measure_id), row.moment),
            is_skipped=shown.is_skipped(row.ordinal),
        )
        for row in rows
    ]
