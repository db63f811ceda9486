"""The filings of a period for 措施与单位: where each stands, by agency, and over the last ones."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, F, Q
from django.utils.timezone import localdate

from agencies.models import Agency
from lib.chinese import ordinal
from lib.numbers import share
from lib.workdays import Calendar, workdays_between
from measures.models import Filing, Period, Workday
from measures.models.arrival import arrived_q
from measures.models.filing import FilingQuerySet
from measures.models.public_status import PublicStatus, public_status_of
from reports.choices import DueIn, FilingPart, Timeliness
from reports.filing_status.cut import Cut, cut_of
from reports.period.shown import Shown
from reports.rules.timeliness import due_in, part_of, timeliness_of_filing

PERIODS_BACK = 4
COLUMNS = (
    *("measure__ordinal", "measure__title", "measure__working_title"),
    *("period__state", "period__closed_at", "agency__short_name", "agency__order"),
    *("agency_name", "role", "state", "due_on", "first_submitted_at", "mend_by"),
    *("accepted_note", "written_off_at"),
)
COUNTED = (Timeliness.IN_TIME, Timeliness.LATE, Timeliness.MISSING, Timeliness.AWAITED)


class FilingLine(NamedTuple):
    """One filing."""

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
    is_written_off: bool  # 核销: it is owed no more
    due_in: DueIn | None
    left: str  # what is still to be done about it (OpenWork); empty where nothing is

    @property
    def part(self) -> FilingPart:
        """Which part of 应报 it is in."""
        return part_of(self.status)

    @property
    def mark(self) -> str:
        """The measure's number as the notice prints it: （三）."""
        return ordinal(self.ordinal)


class AgencyLine(NamedTuple):
    """One agency in the period shown; every count is the length of a list of its lines."""

    agency: Agency
    name: str  # as it was called then
    lines: tuple[FilingLine, ...]
    counts: Mapping[Timeliness, int]

    @property
    def agency_id(self) -> int:
        """Which agency it is."""
        return self.agency.pk

    @property
    def cut(self) -> Cut:
        """How its filings add up to what it owes."""
        return cut_of(line.status for line in self.lines)

    @property
    def owed(self) -> int:
        """What was asked for: all but the waived."""
        return sum(self.counts[timeliness] for timeliness in COUNTED)

    @property
    def in_time(self) -> int:
        """How many came in time."""
        return self.counts[Timeliness.IN_TIME]

    @property
    def late(self) -> int:
        """How many came late."""
        return self.counts[Timeliness.LATE]

    @property
    def missing(self) -> int:
        """How many are past due and have not come."""
        return self.counts[Timeliness.MISSING]

    @property
    def waived(self) -> int:
        """How many need not come."""
        return self.counts[Timeliness.WAIVED]

    @property
    def returns(self) -> int:
        """How many of its filings were returned at least once."""
        return sum(line.returns > 0 for line in self.lines)

    @property
    def late_days(self) -> int:
        """The working days that all its late filings together came or are late."""
        return sum(line.late_days for line in self.lines)

    @property
    def average_late(self) -> Decimal | None:
        """How many working days past due its late filings came, on average."""
        late = [line.late_days for line in self.lines if line.timeliness == Timeliness.LATE]
        return (Decimal(sum(late)) / len(late)).quantize(Decimal("0.1")) if late else None

    @property
    def behind(self) -> int:
        """How many came late or have not come."""
        return self.late + self.missing

    @property
    def lateness(self) -> tuple[int, int]:
        """How far behind it is: filings late or missing, then their working days."""
        return self.behind, self.late_days

    @property
    def rate(self) -> Decimal | None:
        """按时率: the share filed in time of what is due by now, in percent with one decimal."""
        due = self.owed - self.counts[Timeliness.AWAITED]
        return share(self.counts[Timeliness.IN_TIME], due) if due else None


class Past(NamedTuple):
    """One agency in an earlier period."""

    owed: int
    in_time: int
    missed: int

    @property
    def rate(self) -> Decimal | None:
        """The share filed in time."""
        return share(self.in_time, self.owed) if self.owed else None


class FilingStatus(NamedTuple):
    """The page's content."""

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
        """How many filings count as what."""
        return Counter(line.timeliness for line in self.lines)


def filing_status_for(shown: Shown, *, on: date) -> FilingStatus:
    """Gather it for the period shown; three queries for any number of filings."""
    closed = [p for p in shown.periods if p.is_closed][:PERIODS_BACK]
    agencies = agency_lines(shown, on=on)
    return FilingStatus(shown, on, agencies, tuple(reversed(closed)), _history(closed, on=on))


def agency_lines(shown: Shown, *, on: date) -> tuple[AgencyLine, ...]:
    """All filings of the period shown, by agency in protocol order; two queries."""
    period = shown.period
    owed = Filing.objects.filter(period=period) if period else Filing.objects.none()
    calendar = Workday.objects.as_calendar()
    by_agency: defaultdict[Agency, list[FilingLine]] = defaultdict(list)
    for filing in _told(owed, on=on):
        by_agency[filing.agency].append(_line(filing, on, calendar))
    return tuple(_agency_line(agency, own) for agency, own in by_agency.items())


def records_of(agency_id: int, periods: Iterable[Period], *, on: date) -> dict[int, AgencyLine]:
    """How one agency filed, by period, for whatever it owed in them; two queries."""
    own = Filing.objects.filter(agency=agency_id, period__in=list(periods))
    filings = list(_told(own, on=on))
    calendar = Workday.objects.as_calendar()
    by_period: defaultdict[int, list[FilingLine]] = defaultdict(list)
    for filing in filings:
        by_period[filing.period_id].append(_line(filing, on, calendar))
    return {key: _agency_line(filings[0].agency, own) for key, own in by_period.items()}


def _agency_line(agency: Agency, own: list[FilingLine]) -> AgencyLine:
    counts = Counter(line.timeliness for line in own)
    return AgencyLine(agency, own[0].agency, tuple(own), counts)


def _told(filings: FilingQuerySet, *, on: date) -> FilingQuerySet:
    """The filings with measure, period and agency, how often returned, and what is to be done."""
    told = filings.select_related("measure", "period", "agency").only(*COLUMNS).with_returns()
    told = told.with_open_work(on=on, tells_drafts=False)
    return told.order_by("agency__order", "measure__ordinal")


def _line(filing: Filing, on: date, calendar: Calendar) -> FilingLine:
    is_over = filing.period.is_closed
    first = filing.first_submitted_at if filing.is_in else None
    submitted_on = localdate(first) if first else None
    timeliness = timeliness_of_filing(filing, on=on)
    is_late = timeliness in (Timeliness.LATE, Timeliness.MISSING)
    return FilingLine(
        filing_id=filing.pk,
        measure_id=filing.measure_id,
        agency_id=filing.agency_id,
        agency=filing.agency_name,
        ordinal=filing.measure.ordinal,
        title=filing.measure.shown_title,
        status=public_status_of(filing, is_over=is_over, on=on),
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
    """How each agency did in some periods, by (agency, period); counted by the database."""
    rows = (
        Filing.objects.filter(period__in=list(periods))
        .owed()
        .order_by()
        .values("agency", "period")
        .annotate(
            owed=Count("pk"),
            in_time=Count("pk", filter=arrived_q() & Q(first_submitted_at__date__lte=F("due_on"))),
            missed=Count("pk", filter=~arrived_q() & Q(due_on__lt=on)),
        )
    )
    return {
        (row["agency"], row["period"]): Past(row["owed"], row["in_time"], row["missed"])
        for row in rows
    }
