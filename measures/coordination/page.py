"""需协调事项 for pages: the list, 等您定的事, and the items of a measure."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Max, Q, QuerySet
from django.utils.timezone import localdate

from agencies.models import Agency, User
from agencies.permissions import Perm, Role
from lib.numbers import row_number
from lib.workdays import Calendar, add_workdays, workdays_between
from measures.choices import CoordinationAct, CoordinationState
from measures.coordination.askable import Askable
from measures.lights.current import fact_url, verdicts_for
from measures.models import CoordinationItem, Measure, Workday
from measures.rules.coordination import (
    TIME_TO_ANSWER,
    CoordinationStanding,
    stuck_words,
    waited,
    waited_words,
)
from measures.rules.facts import Finding, Verdict

PAGE = 30
UNENDED, MINE, LATE, ALL = "unended", "mine", "late", "all"
HAS_SAID = (CoordinationAct.DECIDE, CoordinationAct.ANSWER, CoordinationAct.PASS_ON)
LONG = 10  # working days from which a wait is marked


class ItemTab(NamedTuple):
    value: str
    label: str
    total: int
    is_chosen: bool


class ItemRow(NamedTuple):
    item: CoordinationItem
    since: date  # the day since which the present party has had it
    days: int  # working days since then
    is_late: bool
    waited: str  # how long the present party has had it; empty if answered
    stuck: str  # where it is stuck and how long, or who must close it; empty if ended

    @property
    def is_long(self) -> bool:
        return self.days >= LONG


class Items(NamedTuple):
    tabs: list[ItemTab]
    page: Page  # of items
    rows: list[ItemRow]

    @property
    def chosen(self) -> ItemTab | None:
        return next((tab for tab in self.tabs if tab.is_chosen), None)


class AwaitedRow(NamedTuple):
    """One item of 等您定的事, and the finding that depends on it."""

    row: ItemRow
    verdict: Verdict  # the light of its measure
    held: Finding | None  # the measure's finding that depends on it, if any

    @property
    def fact_url(self) -> str:
        if self.held is None:
            return ""
        filing, cause = self.held.filing_id, self.held.cause
        return fact_url(self.row.item.measure_id, filing_id=filing, cause=cause)


class DecidedRow(NamedTuple):
    """One that the person has decided and others carry out."""

    item: CoordinationItem
    said_on: date
    spent: int  # working days since
    left: int  # working days until it is due; negative if past due


class DecisionList(NamedTuple):
    awaited: list[AwaitedRow]
    decided: list[DecidedRow]

    @property
    def longest(self) -> int:
        return max((one.row.days for one in self.awaited), default=0)


def items_for(
    user: User, *, state: str, agency: str, notice: str, number: str | None, on: date
) -> Items:
    """Return the items a person may see in a state; an unknown state means all open ones.

    `agency`: only those of one agency. Six queries for any number.
    """
    seen = CoordinationItem.objects.visible_to(user)
    if (wanted_agency := row_number(agency)) is not None:
        seen = seen.of_agencies([wanted_agency])
    if (wanted_notice := row_number(notice)) is not None:
        seen = seen.filter(measure__notice=wanted_notice)
    counts = seen.counted()
    ended = (CoordinationState.CLOSED, CoordinationState.WITHDRAWN)
    total = sum(counts.values())
    mine, late = seen.awaiting(user, on=on), seen.late(on=on)
    known = {
        UNENDED: ("未办结", total - sum(counts[one] for one in ended)),
        MINE: ("等您定" if user.can(Perm.INSTRUCT) else "等我们办", mine.count()),
        LATE: ("已逾期", late.count()),
        **{one.value: (str(one.label), counts[one]) for one in CoordinationState},
        ALL: ("全部", total),
    }
    wanted = state if state in known else UNENDED
    chosen = {UNENDED: seen.open(), MINE: mine, LATE: late, ALL: seen}
    rows = chosen.get(wanted, seen.filter(state=wanted)).with_parties().with_wait()
    pages = Paginator(rows if wanted in (ALL, *ended) else rows.by_urgency(), PAGE)
    pages.count = known[wanted][1]  # already counted for its tab
    page = pages.get_page(number)
    tabs = [ItemTab(value, *said, value == wanted) for value, said in known.items()]
    return Items(tabs, page, rows_of(page.object_list, on=on))


def rows_of(
    items: Iterable[CoordinationItem], *, on: date, calendar: Calendar | None = None
) -> list[ItemRow]:
    """Return rows with the time each has waited; needs with_wait().

    One query for the calendar, unless it is given.
    """
    found = list(items)
    if found and calendar is None:
        calendar = Workday.objects.as_calendar()
    return [_row(one, calendar or {}, on) for one in found]


def decisions_for(user: User, *, on: date, calendar: Calendar) -> DecisionList:
    """Return the items a person has to decide, longest wait first, and those decided already."""
    to_answer = CoordinationItem.objects.to_answer(user, on=on)
    awaited = list(to_answer.with_parties().with_wait().by_age())
    verdicts = verdicts_for({one.measure_id: one.measure for one in awaited}.values(), on=on)
    own = Q(steps__by=user, steps__act__in=HAS_SAID)
    said = CoordinationItem.objects.open().annotate(said_at=Max("steps__at", filter=own))
    said = said.filter(said_at__isnull=False).exclude(pk__in=[one.pk for one in awaited])
    decided = said.with_parties().order_by("-said_at")[:PAGE]
    rows = sorted((_row(one, calendar, on) for one in awaited), key=lambda row: row.since)
    lit = [(row, verdicts[row.item.measure_id]) for row in rows]
    return DecisionList(
        [AwaitedRow(row, verdict, held_up(row.item, verdict.findings)) for row, verdict in lit],
        [_decided(one, localdate(one.said_at), calendar, on) for one in decided],
    )


def held_up(item: CoordinationItem, findings: Iterable[Finding]) -> Finding | None:
    """Return the first of a measure's findings that the asker can end only after an answer."""
    return next(
        (
            one
            for one in findings
            if one.answers == item.holder_name and item.asked_by_name in one.agencies
        ),
        None,
    )


