"""What an agency owes outside the period shown: debts, extended filings, other periods."""

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

CARDS_MOST = 30  # most cards on one page with several notices


class Unfiled(NamedTuple):
    """A filing owed outside the period shown, and not submitted."""

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
    """欠报: a filing past due and not submitted."""

    filing: Unfiled
    since: date  # the day after it was due
    days: int  # calendar days, labelled so: lights and chases count working days


class OtherPeriod(NamedTuple):
    """An open period beside the one shown."""

    pk: int
    label: str
    due_on: date
    late: int  # filings past due
    missing: int  # filings not submitted
    number: str = ""  # of its notice, if it is another one


class Elsewhere(NamedTuple):
    """What the agencies owe outside the period shown, and all of 往期欠报."""

    debts: list[Debt]  # of every closed period, the oldest first
    put_off: list[Unfiled]  # of closed periods, and not due yet
    open: list[OtherPeriod]  # the other open periods, of this notice and then of others
    more: int  # periods of other notices that are not listed


def shown_beside(period: Period | None, others: Sequence[Period]) -> list[Period]:
    """Return the periods whose cards are shown: `period`, and the first due of each other notice.

    Only as many as fit (CARDS_MOST); `period` first, the others in the order of the notices.
    """
    shown = {period.notice_id: period} if period else {}
    room = CARDS_MOST
    for one in sorted(others, key=lambda other: (other.due_on, other.pk)):
        if one.notice_id not in shown and one.cards <= room:
            shown[one.notice_id] = one
            room -= one.cards
    return [shown[notice] for notice in sorted(shown, key=lambda one: (shown[one] != period, one))]


def elsewhere(
    agencies: list[Agency], shown: Sequence[Period], periods: list[Period], *, on: date
) -> Elsewhere:
    """Return what is owed in periods not shown; `periods`: all of the chosen notice.

    往期欠报 covers every closed period, whichever is shown. One query.
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
