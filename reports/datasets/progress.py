"""The dataset of 进展情况报告: one notice in one period, every label and name resolved."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate

from agencies.models import Agency
from lib.arrays import array_of, from_array
from lib.chinese import with_long_days
from lib.workdays import Calendar
from measures.choices import OFF_PACE, Cause, Light, Nature, Pace, Stage
from measures.lights.current import finding_of, verdicts_for
from measures.models import (
    Filing,
    Gap,
    LightThresholds,
    Measure,
    NoticeChange,
    Period,
    Section,
    Snapshot,
    StatusUpdate,
    Workday,
)
from measures.models.notice_change import REVISION_FIELDS
from measures.rules.facts import Finding, Verdict
from measures.rules.light import expected_by, lag_of, pace_of
from measures.rules.thresholds import Thresholds, thresholds_on
from reports.choices import ReportKind
from reports.datasets.burden import burden_of
from reports.datasets.context import DatasetContext, context_of
from reports.datasets.coordination import items_of, steps_of_measure
from reports.datasets.corrections import corrections_for
from reports.datasets.figures import figures_by_measure
from reports.datasets.frozen import clean
from reports.datasets.participants import parties_by_measure, party_of
from reports.datasets.schema import (
    OTHERS_MARK,
    SCHEMA_VERSION,
    BeforeData,
    FigureData,
    FindingData,
    MeasureData,
    NoticeData,
    PartData,
    PartyData,
    PeriodData,
    ProgressData,
    SectionData,
)
from reports.datasets.totals import fill_totals
from reports.models.report import Scope
from reports.period.shown import newest_snapshots

ONGOING_DONE = "常态化"  # an ongoing measure is never completed: its tracking becomes routine
AGENCIES_MARK = "责任单位待核对"
TITLE_MARK = "标题待核对"
WORKING_TITLE_MARK = "标题暂拟、待核对"
ACCEPTED_WORD = "通过"
NO_LIGHT = Verdict(Light.GREY, "", None, Cause.NO_PERIOD)


def gather(scope: Scope, *, on: date) -> ProgressData:
    context = context_of(scope, on=on)
    data = progress_on(context, on=on, section_id=scope.section_id)
    if not scope.section_id and (burden := burden_of(context.period)):
        data["burden"] = burden
    return data


def progress_on(
    context: DatasetContext,
    *,
    on: date,
    section_id: int | None = None,
    calendar: Calendar | None = None,
    with_figures: bool = True,
) -> ProgressData:
    """Return the dataset; the number of queries does not depend on its size.

    A closed period is taken from the snapshots of its last closing, an open one as of `on`.
    """
    period, previous = context.period, context.previous
    is_over = period.is_closed
    measures = _measures(period, previous, section_id)
    snapshots = newest_snapshots(period if is_over else None, previous)
    judged_on = _judged_on(period, snapshots.values(), on)
    as_of = min(period.covers_to, judged_on)
    ids = [measure.pk for measure in measures]
    figures = figures_by_measure(ids, on=as_of) if with_figures else {}
    if calendar is None:
        calendar = Workday.objects.as_calendar()
    parties = parties_by_measure(period, is_over=is_over, on=judged_on, calendar=calendar)
    verdicts = {} if is_over else verdicts_for(measures, on=on)
    back = _back_reasons(ids, since=previous, until=period if is_over else None)
    judged = _Judged(judged_on, thresholds_on(LightThresholds.objects.as_scale(), judged_on))
    rows = [
        _measure(
            measure,
            snapshots.get((period.pk, measure.pk)),
            verdicts.get(measure.pk, NO_LIGHT),
            parties[measure.pk],
            snapshots.get((previous.pk, measure.pk)) if previous else None,
            judged,
            figures.get(measure.pk, []),
            back.get(measure.pk, ""),
        )
        for measure in measures
    ]
    for measure, row in zip(measures, rows, strict=True):
        row["items"] = items_of(measure.steps_found, on=judged_on, calendar=calendar)
        if known := _known(measure):
            row["known"] = known
        if measure.is_skipped:
            row["is_skipped"] = True
    data: ProgressData = {
        "schema": SCHEMA_VERSION,
        "kind": ReportKind.PROGRESS.value,
        "is_demo": period.notice.demonstrated_at is not None,
        "as_of": as_of.isoformat(),
        "judged_on": judged_on.isoformat(),
        "notice": notice_data(context),
        "period": period_data(period),
        "only": _only(measures[0].section) if section_id and measures else None,
        "agency": "",
        "previous": previous.label if previous else "",
        "sections": _sections(measures, rows),
        "stages": [],
        "lights": [],
        "accepted_word": ACCEPTED_WORD,
        "filings": [],
        "timeliness": [],
        "agencies": [],
        "corrections": corrections_for(period, since=previous.closed_at if previous else None),
    }
    if section_id:
        marks = {row["mark"] for row in rows}
        data["corrections"] = [one for one in data["corrections"] if one["mark"] in marks]
    return fill_totals(data)


def _measures(period: Period, previous: Period | None, section_id: int | None) -> list[Measure]:
    """Return the period's measures, with texts found or revised since the previous period."""
    only = {"section": section_id} if section_id else {}
    # A measure added later does not belong to the period, unless the period has a filing for it.
    asked = Exists(Filing.objects.filter(period=period, measure=OuterRef("pk")))
    since, until = previous.closed_at if previous else None, period.closed_at
    own = {"measure": OuterRef("pk")}
    filled = Gap.objects.confirmed(since=since, until=until).filter(**own).order_by("pk")
    revised = NoticeChange.objects.standing().between(since, until).filter(**own)
    lists = {
        "filled_found": array_of(filled, "kind", "confirmed_at", "source"),
        "revised_found": array_of(revised, *REVISION_FIELDS),
        "steps_found": steps_of_measure(),
        "is_skipped": Exists(period.skipped.filter(pk=OuterRef("pk"))),
    }
    return list(
        Measure.objects.filter(notice=period.notice_id, **only)
        .filter(Q(starts_on__lte=period.covers_to) | asked)
        .select_related("section", "notice")
        .with_gaps(at=period.closed_at)
        .annotate(**lists)
        .with_plan()
        .with_responsibilities(on=period.covers_to)
        .order_by("ordinal")
    )


