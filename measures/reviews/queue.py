"""What waits for a reviewer, and the filters over it, each with what it would show."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.http import QueryDict
from django.utils.timezone import localdate

from agencies.models import User
from agencies.permissions import Perm
from lib.workdays import Calendar, workdays_between
from measures.access import free_for_review
from measures.bars import left_to_chief
from measures.choices import Confidence, FilingState, ResponsibilityRole
from measures.models import Filing, Note, Objection, Review, Workday
from measures.models.filing import FilingQuerySet

# Who may come to the queue.
REVIEWERS = (Perm.REVIEW, Perm.DECIDE, Perm.APPROVE_IN_AGENCY)
PATIENCE = 3  # working days; what has waited longer is marked
OLDEST, BY_MEASURE = "oldest", "measure"

SUBMITTED = Q(state=FilingState.SUBMITTED)
_IN_HAND = Note.objects.kept().filter(filing=OuterRef("pk")).order_by("-version")
# When its return was last found wrong, for others to review it.
UPHELD = Subquery(Objection.objects.upheld().filter(filing=OuterRef("pk")).values("decided_at")[:1])
# When the version in hand came before the reviewer; the greatest of what is known.
CAME = Greatest(
    Coalesce(
        Subquery(_IN_HAND.values(came=Coalesce("left_at", "submitted_at", "saved_at"))[:1]),
        "first_submitted_at",
    ),
    UPHELD,
)


class WaitingFiling(NamedTuple):
    filing: Filing
    note: Note  # the version in hand, without its long texts
    since: datetime  # when this version came before the reviewer
    days: int  # working days that it has waited
    is_upheld: bool  # it came back because its return was found wrong

    @property
    def has_tags(self) -> bool:
        """Whether anything is said of it beside its name."""
        told = self.note.is_unchanged or self.is_doubtful or self.filing.is_backfilled
        return bool(told or self.review or self.is_upheld)

    @property
    def is_overdue(self) -> bool:
        return self.days > PATIENCE

    @property
    def is_doubtful(self) -> bool:
        return self.note.confidence != Confidence.GREEN

    @property
    def review(self) -> Review | None:
        return getattr(self.note, "review", None)


class Queue(NamedTuple):
    items: list[WaitingFiling]
    barred: int  # submitted, but the person filed for the agency or has reviewed it


class Filters(NamedTuple):
    """What the address says: which part of the queue, in which order. Nothing said: all of it."""

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
    options: list[QueueOption]


class QueueChip(NamedTuple):
    """A filter that is on or off, or an order: the address of the other."""

    label: str
    found: int | None  # how many it would show; None: it shows all
    url: str
    is_on: bool


class Sifting(NamedTuple):
    selects: list[Select]
    chips: list[QueueChip]
    orders: list[QueueChip]
    kept: list[tuple[str, str]]  # what the form of the selects carries along
    shown: int
    is_narrow: bool


# What each filter looks at. A list and the counts beside its filters both ask this table.
KEYS: dict[str, Callable[[WaitingFiling], Any]] = {
    "period": lambda item: item.filing.period_id,
    "section": lambda item: item.filing.measure.section_id,
    "agency": lambda item: item.filing.agency_id,
    "lead": lambda item: item.filing.role == ResponsibilityRole.LEAD,
    "unchanged": lambda item: item.note.is_unchanged,
    "doubtful": lambda item: item.is_doubtful,
    "overdue": lambda item: item.is_overdue,
}
MARKS = {
    "lead": "牵头",
    "unchanged": "本期无新进展",
    "doubtful": "自评有风险或难以完成",
    "overdue": f"等候超过{PATIENCE}个工作日",
}
# name → what it is called, what one value is called, and the order of the values
LISTS: dict[str, tuple[str, Callable[[WaitingFiling], str], Callable[[WaitingFiling], int]]] = {
    "period": (
        "填报期",
        lambda row: str(row.filing.period),
        lambda row: -row.filing.period.covers_from.toordinal(),
    ),
    "section": (
        "部分",
        lambda row: str(row.filing.measure.section),
        lambda row: row.filing.measure.section.ordinal,
    ),
    "agency": (
        "单位",
        lambda row: row.filing.agency.short_name,
        lambda row: row.filing.agency.order,
    ),
}


def waiting_for(user: User, *, on: date) -> FilingQuerySet:
    """What waits for a person: submitted ones for a coordinator, a head's own agency's.

    A chief's are those that no coordinator may review.
    """
    return Filing.objects.filter(_waits_for(user, on)).order_by(CAME, "id")


def queue_for(user: User, *, on: date) -> Queue:
    """The same with all that is shown of each, and how many are barred; five queries at most."""
    waits = _waits_for(user, on)
    if user.can(Perm.REVIEW):
        rows = Filing.objects.filter(_headed(user) | SUBMITTED).annotate(waits=waits)
    else:
        rows = Filing.objects.filter(waits).annotate(waits=Value(True))
    listed = list(rows.annotate(upheld_at=UPHELD).for_queue())
    free = [filing for filing in listed if filing.waits]
    calendar = Workday.objects.as_calendar()
    items = [_row(filing, calendar, on) for filing in free if filing.in_hand]
    return Queue(sorted(items, key=_by_age), len(listed) - len(free))


def _waits_for(user: User, on: date) -> Q:
    found = _headed(user)
    if user.can(Perm.REVIEW):
        return found | _submitted_and_free(user)
    if user.can(Perm.DECIDE):
        return found | _submitted_and_free(user) & left_to_chief(on=on)
    return found


def _headed(user: User) -> Q:
    headed = [agency.pk for agency in user.agencies_where(Perm.APPROVE_IN_AGENCY)]
    return Q(state=FilingState.IN_AGENCY, agency__in=headed)


def _submitted_and_free(user: User) -> Q:
    return SUBMITTED & free_for_review(user)


def chosen(items: Iterable[WaitingFiling], filters: Filters) -> list[WaitingFiling]:
    wanted = [(KEYS[name], getattr(filters, name)) for name in KEYS if getattr(filters, name)]
    found = [item for item in items if all(key(item) == value for key, value in wanted)]
    return sorted(found, key=_by_measure if filters.sort == BY_MEASURE else _by_age)


def counted(items: Iterable[WaitingFiling], filters: Filters, name: str) -> Counter[Any]:
    """How many each value of one filter would show, the other filters as they are."""
    others = Filters(**filters._asdict() | {name: None})
    return Counter(KEYS[name](item) for item in chosen(items, others))


def sifting_for(items: Iterable[WaitingFiling], filters: Filters, said: QueryDict) -> Sifting:
    """The filters over a person's whole queue; `said` is what the address says. No query."""
    rows = list(items)
    kept = [(name, str(said[name])) for name in (*MARKS, "sort", "against") if said.get(name)]
    return Sifting(
        selects=[_select(rows, filters, name) for name in LISTS],
        chips=[_chip(rows, filters, said, name) for name in MARKS],
        orders=[
            QueueChip(label, None, _url(said, sort=key), filters.sort == key)
            for key, label in ((OLDEST, "先报先审"), (BY_MEASURE, "按措施"))
        ],
        kept=kept,
        shown=len(chosen(rows, filters)),
        is_narrow=filters.is_narrow,
    )


