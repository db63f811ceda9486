"""填报情况: who has filed and who is late, by agency, in one period and over the last ones."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, F, Q
from django.utils.timezone import localdate

from lib.chinese import ordinal
from lib.workdays import Calendar, workdays_between
from measures.models import Filing, Period, Workday
from measures.models.arrival import arrived_q
from measures.models.filing import FilingQuerySet
from measures.models.public_status import PublicStatus, public_status_of
from reports.choices import Timeliness
from reports.period.shown import Shown
from reports.rules.timeliness import timeliness_of_filing

PERIODS_BACK = 4
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

    @property
    def mark(self) -> str:
        """The measure's number as the notice prints it: （三）."""
        return ordinal(self.ordinal)


class AgencyLine(NamedTuple):
    """One agency in the period shown; every count is the length of a list of its lines."""

    agency_id: int
    name: str
    lines: tuple[FilingLine, ...]
    counts: Mapping[Timeliness, int]

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
        return _percent(self.counts[Timeliness.IN_TIME], due)


class Past(NamedTuple):
    """One agency in an earlier period."""

    owed: int
    in_time: int
    missed: int

    @property
    def rate(self) -> Decimal | None:
        """The share filed in time."""
        return _percent(self.in_time, self.owed)


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

    @property
    def owed(self) -> int:
        """How many filings must come: the waived ones not."""
        return len(self.lines) - self.totals[Timeliness.WAIVED]


def filing_status_for(shown: Shown, *, on: date) -> FilingStatus:
    """Gather it for the period shown; three queries for any number of filings."""
    period = shown.period
    closed = [p for p in shown.periods if p.is_closed][:PERIODS_BACK]
    owed = Filing.objects.filter(period=period) if period else Filing.objects.none()
    calendar = Workday.objects.as_calendar()
    by_agency: defaultdict[int, list[FilingLine]] = defaultdict(list)
    for filing in _told(owed):
        by_agency[filing.agency_id].append(_line(filing, on, calendar))
    agencies = tuple(_agency_line(own) for own in by_agency.values())
    return FilingStatus(shown, on, agencies, tuple(reversed(closed)), _history(closed))


def records_of(agency_id: int, periods: Iterable[Period], *, on: date) -> dict[int, AgencyLine]:
    """How one agency filed, by period, for whatever it owed in them; two queries."""
    filings = _told(Filing.objects.filter(agency=agency_id, period__in=list(periods)))
    calendar = Workday.objects.as_calendar()
    by_period: defaultdict[int, list[FilingLine]] = defaultdict(list)
    for filing in filings:
        by_period[filing.period_id].append(_line(filing, on, calendar))
    return {key: _agency_line(own) for key, own in by_period.items()}


def _agency_line(own: list[FilingLine]) -> AgencyLine:
    counts = Counter(line.timeliness for line in own)
    return AgencyLine(own[0].agency_id, own[0].agency, tuple(own), counts)


def _told(filings: FilingQuerySet) -> FilingQuerySet:
    """The filings with measure and period, and how often each was returned."""
    told = filings.select_related("measure", "period").with_returns()
    return told.order_by("agency__order", "measure__ordinal")


def _line(filing: Filing, on: date, calendar: Calendar) -> FilingLine:
    is_over = filing.period.is_closed
    first = filing.first_submitted_at if filing.is_in else None
    submitted_on = localdate(first) if first else None
    timeliness = timeliness_of_filing(filing, is_over=is_over, on=on)
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
    )


def _history(periods: Iterable[Period]) -> dict[tuple[int, int], Past]:
    """How each agency did in some periods, by (agency, period); counted by the database."""
    rows = (
        Filing.objects.filter(period__in=list(periods))
        .owed()
        .order_by()
        .values("agency", "period")
        .annotate(
            owed=Count("pk"),
            in_time=Count("pk", filter=arrived_q() & Q(first_submitted_at__date__lte=F("due_on"))),
            missed=Count("pk", filter=~arrived_q()),
        )
    )
    return {
        (row["agency"], row["period"]): Past(row["owed"], row["in_time"], row["missed"])
        for row in rows
    }


def _percent(part: int, whole: int) -> Decimal | None:
    return (Decimal(100) * part / whole).quantize(Decimal("0.1")) if whole else None
