"""总览: how far each measure has got, where it is stuck, and what has come in. No format."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from measures.choices import GapKind, Light, ResponsibilityRole, Stage
from measures.lights import verdicts_for
from measures.models import Filing, Gap, Measure, Snapshot, StatusUpdate
from measures.rules.health import Verdict
from measures.standing import UNFILED, Standing, standing_of
from reports.data.overview_rows import Change, Line, Overview, Row, SectionHead
from reports.data.shown import (
    Party,
    Shown,
    first_notice,
    newest_snapshots,
    parties_array,
    parties_from,
)

ONGOING_DONE = "常态化"  # an ongoing measure is not closed: its tracking turns into routine
ADVANCING = (Stage.NOT_STARTED, Stage.UNDER_WAY, Stage.NEARLY_DONE, Stage.DONE)


class _Gathered(NamedTuple):
    """A measure and what was fetched beside it."""

    measure: Measure
    parties: tuple[Party, ...]
    lost: frozenset[str]
    updated_on: date | None


def overview_for(shown: Shown, *, on: date) -> Overview:
    """Gather the overview of a period; three queries beside the one that chose the period.

    Five more where today's lights have not been worked out yet. A frozen period shows what its
    snapshot says, and only the measures that this has.
    """
    gathered, gaps = _measures(shown, on=on)
    lines = _lines(shown, gathered, on=on)
    snapshots = newest_snapshots(None if shown.is_live else shown.period, shown.previous)
    before = {m: s for (period, m), s in snapshots.items() if period == _key(shown.previous)}
    if shown.is_live:
        as_of, rows = on, _live_rows(gathered, lines, on=on)
    else:
        then = {m: s for (period, m), s in snapshots.items() if period == _key(shown.period)}
        as_of = _closing_day(then.values()) or on
        rows = [_frozen_row(g, then[g.measure.pk], as_of) for g in gathered if g.measure.pk in then]
    return Overview(
        shown=shown,
        as_of=as_of,
        rows=[row._replace(changes=_changes(row, before.get(row.measure_id))) for row in rows],
        lines=lines,
        gaps=gaps,
        has_previous=bool(before),
    )


def _key(period: Any) -> int | None:
    return period.pk if period is not None else None


def _measures(shown: Shown, *, on: date) -> tuple[list[_Gathered], int]:
    """The measures with what stands beside them, and how many gaps the notice has; one query."""
    gaps = Gap.objects.unconfirmed().order_by()
    of_notice = gaps.filter(notice__in=first_notice()).values("notice").annotate(n=Count("pk"))
    updates = StatusUpdate.objects.filter(measure=OuterRef("pk")).order_by("-at")
    if shown.period is not None and not shown.is_live:
        updates = updates.filter(at__lte=shown.period.closed_at)
    rows = list(
        Measure.objects.filter(notice__in=first_notice())
        .select_related("section", "notice")
        .defer("text", "notice__captured_text", "notice__preamble", "notice__closing")
        .annotate(
            lost=ArraySubquery(gaps.filter(measure=OuterRef("pk")).values("kind")),
            gap_total=Coalesce(Subquery(of_notice.values("n")), 0),
            parties=parties_array(shown, on=on),
            updated_at=Subquery(updates.values("at")[:1]),
        )
        .order_by("ordinal")
    )
    gathered = [
        _Gathered(
            row,
            parties_from(row.parties),
            frozenset(row.lost),
            row.updated_at and localdate(row.updated_at),
        )
        for row in rows
    ]
    return gathered, rows[0].gap_total if rows else 0


def _lines(shown: Shown, gathered: list[_Gathered], *, on: date) -> list[Line]:
    """The period's filings in the order of the notice; one query."""
    if shown.period is None:
        return []
    measures = {g.measure.pk: g.measure for g in gathered}
    return [
        Line(
            filing_id=filing.pk,
            measure_id=filing.measure_id,
            ordinal=measures[filing.measure_id].ordinal,
            title=measures[filing.measure_id].shown_title,
            agency=filing.agency_name,
            role=ResponsibilityRole(filing.role),
            standing=standing_of(filing, is_over=shown.is_over, on=on),
            due_on=filing.due_on,
            filed_on=filing.first_submitted_at and localdate(filing.first_submitted_at),
        )
        for filing in Filing.objects.filter(period=shown.period)
    ]


