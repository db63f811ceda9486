"""Read the rows for lights: one query for each kind of fact.

For any number of measures of any notices. Rows that cannot affect today's light are not read.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, When, Window
from django.db.models.functions import Coalesce, FirstValue, JSONObject, TruncDate
from django.utils.timezone import localdate

from lib.arrays import among
from lib.prepared import Prepared, PreparedObjects, day_stand_in, prepared
from measures.choices import (
    Confidence,
    CoordinationState,
    Decision,
    FilingState,
    Light,
    PeriodState,
    RequestState,
    ResponsibilityRole,
    Stage,
)
from measures.lights.rows import (
    Beside,
    DoubtRow,
    Doubts,
    FilingRow,
    Filings,
    IndicatorRow,
    Indicators,
    MilestoneRow,
    MoveRow,
    PeriodRow,
    Periods,
    StuckRow,
    UpdateRow,
    Updates,
    VersionRow,
    is_by,
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
from measures.models.arrival import arrived_q, missing_q, owed_q
from measures.models.coordination import step_rows
from measures.models.filing import FilingQuerySet
from measures.rules.facts import OverrideFact
from measures.rules.periods import slice_label_of

Ids = Collection[int]


def beside_of(measures: Ids, *, on: date) -> dict[int, Beside]:
    """Return each measure's lead, gaps, overrides, milestones and changes of the due date."""
    return {
        pk: Beside(
            lead=lead or "",
            is_confirmed=not is_open,
            confirmed_on=_day(confirmed_at),
            overrides=tuple(map(_override, said)),
            milestones=tuple(map(_milestone, milestones)),
            moves=tuple(map(_move, moves)),
            closed_on=_day(closed_at),
            stuck=tuple(map(_stuck, steps)),
            skipped=frozenset(skipped),
        )
        for pk, lead, is_open, confirmed_at, said, milestones, moves, closed_at, steps, skipped in (
            _beside().rows([list(measures), on])
        )
    }


@cache
def _beside() -> Prepared:
    """Prepare the statement of beside_of(); parameters: the measures, the day."""
    own = Q(measure=OuterRef("pk"))
    gaps = Gap.objects.agencies().filter(own).order_by()
    confirmed = gaps.filter(confirmed_at__isnull=False).order_by("-confirmed_at")
    leads = Responsibility.objects.leads(on=day_stand_in(-2)).filter(own).order_by()
    overrides = OverrideRequest.objects.effective().filter(own).order_by("starts_on")
    closings = ClosingRequest.objects.filter(own, state=RequestState.AGREED).order_by("-pk")
    said = JSONObject(
        light="light", reason="reason", start="starts_on", end="ends_on", ended="ended_on"
    )
    rows = Measure.objects.filter(pk__in=among(-1)).values_list(
        "pk",
        Subquery(leads.values("agency__short_name")[:1]),
        Exists(gaps.unconfirmed()),
        Subquery(confirmed.values("confirmed_at")[:1]),
        ArraySubquery(overrides.values(row=said)),
        ArraySubquery(_milestone_rows()),
        ArraySubquery(_move_rows()),
        Subquery(closings.values("decided_at")[:1]),
        step_rows(item__measure=OuterRef("pk")),
        ArraySubquery(Period.skipped.through.objects.filter(own).values("period")),
    )
    return prepared(rows.order_by(), "bigint[]", "date")


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
    """Return the opened periods of each notice's main kind: a few for each year."""
    found: defaultdict[int, list[PeriodRow]] = defaultdict(list)
    for notice, pk, kind, start, label, due, was, moved, state, opened, closed in _periods().rows(
        [list(notices)]
    ):
        found[notice].append(
            PeriodRow(
                pk,
                slice_label_of(kind, start, label),
                start.year,
                due,
                was,
                moved,
                state == PeriodState.CLOSED,
                opened,
                closed,
            )
        )
    return found


@cache
def _periods() -> Prepared:
    rows = Period.objects.opened().main().filter(notice__in=among(-1)).newest_first()
    names = ("notice", "pk", "kind", "covers_from", "label")
    days = ("due_on", "due_was", TruncDate("due_moved_at"))
    since = ("state", TruncDate("opened_at"), TruncDate("closed_at"))
    return prepared(rows.values_list(*names, *days, *since), "bigint[]")


