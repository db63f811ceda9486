"""Gathering what lights are judged from: five queries for any number of measures and days.

Asked about today, the facts are taken as they stand. Asked about a day that was missed, they are
taken as they stood then, as far as they carry their moment: what was filed, accepted, closed,
confirmed or said only afterwards does not count yet.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Max, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.timezone import localdate

from measures.choices import Confidence, FilingState, Light, Nature, ResponsibilityRole, Stage
from measures.models import (
    Filing,
    Gap,
    LightThresholds,
    Measure,
    Milestone,
    OverrideRequest,
    Period,
    StatusUpdate,
    Workday,
)
from measures.querysets.light import HELD
from measures.rules.facts import ConfidenceFact, Facts, FilingFact, OverrideFact, Verdict
from measures.rules.health import light_of
from measures.rules.plan import Plan, plan_of
from measures.rules.thresholds import Scale, thresholds_on
from policy_tracker.lib.workdays import Calendar


class Beside(NamedTuple):
    """What stands beside one measure."""

    is_confirmed: bool
    confirmed_on: date | None
    overrides: tuple[OverrideFact, ...]
    plan: Plan
    newest_accepted: int | None  # the newest main period with an accepted note


class Due(NamedTuple):
    """The periods of a notice's main kind that a day's light looks at."""

    newest: Period | None  # that has closed or is past due
    closed: tuple[Period, ...]  # the last ones, newest first; as many as silence may count


@dataclass
class Gathered:
    """The facts of some measures; `facts` gives those of one of them on one day."""

    on: date
    calendar: Calendar
    scale: Scale
    beside: Mapping[int, Beside]
    periods: Mapping[int, list[Period]]  # by notice, newest first
    filings: Mapping[int, list[Filing]]  # by measure, in the order of agencies
    updates: Mapping[int, list[StatusUpdate]]  # by measure, newest first; for missed days
    _due: dict[tuple[int, date], Due] = field(default_factory=dict)

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

    def _was(self, since: date | None, day: date) -> bool:
        """Whether something had happened by a day; of today's facts all have."""
        return day >= self.on or since is None or since <= day

    def _status(self, measure: Measure, day: date) -> tuple[str, int | None]:
        updates = self.updates.get(measure.pk, [])
        later = [update for update in updates if localdate(update.at) > day]
        is_done_since = measure.completed_on is not None and measure.completed_on > day
        if day >= self.on or not (later or is_done_since):
            return measure.stage, measure.percent
        if len(later) == len(updates):
            return Stage.NOT_STARTED, None
        return updates[len(later)].stage, updates[len(later)].percent

    def _periods_due(self, notice_id: int, day: date) -> Due:
        if (notice_id, day) not in self._due:
            most = thresholds_on(self.scale, day).silent_periods
            opened = [
                period
                for period in self.periods.get(notice_id, [])
                if self._was(_day(period.opened_at), day)
            ]
            closed = [period for period in opened if self._is_closed(period, day)]
            due = [p for p in opened if p.due_on < day or self._is_closed(p, day)]
            self._due[notice_id, day] = Due(next(iter(due), None), tuple(closed[:most]))
        return self._due[notice_id, day]

    def _is_closed(self, period: Period, day: date) -> bool:
        return period.state == "closed" and self._was(_day(period.closed_at), day)

    def _filing_facts(self, measure: Measure, period: Period, day: date) -> tuple[FilingFact, ...]:
        own = self.filings.get(measure.pk, [])
        return tuple(self._fact(f, period, day) for f in own if f.period_id == period.pk)

    def _fact(self, filing: Filing, period: Period, day: date) -> FilingFact:
        is_filed = filing.first_submitted_at is not None or filing.state == FilingState.WAIVED
        moment = filing.first_submitted_at or filing.waived_at
        is_filed = is_filed and self._was(_day(moment), day)
        was_before = day >= self.on or is_filed or moment is None
        return FilingFact(
            filing_id=filing.pk,
            agency=filing.agency_name,
            period=period.slice_label,
            due_on=filing.due_on,
            state=FilingState(filing.state) if was_before else FilingState.PENDING,
            is_filed=is_filed,
            is_lead=filing.role == ResponsibilityRole.LEAD,
            mend_by=filing.mend_by if was_before else None,
            has_accepted=filing.accepted_note_id is not None,
        )

    def _silent(
        self, measure: Measure, closed: Iterable[Period], day: date
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
        periods = {period.pk: period for period in self.periods.get(measure.notice_id, [])}
        accepted = [
            filing
            for filing in self.filings.get(measure.pk, [])
            if filing.period_id in periods and self._is_accepted(filing, day)
        ]
        if not accepted:
            return ()
        newest = max((periods[f.period_id] for f in accepted), key=lambda p: p.covers_from)
        return tuple(_confidence(f, newest) for f in accepted if f.period_id == newest.pk)

    def _is_accepted(self, filing: Filing, day: date) -> bool:
        if filing.accepted_note_id is None:
            return False
        accepted_at: datetime | None = filing.accepted_at  # type: ignore[attr-defined]
        return self._was(_day(accepted_at), day)


def gather(measures: list[Measure], *, on: date, since: date | None = None) -> Gathered:
    """The facts of measures, of any notices, for `on` and, where asked, for days from `since` on.

    Five queries; one more for missed days.
    """
    scale = LightThresholds.objects.as_scale()
    beside = _beside(measures)
    periods = _periods(measures)
    most = max((thresholds.silent_periods for _, thresholds in scale), default=0)
    needed = _needed(periods, since or on, max(most, 2))
    needed |= {row.newest_accepted for row in beside.values() if row.newest_accepted}
    return Gathered(
        on=on,
        calendar=Workday.objects.as_calendar(),
        scale=scale,
        beside=beside,
        periods=periods,
        filings=_filings(measures, needed),
        updates=_updates(measures) if since is not None else {},
    )


def _beside(measures: list[Measure]) -> dict[int, Beside]:
    gaps = Gap.objects.agencies().filter(measure=OuterRef("pk"))
    overrides = OverrideRequest.objects.filter(measure=OuterRef("pk"), state__in=HELD)
    said = JSONObject(
        light="light", reason="reason", start="starts_on", end="ends_on", ended="ended_on"
    )
    planning = Milestone.objects.planning().filter(measure=OuterRef("pk"))
    step = JSONObject(day="due_on", percent="planned_percent")
    accepted = Filing.objects.accepted_in_main().filter(measure=OuterRef("pk"))
    rows = Measure.objects.filter(pk__in=[measure.pk for measure in measures]).annotate(
        open_gap=Subquery(gaps.unconfirmed().values("pk")[:1]),
        confirmed_at=Subquery(
            gaps.order_by().values("measure").annotate(at=Max("confirmed_at")).values("at")
        ),
        said=ArraySubquery(overrides.order_by("starts_on").values(row=said)),
        plan=ArraySubquery(planning.order_by("due_on").values(row=step)),
        newest_accepted=Subquery(accepted.order_by("-period__covers_from").values("period")[:1]),
    )
    names = ("pk", "open_gap", "confirmed_at", "said", "plan", "newest_accepted")
    return {
        pk: Beside(
            is_confirmed=open_gap is None,
            confirmed_on=_day(confirmed_at),
            overrides=tuple(map(_override, said)),
            plan=plan_of((date.fromisoformat(at["day"]), at["percent"]) for at in plan),
            newest_accepted=newest,
        )
        for pk, open_gap, confirmed_at, said, plan, newest in rows.order_by().values_list(*names)
    }


def _override(said: dict[str, Any]) -> OverrideFact:
    last = date.fromisoformat(said["end"])
    if said["ended"]:
        last = min(last, date.fromisoformat(said["ended"]) - timedelta(days=1))
    start = date.fromisoformat(said["start"])
    return OverrideFact(Light(said["light"]), said["reason"], start, last)


def _periods(measures: list[Measure]) -> Mapping[int, list[Period]]:
    """The opened periods of each notice's main kind, newest first: a few a year."""
    found: defaultdict[int, list[Period]] = defaultdict(list)
    notices = {measure.notice_id for measure in measures}
    for period in Period.objects.opened().main().filter(notice__in=notices).newest_first():
        found[period.notice_id].append(period)
    return found


def _needed(periods: Mapping[int, list[Period]], since: date, most: int) -> set[int]:
    """The periods that a light of any day from `since` on may look at."""
    needed = set()
    for own in periods.values():
        before = [period for period in own if period.due_on < since]
        newer = [period for period in own if period.due_on >= since]
        # One that closed before its day, or closed since, is among the newer ones.
        closed = [period for period in own if period.state == "closed"]
        behind = [period for period in before if period.state == "closed"]
        wanted = [*newer, *before[:1], *closed[:most], *behind[:most]]
        needed |= {period.pk for period in wanted}
    return needed


def _filings(measures: list[Measure], periods: set[int]) -> Mapping[int, list[Filing]]:
    """The filings with what the light needs of their accepted notes, and no more of those."""
    found: defaultdict[int, list[Filing]] = defaultdict(list)
    rows = (
        Filing.objects.filter(measure__in=[m.pk for m in measures], period__in=periods)
        .annotate(
            confidence=F("accepted_note__confidence"),
            confidence_reason=F("accepted_note__confidence_reason"),
            accepted_at=F("accepted_note__review__decided_at"),
        )
        .order_by("agency__order", "pk")
    )
    for filing in rows:
        found[filing.measure_id].append(filing)
    return found


def _updates(measures: list[Measure]) -> Mapping[int, list[StatusUpdate]]:
    found: defaultdict[int, list[StatusUpdate]] = defaultdict(list)
    rows = StatusUpdate.objects.filter(measure__in=[m.pk for m in measures])
    for update in rows.defer("reason").order_by(F("at").desc(), "-pk"):
        found[update.measure_id].append(update)
    return found


def _confidence(filing: Any, period: Period) -> ConfidenceFact:
    return ConfidenceFact(
        filing_id=filing.pk,
        agency=filing.agency_name,
        period=period.slice_label,
        confidence=Confidence(filing.confidence),
        reason=filing.confidence_reason,
    )


def _day(moment: datetime | None) -> date | None:
    return localdate(moment) if moment else None
