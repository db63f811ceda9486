"""Gather the facts for lights: a fixed number of queries for any measures and days.

For today, the facts are the present ones. For a missed day, they are those of that day: anything
filed, accepted, moved, closed, confirmed or stated later does not count yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from lib.workdays import Calendar
from measures.choices import Cause, IndicatorState, Nature, Stage
from measures.lights.queries import (
    beside_of,
    doubts_of,
    filings_then,
    filings_today,
    indicators_of,
    periods_of,
    updates_of,
)
from measures.lights.rows import (
    Beside,
    Doubts,
    Filings,
    IndicatorRow,
    Indicators,
    PeriodRow,
    Periods,
    Updates,
)
from measures.models import LightThresholds, Measure, Workday
from measures.rules.attainment import attainment_of, shown
from measures.rules.facts import ConfidenceFact, Facts, FilingFact, IndicatorFact, Verdict
from measures.rules.light import light_of
from measures.rules.periods import is_due
from measures.rules.thresholds import Scale, Thresholds, thresholds_on

ONE_DAY = timedelta(days=1)


@dataclass
class Gathered:
    """The rows of some measures; `facts()` returns the facts of one measure on one day."""

    on: date
    calendar: Calendar
    scale: Scale
    beside: Mapping[int, Beside]
    periods: Periods
    indicators: Indicators
    updates: Updates
    filings: Filings = field(default_factory=dict)
    doubts: Doubts = field(default_factory=dict)
    _due: dict[tuple[int, date], dict[int, PeriodRow]] = field(default_factory=dict)
    _names: dict[tuple[int, date], dict[int, str]] = field(default_factory=dict)

    def judge(self, measure: Measure, day: date) -> Verdict:
        thresholds = thresholds_on(self.scale, day)
        facts = self.facts(measure, day, thresholds)
        return light_of(facts, on=day, calendar=self.calendar, thresholds=thresholds)

    def facts(self, measure: Measure, day: date, thresholds: Thresholds) -> Facts:
        """Return the facts on a day; the thresholds decide which faults of indicators count."""
        beside = self.beside[measure.pk]
        due = self.due_periods(measure.notice_id, day)
        stage, percent = self._status(measure, beside.closed_on, day)
        due_on = self._due_on(measure, beside, day)
        since, risen_to = self._last_rise(measure, beside, day) if due_on else (None, None)
        unmoved = [
            one
            for one in due.values()
            if since and one.due_then(day) > since and one.pk not in beside.skipped
        ]
        has_fallen = risen_to is not None and (percent or 0) < risen_to
        return Facts(
            nature=Nature.DATED if due_on else Nature.ONGOING,
            stage=Stage(stage),
            starts_on=measure.starts_on,
            due_on=due_on,
            percent=percent,
            plan=beside.plan(day),
            is_confirmed=beside.is_confirmed and self._was(beside.confirmed_on, day),
            has_due_period=bool(due),
            lead=beside.lead,
            filings=self._filing_facts(measure, due, day),
            confidences=self._confidences(measure, beside, day),
            milestones=beside.open_milestones(day),
            indicators=self._indicator_facts(measure, day, thresholds),
            original_due_on=beside.original_due_on,
            put_back_on=beside.put_back_on(day),
            unmoved_since=since,
            fell_from=risen_to if has_fallen else None,
            unmoved_due=tuple(sorted(self._due_since(one, day) for one in unmoved)),
            overrides=beside.overrides,
            skipped=self._skipped(measure, beside, due, day),
        )

    def due_periods(self, notice_id: int, day: date) -> dict[int, PeriodRow]:
        """Return the opened periods of the main kind that are due on a day, by id, newest first."""
        if (notice_id, day) not in self._due:
            self._due[notice_id, day] = {
                period.pk: period
                for period in self.periods.get(notice_id, [])
                if self._was(period.opened_on, day)
                and is_due(period.due_then(day), is_closed=self._is_closed(period, day), on=day)
            }
        return self._due[notice_id, day]

    def _period_names(self, notice_id: int, day: date) -> dict[int, str]:
        if (notice_id, day) not in self._names:
            periods = self.periods.get(notice_id, ())
            self._names[notice_id, day] = {one.pk: one.name(day) for one in periods}
        return self._names[notice_id, day]

    def _was(self, since: date | None, day: date) -> bool:
        """Whether something had happened by a day; for today's facts always true."""
        return day >= self.on or since is None or since <= day

    def _is_closed(self, period: PeriodRow, day: date) -> bool:
        return period.is_closed and self._was(period.closed_on, day)

    def _due_on(self, measure: Measure, beside: Beside, day: date) -> date | None:
        if day >= self.on or not beside.moves:
            return measure.due_on
        return beside.due_then(day)

    def _status(
        self, measure: Measure, closed_on: date | None, day: date
    ) -> tuple[str, int | None]:
        if day >= self.on:
            return measure.stage, measure.percent
        updates = self.updates.get(measure.pk, [])
        before = next((update for update in updates if update.on <= day), None)
        is_done_since = closed_on is not None and closed_on > day
        if not is_done_since and (not updates or before is updates[0]):
            return measure.stage, measure.percent
        return (before.stage, before.percent) if before else (Stage.NOT_STARTED, None)

    def _last_rise(self, measure: Measure, beside: Beside, day: date) -> tuple[date, int | None]:
        """Return the day of the last update that raised the percent, and the percent.

        The first update counts as a rise; a fall or a corrected update does not. Without any
        update, the day on which the measure got its due date, else its start.
        """
        dated = (move.on for move in beside.moves if move.from_on is None and move.on <= day)
        since, risen_to, before = next(dated, measure.starts_on), None, None
        for update in reversed(self.updates.get(measure.pk, [])):
            is_corrected = update.corrected_on is not None and update.corrected_on <= day
            if update.on > day or is_corrected:
                continue
            percent = update.percent or 0
            if before is None or percent > before:
                since, risen_to = update.on, percent
            before = percent
        return since, risen_to

    def _due_since(self, period: PeriodRow, day: date) -> date:
        """Return the first day on which a period, due on `day`, was due."""
        since = period.due_then(day) + ONE_DAY
        if self._is_closed(period, day):
            since = min(since, period.closed_on or day)
        return max(since, period.opened_on or since)

    def _filing_facts(
        self, measure: Measure, due: Mapping[int, PeriodRow], day: date
    ) -> tuple[FilingFact, ...]:
        """Return filings of due periods, and the lead's accepted one of a period not due yet."""
        names = self._period_names(measure.notice_id, day)
        found = []
        for row in self.filings.get(measure.pk, ()):
            if day >= self.on:
                fact = row.fact_today(names[row.period])
            else:
                fact = row.fact_then(names[row.period], day, self.calendar)
            if row.period in due or (fact.is_lead and fact.has_accepted and not fact.is_missing):
                found.append(fact)
        return tuple(found)

    def _skipped(
        self, measure: Measure, beside: Beside, due: Mapping[int, PeriodRow], day: date
    ) -> str:
        """Return the newest due period's name if it skipped the measure; empty if not.

        Also empty if a filing of a period not due yet is accepted.
        """
        newest = next(iter(due.values()), None)
        if newest is None or newest.pk not in beside.skipped:
            return ""
        own = self.filings.get(measure.pk, ())
        is_ahead = any(row.accepted_note and row.period not in due for row in own)
        return "" if is_ahead else newest.name(day)

    def _confidences(
        self, measure: Measure, beside: Beside, day: date
    ) -> tuple[ConfidenceFact, ...]:
        names = self._period_names(measure.notice_id, day)
        doubts = (row for row in self.doubts.get(measure.pk, ()) if row.period in names)
        found = (
            row.fact(names[row.period], day, beside.stuck_for(row.agency_id, day)) for row in doubts
        )
        return tuple(fact for fact in found if fact is not None)

    def _indicator_facts(
        self, measure: Measure, day: date, thresholds: Thresholds
    ) -> tuple[IndicatorFact, ...]:
        rows = self.indicators.get(measure.pk, ())
        found = (indicator_fact(row, on=day, thresholds=thresholds) for row in rows)
        return tuple(fact for fact in found if fact is not None)


