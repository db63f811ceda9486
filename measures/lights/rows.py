"""Reading what lights are judged from: plain rows, one statement a kind of fact.

For any number of measures, of any notices. No model instances: for ten thousand measures making
them would cost more than the judging. Every row carries the days on which it came about, so that
a past day can be judged by what was known then.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject, TruncDate
from django.utils.timezone import localdate

from lib.workdays import Calendar
from measures.choices import (
    Confidence,
    Decision,
    FilingState,
    Light,
    PeriodState,
    RequestState,
    ResponsibilityRole,
    Stage,
)
from measures.models import (
    ClosingRequest,
    DueDateRequest,
    Filing,
    Gap,
    Indicator,
    Measure,
    Milestone,
    Note,
    OverrideRequest,
    Period,
    Responsibility,
    Review,
    StatusUpdate,
)
from measures.models.arrival import arrived_q
from measures.models.filing import FilingQuerySet
from measures.rules.attainment import Gauge
from measures.rules.facts import ConfidenceFact, FilingFact, MilestoneFact, OverrideFact
from measures.rules.periods import mend_by, slice_label_of
from measures.rules.plan import Plan, plan_of

Ids = Collection[int]


class MilestoneRow(NamedTuple):
    """A milestone with the days on which it was set, last moved, and told to be done."""

    title: str
    due_on: date
    due_was: date
    agency: str
    planned: int | None
    added_on: date | None  # None: before anybody kept it
    moved_on: date | None
    done_on: date | None  # when it was told; None: it is not done

    def due_then(self, day: date) -> date:
        """The date in force on a day."""
        return self.due_was if self.moved_on is not None and day < self.moved_on else self.due_on

    def is_known(self, day: date) -> bool:
        return self.added_on is None or self.added_on <= day

    def is_done(self, day: date) -> bool:
        return self.done_on is not None and self.done_on <= day


class MoveRow(NamedTuple):
    """A due date set or moved."""

    on: date
    from_on: date | None
    to_on: date | None


class Beside(NamedTuple):
    """What stands beside one measure."""

    lead: str
    is_confirmed: bool
    confirmed_on: date | None
    overrides: tuple[OverrideFact, ...]
    milestones: tuple[MilestoneRow, ...]
    moves: tuple[MoveRow, ...]  # the oldest first
    closed_on: date | None  # when its closing was agreed to

    def plan(self, day: date) -> Plan:
        """The plan in force on a day."""
        known = (one for one in self.milestones if one.is_known(day))
        return plan_of((one.due_then(day), one.planned) for one in known)

    def open_milestones(self, day: date) -> tuple[MilestoneFact, ...]:
        """Those not done on a day, by their dates."""
        undone = (one for one in self.milestones if one.is_known(day) and not one.is_done(day))
        found = [MilestoneFact(one.title, one.due_then(day), one.agency) for one in undone]
        return tuple(sorted(found, key=lambda one: one.due_on))

    @property
    def original_due_on(self) -> date | None:
        """The first date that the measure ever had."""
        first = next(iter(self.moves), None)
        return (first.from_on or first.to_on) if first else None

    def due_then(self, day: date) -> date | None:
        """The date in force on a day before today; needs a move."""
        before = [move for move in self.moves if move.on <= day]
        return before[-1].to_on if before else self.moves[0].from_on


class PeriodRow(NamedTuple):
    """An opened period of a notice's main kind."""

    pk: int
    label: str  # of its slice
    year: int
    due_on: date
    due_was: date | None  # before it was last put off
    moved_on: date | None
    is_closed: bool
    opened_on: date | None
    closed_on: date | None

    def due_then(self, day: date) -> date:
        """The date in force on a day."""
        return _before_move(self.due_on, self.due_was, self.moved_on, day)

    def name(self, day: date) -> str:
        """What a sentence of a day calls it: the year is named where it is another one."""
        return self.label if self.year == day.year else f"{self.year}年{self.label}"


class VersionRow(NamedTuple):
    """A version that left its agency, and what was decided."""

    left_on: date
    decision: str
    decided_on: date | None


