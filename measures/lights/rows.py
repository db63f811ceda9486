"""The rows from which lights are computed, and their state on past days.

Plain tuples, no model instances: for ten thousand measures creating instances would take longer
than the rule. Every row has the days of its changes.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from lib.workdays import Calendar
from measures.choices import (
    Confidence,
    CoordinationState,
    Decision,
    FilingState,
    ResponsibilityRole,
    Stage,
)
from measures.rules.attainment import Gauge
from measures.rules.coordination import UNANSWERED, StoodFact, waiting_since
from measures.rules.facts import (
    ConfidenceFact,
    FilingFact,
    MilestoneFact,
    OverrideFact,
    StuckFact,
)
from measures.rules.periods import mend_by
from measures.rules.plan import Plan, plan_of


class MilestoneRow(NamedTuple):
    """A milestone with the days on which it was added, last moved, and recorded as done."""

    title: str
    due_on: date
    due_was: date
    agency: str
    planned: int | None
    added_on: date | None  # None: before this was recorded
    moved_on: date | None
    done_on: date | None  # when it was recorded; None: it is not done

    def due_then(self, day: date) -> date:
        """Return the milestone's date effective on a day."""
        return self.due_was if self.moved_on is not None and day < self.moved_on else self.due_on

    def is_known(self, day: date) -> bool:
        return self.added_on is None or self.added_on <= day

    def is_done(self, day: date) -> bool:
        return self.done_on is not None and self.done_on <= day


class MoveRow(NamedTuple):
    on: date
    from_on: date | None
    to_on: date | None


class StuckRow(NamedTuple):
    """One step of a 需协调事项: its state from that day on."""

    item: int
    asker_id: int
    asker: str
    state: CoordinationState
    holder: str
    on: date


class Beside(NamedTuple):
    """All rows of one measure except filings, confidence, indicators and updates."""

    lead: str
    is_confirmed: bool
    confirmed_on: date | None
    overrides: tuple[OverrideFact, ...]
    milestones: tuple[MilestoneRow, ...]
    moves: tuple[MoveRow, ...]  # the oldest first
    closed_on: date | None  # when the chief agreed to close it
    stuck: tuple[StuckRow, ...] = ()  # the oldest item first, its steps in order
    skipped: frozenset[int] = frozenset()  # the periods that skipped it

    def plan(self, day: date) -> Plan:
        known = (one for one in self.milestones if one.is_known(day))
        return plan_of((one.due_then(day), one.planned) for one in known)

    def open_milestones(self, day: date) -> tuple[MilestoneFact, ...]:
        """Return the milestones not done on a day, by their dates."""
        undone = (one for one in self.milestones if one.is_known(day) and not one.is_done(day))
        found = [MilestoneFact(one.title, one.due_then(day), one.agency) for one in undone]
        return tuple(sorted(found, key=lambda one: one.due_on))

    def stuck_for(self, agency_id: int, day: date) -> StuckFact | None:
        """Return an agency's oldest matter that others had not answered on a day."""
        own: dict[int, list[StuckRow]] = {}
        for one in self.stuck:
            if one.asker_id == agency_id and one.on <= day:
                own.setdefault(one.item, []).append(one)
        for steps in own.values():
            now = steps[-1]
            since = waiting_since(StoodFact(one.state, one.holder, one.on) for one in steps)
            if since is not None and now.state in UNANSWERED:
                return StuckFact(now.asker_id, now.asker, since, now.state, now.holder)
        return None

    @property
    def original_due_on(self) -> date | None:
        first = next(iter(self.moves), None)
        return (first.from_on or first.to_on) if first else None

    def put_back_on(self, day: date) -> date | None:
        """Return since when the due date has been later than the first one; None if it is not."""
        since, first = None, self.original_due_on
        for move in self.moves:
            if move.on <= day and first is not None:
                is_later = move.to_on is not None and move.to_on > first
                since = (since or move.on) if is_later else None
        return since

    def due_then(self, day: date) -> date | None:
        """Return the due date effective on a day before today; needs at least one move."""
        before = [move for move in self.moves if move.on <= day]
        return before[-1].to_on if before else self.moves[0].from_on


class PeriodRow(NamedTuple):
    pk: int
    label: str  # name of its slice
    year: int
    due_on: date
    due_was: date | None  # before the last extension
    moved_on: date | None
    is_closed: bool
    opened_on: date | None
    closed_on: date | None

    def due_then(self, day: date) -> date:
        return _before_move(self.due_on, self.due_was, self.moved_on, day)

    def name(self, day: date) -> str:
        """Return its name in a sentence of that day; with the year if that is another one."""
        return self.label if self.year == day.year else f"{self.year}年{self.label}"


class VersionRow(NamedTuple):
    left_on: date
    decision: str
    decided_on: date | None


