"""Queries for pages about 催报: the records, the preview of a chase, chases to answer."""

from collections.abc import Collection
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Max, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce, TruncDate

from agencies.models import Agency, Membership, Message, User
from agencies.permissions import Perm, Role
from lib.numbers import row_number
from lib.workdays import workdays_between
from measures.chasing.planning import told_on
from measures.choices import REMINDERS, Rung
from measures.models import Filing, Period, Urge, Workday
from measures.models.chasing import UrgeQuerySet

PAGE = 30
# Counts days: ladder and chase by hand send one message a day. Reminders are not chases.
TIMES = Count(TruncDate("sent_at"), filter=~Q(rung__in=REMINDERS), distinct=True)
BY_HAND_MOST = 500  # most filings in one chase: more than any notice has in a period


class Chases(NamedTuple):
    """How often a filing was chased, and its agency's last answer."""

    filing_id: int
    times: int
    last: datetime | None  # time of the last reminder or chase
    answer: str
    promised_on: date | None


class OwedLine(NamedTuple):
    filing: Filing
    late: int  # working days
    chases: Chases | None


class AgencyPreview(NamedTuple):
    """The message that a chase by hand would send to one agency."""

    agency: str
    people: list[str]
    lines: list[OwedLine]
    is_told_today: bool  # so it is sent on the next working day


def seen_by(user: User) -> UrgeQuerySet:
    """Return the reminders a person may see: the commission's staff all, others their own."""
    rows: UrgeQuerySet = Urge.objects.filter(Q(passed_at__isnull=True) | Q(rung=Rung.MANUAL))
    if user.can(Perm.CHASE):
        return rows
    return rows.sent().filter(filing__agency__in=user.own_agencies())


def agencies_of(rows: UrgeQuerySet) -> list[tuple[int, str]]:
    """Return ids and short names of the agencies that records are about, in protocol order."""
    found = Agency.objects.filter(pk__in=rows.order_by().values("filing__agency"))
    return list(found.order_by("order", "pk").values_list("pk", "short_name"))


def periods_of(rows: UrgeQuerySet) -> list[tuple[int, str]]:
    """Return ids and labels of the periods that records are about, the newest first.

    If they belong to several notices, each label names its notice.
    """
    found = Period.objects.filter(pk__in=rows.order_by().values("filing__period"))
    labels = found.order_by("-covers_to", "-pk").values_list("pk", "label", "notice__number")
    several = len({number for _, _, number in labels}) > 1
    return [(pk, f"{label}（{number}）" if several else label) for pk, label, number in labels]


def chase_list(rows: UrgeQuerySet, *, number: str | None) -> Page:
    """Return a page of records, newest first."""
    rows = (
        rows.with_read_at()
        .with_number()
        .select_related("filing__measure", "filing__period", "round__by", "answered_by")
        .prefetch_related(Prefetch("round__messages", Message.objects.select_related("digest")))
        .prefetch_related("round__messages__outbox")
    )
    waiting_first = Coalesce("sent_at", "passed_at").desc(nulls_first=True)
    return Paginator(rows.order_by(waiting_first, "-pk"), PAGE).get_page(number)


def chases_of(filing_ids: Collection[int]) -> dict[int, Chases]:
    """Return how often each filing was chased, by its id; one query."""
    newest = Urge.objects.filter(filing=OuterRef("filing"), answered_at__isnull=False)
    newest = newest.order_by("-answered_at")
    rows = (
        Urge.objects.sent()
        .filter(filing__in=filing_ids)
        .order_by()
        .values("filing")
        .annotate(
            times=TIMES,
            last=Max("sent_at"),
            said=Subquery(newest.values("answer")[:1]),
            promised=Subquery(newest.values("promised_on")[:1]),
        )
        .values_list("filing", "times", "last", "said", "promised")
    )
    return {pk: Chases(pk, times, last, said or "", day) for pk, times, last, said, day in rows}


def candidates(period: int) -> set[str]:
    """Return the codes of agencies that got 通报候选 for a filing of the period still owed."""
    told = Urge.objects.sent().of_what_is_owed().filter(rung=Rung.CIRCULAR, filing__period=period)
    return set(told.values_list("filing__agency__code", flat=True))


