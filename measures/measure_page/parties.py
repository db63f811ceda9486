"""The filings, debts and texts of each responsible agency, as one person may read them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from measures.access import Reader, reads_whole, shown_status
from measures.choices import FilingState
from measures.measure_page.filings import MeasureFilingRow, NoteWords
from measures.models import Period, Responsibility
from measures.models.public_status import (
    UNFILED,
    PublicStatus,
    public_status_of,
    unfiled_word,
)
from measures.rules.periods import joined_slices


class ResponsibleParty(NamedTuple):
    duty: Responsibility
    filing: MeasureFilingRow | None
    status: FilingState | PublicStatus | None  # as the reader may know it
    debts: list[MeasureFilingRow]  # of any period, oldest first
    debt_periods: str  # 一、二季度
    written_off: str  # the periods of written-off filings, worded likewise
    accepted: MeasureFilingRow | None  # of the period shown, or the newest before it
    is_whole: bool  # problems and next steps are shown too

    @property
    def is_told_by_debts(self) -> bool:
        """Whether its status only says that it is owed."""
        return self.status in (PublicStatus.LATE, PublicStatus.MISSED) and bool(self.debts)

    @property
    def note(self) -> NoteWords | None:
        return self.accepted.note if self.accepted else None

    @property
    def is_older(self) -> bool:
        """Whether its text is of a period before the one shown."""
        return self.accepted is not None and self.accepted != self.filing


class FormerParty(NamedTuple):
    """A filing of the period shown whose agency is no longer responsible."""

    filing: MeasureFilingRow
    status: FilingState | PublicStatus


class FilingCut(NamedTuple):
    """Counts of a period's filings: the owed ones are the sum of four parts."""

    accepted: int
    waiting: int
    mending: int
    missing: int
    ahead: int  # those of the missing ones that are not due yet
    waived: int
    is_over: bool  # the period has closed

    @property
    def owed(self) -> int:
        return self.accepted + self.waiting + self.mending + self.missing

    @property
    def words(self) -> str:
        """应报4＝已通过2＋未报2: empty parts are left out; waived ones are added separately."""
        named = (
            ("已通过", self.accepted),
            ("待审核", self.waiting),
            ("退回", self.mending),
            (unfiled_word(self.missing, self.ahead, is_over=self.is_over), self.missing),
        )
        parts = "＋".join(f"{name}{count}" for name, count in named if count)
        beside = f"；免报{self.waived}" if self.waived else ""
        return f"应报{self.owed}{f'＝{parts}' if parts else ''}{beside}"


def parties_of(
    duties: Iterable[Responsibility],
    filings: Sequence[MeasureFilingRow],
    period: Period | None,
    *,
    seen: Reader,
    on: date,
) -> list[ResponsibleParty]:
    """Return the parties, the lead first, others in protocol order.

    `filings`: the measure's of the main kind, newest period first.
    """
    ordered = sorted(duties, key=lambda one: (one.role_choice.rank, one.agency_order))
    return [
        _party(duty, [f for f in filings if f.agency_id == duty.agency_id], period, seen, on)
        for duty in ordered
    ]


def former_of(
    duties: Iterable[Responsibility],
    filings: Iterable[MeasureFilingRow],
    period: Period | None,
    *,
    seen: Reader,
    on: date,
) -> list[FormerParty]:
    """Return agencies no longer responsible whose filing of the period is kept and counted."""
    current = {one.agency_id for one in duties}
    return [
        FormerParty(one, shown_status(seen, one, on=on))
        for one in filings
        if one.period == period and one.agency_id not in current and one.is_owed
    ]


def cut_of(filings: Iterable[MeasureFilingRow], period: Period | None, *, on: date) -> FilingCut:
    """Count the period's filings by public state, also of agencies no longer responsible."""
    found = Counter(
        public_status_of(one, is_over=one.period.is_closed, on=on)
        for one in filings
        if one.period == period
    )
    return FilingCut(
        accepted=found[PublicStatus.ACCEPTED],
        waiting=found[PublicStatus.WAITING],
        mending=found[PublicStatus.MENDING],
        missing=sum(found[one] for one in UNFILED),
        ahead=found[PublicStatus.AHEAD],
        waived=found[PublicStatus.WAIVED],
        is_over=period is not None and period.is_closed,
    )


def _party(
    duty: Responsibility,
    own: Sequence[MeasureFilingRow],
    period: Period | None,
    seen: Reader,
    on: date,
) -> ResponsibleParty:
    filing = next((one for one in own if period and one.period == period), None)
    debts = [one for one in reversed(own) if one.is_debt(on=on)]
    given_up = [one for one in reversed(own) if one.written_off_at and not one.is_in]
    accepted = next((one for one in own if one.note is not None), None)
    return ResponsibleParty(
        duty=duty,
        filing=filing,
        status=shown_status(seen, filing, on=on) if filing else None,
        debts=debts,
        debt_periods=_periods(debts, on),
        written_off=_periods(given_up, on),
        accepted=accepted,
        is_whole=accepted is not None and reads_whole(seen, accepted),
    )


def _periods(filings: Iterable[MeasureFilingRow], on: date) -> str:
    """Return the names of their periods; of another year with the year."""
    return joined_slices(
        f"{'' if own.year == on.year else f'{own.year}年'}{label}"
        for own, label in ((one.period.covers_from, one.period.slice_label) for one in filings)
    )