def _back_reasons(
    measures: Sequence[int], *, since: Period | None, until: Period | None
) -> dict[int, str]:
    """Return the reason of each measure's last step back between two closings; one query."""
    if since is None or since.closed_at is None:
        return {}
    rows = StatusUpdate.objects.filter(measure__in=measures, at__gt=since.closed_at)
    if until is not None and until.closed_at is not None:
        rows = rows.filter(at__lte=until.closed_at)
    told = rows.exclude(back_reason="").filter(corrected_by=None).order_by("at", "pk")
    return dict(told.values_list("measure", "back_reason"))


def _known(measure: Measure) -> list[str]:
    """Return sentences about lost text that is known now, and about revisions."""
    filled = from_array(Gap, measure.filled_found)
    revised = from_array(NoticeChange, measure.revised_found)
    said = [
        *(f"通知中本项的{gap.known_words}。" for gap in filled),
        *(f"本项{change.known_words}。" for change in revised),
    ]
    return [with_long_days(clean(words)) for words in said]


def _judged_on(period: Period, snapshots: Iterable[Snapshot], on: date) -> date:
    """Return the day of the stages and lights: that of the closing, or today."""
    taken = [localdate(s.taken_at) for s in snapshots if s.period_id == period.pk]
    return max(taken, default=on)


def _measure(
    measure: Measure,
    snapshot: Snapshot | None,
    verdict: Verdict,
    filed: Sequence[PartyData],
    before: Snapshot | None,
    judged: "_Judged",
    figures: list[FigureData],
    back_reason: str,
) -> MeasureData:
    parties = _all_parties(measure, snapshot, filed)
    stage = Stage(snapshot.stage if snapshot else measure.stage)
    light = Light(snapshot.light) if snapshot else verdict.light
    kind = _kind(measure, snapshot)
    percent = snapshot.percent if snapshot else measure.percent
    expected = _expected(measure, kind.due_on, on=judged.on)
    findings = _findings(snapshot, verdict)
    waits_for = findings[0].agencies if findings else ()
    others = [name for one in findings[1:] for name in one.agencies]
    since = snapshot.light_since if snapshot else verdict.since
    return {
        "ordinal": measure.ordinal,
        "mark": measure.mark,
        "title": (snapshot.title_label if snapshot else "") or measure.shown_title,
        "title_mark": _title_mark(measure),
        "agencies_mark": AGENCIES_MARK
        if measure.lacks_agencies or not parties
        else OTHERS_MARK * measure.lacks_others,
        "nature": kind.nature,
        "nature_label": kind.label,
        "due_on": kind.due_on.isoformat() if kind.due_on else None,
        "stage": stage.value,
        "stage_label": _stage_label(kind, stage, snapshot),
        "percent": snapshot.percent if snapshot else measure.percent,
        "expected": None if expected is None else int(expected),
        "pace": _pace(stage, light, kind.due_on, percent, expected, findings, judged),
        "light": light.value,
        "light_label": snapshot.light_label if snapshot else light.label,
        "light_shape": light.shape,
        "sentence": _sentence(snapshot, verdict),
        "since": since.isoformat() if since else None,
        "waits_for": list(waits_for),
        "others": list(dict.fromkeys(name for name in others if name not in waits_for)),
        "findings": [_finding(one) for one in findings],
        "figures": figures,
        "parties": parties,
        "before": _before(before),
        "back_reason": with_long_days(clean(back_reason)),
    }


class _Kind(NamedTuple):
    nature: str
    label: str
    due_on: date | None


def _kind(measure: Measure, snapshot: Snapshot | None) -> _Kind:
    """Return the kind in the snapshot; today's if the snapshot is older than that field."""
    if snapshot and snapshot.nature:
        return _Kind(snapshot.nature, snapshot.nature_label, snapshot.due_on)
    return _Kind(measure.nature, Nature(measure.nature).label, measure.due_on)


