"""Plan the reminders of a run for each agency, from one reading of the filings."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, OuterRef, Q, QuerySet, When
from django.utils.timezone import localdate

from agencies.models import Agency, Membership, Message, User
from agencies.permissions import Role
from lib.workdays import Calendar, workdays_between
from measures.choices import ChaseAudience, MeasureMessage, Rung
from measures.models import ChaseLadder, Filing, Urge
from measures.models.filing import FilingQuerySet
from measures.rules.chasing import Climb, Ladder, LadderStep, applicable, climb, ladder_on, reached

CHUNK = 2000
NOTHING = Climb(None, ())


class RungStep(NamedTuple):
    filing_id: int
    due_on: date
    told: LadderStep | None
    passed: tuple[Rung, ...]
    waiting: int | None  # id of the queued chase by hand sent with it


class Debts(NamedTuple):
    """The content of one agency's message: all its debts, not only newly reached ones."""

    agency: str
    late: int
    latest: int  # working days that the oldest is late
    soon: int
    soon_until: date | None
    mending: int
    is_candidate: bool  # some filing is a candidate for the circular


class AgencyPlan(NamedTuple):
    agency_id: int
    steps: list[RungStep]
    debts: Debts
    people: frozenset[int]
    is_held: bool  # a recipient has a message of today: sent on the next working day

    @property
    def tells(self) -> bool:
        return any(step.told or step.waiting for step in self.steps)

    @property
    def rungs(self) -> Counter[Rung]:
        """The number of filings for each rung sent."""
        found = Counter(step.told.rung for step in self.steps if step.told)
        found[Rung.MANUAL] += sum(step.waiting is not None for step in self.steps)
        return +found


class _Days:
    """Values that depend only on the due day, computed once for thousands of filings."""

    def __init__(self, ladder: Ladder, on: date, calendar: Calendar) -> None:
        self.ladder, self.on, self.calendar = ladder, on, calendar
        self.steps: dict[date, list[LadderStep]] = {}
        self.late: dict[date, int] = {}

    def reached(self, due_on: date) -> list[LadderStep]:
        if due_on not in self.steps:
            found = reached(self.ladder, due_on, on=self.on, calendar=self.calendar)
            self.steps[due_on] = found
        return self.steps[due_on]

    def workdays_late(self, due_on: date) -> int:
        if due_on not in self.late:
            self.late[due_on] = workdays_between(due_on, self.on, self.calendar)
        return self.late[due_on]


def plan(
    *, on: date, calendar: Calendar, agencies: Collection[int] | None = None
) -> Iterator[AgencyPlan]:
    """Yield the plans of agencies on a day, in protocol order; five queries.

    For the given agencies, else for all with debts. A past day uses the ladder and the posts of
    that day, and the reminders sent before it.
    """
    days = _Days(ladder_on(ChaseLadder.objects.as_scale(), on), on, calendar)
    posts = _posts(on)
    names = {one.pk: one.name_then for one in Agency.objects.named(on=on)}
    told = told_on(on)
    rows = _rows(on, agencies).iterator(chunk_size=CHUNK)
    for agency_id, own in groupby(rows, key=lambda row: row["agency"]):
        found = _plan_agency(agency_id, str(names[agency_id]), own, days, posts[agency_id], told)
        if found is not None:
            yield found


def told_on(day: date) -> set[int]:
    """Return ids of people who got a message on a day: nobody gets two."""
    sent = Message.objects.filter(kind=MeasureMessage.CHASE, created_at__date=day)
    return set(sent.values_list("user", flat=True))


def _rows(on: date, agencies: Collection[int] | None) -> QuerySet[Any, dict[str, Any]]:
    """Return owed filings as plain values, to iterate over tens of thousands of rows."""
    ledger = Urge.objects.filter(filing=OuterRef("pk"))
    known = ledger.filter(due_on=OuterRef("chased_day")).exclude(rung=Rung.MANUAL)
    if on < localdate():
        known = known.filter(Q(sent_at__date__lt=on) | Q(passed_at__date__lt=on))
    owed: FilingQuerySet = Filing.objects.chased()
    found = owed if agencies is None else owed.owed_by(agencies)
    return (
        found.annotate(
            is_extended=Case(When(due_was__isnull=False, due_on__gte=on, then=True), default=False),
            recorded=ArraySubquery(known.values("rung")),
            waiting=ledger.to_tell(on=on).values("pk")[:1],
        )
        .order_by("agency__order", "agency", "pk")
        .values("pk", "agency", "chased_day", "is_mending", "is_extended", "recorded", "waiting")
    )


def _posts(on: date) -> defaultdict[int, dict[Role, set[int]]]:
    """Return who acts for each agency on a day, by role; only active accounts."""
    found: defaultdict[int, dict[Role, set[int]]] = defaultdict(lambda: defaultdict(set))
    held = Membership.objects.current(on=on).filter(
        role__in=(Role.LIAISON, Role.AGENCY_HEAD), user__in=User.objects.active()
    )
    for agency_id, role, user_id in held.values_list("agency", "role", "user"):
        found[agency_id][Role(role)].add(user_id)
    return found


def _plan_agency(
    agency_id: int,
    name: str,
    rows: Iterable[dict[str, Any]],
    days: _Days,
    posts: dict[Role, set[int]],
    told: set[int],
) -> AgencyPlan | None:
    """Return one agency's plan; None if there is nothing new to send."""
    steps: list[RungStep] = []
    soon: list[date] = []
    late = latest = mending = 0
    for row in rows:
        due_on, is_mending = row["chased_day"], row["is_mending"]
        found = [
            step
            for step in days.reached(due_on)
            if applicable(step, is_extended=row["is_extended"], is_mending=is_mending)
        ]
        if due_on >= days.on:
            soon += [due_on] if found or row["waiting"] else []
        elif is_mending:
            mending += 1
        else:
            late, latest = late + 1, max(latest, days.workdays_late(due_on))
        climbed = climb(found, row["recorded"]) if found else NOTHING
        if climbed != NOTHING or row["waiting"]:
            steps.append(RungStep(row["pk"], due_on, *climbed, row["waiting"]))
    if not steps:
        return None
    rungs = [step.told for step in steps if step.told]
    is_candidate = any(rung.rung == Rung.CIRCULAR for rung in rungs)
    people = _people(rungs, posts)
    debts = Debts(name, late, latest, len(soon), min(soon, default=None), mending, is_candidate)
    return AgencyPlan(agency_id, steps, debts, people, is_held=bool(people & told))


def _people(rungs: list[LadderStep], posts: dict[Role, set[int]]) -> frozenset[int]:
    """Return the liaisons, and the heads too if a rung includes them or there is no liaison."""
    liaisons, heads = posts[Role.LIAISON], posts[Role.AGENCY_HEAD]
    climbs = any(rung.audience == ChaseAudience.WITH_HEADS for rung in rungs)
    return frozenset(liaisons | heads if climbs or not liaisons else liaisons)
