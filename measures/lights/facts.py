"""Gathering what lights are judged from: a fixed number of queries for any measures and days.

Asked about today, the facts are taken as they stand. Asked about a day that was missed, they are
taken as they stood then, as far as they carry their moment: what was filed, accepted, closed,
confirmed or said only afterwards does not count yet.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from lib.workdays import Calendar
from measures.choices import Confidence, FilingState, Nature, ResponsibilityRole, Stage
from measures.lights.rows import (
    Beside,
    FilingRow,
    Filings,
    PeriodRow,
    Periods,
    Updates,
    beside_of,
    filings_then,
    filings_today,
    periods_of,
    updates_of,
)
from measures.models import LightThresholds, Measure, Workday
from measures.rules.facts import ConfidenceFact, Facts, FilingFact, Verdict
from measures.rules.light import light_of
from measures.rules.periods import is_due
from measures.rules.thresholds import Scale, thresholds_on


class DuePeriods(NamedTuple):
    """The periods of a notice's main kind that a day's light looks at."""

    newest: PeriodRow | None  # that has closed or is past due
    closed: tuple[PeriodRow, ...]  # the last ones, newest first; as many as silence may count


@dataclass
class Gathered:
    """The facts of some measures; `facts` gives those of one of them on one day."""

    on: date
    calendar: Calendar
    scale: Scale
    beside: Mapping[int, Beside]
    periods: Periods
    filings: Filings = field(default_factory=dict)
    updates: Updates = field(default_factory=dict)  # for missed days
    _due: dict[tuple[int, date], DuePeriods] = field(default_factory=dict)

    def judge(self, measure: Measure, day: date) -> Verdict:
        """The light of a measure on a day."""
        return light_of(
            self.facts(measure, day),
            on=day,
            calendar=self.calendar,
            thresholds=thresholds_on(self.scale, day),
        )

    def facts(self, measure: Measure, day: date) -> Facts:
        """All that decides it."""
        beside = self.beside[measure.pk]
        due = self._periods_due(measure.notice_id, day)
        stage, percent = self._status(measure, day)
        return Facts(
            nature=Nature(measure.nature),
            stage=Stage(stage),
            starts_on=measure.starts_on,
            due_on=measure.due_on,
            percent=percent,
            plan=beside.plan,
            is_confirmed=beside.is_confirmed and self._was(beside.confirmed_on, day),
            has_due_period=due.newest is not None,
            newest_due=self._filing_facts(measure, due.newest, day) if due.newest else (),
            silent_closed=self._silent(measure, due.closed, day),
            confidences=self._confidences(measure, day),
            overrides=beside.overrides,
        )

    def due_today(self) -> set[int]:
        """The periods that today's light looks at."""
        looks = [self._periods_due(notice, self.on) for notice in self.periods]
        return {period.pk for due in looks for period in (due.newest, *due.closed) if period}

    def needed(self, since: date) -> set[int]:
        """The periods that a light of any day from `since` on may look at."""
        most = max((thresholds.silent_periods for _, thresholds in self.scale), default=0)
        return {pk for own in self.periods.values() for pk in _needed(own, since, max(most, 2))}

    def newest_accepted(self, measures: Iterable[Measure]) -> set[int]:
        """The newest period with an accepted note of each measure that has one."""
        found = set()
        for measure in measures:
            held = self.beside[measure.pk].accepted
            own = self.periods.get(measure.notice_id, ())
            found.update([period.pk for period in own if period.pk in held][:1])
        return found

    def _was(self, since: date | None, day: date) -> bool:
        """Whether something had happened by a day; of today's facts all have."""
        return day >= self.on or since is None or since <= day

    def _status(self, measure: Measure, day: date) -> tuple[str, int | None]:
        if day >= self.on:
            return measure.stage, measure.percent
        updates = self.updates.get(measure.pk, [])
        before = next((update for update in updates if update.on <= day), None)
        is_done_since = measure.completed_on is not None and measure.completed_on > day
        if not is_done_since and (not updates or before is updates[0]):
            return measure.stage, measure.percent
        return (before.stage, before.percent) if before else (Stage.NOT_STARTED, None)

    def _periods_due(self, notice_id: int, day: date) -> DuePeriods:
        if (notice_id, day) not in self._due:
            most = thresholds_on(self.scale, day).silent_periods
            held = self.periods.get(notice_id, [])
            opened = [period for period in held if self._was(period.opened_on, day)]
            closed = [period for period in opened if self._is_closed(period, day)]
            due = [
                period
                for period in opened
                if is_due(period.due_on, is_closed=self._is_closed(period, day), on=day)
            ]
            self._due[notice_id, day] = DuePeriods(next(iter(due), None), tuple(closed[:most]))
        return self._due[notice_id, day]

    def _is_closed(self, period: PeriodRow, day: date) -> bool:
        return period.is_closed and self._was(period.closed_on, day)

    def _filing_facts(
        self, measure: Measure, period: PeriodRow, day: date
    ) -> tuple[FilingFact, ...]:
        own = self.filings.get((measure.pk, period.pk), ())
        return tuple([self._fact(row, period, day) for row in own])

    def _fact(self, row: FilingRow, period: PeriodRow, day: date) -> FilingFact:
        is_filed = row.left_on is not None and self._was(row.left_on, day)
        was_before = day >= self.on or is_filed or row.left_on is None
        return FilingFact(
            filing_id=row.pk,
            agency=row.agency,
            period=period.label,
            due_on=row.due_on,
            state=FilingState(row.state) if was_before else FilingState.PENDING,
            is_filed=is_filed,
            is_lead=row.role == ResponsibilityRole.LEAD,
            mend_by=row.mend_by if was_before else None,
            has_accepted=row.accepted_note is not None,
        )

    def _silent(
        self, measure: Measure, closed: Iterable[PeriodRow], day: date
    ) -> tuple[FilingFact, ...]:
        """The lead's unfiled filings of the closed periods, newest first, until one was filed."""
        found = []
        for period in closed:
            leads = [f for f in self._filing_facts(measure, period, day) if f.is_lead]
            if not leads or any(fact.is_filed for fact in leads):
                break
            found.append(leads[0])
        return tuple(found)

    def _confidences(self, measure: Measure, day: date) -> tuple[ConfidenceFact, ...]:
        """Of the accepted notes of the newest main period that has any."""
        held = self.beside[measure.pk].accepted
        for period in self.periods.get(measure.notice_id, ()):
            if period.pk in held:
                own = self.filings.get((measure.pk, period.pk), ())
                accepted = [row for row in own if self._is_accepted(row, day)]
                if accepted or day >= self.on:
                    return tuple(_confidence(row, period) for row in accepted)
        return ()

    def _is_accepted(self, row: FilingRow, day: date) -> bool:
        return row.accepted_note is not None and self._was(row.accepted_on, day)