def filings_today(measures: Ids, *, due: Ids, ahead: Ids) -> Filings:
    """Return the filings that today's light may depend on, of due periods and open ones ahead.

    These are missing filings, the lead's returned ones, the lead's newest filed one, and one
    accepted before its due day: of hundreds of thousands of accepted filings only a few are read.
    """
    return _by_measure(_today().rows([list(measures), list(due), list(ahead)]))


@cache
def _today() -> Prepared:
    own = Filing.objects.filter(measure__in=among(-1))
    # Their keys first: most rows that are compared for the newest one are not returned.
    found = _telling(own, -2, -3).order_by().values("pk")
    return prepared(_columns(Filing.objects.filter(pk__in=found)), *["bigint[]"] * 3)


def filings_then(measures: Ids, *, due: Ids, ahead: Ids, since: date) -> Filings:
    """Return the same for every day from `since` on, with filings changed on those days."""
    opened = {*due, *ahead}
    return _by_measure(_then().rows([list(measures), list(due), list(ahead), [*opened], since]))


@cache
def _then() -> Prepared:
    """Prepare filings_then(); parameters: measures, periods due, ahead, and of both, a day."""
    since = day_stand_in(-5)
    own = Filing.objects.filter(measure__in=among(-1))
    changed = (
        Q(notes__left_at__date__gte=since)
        | Q(notes__review__decided_at__date__gte=since)
        | Q(waived_at__date__gte=since)
        | Q(written_off_at__date__gte=since)
        | Q(due_moved_at__date__gte=since)
    )
    late = own.filter(changed, period__in=among(-4)).order_by()
    before = own.filter(first_submitted_at__date__lt=since, period__in=among(-2))
    newest = before.leading().order_by("measure_id", "-period__covers_from", "-pk")
    wanted = (
        Q(pk__in=late.values("pk"))
        | Q(pk__in=_telling(own, -2, -3).order_by().values("pk"))
        | Q(pk__in=newest.distinct("measure_id").values("pk"))
    )
    left = Note.objects.filter(filing=OuterRef("pk"), left_at__isnull=False).order_by("version")
    review = Review.objects.filter(note=OuterRef("pk"))
    version = JSONObject(
        left=TruncDate("left_at"),
        decision=Subquery(review.values("decision")[:1]),
        decided=Subquery(review.values(day=TruncDate("decided_at"))[:1]),
    )
    rows = _columns(own.filter(wanted), ArraySubquery(left.values(row=version)))
    return prepared(rows, *["bigint[]"] * 4, "date")


def _telling(own: FilingQuerySet, due: int, ahead: int) -> FilingQuerySet:
    """Select filings of all kinds at once; a query per kind would read the table for each.

    `due` and `ahead` are placeholders of periods.
    """
    is_due, is_ahead = Q(period__in=among(due)), Q(period__in=among(ahead))
    is_lead, is_kept = Q(role=ResponsibilityRole.LEAD), Q(written_off_at__isnull=True)
    is_returned = Q(mend_by__isnull=False) | Q(state=FilingState.RETURNED)
    mending = is_lead & is_returned & Q(accepted_note__isnull=True)
    told = is_due & (missing_q() & is_kept | mending)
    arrived = is_due & is_lead & owed_q() & arrived_q() & is_kept
    early = is_ahead & is_lead & Q(accepted_note__isnull=False)
    newest = Window(
        FirstValue("pk"),
        partition_by=["measure_id", "kind"],
        order_by=[F("period__covers_from").desc(), F("pk").desc()],
    )
    kind = Case(When(arrived, then=1), When(early, then=2), default=0)
    rows = own.filter(told | arrived | early).annotate(is_told=told, kind=kind)
    return rows.annotate(newest=newest).filter(Q(is_told=True) | Q(kind__gt=0, newest=F("pk")))


def _columns(rows: FilingQuerySet, *versions: ArraySubquery) -> QuerySet:
    days = [TruncDate("first_submitted_at"), TruncDate("waived_at"), TruncDate("written_off_at")]
    return rows.order_by("-period__covers_from", "agency__order", "pk").values_list(
        *("measure", "period", "pk", "agency_name", "role", "due_on", "due_was"),
        TruncDate("due_moved_at"),
        "state",
        *days,
        *("mend_by", "accepted_note"),
        *versions,
    )


