"""总览: how far each measure has got, what needs a hand, and what has come in. No format."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.utils.timezone import localdate

from agencies.models import User
from measures.choices import Cause, GapKind, Light, Nature, ResponsibilityRole
from measures.indicators.readings import readings_of
from measures.lights.current import finding_of, url_of, verdicts_for
from measures.models import Filing, Gap, Measure, Notice, Snapshot, StatusUpdate
from measures.models.public_status import PublicStatus, public_status_of
from measures.rules.comparison import changes_between
from measures.rules.facts import Verdict, days_since
from reports.overview.beside import beside_of, with_beside
from reports.overview.rows import GROUPS, PAST_DUE, MeasureFiling, MeasureRow, Overview
from reports.overview.snapshot import moment_of, never_filed_in
from reports.period.beside import periods_beside
from reports.period.shown import (
    Party,
    SectionHead,
    Shown,
    newest_snapshots,
    notice_of,
    parties_array,
    parties_from,
)

NEIGHBOURS = 3  # notices to turn to on either side; others are found by number or title


class _Gathered(NamedTuple):
    """A measure and what was fetched beside it."""

    measure: Measure
    parties: tuple[Party, ...]
    lost: frozenset[str]
    updated_on: date | None
    is_beside: bool  # whether the row has what beside_of reads


def overview_for(shown: Shown, *, on: date, reader: User | None = None) -> Overview:
    """Gather the overview of a period; three queries beside the one that chose the period.

    Eight more where today's lights have not been worked out yet. A frozen period shows what its
    snapshot says, and only the measures that this has. `reader`: with what stands beside the
    measures for this person, and with what only 总览 tells of the notice; four more.
    """
    gathered = _measures(shown, on=on, reader=reader)
    snapshots = newest_snapshots(None if shown.is_live else shown.period, shown.previous)
    before = {m: s for (period, m), s in snapshots.items() if period == _key(shown.previous)}
    if shown.is_live:
        lines = _lines(shown, gathered, on=on)
        as_of, rows = on, _live_rows(gathered, lines, on=on)
    else:
        then = {m: s for (period, m), s in snapshots.items() if period == _key(shown.period)}
        as_of = _closing_day(then.values()) or on
        rows = [_frozen_row(g, then[g.measure.pk], as_of) for g in gathered if g.measure.pk in then]
        lines = _frozen_lines(gathered, then) or _lines(shown, gathered, on=on)
    return Overview(
        shown=shown,
        as_of=as_of,
        rows=[_changed(row, before.get(row.measure_id)) for row in rows],
        lines=lines,
        has_previous=bool(before),
        **(_of_notice(shown, gathered, on=on) if reader and gathered else {}),
    )


def _key(period: Any) -> int | None:
    return period.pk if period is not None else None


def _measures(shown: Shown, *, on: date, reader: User | None) -> list[_Gathered]:
    """The measures in the order of the notice, with what stands beside each; one query."""
    updates = StatusUpdate.objects.filter(measure=OuterRef("pk")).order_by("-at")
    if shown.period is not None and not shown.is_live:
        updates = updates.filter(at__lte=shown.period.closed_at)
    rows: QuerySet[Any] = (
        Measure.objects.filter(notice__in=notice_of(shown))
        .select_related("section", "notice")
        .defer("text", "notice__captured_text", "notice__preamble", "notice__closing")
        .with_gaps()
        .annotate(
            parties=parties_array(shown, on=on),
            updated_at=Subquery(updates.values("at")[:1]),
        )
        .order_by("ordinal")
    )
    is_beside = reader is not None and shown.is_live
    if reader is not None and is_beside:
        rows = with_beside(rows, reader=reader, on=on)
    return [
        _Gathered(
            row,
            parties_from(row.parties),
            frozenset(row.open_gaps),
            row.updated_at and localdate(row.updated_at),
            is_beside,
        )
        for row in rows
    ]


def _of_notice(shown: Shown, gathered: list[_Gathered], *, on: date) -> dict[str, Any]:
    """What is told of the whole notice, and the notices around it; four queries."""
    notice = gathered[0].measure.notice
    around = _around(notice)
    # Of a closed period nothing is told that its snapshot does not say.
    readings = readings_of([g.measure.pk for g in gathered], on=on) if shown.is_live else []
    return {
        "gaps": Gap.objects.unconfirmed().filter(notice=notice).count(),
        "readings": tuple(one for one in readings if one.indicator.retired_on is None),
        "number": notice.number,
        "notices": tuple((key, number) for key, number, _ in around),
        "notice_total": around[0][2],
        "is_first": around[0][0] == notice.pk,
        "beside": periods_beside(shown, on=on) if shown.is_live else (),
    }


def _around(notice: Notice) -> tuple[tuple[int, str, int], ...]:
    """The notice and its neighbours, each with how many there are in all; one query."""
    before = Notice.objects.filter(pk__lt=notice.pk).order_by("-pk")[:NEIGHBOURS]
    after = Notice.objects.filter(pk__gt=notice.pk).order_by("pk")[:NEIGHBOURS]
    near = Q(pk=notice.pk) | Q(pk__in=before.values("pk")) | Q(pk__in=after.values("pk"))
    every = Notice.objects.order_by().values(one=Value(1)).annotate(n=Count("pk")).values("n")
    found = Notice.objects.filter(near).order_by("pk").annotate(total=Subquery(every))
    return tuple(found.values_list("pk", "number", "total"))


def _lines(shown: Shown, gathered: list[_Gathered], *, on: date) -> list[MeasureFiling]:
    """The period's filings in the order of the notice; one query."""
    if shown.period is None:
        return []
    measures = {g.measure.pk: g.measure for g in gathered}
    filings = Filing.objects.filter(period=shown.period).with_history().with_protocol()
    return [_line(filing, measures[filing.measure_id], shown, on) for filing in filings]


