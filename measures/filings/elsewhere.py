"""What an agency owes beside the period that its page shows: debts, put off, other periods."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from agencies.models import Agency
from lib.workdays import ONE_DAY
from measures.choices import PeriodState
from measures.filings.statements import (
    OTHERS_MOST,
    unfiled_elsewhere,
)
from measures.models import Period
from measures.models.measure import named_by

CARDS_MOST = 30  # on one page, as long as they are of several notices


class Unfiled(NamedTuple):
    """What is owed outside the period that the page shows, and has not come."""

    pk: int
    measure_id: int
    ordinal: int
    title: str
    working_title: str
    agency_name: str
    period_id: int
    period: str
    period_state: str
    period_due_on: date
    notice_number: str
    due_on: date

    @property
    def measure(self) -> str:
        return named_by(self._asdict())


class Debt(NamedTuple):
    """欠报: what is past due and has not come."""

    filing: Unfiled
    since: date  # the day after it was due
    days: int  # of any kind, and said so: lights and chases count working days


class OtherPeriod(NamedTuple):
    """An open period beside the one that is shown."""

    pk: int
    label: str
    due_on: date
    late: int  # what is past due in it
    missing: int  # all that has not come
    number: str = ""  # of its notice, where that is another one


class Elsewhere(NamedTuple):
    """What the agencies owe outside the period that their page shows, and all of 往期欠报."""

    debts: list[Debt]  # of every closed period, the oldest first
    put_off: list[Unfiled]  # of closed periods, and not due yet
    open: list[OtherPeriod]  # the other open periods, of this notice and then of others
    more: int  # of other notices, for which there is no room


def shown_beside(period: Period | None, others: Sequence[Period]) -> list[Period]:
    """The periods whose cards a page shows: that one, and of each other notice the first due.

    As long as there is room for them; in the order of their notices, whichever is the first.
    """
    shown = {period.notice_id: period} if period else {}
    room = CARDS_MOST
    for one in sorted(others, key=lambda other: (other.due_on, other.pk)):
        if one.notice_id not in shown and one.cards <= room:
            shown[one.notice_id] = one
            room -= one.cards
    return [shown[notice] for notice in sorted(shown)]


def elsewhere(
    agencies: list[Agency], shown: Sequence[Period], periods: list[Period], *, on: date
) -> Elsewhere:
    """What is owed in other periods than are shown; `periods`: all of the chosen notice.

    往期欠报 is that of every closed period, whichever is shown. One query.
    """
    keys = {period.pk for period in shown}
    others = [one for one in periods if one.is_open and one.pk not in keys]
    ids = [agency.pk for agency in agencies]
    found = [Unfiled(*row) for row in unfiled_elsewhere(len(ids)).rows(ids)] if ids else []
    debts = [row for row in found if row.period_state == PeriodState.CLOSED and row.due_on < on]
    rows = [row for row in found if row.period_id not in keys]
    late = Counter(row.period_id for row in rows if row.due_on < on)
    missing = Counter(row.period_id for row in rows)
    put_off = [r for r in rows if r.period_state == PeriodState.CLOSED and r.due_on >= on]
    own = {one.pk: (str(one), one.due_on, "") for one in others}
    foreign = {
        row.period_id: (row.period, row.period_due_on, row.notice_number)
        for row in rows
        if row.period_state == PeriodState.OPEN and row.period_id not in own
    }
    opened = [
        OtherPeriod(pk, label, due_on, late[pk], missing[pk], number)
        for pk, (label, due_on, number) in (own | foreign).items()
    ]
    most = len(own) + OTHERS_MOST
    return Elsewhere(
        [Debt(row, row.due_on + ONE_DAY, (on - row.due_on).days) for row in debts],
        put_off,
        opened[:most],
        len(opened[most:]),
    )