class FilingRow(NamedTuple):
    """A filing with the days of what happened to it; `versions` only for missed days."""

    measure: int
    period: int
    pk: int
    agency: str
    role: str
    due_on: date
    due_was: date | None
    moved_on: date | None
    state: str
    left_on: date | None  # when it first left the agency
    waived_on: date | None
    written_off_on: date | None
    mend_by: date | None
    accepted_note: int | None
    versions: tuple[VersionRow, ...] = ()

    def fact_today(self, label: str) -> FilingFact:
        """What the rule takes, as the row is now."""
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
        """The same of a past day, by what had happened by then.

        That a version was withdrawn carries no day: until today it counts as handed in.
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
    """A version in which an agency doubts, with what made it count no more."""

    measure: int
    filing: int
    period: int
    agency: str
    confidence: str
    reason: str
    left_on: date
    accepted_on: date | None
    followed_on: date | None  # a newer version of the filing left
    reaccepted_on: date | None  # a newer version of the filing was accepted
    superseded_on: date | None  # the agency's filing of a newer period was accepted

    def fact(self, label: str, day: date) -> ConfidenceFact | None:
        """What the rule takes; None where it did not count on that day."""
        is_accepted = _by(self.accepted_on, day)
        is_last = not _by(self.followed_on, day)
        counts = is_last or (is_accepted and not _by(self.reaccepted_on, day))
        if self.left_on > day or _by(self.superseded_on, day) or not counts:
            return None
        return ConfidenceFact(
            self.filing,
            self.agency,
            label,
            Confidence(self.confidence),
            self.reason,
            is_accepted=is_accepted,
            since=self.left_on,
        )


class IndicatorRow(NamedTuple):
    """An indicator in use, as rules.attainment takes it."""

    name: str
    agency: str
    gauge: Gauge
    known_on: tuple[date, ...]  # when each of the gauge's points was entered or accepted
    asked_since: date | None

    def gauge_then(self, day: date) -> Gauge:
        """With the values known on a day."""
        points = zip(self.gauge.points, self.known_on, strict=True)
        return self.gauge._replace(points=tuple(one for one, known in points if known <= day))


class UpdateRow(NamedTuple):
    """A word on how far a measure had got."""

    on: date
    stage: Stage
    percent: int | None


Periods = Mapping[int, list[PeriodRow]]  # by notice, newest first
Filings = Mapping[int, list[FilingRow]]  # by measure, newest period first, agencies in order
Doubts = Mapping[int, list[DoubtRow]]  # by measure, agencies in order
Indicators = Mapping[int, list[IndicatorRow]]  # by measure
Updates = Mapping[int, list[UpdateRow]]  # by measure, newest first


def beside_of(measures: Ids, *, on: date) -> dict[int, Beside]:
    """Each measure's lead, gaps, lights set by hand, milestones and moved dates."""
    own = Q(measure=OuterRef("pk"))
    gaps = Gap.objects.agencies().filter(own).order_by()
    confirmed = gaps.filter(confirmed_at__isnull=False).order_by("-confirmed_at")
    leads = Responsibility.objects.leads(on=on).filter(own)
    overrides = OverrideRequest.objects.effective().filter(own).order_by("starts_on")
    closings = ClosingRequest.objects.filter(own, state=RequestState.AGREED).order_by("-pk")
    said = JSONObject(
        light="light", reason="reason", start="starts_on", end="ends_on", ended="ended_on"
    )
    rows = Measure.objects.filter(pk__in=measures).values_list(
        "pk",
        Subquery(leads.values("agency__short_name")[:1]),
        Exists(gaps.unconfirmed()),
        Subquery(confirmed.values("confirmed_at")[:1]),
        ArraySubquery(overrides.values(row=said)),
        ArraySubquery(_milestone_rows()),
        ArraySubquery(_move_rows()),
        Subquery(closings.values("decided_at")[:1]),
    )
    return {
        pk: Beside(
            lead=lead or "",
            is_confirmed=not is_open,
            confirmed_on=_day(confirmed_at),
            overrides=tuple(map(_override, said)),
            milestones=tuple(map(_milestone, milestones)),
            moves=tuple(map(_move, moves)),
            closed_on=_day(closed_at),
        )
        for pk, lead, is_open, confirmed_at, said, milestones, moves, closed_at in rows.order_by()
    }


def _milestone_rows() -> QuerySet:
    own = Milestone.objects.filter(measure=OuterRef("pk")).order_by("due_on", "pk")
    row = JSONObject(
        title="title",
        due_on="due_on",
        due_was="original_due_on",
        agency="agency_name",
        planned="planned_percent",
        nature="measure__nature",
        added=TruncDate("added_at"),
        moved=TruncDate("moved_at"),
        done=Coalesce(TruncDate("done_at"), "done_on"),
    )
    return own.values(row=row)


def _move_rows() -> QuerySet:
    own = DueDateRequest.objects.effective().filter(measure=OuterRef("pk"))
    since = TruncDate(Coalesce("decided_at", "asked_at"))
    row = JSONObject(on=since, from_on="from_on", to_on="to_on")
    return own.order_by(Coalesce("decided_at", "asked_at"), "pk").values(row=row)