def gather(
    measures: list[Measure], *, on: date, since: date | None = None, scale: Scale | None = None
) -> Gathered:
    """The facts of measures, of any notices, for `on` and, if given, for days from `since` on.

    `scale`: the thresholds by day, if not the stored ones. Five queries; one more for missed days.
    """
    ids = [measure.pk for measure in measures]
    found = Gathered(
        on=on,
        calendar=Workday.objects.as_calendar(),
        scale=LightThresholds.objects.as_scale() if scale is None else scale,
        beside=beside_of(ids),
        periods=periods_of({measure.notice_id for measure in measures}),
    )
    newest = found.newest_accepted(measures)
    if since is None:
        found.filings = filings_today(ids, due=found.due_today(), accepted=newest)
    else:
        found.filings = filings_then(ids, found.needed(since) | newest)
        found.updates = updates_of(ids)
    return found


def _needed(own: list[PeriodRow], since: date, most: int) -> list[int]:
    before = [period for period in own if period.due_on < since]
    newer = [period for period in own if period.due_on >= since]
    # One that closed before its day, or closed since, is among the newer ones.
    closed = [period for period in own if period.is_closed]
    behind = [period for period in before if period.is_closed]
    return [period.pk for period in (*newer, *before[:1], *closed[:most], *behind[:most])]


def _confidence(row: FilingRow, period: PeriodRow) -> ConfidenceFact:
    return ConfidenceFact(
        filing_id=row.pk,
        agency=row.agency,
        period=period.label,
        confidence=Confidence(row.confidence),
        reason=row.confidence_reason,
    )