def _line(filing: Any, measure: Measure, shown: Shown, on: date) -> MeasureFiling:
    status = public_status_of(filing, is_over=shown.is_over, on=on)
    return MeasureFiling(
        filing_id=filing.pk,
        measure_id=filing.measure_id,
        ordinal=measure.ordinal,
        title=measure.shown_title,
        agency=filing.agency_name,
        agency_order=filing.agency_order,
        role_label=ResponsibilityRole(filing.role).label,
        status=status,
        status_label=status.label,
        due_on=filing.due_on,
        filed_on=filing.first_submitted_at and localdate(filing.first_submitted_at),
        is_never_filed=status in GROUPS[PAST_DUE] and not filing.has_ever_filed,
    )


def _frozen_lines(gathered: list[_Gathered], then: Mapping[int, Snapshot]) -> list[MeasureFiling]:
    """The filings as they stood at the closing; none where they were not kept yet."""
    return [
        MeasureFiling(
            filing_id=kept["filing"],
            measure_id=g.measure.pk,
            ordinal=g.measure.ordinal,
            title=g.measure.shown_title,
            agency=kept["name"],
            agency_order=0,
            role_label=kept["role_label"],
            status=PublicStatus(kept["standing"]),
            status_label=kept["standing_label"],
            due_on=date.fromisoformat(kept["due_on"]),
            filed_on=date.fromisoformat(kept["filed_on"]) if kept["filed_on"] else None,
            is_never_filed=kept["never_filed"],
        )
        for g in gathered
        if g.measure.pk in then
        for kept in then[g.measure.pk].filings or []
    ]


def _live_rows(
    gathered: list[_Gathered], lines: list[MeasureFiling], *, on: date
) -> list[MeasureRow]:
    verdicts = verdicts_for([g.measure for g in gathered], on=on)
    by_measure: defaultdict[int, list[MeasureFiling]] = defaultdict(list)
    for line in lines:
        by_measure[line.measure_id].append(line)
    return [_live_row(g, verdicts[g.measure.pk], by_measure[g.measure.pk], on) for g in gathered]


def _live_row(
    gathered: _Gathered, verdict: Verdict, lines: list[MeasureFiling], on: date
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
        **(beside_of(measure, verdict.light, on=on) if gathered.is_beside else {}),
    )


def _frozen_row(gathered: _Gathered, snapshot: Snapshot, as_of: date) -> MeasureRow:
    """In the words of that day. Whose agencies were not known then, had none to name."""
    changed_on = gathered.measure.changed_on
    lost = gathered.lost - {GapKind.AGENCIES}
    return _row(
        gathered,
        _verdict_then(snapshot),
        as_of,
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
        changed_on=changed_on if changed_on and changed_on <= as_of else gathered.updated_on,
    )._replace(cause=snapshot.cause)


def _verdict_then(snapshot: Snapshot) -> Verdict:
    """What a snapshot keeps; without days and findings where it is from before they were kept."""
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


def _row(gathered: _Gathered, verdict: Verdict, on: date, **known: Any) -> MeasureRow:
    measure = gathered.measure
    return MeasureRow(
        measure_id=measure.pk,
        ordinal=measure.ordinal,
        title=measure.shown_title,
        section=SectionHead(measure.section.ordinal, measure.section.title),
        is_title_ours=not measure.title and bool(measure.working_title),
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


def _closing_day(snapshots: Iterable[Snapshot]) -> date | None:
    return next((localdate(snapshot.taken_at) for snapshot in snapshots), None)


def _changed(row: MeasureRow, before: Snapshot | None) -> MeasureRow:
    """With what is different from the snapshot before."""
    then = moment_of(before) if before is not None else None
    return row._replace(changes=changes_between(then, row.moment))