def indicator_fact(row: IndicatorRow, *, on: date, thresholds: Thresholds) -> IndicatorFact | None:
    """Return the worst of an indicator's possible faults on a day; None without a fault."""
    own = attainment_of(row.gauge_then(on), on=on, stale_days=thresholds.stale_days)
    newest, goal = own.newest, own.goal
    if newest is None:
        since = row.asked_since
        if since is None or (on - since).days <= thresholds.stale_days:
            return None
        words = f"指标“{row.name}”自{since:%Y-%m-%d}起报，尚无数据"
        stale_from = since + timedelta(days=thresholds.stale_days + 1)
        return IndicatorFact(Cause.INDICATOR_STALE, words, row.agency, stale_from)
    value = f"指标“{row.name}”{newest.on:%Y-%m-%d}为{shown(row.gauge, newest.value)}"
    worse = own.worsening
    if worse is not None and worse.percent > thresholds.worse_percent:
        return IndicatorFact(
            Cause.INDICATOR_WORSE, f"{value}，{worse.sentence}", row.agency, newest.on
        )
    if own.state == IndicatorState.MISSED and goal is not None and goal.due_on is not None:
        target = shown(row.gauge, goal.value) if goal.value is not None else ""
        words = f"{value}，未达到{goal.due_on:%Y-%m-%d}的目标{target}"
        return IndicatorFact(Cause.INDICATOR_MISSED, words, row.agency, goal.due_on + ONE_DAY)
    if own.is_stale:
        stale_from = newest.on + timedelta(days=thresholds.stale_days + 1)
        words = f"{value}，此后没有数据"
        return IndicatorFact(Cause.INDICATOR_STALE, words, row.agency, stale_from)
    return None


def gather(
    measures: list[Measure], *, on: date, since: date | None = None, scale: Scale | None = None
) -> Gathered:
    """Gather measures of any notices for `on` and, if given, for the days from `since` on.

    `scale`: thresholds by day, instead of the stored ones. Eight queries.
    """
    ids = [measure.pk for measure in measures]
    dated = [measure.pk for measure in measures if measure.is_dated]
    found = Gathered(
        on=on,
        calendar=Workday.objects.as_calendar(),
        scale=LightThresholds.objects.as_scale() if scale is None else scale,
        beside=beside_of(ids, on=on),
        periods=periods_of({measure.notice_id for measure in measures}),
        indicators=indicators_of(ids),
        updates=updates_of(dated if since is None else ids),
        doubts=doubts_of(ids, on=on, since=since or on),
    )
    due = _ids_due(found.periods, on)
    ahead = {period.pk for own in found.periods.values() for period in own} - due
    if since is None:
        found.filings = filings_today(ids, due=due, ahead=ahead)
    else:
        found.filings = filings_then(ids, due=due, ahead=ahead, since=since)
    return found


def _ids_due(periods: Periods, on: date) -> set[int]:
    """Return the periods due now or on an earlier day.

    A period not due now was due earlier only if it was extended after its old due day.
    """
    return {
        period.pk
        for own in periods.values()
        for period in own
        if is_due(period.due_was or period.due_on, is_closed=period.is_closed, on=on)
        or is_due(period.due_on, is_closed=period.is_closed, on=on)
    }