def _live_rows(gathered: list[_Gathered], lines: list[Line], *, on: date) -> list[Row]:
    verdicts = verdicts_for([g.measure for g in gathered], on=on)
    by_measure: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_measure[line.measure_id].append(line)
    return [_live_row(g, verdicts[g.measure.pk], by_measure[g.measure.pk]) for g in gathered]


def _live_row(gathered: _Gathered, verdict: Verdict, lines: list[Line]) -> Row:
    measure = gathered.measure
    is_routine = measure.stage == Stage.DONE and not measure.is_dated
    return _row(
        gathered,
        stage=measure.stage,
        stage_label=ONGOING_DONE if is_routine else measure.stage_choice.label,
        percent=measure.percent,
        light=verdict.light.value,
        light_label=verdict.light.label,
        sentence=verdict.sentence,
        filing_id=verdict.filing_id,
        lost=gathered.lost,
        agencies=tuple((party.name, party.role) for party in gathered.parties),
        filed=sum(line.is_filed for line in lines),
        owed=sum(line.standing != Standing.WAIVED for line in lines),
        is_late=any(line.standing in UNFILED - {Standing.AHEAD} for line in lines),
        changed_on=measure.changed_on,
    )


def _frozen_row(gathered: _Gathered, snapshot: Snapshot, as_of: date) -> Row:
    """In the words of that day. Whose agencies were not known then, had none to name."""
    changed_on = gathered.measure.changed_on
    lost = gathered.lost - {GapKind.AGENCIES}
    return _row(
        gathered,
        stage=snapshot.stage,
        stage_label=snapshot.stage_label,
        percent=snapshot.percent,
        light=snapshot.light,
        light_label=snapshot.light_label,
        sentence=snapshot.sentence,
        filing_id=None,
        lost=lost if snapshot.agencies else lost | {GapKind.AGENCIES},
        agencies=tuple((agency["name"], agency["role"]) for agency in snapshot.agencies),
        filed=snapshot.filed,
        owed=snapshot.owed,
        is_late=snapshot.filed < snapshot.owed,
        changed_on=changed_on if changed_on and changed_on <= as_of else gathered.updated_on,
    )


def _row(gathered: _Gathered, **known: Any) -> Row:
    measure = gathered.measure
    return Row(
        measure_id=measure.pk,
        ordinal=measure.ordinal,
        title=measure.shown_title,
        section=SectionHead(measure.section.ordinal, measure.section.title),
        is_title_ours=not measure.title and bool(measure.working_title),
        is_ongoing=not measure.is_dated,
        due_on=measure.due_on,
        **known,
    )


def _closing_day(snapshots: Iterable[Snapshot]) -> date | None:
    return next((localdate(snapshot.taken_at) for snapshot in snapshots), None)


def _changes(row: Row, before: Snapshot | None) -> frozenset[Change]:
    """What is different from the snapshot before; nothing where there is none to compare with."""
    if before is None:
        return frozenset()
    held: Mapping[Change, bool] = {
        Change.NEWLY_RED: row.light == Light.RED and before.light != Light.RED,
        Change.RECOVERED: row.light == Light.GREEN and before.light in (Light.RED, Light.YELLOW),
        Change.ADVANCED: _rank(row.stage) > _rank(before.stage) >= 0,
    }
    return frozenset(change for change, holds in held.items() if holds)


def _rank(stage: str) -> int:
    """How far along a stage is; -1 for what is off the way (suspended)."""
    return ADVANCING.index(Stage(stage)) if stage in ADVANCING else -1