def periods_of(notices: Ids) -> Periods:
    """The opened periods of each notice's main kind: a few a year."""
    found: defaultdict[int, list[PeriodRow]] = defaultdict(list)
    rows = Period.objects.opened().main().filter(notice__in=notices).newest_first()
    names = ("notice", "pk", "kind", "covers_from", "label")
    moments = ("due_on", "due_was", "due_moved_at", "state", "opened_at", "closed_at")
    for notice, pk, kind, start, label, due, was, moved, state, opened, closed in rows.values_list(
        *names, *moments
    ):
        found[notice].append(
            PeriodRow(
                pk,
                slice_label_of(kind, start, label),
                start.year,
                due,
                was,
                _day(moved),
                state == PeriodState.CLOSED,
                _day(opened),
                _day(closed),
            )
        )
    return found


def filings_today(measures: Ids, *, due: Ids, ahead: Ids) -> Filings:
    """What today's light may look at, of the periods that are due and the open ones ahead.

    What is missing, the lead's that are returned, and the lead's newest that is in: of the
    hundreds of thousands that are accepted only one a measure, and one accepted ahead of its day.
    """
    own = Filing.objects.filter(measure__in=measures)
    return _filings(own.filter(_telling(own, due, ahead)))


def filings_then(measures: Ids, *, due: Ids, ahead: Ids, since: date) -> Filings:
    """The same for every day from `since` on: also what has changed on those days."""
    own = Filing.objects.filter(measure__in=measures)
    changed = (
        Q(notes__left_at__date__gte=since)
        | Q(notes__review__decided_at__date__gte=since)
        | Q(waived_at__date__gte=since)
        | Q(written_off_at__date__gte=since)
        | Q(due_moved_at__date__gte=since)
    )
    ids = own.filter(changed, period__in={*due, *ahead}).order_by().values("pk")
    before = own.filter(first_submitted_at__date__lt=since, period__in=due)
    wanted = Q(pk__in=ids) | _telling(own, due, ahead) | Q(pk__in=_lead_newest(before))
    left = Note.objects.filter(filing=OuterRef("pk"), left_at__isnull=False).order_by("version")
    review = Review.objects.filter(note=OuterRef("pk"))
    version = JSONObject(
        left=TruncDate("left_at"),
        decision=Subquery(review.values("decision")[:1]),
        decided=Subquery(review.values(day=TruncDate("decided_at"))[:1]),
    )
    return _filings(own.filter(wanted), ArraySubquery(left.values(row=version)))


def _telling(own: FilingQuerySet, due: Ids, ahead: Ids) -> Q:
    early = own.filter(period__in=ahead, accepted_note__isnull=False)
    own = own.filter(period__in=due)
    owing = own.missing().filter(written_off_at__isnull=True).order_by()
    is_returned = Q(mend_by__isnull=False) | Q(state=FilingState.RETURNED)
    mending = own.leading().filter(is_returned, accepted_note__isnull=True).order_by()
    return (
        Q(pk__in=owing.values("pk"))
        | Q(pk__in=mending.values("pk"))
        | Q(pk__in=_lead_newest(own.owed().filter(arrived_q(), written_off_at__isnull=True)))
        | Q(pk__in=_lead_newest(early))
    )


def _lead_newest(rows: FilingQuerySet) -> QuerySet:
    newest = rows.leading().order_by("measure_id", "-period__covers_from", "-pk")
    return newest.distinct("measure_id").values("pk")


def _filings(rows: FilingQuerySet, *versions: ArraySubquery) -> Filings:
    found: defaultdict[int, list[FilingRow]] = defaultdict(list)
    days = [TruncDate("first_submitted_at"), TruncDate("waived_at"), TruncDate("written_off_at")]
    chosen = rows.order_by("-period__covers_from", "agency__order", "pk").values_list(
        *("measure", "period", "pk", "agency_name", "role", "due_on", "due_was"),
        TruncDate("due_moved_at"),
        "state",
        *days,
        *("mend_by", "accepted_note"),
        *versions,
    )
    known = len(FilingRow._fields) - 1
    for row in chosen:
        versions_found = tuple(map(_version, row[known])) if versions else ()
        found[row[0]].append(FilingRow._make([*row[:known], versions_found]))
    return found