class FilingRow(NamedTuple):
    """A filing with the days of its changes; `versions` only for missed days."""

    measure: int
    period: int
    pk: int
    agency: str
    role: str
    due_on: date
    due_was: date | None
    moved_on: date | None
    state: str
    left_on: date | None  # when it was first submitted
    waived_on: date | None
    written_off_on: date | None
    mend_by: date | None
    accepted_note: int | None
    versions: tuple[VersionRow, ...] = ()

    def fact_today(self, label: str) -> FilingFact:
        """Return the rule's input for the present state."""
        return self._fact(
            label,
            due_on=self.due_on,
            state=self.state,
            is_filed=self.left_on is not None or self.waived_on is not None,
            mend_by=self.mend_by,
            has_accepted=self.accepted_note is not None,
            is_written_off=self.written_off_on is not None,
        )

    def fact_then(self, label: str, day: date, calendar: Calendar) -> FilingFact:
        """Return the rule's input for a past day.

        The day of a withdrawal is not stored: on past days a withdrawn version counts as submitted.
        """
        left = [one for one in self.versions if one.left_on <= day]
        decided = [one for one in left if one.decided_on is not None and one.decided_on <= day]
        state, mend = FilingState.PENDING, None
        if left:
            newest = left[-1]
            state = FilingState.SUBMITTED
            if newest in decided and newest.decision == Decision.ACCEPT:
                state = FilingState.ACCEPTED
            elif newest in decided and newest.decided_on is not None:
                state, mend = FilingState.RETURNED, mend_by(newest.decided_on, calendar)
        is_waived = self.waived_on is not None and self.waived_on <= day
        return self._fact(
            label,
            due_on=_before_move(self.due_on, self.due_was, self.moved_on, day),
            state=FilingState.WAIVED if is_waived else state,
            is_filed=bool(left) or is_waived,
            mend_by=mend,
            has_accepted=any(one.decision == Decision.ACCEPT for one in decided),
            is_written_off=self.written_off_on is not None and self.written_off_on <= day,
        )

    def _fact(self, label: str, *, state: str, **known: Any) -> FilingFact:
        return FilingFact(
            filing_id=self.pk,
            agency=self.agency,
            period=label,
            state=FilingState(state),
            is_lead=self.role == ResponsibilityRole.LEAD,
            **known,
        )


class DoubtRow(NamedTuple):
    """A version with low confidence, and the days of what ended its effect."""

    measure: int
    filing: int
    period: int
    agency_id: int
    agency: str
    confidence: str
    reason: str
    left_on: date
    accepted_on: date | None
    followed_on: date | None  # a newer version of the filing was submitted
    reaccepted_on: date | None  # a newer version of the filing was accepted
    superseded_on: date | None  # the agency's filing of a newer period was accepted

    def fact(self, label: str, day: date, stuck: StuckFact | None) -> ConfidenceFact | None:
        """Return the rule's input; None if the version did not count on that day."""
        is_accepted = is_by(self.accepted_on, day)
        is_last = not is_by(self.followed_on, day)
        counts = is_last or (is_accepted and not is_by(self.reaccepted_on, day))
        if self.left_on > day or is_by(self.superseded_on, day) or not counts:
            return None
        return ConfidenceFact(
            self.filing,
            self.agency,
            label,
            Confidence(self.confidence),
            self.reason,
            is_accepted=is_accepted,
            since=self.left_on,
            stuck=stuck,
        )


class IndicatorRow(NamedTuple):
    """An indicator in use, for rules.attainment."""

    name: str
    agency: str
    gauge: Gauge
    known_on: tuple[date, ...]  # when each of the gauge's points was entered or accepted
    asked_since: date | None

    def gauge_then(self, day: date) -> Gauge:
        points = zip(self.gauge.points, self.known_on, strict=True)
        return self.gauge._replace(points=tuple(one for one, known in points if known <= day))


class UpdateRow(NamedTuple):
    on: date
    stage: Stage
    percent: int | None
    corrected_on: date | None = None  # when another update corrected it


Periods = Mapping[int, list[PeriodRow]]  # by notice, newest first
Filings = Mapping[int, list[FilingRow]]  # by measure, newest period first, agencies in order
Doubts = Mapping[int, list[DoubtRow]]  # by measure, agencies in order
Indicators = Mapping[int, list[IndicatorRow]]  # by measure
Updates = Mapping[int, list[UpdateRow]]  # by measure, newest first


def _before_move(due: date, was: date | None, moved_on: date | None, day: date) -> date:
    """Return the date effective on a day: the old one, if it was moved later."""
    return was if was is not None and moved_on is not None and day < moved_on else due


def is_by(since: date | None, day: date) -> bool:
    """Whether something has happened by a day; `since` None: never."""
    return since is not None and since <= day
