"""What an agency owes outside the period shown: debts, extended filings, other periods."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from agencies.models import Agency
from lib.workdays import ONE_DAY
from measures.filings.page import PER_PAGE, WHOLE_MOST
from measures.filings.statements import unfiled_elsewhere
from measures.models import Period
from measures.models.measure import named_by

CARDS_MOST = 30  # most cards of other notices if everything is requested


class Unfiled(NamedTuple):
    """A filing of a closed period that is not submitted."""

    total: int  # how many there are, of which only the first are read
    pk: int
    measure_id: int
    ordinal: int
    title: str
    working_title: str
    agency_name: str
    period_id: int
    period: str
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

    debts: list[Debt]  # of every closed period, the oldest first; only as many as fit
    debt_total: int
    put_off: list[Unfiled]  # of closed periods, and not due yet; only as many as fit
    put_off_more: int
    open: list[OtherPeriod]  # the other open periods, of this notice and then of others
    more: int  # open periods with missing filings that are neither shown nor listed


class Owed(NamedTuple):
    """How many filings the agencies owe in a period."""

    cards: int = 0
    missing: int = 0  # not submitted
    late: int = 0  # past due


def shown_beside(
    period: Period | None, others: Sequence[Period], *, is_whole: bool
) -> list[Period]:
    """Return the periods whose cards are shown: `period`, and the first due of each other notice.

    All of them if that is a usual number (WHOLE_MOST); else as many as fit on a page, or
    CARDS_MOST. `period` comes first, the others in the order of the notices.
    """
    shown = {period.notice_id: period} if period else {}
    own = _owed(period).cards if period else 0
    fits_whole = own + sum(_owed(one).cards for one in others) <= WHOLE_MOST
    room = CARDS_MOST if is_whole else (WHOLE_MOST if fits_whole else PER_PAGE) - own
    for one in sorted(others, key=lambda other: (other.due_on, other.pk)):
        if one.notice_id not in shown and _owed(one).cards <= room:
            shown[one.notice_id] = one
            room -= _owed(one).cards
    return [shown[notice] for notice in sorted(shown, key=lambda one: (shown[one] != period, one))]


def elsewhere(
    agencies: list[Agency],
    shown: Sequence[Period],
    periods: list[Period],
    others: list[Period],
    *,
    on: date,
    most: int,
) -> Elsewhere:
    """Return what is owed in periods not shown, with at most `most` debts. One query.

    `periods`: all of the chosen notice; `others`: a few open ones of other notices. 往期欠报 covers
    every closed period, whichever is shown.
    """
    ids, keys = [agency.pk for agency in agencies], [period.pk for period in shown]
    rows = unfiled_elsewhere(len(ids), on).rows([keys, most, *ids]) if ids else []
    found = [Unfiled(*row) for row in rows]
    debts = [row for row in found if row.due_on < on]
    put_off = [row for row in found if row.due_on >= on]
    own = [one for one in periods if one.is_open and one.pk not in keys]
    foreign = [one for one in others if one.pk not in keys and _owed(one).missing]
    told = {*shown, *own, *foreign}
    missing = next((one.missing_periods for one in (*periods, *others)), 0)
    return Elsewhere(
        [Debt(row, row.due_on + ONE_DAY, (on - row.due_on).days) for row in debts],
        debts[0].total if debts else 0,
        put_off,
        put_off[0].total - len(put_off) if put_off else 0,
        [_other(one) for one in own] + [_other(one, one.notice.number) for one in foreign],
        missing - sum(one.is_open and _owed(one).missing > 0 for one in told),
    )


def _other(period: Period, number: str = "") -> OtherPeriod:
    owed = _owed(period)
    return OtherPeriod(period.pk, str(period), period.due_on, owed.late, owed.missing, number)


def _owed(period: Period) -> Owed:
    """Return what the agencies owe in a period of opened_periods()."""
    return Owed(**period.owed_found[0]) if period.owed_found else Owed()
