"""填报情况: who has filed and who is late, by agency, in one period and over the last ones."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, F, Q
from django.utils.timezone import localdate

from measures.choices import Decision
from measures.models import Filing, Period, Workday
from measures.querysets import FilingQuerySet
from measures.querysets.filing import arrived_q
from measures.standing import Standing, standing_of
from policy_tracker.lib.chinese import ordinal
from policy_tracker.lib.workdays import Calendar, workdays_between
from reports.choices import Timeliness
from reports.data.shown import Shown
from reports.data.timeliness import timeliness_of_filing

PERIODS_BACK = 6
COUNTED = (Timeliness.IN_TIME, Timeliness.LATE, Timeliness.MISSING, Timeliness.AWAITED)


class Line(NamedTuple):
    """One filing."""

    filing_id: int
    agency_id: int
    agency: str
    ordinal: int
    title: str
    standing: Standing
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
    lines: tuple[Line, ...]
    counts: Mapping[Timeliness, int]

    @property
    def owed(self) -> int:
        """What was asked for: all but the waived."""
        return sum(self.counts[timeliness] for timeliness in COUNTED)

    @property
    def returns(self) -> int:
        """How many of its filings were returned at least once."""
        return sum(line.returns > 0 for line in self.lines)

    @property
    def late_days(self) -> int:
        """The working days that all its late filings together came or are late."""
        return sum(line.late_days for line in self.lines)

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
    def lines(self) -> list[Line]:
        """All filings, in protocol order of their agencies."""
        return [line for agency in self.agencies for line in agency.lines]

    @property
    def totals(self) -> Counter[Timeliness]:
        """How many filings count as what."""
        return Counter(line.timeliness for line in self.lines)


def filing_status_for(shown: Shown, *, on: date) -> FilingStatus:
    """Gather it for the period shown; at most four queries for any number of filings."""
    period = shown.period
    lines = _lines(period, on) if period else []
    by_agency: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_agency[line.agency_id].append(line)
    agencies = tuple(
        AgencyLine(key, own[0].agency, tuple(own), Counter(line.timeliness for line in own))
        for key, own in by_agency.items()
    )
    closed = [p for p in shown.periods if p.state == "closed"][:PERIODS_BACK]
    return FilingStatus(shown, on, agencies, tuple(reversed(closed)), _history(closed))


def _lines(period: Period, on: date) -> list[Line]:
    calendar = Workday.objects.as_calendar()
    returned = Count(
        "notes", filter=Q(notes__review__decision=Decision.RETURN, notes__left_at__isnull=False)
    )
    filings = (
        Filing.objects.filter(period=period)
        .select_related("measure")
        .annotate(returns=returned)
        .order_by("agency__order", "measure__ordinal")
    )
    is_over = period.state == "closed"
    return [_line(filing, filing.returns, is_over, on, calendar) for filing in filings]


def _line(filing: Filing, returns: int, is_over: bool, on: date, calendar: Calendar) -> Line:
    first = filing.first_submitted_at if filing.is_in else None
    submitted_on = localdate(first) if first else None
    timeliness = timeliness_of_filing(filing, is_over=is_over, on=on)
    is_late = timeliness in (Timeliness.LATE, Timeliness.MISSING)
    return Line(
        filing_id=filing.pk,
        agency_id=filing.agency_id,
        agency=filing.agency_name,
        ordinal=filing.measure.ordinal,
        title=filing.measure.shown_title,
        standing=standing_of(filing, is_over=is_over, on=on),
        timeliness=timeliness,
        due_on=filing.due_on,
        submitted_on=submitted_on,
        late_days=workdays_between(filing.due_on, submitted_on or on, calendar) if is_late else 0,
        returns=returns,
    )


def record_of(agency_id: int, periods: Iterable[Period]) -> dict[int, Past]:
    """How one agency did, by period; one query."""
    found = _history(periods, Filing.objects.filter(agency=agency_id))
    return {period_id: past for (_, period_id), past in found.items()}


def _history(
    periods: Iterable[Period], filings: FilingQuerySet | None = None
) -> dict[tuple[int, int], Past]:
    """How each agency did in some periods, counted by the database in one query."""
    wanted = Filing.objects.all() if filings is None else filings
    rows = (
        wanted.filter(period__in=list(periods))
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