class _Judged(NamedTuple):
    """The day of the lights, and the thresholds of that day."""

    on: date
    thresholds: Thresholds


def _expected(measure: Measure, due_on: date | None, *, on: date) -> Decimal | None:
    """Return the expected percent by milestone plan or 序时进度; None without a due date."""
    if due_on is None:
        return None
    return expected_by(measure.plan, measure.starts_on, due_on, on=on)


def _pace(
    stage: Stage,
    light: Light,
    due_on: date | None,
    percent: int | None,
    expected: Decimal | None,
    findings: Sequence[Finding],
    judged: _Judged,
) -> str:
    """Return the pace by the conditions of the light; an older snapshot has none."""
    if due_on is None or expected is None:
        return ""
    if stage == Stage.DONE:
        return Pace.KEPT.value
    if (findings[0].light if findings else light) == Light.GREY:
        return ""
    if any(one.cause in OFF_PACE for one in findings):
        return Pace.BEHIND.value
    if findings:
        return (Pace.NEAR if lag_of(percent, expected) else Pace.KEPT).value
    thresholds = judged.thresholds
    return pace_of(due_on, percent, expected, on=judged.on, thresholds=thresholds).value


def _findings(snapshot: Snapshot | None, verdict: Verdict) -> tuple[Finding, ...]:
    """Return the conditions behind the light; empty if an older snapshot has none."""
    if snapshot is None:
        return verdict.findings
    return tuple(map(finding_of, snapshot.light_findings or ()))


def _finding(one: Finding) -> FindingData:
    return {
        "light": one.light.value,
        "label": str(one.cause.label),
        "sentence": with_long_days(clean(one.sentence)),
        "agencies": list(one.agencies),
        "since": one.since.isoformat() if one.since else None,
    }


def _sentence(snapshot: Snapshot | None, verdict: Verdict) -> str:
    """Return the reason of the light; for one that a person set, that fact and its last day."""
    sentence = snapshot.sentence if snapshot else verdict.sentence
    until = snapshot.manual_until if snapshot else verdict.until
    words = f"{sentence}（人工认定，至{until:%Y-%m-%d}）" if until else sentence
    return with_long_days(clean(words))


def _all_parties(
    measure: Measure, snapshot: Snapshot | None, filed: Sequence[PartyData]
) -> list[PartyData]:
    """Return the responsible agencies in the order of the notice, then others that filed."""
    by_name = {party["agency"]: party for party in filed}
    known = {d.agency.name_then: d.agency for d in measure.duties}
    if snapshot:
        named = [(entry["name"], entry["role"]) for entry in snapshot.agencies]
    else:
        named = [(d.agency.name_then, d.role) for d in measure.duties]
    responsible = [
        by_name.pop(name) if name in by_name else _owing_nothing(name, known.get(name), role)
        for name, role in named
    ]
    return responsible + list(by_name.values())


def _owing_nothing(name: str, agency: Agency | None, role: str) -> PartyData:
    return party_of(name, agency.code if agency else "", agency.order if agency else 0, role)


def _title_mark(measure: Measure) -> str:
    if not measure.lacks_title:
        return ""
    return WORKING_TITLE_MARK if measure.working_title else TITLE_MARK


def _stage_label(kind: _Kind, stage: Stage, snapshot: Snapshot | None) -> str:
    if stage == Stage.DONE and kind.nature == Nature.ONGOING:
        return ONGOING_DONE
    return snapshot.stage_label if snapshot else stage.label


def _before(snapshot: Snapshot | None) -> BeforeData | None:
    if snapshot is None:
        return None
    return {
        "stage": snapshot.stage,
        "stage_label": snapshot.stage_label,
        "light": snapshot.light,
        "light_label": snapshot.light_label,
        "percent": snapshot.percent,
    }


def notice_data(context: DatasetContext) -> NoticeData:
    notice = context.period.notice
    return {
        "number": notice.number,
        "title": notice.title,
        "issuer": notice.issuer,
        "coordinator": context.coordinator.short,
        "coordinator_full": context.coordinator.full,
    }


def period_data(period: Period) -> PeriodData:
    return {
        "label": period.label,
        "cumulative_from": period.cumulative_from.isoformat(),
        "covers_to": period.covers_to.isoformat(),
        "due_on": period.due_on.isoformat(),
        "is_closed": period.is_closed,
        "state_label": period.state_choice.label,
    }


def _only(section: Section) -> PartData:
    return {
        "ordinal": section.ordinal,
        "title": section.title,
        "title_mark": "" if section.title else TITLE_MARK,
    }


def _sections(measures: Sequence[Measure], rows: Sequence[MeasureData]) -> list[SectionData]:
    found: dict[int, SectionData] = {}
    for measure, row in zip(measures, rows, strict=True):
        section = measure.section
        found.setdefault(
            section.ordinal,
            {
                "ordinal": section.ordinal,
                "title": section.shown_title,
                "title_mark": "" if section.title else TITLE_MARK,
                "measures": [],
            },
        )["measures"].append(row)
    return [found[ordinal] for ordinal in sorted(found)]
