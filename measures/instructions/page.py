"""批示 as one person reads them: the list with its filters, and those of one measure."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.core.paginator import Page, Paginator

from agencies.models import User
from measures.choices import InstructionState
from measures.models import Instruction
from measures.models.instruction import InstructionQuerySet
from measures.rules.instructions import OPEN

PAGE = 30
UNENDED, MINE, ALL = "open", "mine", "all"


class Tab(NamedTuple):
    """A filter of the list: its word in the address, its name, how many it finds."""

    value: str
    label: str
    total: int
    is_chosen: bool


class Instructions(NamedTuple):
    """One page of the list."""

    tabs: list[Tab]
    page: Page

    @property
    def chosen(self) -> Tab | None:
        """The filter that holds."""
        return next((tab for tab in self.tabs if tab.is_chosen), None)


def instructions_for(
    user: User, *, state: str, notice: str, number: str | None, on: date
) -> Instructions:
    """Those that a person may see in a state; an unknown one is that of all open ones.

    Four queries, whatever their number.
    """
    rows = seen_by(user, on=on)
    if notice.isdecimal() and len(notice) < 10:
        rows = rows.filter(measure__notice=int(notice))
    own = user.own_agencies()
    counts, mine = rows.counted(own)
    known = {UNENDED: ("未办结", sum(counts.get(one, 0) for one in OPEN))}
    if own:
        known[MINE] = ("待本单位回复", mine)
    known |= {one.value: (str(one.label), counts.get(one, 0)) for one in InstructionState}
    known[ALL] = ("全部", sum(counts.values()))
    wanted = state if state in known else UNENDED
    tabs = [Tab(value, *said, value == wanted) for value, said in known.items()]
    pages = Paginator(_chosen(rows, wanted, own).with_parties(), PAGE)
    pages.count = known[wanted][1]  # was counted for its tab
    return Instructions(tabs, pages.get_page(number))


def seen_by(user: User, *, on: date) -> InstructionQuerySet:
    """What a person may see, with its state."""
    return Instruction.objects.visible_to(user).with_state(on=on)


def waiting_for(user: User) -> int:
    """How many wait for the answer of the person's agencies; one query."""
    return Instruction.objects.awaiting(user.own_agencies()).count()


def _chosen(rows: InstructionQuerySet, wanted: str, own: Collection[int]) -> InstructionQuerySet:
    if wanted == UNENDED:
        return rows.open().by_urgency()
    if wanted == MINE:
        return rows.awaiting(own).by_urgency()
    if wanted == ALL:
        return rows
    return rows.in_state(wanted).by_urgency() if wanted in OPEN else rows.in_state(wanted)