def next_for(items: Iterable[WaitingFiling], user: User) -> Filing | None:
    """Which one to open next: the first that nobody else has begun, else the first."""
    rows = list(items)
    free = [row for row in rows if row.review is None or row.review.begun_by_id == user.pk]
    return next((row.filing for row in free or rows), None)


def _row(filing: Any, calendar: Calendar, on: date) -> WaitingFiling:
    note = filing.versions[0]
    came: datetime = note.left_at or note.submitted_at or note.saved_at
    is_upheld = filing.upheld_at is not None and filing.upheld_at >= came
    since = filing.upheld_at if is_upheld else came
    days = workdays_between(localdate(since), on, calendar)
    return WaitingFiling(filing, note, since, days, is_upheld)


def _by_age(item: WaitingFiling) -> tuple[datetime, int]:
    return item.since, item.filing.pk


def _by_measure(item: WaitingFiling) -> tuple[int, int, int]:
    return item.filing.measure.ordinal, item.filing.agency.order, item.filing.pk


def _select(rows: list[WaitingFiling], filters: Filters, name: str) -> Select:
    label, label_of, order_of = LISTS[name]
    counts = counted(rows, filters, name)
    wanted = getattr(filters, name)
    firsts = {KEYS[name](row): row for row in sorted(rows, key=order_of)}
    options = [
        QueueOption(pk, label_of(row), counts[pk], pk == wanted) for pk, row in firsts.items()
    ]
    if wanted and wanted not in firsts:  # the last of them has just been decided
        options.append(QueueOption(wanted, "所选（已无待审核）", 0, True))
    return Select(name, label, counts.total(), options)


def _chip(rows: list[WaitingFiling], filters: Filters, said: QueryDict, name: str) -> QueueChip:
    is_on = bool(getattr(filters, name))
    count = counted(rows, filters, name)[True]
    return QueueChip(MARKS[name], count, _url(said, **{name: "" if is_on else "1"}), is_on)


def _url(said: QueryDict, **changes: str) -> str:
    """This queue's address with some words changed; an empty one is left out."""
    words = said.copy()
    words.pop("page", None)
    for name, value in changes.items():
        if value:
            words[name] = value
        else:
            words.pop(name, None)
    return f"?{words.urlencode()}"
