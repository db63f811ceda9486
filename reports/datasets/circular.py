"""The dataset of 情况通报: who has filed and what lags, without what agencies wrote."""

from datetime import date

from lib.workdays import Calendar, add_workdays
from measures.choices import PeriodState
from measures.models import Period, Workday
from reports.choices import ReportKind
from reports.datasets.context import context_of
from reports.datasets.progress import progress_on
from reports.datasets.schema import (
    CIRCULAR_SCHEMA,
    CircularData,
    ProgressData,
    measures_of,
)
from reports.models.report import Scope

FILE_WITHIN = 5  # working days left to file after all, from the day after the day of making


def gather(scope: Scope, *, on: date) -> CircularData:
    """Return the dataset, without notes: they are not for others (docs/permissions.md)."""
    calendar = Workday.objects.as_calendar()
    data = progress_on(context_of(scope, on=on), on=on, calendar=calendar, late_to=on)
    return circular_from(data, on=on, calendar=calendar)


def circular_from(data: ProgressData, *, on: date, calendar: Calendar) -> CircularData:
    """Return a circular's dataset, made out of a progress report's, which it changes. Pure."""
    for measure in measures_of(data):
        for party in measure["parties"]:
            party["note"] = None
    return {
        **data,
        "schema": CIRCULAR_SCHEMA,
        "kind": ReportKind.CIRCULAR.value,
        "told_on": on.isoformat(),
        "file_by": add_workdays(on, FILE_WITHIN, calendar).isoformat(),
    }


def still_missing(period: Period) -> set[tuple[int, str]]:
    """Return (ordinal of the measure, code of the agency) of what has not come in by now."""
    assert period.state != PeriodState.DRAFT
    missing = period.filings.missing().filter(written_off_at=None)
    return set(missing.values_list("measure__ordinal", "agency__code"))
