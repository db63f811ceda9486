"""Working out lights: gathers the facts of many measures in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import OuterRef, Subquery

from measures.choices import Confidence, FilingState, Light, Nature, ResponsibilityRole, Stage
from measures.models import Filing, Measure, Note, Period, Workday
from measures.rules.health import ConfidenceFact, Facts, FilingFact, Verdict, light_of

SILENT_PERIODS = 2


def verdicts_for(measures: Iterable[Measure], *, on: date) -> dict[int, Verdict]:
    """Each measure's light on a day, by its id.

    What the row keeps is taken where it holds for that day, the rest is worked out anew, so that
    a page is right even if the midnight job did not run.
    """
    kept, stale = {}, []
    for measure in measures:
        if measure.light_on == on:
            kept[measure.pk] = Verdict(
                Light(measure.light), measure.light_sentence, measure.light_filing_id
            )
        else:
            stale.append(measure)
    return kept | (work_out(stale, on=on) if stale else {})


def work_out(measures: Iterable[Measure], *, on: date) -> dict[int, Verdict]:
    """Each measure's light on a day by the rule, by its id; five queries for any number.

    All the measures belong to one notice: its main periods are read once.
    """
    measures = list(measures)
    if not measures:
        return {}
    calendar = Workday.objects.as_calendar()
    due = _due_periods(measures[0], on)
    closed = [period for period in due if period.state == "closed"][:SILENT_PERIODS]
    filings = _filings_by_measure(measures, {p.pk for p in [*due[:1], *closed]})
    confidences = _confidences(measures)
    confirmed = set(
        Measure.objects.filter(pk__in=[m.pk for m in measures])
        .confirmed()
        .values_list("pk", flat=True)
    )
    return {
        measure.pk: light_of(
            Facts(
                nature=Nature(measure.nature),
                stage=Stage(measure.stage),
                starts_on=measure.starts_on,
                due_on=measure.due_on,
                percent=measure.percent,
                is_confirmed=measure.pk in confirmed,
                has_due_period=bool(due),
                newest_due=_facts(filings[measure.pk], due[:1]),
                silent_closed=_silent(filings[measure.pk], closed),
                confidences=tuple(confidences[measure.pk]),
            ),
            on=on,
            calendar=calendar,
        )
        for measure in measures
    }


def _due_periods(measure: Measure, on: date) -> list[Period]:
    """The periods of the main kind that closed or are past due, newest first: a few a year."""
    periods = Period.objects.filter(notice=measure.notice_id, kind=measure.notice.main_kind)
    return list(periods.due_before(on=on).newest_first())


def _filings_by_measure(
    measures: list[Measure], period_ids: set[int]
) -> Mapping[int, list[Filing]]:
    found: defaultdict[int, list[Filing]] = defaultdict(list)
    filings = Filing.objects.filter(measure__in=measures, period__in=period_ids)
    for filing in filings.select_related("period").order_by("agency__order"):
        found[filing.measure_id].append(filing)
    return found


def _facts(filings: list[Filing], periods: list[Period]) -> tuple[FilingFact, ...]:
    wanted = {period.pk for period in periods}
    return tuple(_fact(filing) for filing in filings if filing.period_id in wanted)


def _fact(filing: Filing) -> FilingFact:
    return FilingFact(
        filing_id=filing.pk,
        agency=filing.agency_name,
        period=filing.period.slice_label,
        due_on=filing.due_on,
        state=FilingState(filing.state),
        is_filed=filing.first_submitted_at is not None or filing.state == FilingState.WAIVED,
        is_lead=filing.role == ResponsibilityRole.LEAD,
        mend_by=filing.mend_by,
        has_accepted=filing.accepted_note_id is not None,
    )


def _silent(filings: list[Filing], closed: list[Period]) -> tuple[FilingFact, ...]:
    """The lead's unfiled filings of the closed periods, newest first, until one was filed."""
    by_period = {f.period_id: _fact(f) for f in filings if f.role == ResponsibilityRole.LEAD}
    found = []
    for period in closed:
        fact = by_period.get(period.pk)
        if fact is None or fact.is_filed:
            break
        found.append(fact)
    return tuple(found)


def _confidences(measures: list[Measure]) -> Mapping[int, list[ConfidenceFact]]:
    """The accepted notes' confidence, of the newest main period that has any, by measure."""
    accepted = Filing.objects.filter(
        accepted_note__isnull=False, period__kind=measures[0].notice.main_kind
    )
    newest = accepted.filter(measure=OuterRef("measure")).order_by("-period__covers_from")
    rows = (
        accepted.filter(measure__in=measures, period=Subquery(newest.values("period")[:1]))
        .select_related("period", "accepted_note")
        .order_by("agency__order")
    )
    found: defaultdict[int, list[ConfidenceFact]] = defaultdict(list)
    for filing in rows:
        if filing.accepted_note is not None:
            found[filing.measure_id].append(_confidence(filing, filing.accepted_note))
    return found


def _confidence(filing: Filing, note: Note) -> ConfidenceFact:
    return ConfidenceFact(
        filing_id=filing.pk,
        agency=filing.agency_name,
        period=filing.period.slice_label,
        confidence=Confidence(note.confidence),
        reason=note.confidence_reason,
    )