def _by_measure(rows: Iterable[Sequence[Any]]) -> Filings:
    found: defaultdict[int, list[FilingRow]] = defaultdict(list)
    known = len(FilingRow._fields) - 1
    for row in rows:
        versions = tuple(map(_version, row[known])) if len(row) > known else ()
        found[row[0]].append(FilingRow._make([*row[:known], versions]))
    return found


def doubts_of(measures: Ids, *, on: date, since: date) -> Doubts:
    """Return the versions with low confidence of agencies responsible on a day."""
    found: defaultdict[int, list[DoubtRow]] = defaultdict(list)
    for *known, left, accept, followed, reaccepted, superseded in _doubts().rows(
        [list(measures), on]
    ):
        days = (_day(moment) for moment in (left, accept, followed, reaccepted, superseded))
        row = DoubtRow(*known, *days)
        if not is_by(row.superseded_on, since - timedelta(days=1)):
            found[row.measure].append(row)
    return found


@cache
def _doubts() -> Prepared:
    """Prepare the statement of doubts_of(); parameters: the measures, the day."""
    duties = Responsibility.objects.valid(on=day_stand_in(-2)).filter(
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
            filing__measure__in=among(-1),
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
        *("filing__measure", "filing", "filing__period", "filing__agency", "filing__agency_name"),
        *("confidence", "confidence_reason"),
        "left_at",
        Subquery(accepted.values("decided_at")[:1]),
        Subquery(first_left),
        Subquery(first_accept),
        Subquery(first_newer),
    )
    return prepared(chosen, "bigint[]", "date")


def indicators_of(measures: Ids) -> Indicators:
    """Return each measure's indicators in use, with their current values."""
    found: defaultdict[int, list[IndicatorRow]] = defaultdict(list)
    for indicator in _indicators().rows([list(measures)]):
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


@cache
def _indicators() -> PreparedObjects:
    rows = Indicator.objects.in_use().filter(measure__in=among(-1)).order_by("pk")
    rows = rows.with_figures(newest=16, known=TruncDate("at"))
    found = ("targets_found", "values_found")
    return PreparedObjects(rows, "bigint[]", related={"reporter": ("short_name",)}, added=found)


def updates_of(measures: Ids) -> Updates:
    """Return each measure's status updates; no query without measures."""
    found: defaultdict[int, list[UpdateRow]] = defaultdict(list)
    if not measures:
        return found
    for measure, day, stage, percent, corrected in _updates().rows([list(measures)]):
        found[measure].append(UpdateRow(day, Stage(stage), percent, corrected))
    return found


@cache
def _updates() -> Prepared:
    rows = StatusUpdate.objects.filter(measure__in=among(-1)).order_by(F("at").desc(), "-pk")
    names = ("measure", TruncDate("at"), "stage", "percent", TruncDate("corrected_by__at"))
    return prepared(rows.values_list(*names), "bigint[]")


def _override(text: str) -> OverrideFact:
    said = json.loads(text)
    last = date.fromisoformat(said["end"])
    if said["ended"]:
        last = min(last, date.fromisoformat(said["ended"]) - timedelta(days=1))
    start = date.fromisoformat(said["start"])
    return OverrideFact(Light(said["light"]), said["reason"], start, last)


def _milestone(text: str) -> MilestoneRow:
    row = json.loads(text)
    due_on, due_was = date.fromisoformat(row["due_on"]), date.fromisoformat(row["due_was"])
    added, moved, done = (_iso(row[name]) for name in ("added", "moved", "done"))
    planned = row["planned"] if row["nature"] == "dated" else None
    return MilestoneRow(row["title"], due_on, due_was, row["agency"], planned, added, moved, done)


def _stuck(text: str) -> StuckRow:
    row = json.loads(text)
    known = (row["item"], row["asker"], row["asker_name"])
    state = CoordinationState(row["state"])
    return StuckRow(*known, state, row["holder"], date.fromisoformat(row["on"]))


def _move(text: str) -> MoveRow:
    row = json.loads(text)
    return MoveRow(date.fromisoformat(row["on"]), _iso(row["from_on"]), _iso(row["to_on"]))


def _version(text: str) -> VersionRow:
    row = json.loads(text)
    return VersionRow(date.fromisoformat(row["left"]), row["decision"] or "", _iso(row["decided"]))


def _iso(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _day(moment: datetime | None) -> date | None:
    return localdate(moment) if moment else None