def choices_for(measure: Measure | None, *, on: date) -> Askable:
    """Return who may be asked: existing agencies, those of the measure first, and leaders."""
    agencies = list(Agency.objects.existing(on=on).named(on=on))
    leaders = list(User.objects.holding(Role.LEADER, on=on).order_by("pk"))
    own = frozenset() if measure is None else frozenset(one.agency_id for one in measure.duties)
    return Askable(agencies, leaders, own)


def proposed_day(on: date, calendar: Calendar) -> date:
    """Return the default day by which to answer."""
    return add_workdays(on, TIME_TO_ANSWER, calendar)


def seen_by(user: User) -> QuerySet[CoordinationItem]:
    seen = CoordinationItem.objects.visible_to(user)
    found: QuerySet[CoordinationItem] = seen.with_parties().with_wait()
    return found


def _row(item: CoordinationItem, calendar: Calendar, on: date) -> ItemRow:
    now, since = CoordinationStanding(item.state_choice, item.holder_name), item.waiting_since()
    days = waited(since, on=on, calendar=calendar)
    words = waited_words(now.state, since, on=on, calendar=calendar)
    stuck = stuck_words(now, item.asked_by_name, since=since, on=on, calendar=calendar)
    told = words if item.is_unanswered else ""
    if item.state == CoordinationState.ANSWERED:
        stuck = f"待{item.asked_by_name}办结"
    return ItemRow(item, since, days, item.is_late(on=on), told, stuck)


def _decided(item: CoordinationItem, said_on: date, calendar: Calendar, on: date) -> DecidedRow:
    left = workdays_between(on, item.due_on, calendar)
    late = workdays_between(item.due_on, on, calendar)
    return DecidedRow(item, said_on, workdays_between(said_on, on, calendar), left - late)
