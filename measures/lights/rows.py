"""Reading what lights are judged from: plain rows, one statement a kind of fact.

For any number of measures, of any notices. No model instances: for ten thousand measures making
them would cost more than the judging.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject, TruncDate
from django.utils.timezone import localdate

from measures.choices import Light, PeriodState, Stage
from measures.models import Filing, Gap, Measure, OverrideRequest, Period, StatusUpdate
from measures.models.milestone import plan_rows
from measures.rules.facts import OverrideFact
from measures.rules.periods import slice_label_of
from measures.rules.plan import Plan, plan_read

Ids = Collection[int]


class Beside(NamedTuple):
    """What stands beside one measure."""

    is_confirmed: bool
    confirmed_on: date | None
    overrides: tuple[OverrideFact, ...]
    plan: Plan
    accepted: frozenset[int]  # the periods, of any kind, with an accepted note


class PeriodRow(NamedTuple):
    """An opened period of a notice's main kind."""

    pk: int
    label: str  # of its slice
    due_on: date
    is_closed: bool
    opened_on: date | None
    closed_on: date | None


class FilingRow(NamedTuple):
    """A filing with what a light may say of it; `accepted_on` is read for missed days only."""

    pk: int
    agency: str
    role: str
    due_on: date
    state: str
    left_on: date | None  # when it first left the agency, or was waived
    mend_by: date | None
    accepted_note: int | None
    confidence: str  # of the accepted note, and its reason: None where there is none
    confidence_reason: str
    accepted_on: date | None = None


class UpdateRow(NamedTuple):
    """A word on how far a measure had got."""

    on: date
    stage: Stage
    percent: int | None


Periods = Mapping[int, list[PeriodRow]]  # by notice, newest first
Filings = Mapping[tuple[int, int], list[FilingRow]]  # by measure and period, agencies in order
Updates = Mapping[int, list[UpdateRow]]  # by measure, newest first


def beside_of(measures: Ids) -> dict[int, Beside]:
    """Each measure's gaps, lights set by hand, plan, and where it has accepted notes."""
    gaps = Gap.objects.agencies().filter(measure=OuterRef("pk")).order_by()
    confirmed = gaps.filter(confirmed_at__isnull=False).order_by("-confirmed_at")
    overrides = OverrideRequest.objects.effective().filter(measure=OuterRef("pk"))
    said = JSONObject(
        light="light", reason="reason", start="starts_on", end="ends_on", ended="ended_on"
    )
    accepted = Filing.objects.filter(measure=OuterRef("pk"), accepted_note__isnull=False)
    rows = Measure.objects.filter(pk__in=measures).values_list(
        "pk",
        Exists(gaps.unconfirmed()),
        Subquery(confirmed.values("confirmed_at")[:1]),
        ArraySubquery(overrides.order_by("starts_on").values(row=said)),
        ArraySubquery(plan_rows()),
        ArraySubquery(accepted.order_by().values("period").distinct()),
    )
    return {
        pk: Beside(
            is_confirmed=not is_open,
            confirmed_on=_day(confirmed_at),
            overrides=tuple(map(_override, said)),
            plan=plan_read(plan),
            accepted=frozenset(periods),
        )
        for pk, is_open, confirmed_at, said, plan, periods in rows.order_by()
    }


def periods_of(notices: Ids) -> Periods:
    """The opened periods of each notice's main kind: a few a year."""
    found: defaultdict[int, list[PeriodRow]] = defaultdict(list)
    rows = Period.objects.opened().main().filter(notice__in=notices).newest_first()
    names = ("notice", "pk", "kind", "covers_from", "label")
    moments = ("due_on", "state", "opened_at", "closed_at")
    for notice, pk, kind, start, label, due, state, opened, closed in rows.values_list(
        *names, *moments
    ):
        is_closed = state == PeriodState.CLOSED
        word = slice_label_of(kind, start, label)
        found[notice].append(PeriodRow(pk, word, due, is_closed, _day(opened), _day(closed)))
    return found


def filings_today(measures: Ids, *, due: Ids, accepted: Ids) -> Filings:
    """The filings that today's light may look at, in periods that are due or newly accepted."""
    rows = Filing.objects.telling(due=due, accepted=accepted)
    return _filings(rows.filter(measure__in=measures))


def filings_then(measures: Ids, periods: Ids) -> Filings:
    """All filings of some periods, with the moments at which their notes were accepted."""
    rows = Filing.objects.filter(measure__in=measures, period__in=periods)
    return _filings(rows, TruncDate("accepted_note__review__decided_at"))


def _filings(rows: QuerySet[Filing], *more: TruncDate) -> Filings:
    found: defaultdict[tuple[int, int], list[FilingRow]] = defaultdict(list)
    left_on = TruncDate(Coalesce("first_submitted_at", "waived_at"))
    names = ("measure", "period", "pk", "agency_name", "role", "due_on", "state")
    said = ("accepted_note__confidence", "accepted_note__confidence_reason")
    rows = rows.order_by("agency__order", "pk")
    chosen = rows.values_list(*names, left_on, "mend_by", "accepted_note", *said, *more)
    for measure, period, *row in chosen:
        found[measure, period].append(FilingRow(*row))
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


def _day(moment: datetime | None) -> date | None:
    return localdate(moment) if moment else None
