"""What each responsible agency has filed, owes and said, as one person may read it."""

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
    """One responsible agency, with its filing of the period shown and its newest accepted words."""

    duty: Responsibility
    filing: MeasureFilingRow | None
    status: FilingState | PublicStatus | None  # as far as the reader is told
    debts: list[MeasureFilingRow]  # of whichever period, the oldest first
    debt_periods: str  # 一、二季度
    written_off: str  # the periods that the commission gave up, in the same words
    accepted: MeasureFilingRow | None  # of the period shown, else the newest before it
    is_whole: bool  # problems and next steps are shown too

    @property
    def is_told_by_debts(self) -> bool:
        """Whether its status says no more than that it is owed."""
        return self.status in (PublicStatus.LATE, PublicStatus.MISSED) and bool(self.debts)

    @property
    def note(self) -> NoteWords | None:
        return self.accepted.note if self.accepted else None

    @property
    def is_older(self) -> bool:
        """Whether its words are of a period before the one shown."""
        return self.accepted is not None and self.accepted != self.filing


class FormerParty(NamedTuple):
    """A filing of the period shown whose agency is not responsible any more."""

    filing: MeasureFilingRow
    status: FilingState | PublicStatus


class FilingCut(NamedTuple):
    """The filings of a period in one cut: those asked for are the sum of the four parts."""

    accepted: int
    waiting: int
    mending: int
    missing: int
    ahead: int  # of the missing: not due yet
    waived: int
    is_over: bool  # the period has closed

    @property
    def owed(self) -> int:
        return self.accepted + self.waiting + self.mending + self.missing

    @property
    def words(self) -> str:
        """应报4＝已通过2＋未报2: parts of none are left out; what was waived stands beside it."""
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
    """The lead first, the others in the order of the protocol.

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
    """Those who are asked for no more, and whose filing of the period stays and is counted."""
    current = {one.agency_id for one in duties}
    return [
        FormerParty(one, shown_status(seen, one, on=on))
        for one in filings
        if one.period == period and one.agency_id not in current and one.is_owed
    ]


def cut_of(filings: Iterable[MeasureFilingRow], period: Period | None, *, on: date) -> FilingCut:
    """How the period's filings stand, as everybody is told it; whoever is responsible by now."""
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
    """The slices they are of; of another year with the year."""
    return joined_slices(
        f"{'' if own.year == on.year else f'{own.year}年'}{label}"
        for own, label in ((one.period.covers_from, one.period.slice_label) for one in filings)
    )
