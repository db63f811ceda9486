"""批示 as one person reads them: the list with filters, those of a measure, the receivers."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from agencies.accounts.memberships import COMMISSION
from agencies.models import Agency, Membership, User
from agencies.statements import for_readers
from lib.numbers import row_number
from measures.choices import InstructionState
from measures.instructions.actions import ANSWERING
from measures.lights.current import verdicts_for
from measures.models import Instruction, Measure
from measures.models.instruction import InstructionQuerySet
from measures.rules.instructions import OPEN, state_of

PAGE = 30
UNENDED, MINE, ALL = "open", "mine", "all"


class Tab(NamedTuple):
    value: str
    label: str
    total: int
    is_chosen: bool


class InstructionLine(NamedTuple):
    pk: int
    text: str
    by: str
    written_at: datetime
    due_on: date | None
    state: InstructionState
    parties: list[str]
    answered: int  # how many of these have answered


class Instructions(NamedTuple):
    tabs: list[Tab]
    page: Page

    @property
    def chosen(self) -> Tab | None:
        return next((tab for tab in self.tabs if tab.is_chosen), None)


class Recipient(NamedTuple):
    agency_id: int
    name: str
    people: tuple[str, ...]  # empty: nobody there has an account
    is_commission: bool  # always gets the message, chosen or not


def instructions_for(
    user: User, *, state: str, notice: str, number: str | None, on: date
) -> Instructions:
    """Return those in a state that a person may see; an unknown state means all open ones.

    Four queries for any number; one more for people of agencies.
    """
    rows = seen_by(user, on=on)
    if (wanted_notice := row_number(notice)) is not None:
        rows = rows.filter(measure__notice=wanted_notice)
    own = user.own_agencies()
    counts = rows.counted()
    known = {UNENDED: ("未办结", sum(counts.get(one, 0) for one in OPEN))}
    if own:
        known[MINE] = ("待本单位回复", rows.awaiting(own).count())
    known |= {one.value: (str(one.label), counts.get(one, 0)) for one in InstructionState}
    known[ALL] = ("全部", sum(counts.values()))
    wanted = state if state in known else UNENDED
    tabs = [Tab(value, *said, value == wanted) for value, said in known.items()]
    pages = Paginator(_chosen(rows, wanted, own).with_parties(), PAGE)
    pages.count = known[wanted][1]  # counted already for its tab
    return Instructions(tabs, pages.get_page(number))


def seen_by(user: User, *, on: date) -> InstructionQuerySet:
    return Instruction.objects.visible_to(user).with_state(on=on)


def instructions_of(measure: Measure, *, reader: User, on: date) -> list[InstructionLine]:
    """Return those on a measure that a person may see, newest first; one query."""
    rows = _of_measure(reader, on, measure.pk)
    return [_line(group, on) for _, group in groupby(rows, key=itemgetter(0))]


@for_readers
def _of_measure(reader: User, on: date) -> QuerySet:
    seen = Instruction.objects.visible_to(reader).filter(measure=-1)
    return seen.order_by("-written_at", "-pk", "addressees__order", "addressees__pk").values_list(
        *("pk", "text", "by__name", "written_at", "due_on", "closed_at", "withdrawn_at"),
        *("addressees__agency_name", "addressees__pk", "addressees__replies__pk"),
    )


def _line(found: Iterable[tuple[Any, ...]], on: date) -> InstructionLine:
    """Return one instruction from its rows: one per reply, or per agency without a reply."""
    rows = list(found)
    pk, text, by, written_at, due_on, closed_at, withdrawn_at, *_ = rows[0]
    parties = {addressee: name for *_, name, addressee, _ in rows}
    answered = {addressee for *_, addressee, reply in rows if reply is not None}
    state = state_of(
        due_on,
        is_closed=closed_at is not None,
        is_withdrawn=withdrawn_at is not None,
        is_owing=len(answered) < len(parties),
        on=on,
    )
    names = list(parties.values())
    return InstructionLine(pk, text, by, written_at, due_on, state, names, len(answered))


def recipients_of(agencies: Iterable[Agency], *, on: date) -> list[Recipient]:
    """Return the people of each agency who may answer for it; one query for all."""
    posts = Membership.objects.current(on=on).filter(role__in=ANSWERING, user__is_active=True)
    people: defaultdict[int, list[str]] = defaultdict(list)
    for post in posts.select_related("user").order_by("agency", "-role", "is_deputy", "pk"):
        people[post.agency_id].append(f"{post.role_words}{post.user.name}")
    return [
        Recipient(one.pk, one.name_then, tuple(people[one.pk]), one.code == COMMISSION)
        for one in agencies
    ]


def owing_agencies(measure: Measure, agencies: Iterable[Agency], *, on: date) -> list[Agency]:
    """Return the 待办单位 of the measure's page: the agencies of its light's findings."""
    verdict = verdicts_for([measure], on=on)[measure.pk]
    named = {*verdict.agencies, *verdict.others}
    return [one for one in agencies if {one.name_then, one.short_name} & named]


def _chosen(rows: InstructionQuerySet, wanted: str, own: Collection[int]) -> InstructionQuerySet:
    if wanted == UNENDED:
        return rows.open().by_urgency()
    if wanted == MINE:
        return rows.awaiting(own).by_urgency()
    if wanted == ALL:
        return rows
    found = rows.filter(state_now=wanted)
    return found.by_urgency() if wanted in OPEN else found
