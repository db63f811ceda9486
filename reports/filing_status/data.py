"""The filings of a period for 措施与单位, by agency, and the history over the last periods."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Count, F, Q
from django.utils.timezone import localdate

from agencies.models import Agency
from lib.chinese import ordinal
from lib.prepared import Prepared, prepared
from lib.workdays import Calendar, workdays_between
from measures.choices import OpenWork, PeriodState
from measures.models import Filing, Period, Workday
from measures.models.arrival import arrived_q
from measures.models.filing import FilingFacts, FilingQuerySet
from measures.models.notice import LOST_TITLE
from measures.models.public_status import PublicStatus, public_status_of
from reports.choices import DueIn, FilingPart, Timeliness
from reports.period.shown import Shown
from reports.rules.timeliness import (
    Cut,
    cut_of,
    due_in,
    in_time_rate,
    part_of,
    timeliness_of_filing,
)

PERIODS_BACK = 4
COUNTED = (Timeliness.IN_TIME, Timeliness.LATE, Timeliness.MISSING, Timeliness.AWAITED)


class PeriodEnd(NamedTuple):
    state: str
    closed_at: datetime | None

    @property
    def is_closed(self) -> bool:
        """Whether it no longer takes first submissions."""
        return self.state == PeriodState.CLOSED


class ToldColumns(NamedTuple):
    """The columns that are read of a filing."""

    pk: int
    period_id: int
    measure_id: int
    ordinal: int
    title: str
    working_title: str
    agency_id: int
    agency_name: str  # its name at the time
    short_name: str  # today's
    agency_order: int
    state: str
    due_on: date
    first_submitted_at: datetime | None
    mend_by: date | None
    accepted_note_id: int | None
    written_off_at: datetime | None
    period_state: str
    closed_at: datetime | None
    returns: int
    open_work: str | None


class ToldFiling(ToldColumns, FilingFacts):
    """A filing for display only, as the rules take it."""

    @property
    def period(self) -> PeriodEnd:
        return PeriodEnd(self.period_state, self.closed_at)


class FiledCount(NamedTuple):
    """The key by which filings are counted."""

    agency_id: int
    status: PublicStatus
    timeliness: Timeliness


class FilingLine(NamedTuple):
    filing_id: int
    measure_id: int
    agency_id: int
    agency: str
    ordinal: int
    title: str
    status: PublicStatus
    timeliness: Timeliness
    due_on: date
    submitted_on: date | None
    late_days: int  # working days past due when it was filed, or until today
    returns: int  # how often the commission returned it
    is_backfilled: bool  # 补报: it first left its agency after the period had closed
    is_written_off: bool  # 核销: it is no longer owed
    due_in: DueIn | None
    left: str  # the action that it still needs (OpenWork); empty if none

    @property
    def counted(self) -> FiledCount:
        return FiledCount(self.agency_id, self.status, self.timeliness)

    @property
    def is_late_open(self) -> bool:
        """Whether it is late and its agency must act, so that a reminder can be sent."""
        return self.left == OpenWork.OWED

    @property
    def part(self) -> FilingPart:
        """The part of 应报 in which it is counted."""
        return part_of(self.status)

    @property
    def mark(self) -> str:
        """The measure's number as the notice prints it: （三）."""
        return ordinal(self.ordinal)


class AgencyLine(NamedTuple):
    """One agency in the period shown; each count is the length of a list of its lines."""

    agency: Agency
    name: str  # its name then
    lines: tuple[FilingLine, ...]
    counts: Mapping[Timeliness, int]

    @property
    def agency_id(self) -> int:
        return self.agency.pk

    @property
    def cut(self) -> Cut:
        """Its filings by the parts of 应报."""
        return cut_of(line.status for line in self.lines)

    @property
    def owed(self) -> int:
        """The number of filings owed: all except waived ones."""
        return sum(self.counts[timeliness] for timeliness in COUNTED)

    @property
    def in_time(self) -> int:
        return self.counts[Timeliness.IN_TIME]

    @property
    def late(self) -> int:
        return self.counts[Timeliness.LATE]

    @property
    def missing(self) -> int:
        """How many are overdue and not submitted."""
        return self.counts[Timeliness.MISSING]

    @property
    def waived(self) -> int:
        return self.counts[Timeliness.WAIVED]

    @property
    def returns(self) -> int:
        """How many of its filings were returned at least once."""
        return sum(line.returns > 0 for line in self.lines)

    @property
    def late_days(self) -> int:
        """The sum of working days by which its filings came or are late."""
        return sum(line.late_days for line in self.lines)

    @property
    def average_late(self) -> Decimal | None:
        """The average of working days by which its late filings came late; None without any."""
        late = [line.late_days for line in self.lines if line.timeliness == Timeliness.LATE]
        return (Decimal(sum(late)) / len(late)).quantize(Decimal("0.1")) if late else None

    @property
    def behind(self) -> int:
        """How many came late or are missing."""
        return self.late + self.missing

    @property
    def lateness(self) -> tuple[int, int]:
        """A sort key: number of late or missing filings, then their working days."""
        return self.behind, self.late_days

    @property
    def rate(self) -> Decimal | None:
        """按时率; None if nothing is due yet."""
        return in_time_rate(self.counts)


