"""The dataset of 情况通报: who has filed and what lags, without what agencies wrote."""

from collections import Counter
from datetime import date

from django.db.models import Count
from django.utils.timezone import localdate

from lib.workdays import Calendar, add_workdays, workdays_between
from measures.choices import FilingState, PeriodState
from measures.models import Filing, Period, Workday
from reports.choices import FilingPart, ReportKind, Timeliness
from reports.datasets.context import context_of
from reports.datasets.progress import progress_on
from reports.datasets.schema import (
    CIRCULAR_SCHEMA,
    CircularData,
    PartyData,
    ProgressData,
    StandingData,
    measures_of,
)
from reports.datasets.totals import fill_totals
from reports.models.report import Scope

FILE_WITHIN = 5  # working days left to file after all, from the day after the day of making


def gather(scope: Scope, *, on: date) -> CircularData:
    """Return the dataset, without notes: they are not for others (docs/permissions.md)."""
    calendar = Workday.objects.as_calendar()
    context = context_of(scope, on=on)
    data = progress_on(context, on=on, calendar=calendar)
    standings = _standings(context.period, on)
    return circular_from(data, standings, on=on, calendar=calendar)


def circular_from(
    data: ProgressData, standings: list[StandingData], *, on: date, calendar: Calendar
) -> CircularData:
    """Return a circular's dataset, made out of a progress report's, which it changes. Pure.

    All of it is of one day, that of the lights: what came after the closing was missing then.
    """
    judged_on = date.fromisoformat(data["judged_on"])
    for measure in measures_of(data):
        for party in measure["parties"]:
            party["note"] = None
            if party["is_backfilled"]:
                _put_back(party, judged_on, calendar)
    return {
        **fill_totals(data),
        "schema": CIRCULAR_SCHEMA,
        "kind": ReportKind.CIRCULAR.value,
        "told_on": judged_on.isoformat(),
        "file_by": add_workdays(on, FILE_WITHIN, calendar).isoformat(),
        "standings": standings,
    }


def still_missing(period: Period) -> set[tuple[int, str]]:
    """Return (ordinal of the measure, code of the agency) of what has not come in by now."""
    assert period.state != PeriodState.DRAFT
    missing = period.filings.missing().filter(written_off_at=None)
    return set(missing.values_list("measure__ordinal", "agency__code"))


def _put_back(party: PartyData, day: date, calendar: Calendar) -> None:
    """Count what came after a day as it was on it; that it came since stays known."""
    assert party["due_on"] is not None  # it was filed
    due = date.fromisoformat(party["due_on"])
    party["part"] = FilingPart.UNFILED.value
    party["timeliness"] = Timeliness.MISSING.value
    party["timeliness_label"] = Timeliness.MISSING.label
    party["submitted_on"] = None
    party["workdays_late"] = workdays_between(due, day, calendar)


def _standings(period: Period, on: date) -> list[StandingData]:
    """What each agency of the period owes elsewhere, and which of its duties ended late."""
    elsewhere = dict(
        Filing.objects.filter(period__notice=period.notice_id, period__kind=period.kind)
        .exclude(period=period)
        .debts(on=on)
        .order_by()
        .values_list("agency__code")
        .annotate(n=Count("pk"))
    )
    waived = Filing.objects.filter(
        period=period, state=FilingState.WAIVED, first_submitted_at=None, waived_at__isnull=False
    ).values_list("agency__code", "waived_at", "due_on")
    ended = Counter(code for code, at, due_on in waived if localdate(at) > due_on)
    codes = period.filings.order_by("agency__order").values_list("agency__code", flat=True)
    return [
        {"code": code, "elsewhere": elsewhere.get(code, 0), "ended_late": ended[code]}
        for code in dict.fromkeys(codes)
    ]