def doubts_of(measures: Ids, *, on: date, since: date) -> Doubts:
    """The versions in which agencies that are responsible on a day doubt."""
    found: defaultdict[int, list[DoubtRow]] = defaultdict(list)
    duties = Responsibility.objects.valid(on=on).filter(
        measure=OuterRef("filing__measure"), agency=OuterRef("filing__agency")
    )
    later = Note.objects.kept().filter(
        filing=OuterRef("filing"), version__gt=OuterRef("version"), left_at__isnull=False
    )
    newer = Filing.objects.filter(
        measure=OuterRef("filing__measure"),
        agency=OuterRef("filing__agency"),
        period__kind=OuterRef("filing__period__kind"),
        period__covers_from__gt=OuterRef("filing__period__covers_from"),
        accepted_note__isnull=False,
    )
    accepted = Review.objects.filter(note=OuterRef("pk"), decision=Decision.ACCEPT)
    rows = (
        Note.objects.kept()
        .filter(
            Exists(duties),
            confidence__in=[Confidence.YELLOW, Confidence.RED],
            left_at__isnull=False,
            filing__measure__in=measures,
            filing__period__kind=F("filing__period__notice__main_kind"),
        )
        .exclude(filing__state=FilingState.WAIVED)
        .order_by("filing__agency__order", "filing__pk", "-version")
    )
    first_left = later.order_by().values("filing").annotate(at=Min("left_at")).values("at")
    first_accept = (
        later.filter(review__decision=Decision.ACCEPT)
        .order_by()
        .values("filing")
        .annotate(at=Min("review__decided_at"))
        .values("at")
    )
    first_newer = (
        newer.order_by()
        .values("measure")
        .annotate(at=Min("accepted_note__review__decided_at"))
        .values("at")
    )
    chosen = rows.values_list(
        *("filing__measure", "filing", "filing__period", "filing__agency_name"),
        *("confidence", "confidence_reason"),
        "left_at",
        Subquery(accepted.values("decided_at")[:1]),
        Subquery(first_left),
        Subquery(first_accept),
        Subquery(first_newer),
    )
    for *known, left, accept, followed, reaccepted, superseded in chosen:
        days = (_day(moment) for moment in (left, accept, followed, reaccepted, superseded))
        row = DoubtRow(*known, *days)
        if not _by(row.superseded_on, since - timedelta(days=1)):
            found[row.measure].append(row)
    return found


def indicators_of(measures: Ids) -> Indicators:
    """The indicators in use of each measure, with the values that count."""
    found: defaultdict[int, list[IndicatorRow]] = defaultdict(list)
    rows = Indicator.objects.in_use().filter(measure__in=measures).with_figures(newest=16)
    for indicator in rows.select_related("reporter").order_by("pk"):
        agency = indicator.reporter.short_name if indicator.reporter else ""
        found[indicator.measure_id].append(
            IndicatorRow(
                indicator.name,
                agency,
                indicator.gauge,
                tuple(date.fromisoformat(row["known"]) for row in reversed(indicator.values_found)),
                indicator.asked_since,
            )
        )
    return found


def updates_of(measures: Ids) -> Updates:
    """What was said of each measure's progress."""
    found: defaultdict[int, list[UpdateRow]] = defaultdict(list)
    rows = StatusUpdate.objects.filter(measure__in=measures).order_by(F("at").desc(), "-pk")
    for measure, day, stage, percent in rows.values_list(
        "measure", TruncDate("at"), "stage", "percent"
    ):
        found[measure].append(UpdateRow(day, Stage(stage), percent))
    return found


def _override(said: dict[str, Any]) -> OverrideFact:
    last = date.fromisoformat(said["end"])
    if said["ended"]:
        last = min(last, date.fromisoformat(said["ended"]) - timedelta(days=1))
    start = date.fromisoformat(said["start"])
    return OverrideFact(Light(said["light"]), said["reason"], start, last)


def _milestone(row: dict[str, Any]) -> MilestoneRow:
    due_on, due_was = date.fromisoformat(row["due_on"]), date.fromisoformat(row["due_was"])
    added, moved, done = (_iso(row[name]) for name in ("added", "moved", "done"))
    planned = row["planned"] if row["nature"] == "dated" else None
    return MilestoneRow(row["title"], due_on, due_was, row["agency"], planned, added, moved, done)


def _move(row: dict[str, Any]) -> MoveRow:
    return MoveRow(date.fromisoformat(row["on"]), _iso(row["from_on"]), _iso(row["to_on"]))


def _version(row: dict[str, Any]) -> VersionRow:
    return VersionRow(date.fromisoformat(row["left"]), row["decision"] or "", _iso(row["decided"]))


def _before_move(due: date, was: date | None, moved_on: date | None, day: date) -> date:
    """The date in force on a day: the one before, where it was moved only later."""
    return was if was is not None and moved_on is not None and day < moved_on else due


def _by(since: date | None, day: date) -> bool:
    """Whether something has happened by a day; None: never."""
    return since is not None and since <= day


def _iso(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _day(moment: datetime | None) -> date | None:
    return localdate(moment) if moment else None