class Past(NamedTuple):
    """One agency in an earlier period."""

    in_time: int
    late: int
    missed: int

    @property
    def rate(self) -> Decimal | None:
        """按时率; None if nothing was due by that day."""
        counts = {
            Timeliness.IN_TIME: self.in_time,
            Timeliness.LATE: self.late,
            Timeliness.MISSING: self.missed,
        }
        return in_time_rate(counts)


class FilingStatus(NamedTuple):
    shown: Shown
    on: date
    agencies: tuple[AgencyLine, ...]
    periods: tuple[Period, ...]  # the last closed ones, oldest first
    history: Mapping[tuple[int, int], Past]  # by (agency, period)

    @property
    def lines(self) -> list[FilingLine]:
        """All filings, in protocol order of their agencies."""
        return [line for agency in self.agencies for line in agency.lines]

    @property
    def totals(self) -> Counter[Timeliness]:
        """The number of filings by timeliness."""
        return Counter(line.timeliness for line in self.lines)


def filing_status_for(shown: Shown, *, on: date) -> FilingStatus:
    """Return the content for the period shown; three queries for any number of filings."""
    closed = [p for p in shown.periods if p.is_closed][:PERIODS_BACK]
    agencies = agency_lines(shown, on=on)
    return FilingStatus(shown, on, agencies, tuple(reversed(closed)), _history(closed, on=on))


def agency_lines(shown: Shown, *, on: date) -> tuple[AgencyLine, ...]:
    """All filings of the period shown, by agency in protocol order; two queries."""
    calendar, rows = Workday.objects.as_calendar(), []
    if shown.period:
        rows = _of_period(on).rows([shown.period.pk])
    by_agency: defaultdict[int, list[ToldFiling]] = defaultdict(list)
    for filing in map(ToldFiling._make, rows):
        by_agency[filing.agency_id].append(filing)
    return tuple(_agency_line(own, on, calendar) for own in by_agency.values())


def records_of(agency_id: int, periods: Iterable[Period], *, on: date) -> dict[int, AgencyLine]:
    """The filings of one agency by period; two queries."""
    own = Filing.objects.filter(agency=agency_id, period__in=list(periods))
    calendar = Workday.objects.as_calendar()
    by_period: defaultdict[int, list[ToldFiling]] = defaultdict(list)
    for filing in map(ToldFiling._make, _told(own, on=on)):
        by_period[filing.period_id].append(filing)
    return {key: _agency_line(own, on, calendar) for key, own in by_period.items()}


def _agency_line(own: list[ToldFiling], on: date, calendar: Calendar) -> AgencyLine:
    lines = tuple(_line(filing, on, calendar) for filing in own)
    first = own[0]
    agency = Agency(pk=first.agency_id, short_name=first.short_name, order=first.agency_order)
    return AgencyLine(agency, first.agency_name, lines, Counter(one.timeliness for one in lines))


@lru_cache(maxsize=2)
def _of_period(on: date) -> Prepared:
    return prepared(_told(Filing.objects.filter(period=-1), on=on), "bigint")


def _told(filings: FilingQuerySet, *, on: date) -> Any:
    """The filings by the columns of ToldFiling, in protocol order."""
    told = filings.with_returns().with_open_work(on=on, tells_drafts=False).with_protocol()
    rows = told.annotate(
        ordinal=F("measure__ordinal"),
        title=F("measure__title"),
        working_title=F("measure__working_title"),
        short_name=F("agency__short_name"),
        period_state=F("period__state"),
        closed_at=F("period__closed_at"),
    )
    return rows.order_by("agency__order", "measure__ordinal").values_list(*ToldColumns._fields)


def _line(filing: ToldFiling, on: date, calendar: Calendar) -> FilingLine:
    first = filing.first_submitted_at if filing.is_in else None
    submitted_on = localdate(first) if first else None
    timeliness = timeliness_of_filing(filing, on=on)
    is_late = timeliness in (Timeliness.LATE, Timeliness.MISSING)
    return FilingLine(
        filing_id=filing.pk,
        measure_id=filing.measure_id,
        agency_id=filing.agency_id,
        agency=filing.agency_name,
        ordinal=filing.ordinal,
        title=filing.title or filing.working_title or LOST_TITLE,
        status=public_status_of(filing, is_over=filing.period.is_closed, on=on),
        timeliness=timeliness,
        due_on=filing.due_on,
        submitted_on=submitted_on,
        late_days=workdays_between(filing.due_on, submitted_on or on, calendar) if is_late else 0,
        returns=filing.returns,
        is_backfilled=filing.is_backfilled,
        is_written_off=filing.written_off_at is not None,
        due_in=due_in(filing, on=on),
        left=filing.open_work or "",
    )


def _history(periods: Iterable[Period], *, on: date) -> dict[tuple[int, int], Past]:
    """Counts for each agency in some periods, by (agency, period); counted by the database."""
    rows = (
        Filing.objects.filter(period__in=list(periods))
        .owed()
        .order_by()
        .values("agency", "period")
        .annotate(
            in_time=Count("pk", filter=arrived_q() & Q(first_submitted_at__date__lte=F("due_on"))),
            late=Count("pk", filter=arrived_q() & Q(first_submitted_at__date__gt=F("due_on"))),
            missed=Count("pk", filter=~arrived_q() & Q(due_on__lt=on)),
        )
    )
    return {
        (row["agency"], row["period"]): Past(row["in_time"], row["late"], row["missed"])
        for row in rows
    }
