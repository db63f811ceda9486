"""The dataset of a circular: who has filed and what lags, without any agency's own troubles."""

from datetime import date

from lib.workdays import Calendar, add_workdays
from measures.choices import PeriodState
from measures.models import Period, Workday
from reports.choices import ReportKind
from reports.datasets.context import ground_of
from reports.datasets.progress import progress_on
from reports.datasets.schema import (
    CIRCULAR_SCHEMA,
    CircularData,
    ProgressData,
    measures_of,
)
from reports.models.report import Scope

FILE_WITHIN = 5  # working days that are left for filing after all, the day after counting first


def gather(scope: Scope, *, on: date) -> CircularData:
    """The dataset of a circular as it is on a day.

    Problems, help needed and next steps of one agency are not for the others (docs/permissions.md),
    so no note stands in it.
    """
    calendar = Workday.objects.as_calendar()
    data = progress_on(ground_of(scope, on=on), on=on, calendar=calendar, late_to=on)
    return circular_from(data, on=on, calendar=calendar)


def circular_from(data: ProgressData, *, on: date, calendar: Calendar) -> CircularData:
    """A circular's dataset out of a progress report's. Pure."""
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
    """What has not come in by now, as (measure, agency's code): what a circular or letter names."""
    assert period.state != PeriodState.DRAFT
    missing = period.filings.missing()
    return set(missing.values_list("measure__ordinal", "agency__code"))
