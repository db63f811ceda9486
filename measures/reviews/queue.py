"""The review queue of a person, and its filters with counts."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.http import QueryDict

from agencies.models import User
from agencies.models.fields import MemberOf
from agencies.permissions import Perm
from agencies.statements import Rows, for_readers
from lib.arrays import among
from lib.prepared import Prepared, prepared
from lib.workdays import workdays_between
from measures.bars import left_to_chief, may_be_reviewed_by
from measures.choices import Confidence, FilingState, ResponsibilityRole
from measures.models import Filing, Notice, Objection, Review, Section, Workday
from measures.models.filing import FilingFacts, FilingQuerySet
from measures.models.measure import named_by

# Who may open the queue.
REVIEWERS = (Perm.REVIEW, Perm.DECIDE, Perm.APPROVE_IN_AGENCY)
OFFERED_MOST = 100  # most values in a select; if there are more, those on the page
PATIENCE = 3  # working days; longer waits are marked
OLDEST, BY_MEASURE = "oldest", "measure"

SUBMITTED = Q(state=FilingState.SUBMITTED)
# When an objection to its return was last upheld, so that others review it.
UPHELD = Subquery(Objection.objects.upheld().filter(filing=OuterRef("pk")).values("decided_at")[:1])


class WaitingLine(NamedTuple):
    """The data of a filing in the queue that its order and its filters need."""

    pk: int
    period_id: int
    section_id: int
    agency_id: int
    role: str
    is_unchanged: bool
    is_doubtful: bool
    is_anothers: bool  # somebody else has begun to review it
    days: int  # working days that it has waited
    is_overdue: bool


class WaitingColumns(NamedTuple):
    pk: int
    state: str
    role: str
    agency_name: str
    due_on: date
    first_submitted_at: datetime | None
    ordinal: int
    title: str
    working_title: str
    section_id: int
    section_ordinal: int
    section_title: str
    period_id: int
    period_label: str
    covers_from: date
    closed_at: datetime | None
    agency_id: int
    agency: str
    agency_order: int
    version: int
    is_unchanged: bool
    confidence: str
    carried: list[str]
    correction_reason: str  # empty if it is not a correction
    begun_by_id: int | None
    begun_by: str | None
    notice: str  # its number
    since: datetime  # when the current version reached the reviewer
    upheld_at: datetime | None  # when an objection to its return was last upheld
    days: int
    is_overdue: bool
    times_over: Sequence[str] = ()  # past times in repeated text (reviews.repeated)


class WaitingPeriod(NamedTuple):
    label: str
    closed_at: datetime | None

    def __str__(self) -> str:
        return self.label


class WaitingFiling(WaitingColumns, FilingFacts):
    """A filing on the page of the queue, with its current version; only the columns needed."""

    state_choice = MemberOf(FilingState, "state")
    role_choice = MemberOf(ResponsibilityRole, "role")
    confidence_choice = MemberOf(Confidence, "confidence")

    @property
    def measure(self) -> str:
        return named_by(self._asdict())

    @property
    def period(self) -> "WaitingPeriod":
        return WaitingPeriod(self.period_label, self.closed_at)

    @property
    def is_upheld(self) -> bool:
        """Whether it is in the queue because an objection to its return was upheld."""
        return self.upheld_at == self.since

    @property
    def has_tags(self) -> bool:
        """Whether any tag is shown beside its name."""
        told = self.is_unchanged or self.is_doubtful or self.is_backfilled or self.is_upheld
        return bool(told or self.carried or self.begun_by or self.correction_reason)

    @property
    def is_doubtful(self) -> bool:
        return self.confidence != Confidence.GREEN


class Queue(NamedTuple):
    items: list[WaitingLine]
    barred: int  # submitted, but the person is barred from reviewing them


class Filters(NamedTuple):
    """The filters and order in the URL. Without any: the whole queue."""

    period: int | None = None
    section: int | None = None
    agency: int | None = None
    lead: bool = False
    unchanged: bool = False
    doubtful: bool = False
    overdue: bool = False
    sort: str = OLDEST

    @property
    def is_narrow(self) -> bool:
        return any(getattr(self, name) for name in KEYS)


class QueueOption(NamedTuple):
    value: int
    label: str
    found: int  # how many it would show
    is_chosen: bool


class Select(NamedTuple):
    name: str
    label: str
    everything: int  # how many without this filter
    # grouped by number of the notice if values differ by notice; else one group ""
    groups: list[tuple[str, list[QueueOption]]]
    is_cut: bool  # there are more values than those on the page

    @property
    def options(self) -> list[QueueOption]:
        return [option for _, own in self.groups for option in own]


class QueueChip(NamedTuple):
    """A filter switch or an order, with the URL of the opposite."""

    label: str
    found: int | None  # how many it would show; None: it shows all
    url: str
    is_on: bool


class Sifting(NamedTuple):
    selects: list[Select]
    chips: list[QueueChip]
    orders: list[QueueChip]
    kept: list[tuple[str, str]]  # hidden fields in the form of the selects
    shown: int
    is_narrow: bool


# The value each filter compares. Lists and the counts beside the filters use the same table.
KEYS: dict[str, Callable[[Any], Any]] = {
    "period": attrgetter("period_id"),
    "section": attrgetter("section_id"),
    "agency": attrgetter("agency_id"),
    "lead": lambda item: item.role == ResponsibilityRole.LEAD,
    "unchanged": attrgetter("is_unchanged"),
    "doubtful": attrgetter("is_doubtful"),
    "overdue": attrgetter("is_overdue"),
}
MARKS = {
    "lead": "牵头",
    "unchanged": "本期无新进展",
    "doubtful": "自评有风险或难以完成",
    "overdue": f"等候超过{PATIENCE}个工作日",
}
# name → its label, the label of a value, and the sort key of the values
LISTS: dict[str, tuple[str, Callable[[WaitingFiling], str], Callable[[WaitingFiling], int]]] = {
    "period": (
        "填报期",
        lambda row: row.period_label,
        lambda row: -row.covers_from.toordinal(),
    ),
    "section": (
        "部分",
        lambda row: str(Section(ordinal=row.section_ordinal, title=row.section_title)),
        lambda row: row.section_ordinal,
    ),
    "agency": (
        "单位",
        lambda row: row.agency,
        lambda row: row.agency_order,
    ),
}

OF_NOTICES = ("period", "section")  # their values differ by notice


def waiting_for(user: User, *, on: date) -> FilingQuerySet:
    """Return the filings a person has to review next, the longest waiting first.

    For a coordinator submitted ones, for a head those of the own agency, for a chief those that no
    coordinator may review.
    """
    return Filing.objects.filter(_waits_for(user, on)).order_by("came_at", "id")


def queue_for(user: User, *, on: date, sort: str = OLDEST) -> Queue:
    """Return the filings of waiting_for() in an order, and how many are barred; two queries."""
    listed, calendar = QUEUES[sort](user, on), Workday.objects.as_calendar()
    waited = {day: workdays_between(day, on, calendar) for day in {row[1] for row in listed}}
    told = {day: (days, days > PATIENCE) for day, days in waited.items()}
    items = [WaitingLine._make([*row, *told[day]]) for waits, day, *row in listed if waits]
    return Queue(items, len(listed) - len(items))


def _queue(*order: str) -> Rows:
    """Return the statement for the filings to review in an order, with barred ones.

    Its columns: whether the person may review it, the day, those of WaitingLine; not the notes.
    """

    def listed(user: User, on: date) -> QuerySet:
        waits = _waits_for(user, on)
        before = _headed(user) | SUBMITTED if user.can(Perm.REVIEW) else waits
        begun = Review.objects.under_way().exclude(begun_by=user.pk).values("note__filing")
        found = Filing.objects.filter(before, came_at__isnull=False).order_by(*order)
        return found.annotate(
            is_anothers=Q(pk__in=begun), came_on=TruncDate("came_at"), waits=waits
        ).values_list(
            *("waits", "came_on", "pk", "period_id", "measure__section_id", "agency_id", "role"),
            *("says_unchanged", "says_doubtful", "is_anothers"),
        )

    return for_readers(listed)


QUEUES = {
    OLDEST: _queue("came_at", "pk"),
    BY_MEASURE: _queue("period__notice__number", "measure__ordinal", "agency__order", "pk"),
}


def rows_of(lines: Iterable[WaitingLine]) -> dict[int, WaitingFiling]:
    """Return these filings with all columns of a row, by key; one query."""
    waited = {line.pk: (line.days, line.is_overdue) for line in lines}
    found = _rows().rows([list(waited)])
    return {row[0]: WaitingFiling._make([*row, *waited[row[0]], ()]) for row in found}


@cache
def _rows() -> Prepared:
    """Return the statement of rows_of().

    PostgreSQL orders the joins of at most eight tables, so the others are subqueries: with one more
    it would join all notes before it looks at the keys.
    """
    own = Filing.objects.filter(
        pk__in=among(-1), notes__version__gt=0, notes__dropped_at__isnull=True
    )
    notice = Notice.objects.filter(pk=OuterRef("period__notice")).values("number")
    reviewer = User.objects.filter(pk=OuterRef("notes__review__begun_by")).values("name")
    in_hand = (
        own.order_by("pk", "-notes__version")
        .distinct("pk")
        .annotate(begun_by=Subquery(reviewer), notice=Subquery(notice), upheld_at=UPHELD)
    )
    columns = in_hand.values_list(
        *("pk", "state", "role", "agency_name", "due_on", "first_submitted_at"),
        *(f"measure__{name}" for name in ("ordinal", "title", "working_title")),
        *(f"measure__section__{name}" for name in ("id", "ordinal", "title")),
        *(f"period__{name}" for name in ("id", "label", "covers_from", "closed_at")),
        *(f"agency__{name}" for name in ("id", "short_name", "order")),
        *(f"notes__{name}" for name in ("version", "is_unchanged", "confidence", "carried")),
        *("notes__correction_reason", "notes__review__begun_by_id", "begun_by", "notice"),
        *("came_at", "upheld_at"),
    )
    return prepared(columns, "bigint[]")


def _waits_for(user: User, on: date) -> Q:
    found = _headed(user)
    if user.can(Perm.REVIEW):
        return found | may_be_reviewed_by(user)
    if user.can(Perm.DECIDE):
        return found | may_be_reviewed_by(user) & left_to_chief(on=on)
    return found


def _headed(user: User) -> Q:
    headed = [agency.pk for agency in user.agencies_where(Perm.APPROVE_IN_AGENCY)]
    return Q(state=FilingState.IN_AGENCY, agency__in=headed)


def chosen(items: Iterable[WaitingLine], filters: Filters) -> list[WaitingLine]:
    found = list(items)
    for name, key in KEYS.items():
        if value := getattr(filters, name):
            found = [item for item in found if key(item) == value]
    return found


def counted(items: Iterable[WaitingLine], filters: Filters, name: str) -> Counter[Any]:
    """Return how many rows each value of one filter would show, with the other filters applied."""
    others = Filters(**filters._asdict() | {name: None})
    return Counter(map(KEYS[name], chosen(items, others)))


def to_read(
    items: Sequence[WaitingLine], page: Sequence[WaitingLine], lists: Iterable[str] = tuple(LISTS)
) -> list[WaitingLine]:
    """Return the lines of a page, and one for each value that its selects offer."""
    firsts = [{KEYS[name](line): line for line in (*items, *page)} for name in lists]
    return [*page, *(one for first in firsts if not _is_cut(first) for one in first.values())]


def sifting_for(
    items: Sequence[WaitingLine],
    filters: Filters,
    said: QueryDict,
    *,
    lists: Iterable[str] = tuple(LISTS),
    rows: Mapping[int, WaitingFiling],
    page: Iterable[WaitingFiling] = (),
) -> Sifting:
    """Return the filters over a person's whole queue; `said`: the URL's parameters. No query.

    `rows`: those of to_read(). `page`: the rows shown; a select with too many values offers only
    theirs.
    """
    kept = [(name, str(said[name])) for name in (*MARKS, "sort", "against") if said.get(name)]
    return Sifting(
        selects=[_select(items, rows.values(), page, filters, name) for name in lists],
        chips=[_chip(items, filters, said, name) for name in MARKS],
        orders=[
            QueueChip(label, None, _url(said, sort=key), filters.sort == key)
            for key, label in ((OLDEST, "先报先审"), (BY_MEASURE, "按措施"))
        ],
        kept=kept,
        shown=len(chosen(items, filters)),
        is_narrow=filters.is_narrow,
    )


def next_for(items: Sequence[WaitingLine]) -> int | None:
    """Return the filing to open next: the first that nobody else has begun, else the first."""
    free = (line.pk for line in items if not line.is_anothers)
    return next(free, items[0].pk if items else None)


def _is_cut(values: Collection[Any]) -> bool:
    """Whether a select offers only the values on the page."""
    return len(values) > OFFERED_MOST


def _select(
    items: Sequence[WaitingLine],
    rows: Collection[WaitingFiling],
    page: Iterable[WaitingFiling],
    filters: Filters,
    name: str,
) -> Select:
    (label, label_of, order_of), key = LISTS[name], KEYS[name]
    counts, wanted = counted(items, filters, name), getattr(filters, name)
    is_cut = _is_cut({key(line) for line in items})
    offered = {key(row): row for row in (page if is_cut else rows)}
    says = name in OF_NOTICES and len({row.notice for row in rows}) > 1

    def order(row: WaitingFiling) -> tuple[str, int]:
        return row.notice if says else "", order_of(row)

    found = sorted(offered.items(), key=lambda one: order(one[1]))
    groups = [
        (number, [QueueOption(pk, label_of(row), counts[pk], pk == wanted) for pk, row in own])
        for number, own in groupby(found, key=lambda one: one[1].notice if says else "")
    ]
    if wanted and wanted not in offered:  # the last one of them has just been decided
        groups.append(("", [QueueOption(wanted, "所选（已无待审核）", 0, True)]))
    return Select(name, label, counts.total(), groups, is_cut)


def _chip(items: Sequence[WaitingLine], filters: Filters, said: QueryDict, name: str) -> QueueChip:
    is_on = bool(getattr(filters, name))
    count = counted(items, filters, name)[True]
    return QueueChip(MARKS[name], count, _url(said, **{name: "" if is_on else "1"}), is_on)


def _url(said: QueryDict, **changes: str) -> str:
    """Return the queue's URL with some parameters changed; empty ones are left out."""
    words = said.dict() | changes | {"page": ""}
    return "?" + urlencode({name: value for name, value in words.items() if value})