def letters_due(*, since: datetime) -> UrgeQuerySet:
    """Return the last 再次催报 since a time for each agency and notice, if still owed.

    Of the newest main period, because a letter about it names earlier debts too. The commission
    gets no letters.
    """
    told = Urge.objects.of_what_is_owed().filter(rung=Rung.LETTER, sent_at__gte=since)
    main = told.filter(filing__period__in=Period.objects.main())
    newest: UrgeQuerySet = (
        main.exclude(filing__agency=F("filing__period__notice__coordinator"))
        .order_by(
            "filing__period__notice_id",
            "filing__agency_id",
            "-filing__period__covers_to",
            "-filing__period_id",
            "-sent_at",
        )
        .distinct("filing__period__notice_id", "filing__agency_id")
    )
    return newest.select_related("filing__period", "filing__agency")


def times_chased(agency: int) -> Coalesce:
    """Return an expression: on how many days an agency was chased for any of its filings."""
    sent = Urge.objects.sent().filter(filing__agency=agency).order_by()
    counted = sent.values("filing__agency").annotate(n=TIMES).values("n")
    return Coalesce(Subquery(counted), 0)


def late_filings(*, agency: str, measure: str, on: date) -> list[int]:
    """Return ids of the late filings of an agency or of a measure."""
    late = Filing.objects.chased_late(on=on)
    if agency:
        late = late.filter(agency=row_number(agency) or -1)
    if measure:
        late = late.filter(measure=row_number(measure) or -1)
    return list(late.values_list("pk", flat=True)[:BY_HAND_MOST])


def preview(filing_ids: Collection[int], *, on: date) -> list[AgencyPreview]:
    """Return the messages that a chase of some filings would send; without filings not late."""
    owed = Filing.objects.chased_late(on=on).filter(pk__in=filing_ids)
    owed = owed.exclude(pk__in=Urge.objects.queued().values("filing"))
    rows = list(
        owed.select_related("measure", "period", "agency")
        .annotate(number=F("measure__notice__number"))
        .order_by("agency__order", "agency", "measure__ordinal")
    )
    calendar, chases = Workday.objects.as_calendar(), chases_of([row.pk for row in rows])
    people, told = _people({row.agency_id for row in rows}, on=on)
    return [
        AgencyPreview(
            own[0].agency_name,
            [person.name for person in people.get(agency_id, [])],
            [
                OwedLine(row, workdays_between(row.chased_day, on, calendar), chases.get(row.pk))
                for row in own
            ],
            any(person.pk in told for person in people.get(agency_id, [])),
        )
        for agency_id, own in (
            (key, list(group)) for key, group in groupby(rows, key=lambda row: row.agency_id)
        )
    ]


def _people(agency_ids: Collection[int], *, on: date) -> tuple[dict[int, list[User]], set[int]]:
    """Return each agency's recipients, as in the job, and those who have a message of today."""
    held = (
        Membership.objects.current(on=on)
        .filter(agency__in=agency_ids, role__in=(Role.LIAISON, Role.AGENCY_HEAD))
        .filter(user__in=User.objects.active())
        .select_related("user")
        .order_by("is_deputy", "pk")
    )
    by_role: dict[tuple[int, str], list[User]] = {}
    for one in held:
        by_role.setdefault((one.agency_id, one.role), []).append(one.user)
    people = {
        pk: by_role.get((pk, Role.LIAISON)) or by_role.get((pk, Role.AGENCY_HEAD), [])
        for pk in agency_ids
    }
    return people, told_on(on)


def answerable(user: User) -> list[Urge]:
    """Return the newest chase of each late filing of a person's agencies; one query."""
    own = Urge.objects.to_answer().filter(filing__agency__in=user.own_agencies())
    found = Urge.objects.filter(pk__in=own.newest().values("pk")).with_number()
    found = found.select_related("filing__measure", "filing__period")
    return list(found.order_by("due_on", "filing__measure__ordinal", "pk"))
