"""The dataset of 情况通报: who has filed and which measures lag, without agencies' texts."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count
from django.utils.timezone import localdate

from lib.workdays import Calendar, add_workdays, workdays_between
from measures.choices import FilingState, PeriodState
from measures.models import Filing, Period, Workday
from measures.models.public_status import PublicStatus
from reports.choices import ReportKind, Timeliness
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
from reports.period.shown import newest_snapshots
from reports.rules.timeliness import part_of, timeliness_of

Kept = Mapping[str, Any]  # a filing in a snapshot (measures.periods.snapshots)
NOTHING_KEPT: Mapping[int, Kept] = {}
FILE_WITHIN = 5  # working days left for late filings, counted from the day after the report's


def gather(scope: Scope, *, on: date) -> CircularData:
    """Return the dataset, without notes: other agencies may not read them (docs/permissions.md)."""
    calendar = Workday.objects.as_calendar()
    context = context_of(scope, on=on)
    data = progress_on(context, on=on, calendar=calendar)
    standings = _standings(context.period, date.fromisoformat(data["judged_on"]))
    kept = _kept_at_closing(context.period)
    return circular_from(data, standings, on=on, calendar=calendar, kept=kept)


def circular_from(
    data: ProgressData,
    standings: list[StandingData],
    *,
    on: date,
    calendar: Calendar,
    kept: Mapping[int, Kept] = NOTHING_KEPT,
) -> CircularData:
    """Return a circular's dataset, made from a progress report's, which is changed. Pure.

    Everything is as of the day of the lights: a filing that came after the closing counts as
    missing. `kept`: filing id → the filing as kept at the closing.
    """
    judged_on = date.fromisoformat(data["judged_on"])
    for measure in measures_of(data):
        measure["items"] = []
        for party in measure["parties"]:
            party["note"] = None
            then = kept.get(party["filing"] or 0)
            if then is None and party["is_backfilled"]:  # old closings did not keep filings
                then = {
                    "standing": PublicStatus.MISSED,
                    "due_on": party["due_on"],
                    "filed_on": None,
                }
            if then is not None and party["timeliness"] != Timeliness.WAIVED:
                _put_back(party, then, judged_on, calendar)
    return {
        **fill_totals(data),
        "schema": CIRCULAR_SCHEMA,
        "kind": ReportKind.CIRCULAR.value,
        "told_on": judged_on.isoformat(),
        "file_by": add_workdays(on, FILE_WITHIN, calendar).isoformat(),
        "standings": standings,
    }


def still_missing(period: Period) -> set[tuple[int, str]]:
    """Return (measure's ordinal, agency's code) of each filing that is still missing."""
    assert period.state != PeriodState.DRAFT
    missing = period.filings.missing().filter(written_off_at=None)
    return set(missing.values_list("measure__ordinal", "agency__code"))


def _kept_at_closing(period: Period) -> dict[int, Kept]:
    """Return the filings of a closed period as kept at its last closing, by id."""
    if not period.is_closed:
        return {}
    snapshots = newest_snapshots(period).values()
    return {then["filing"]: then for one in snapshots for then in one.filings or ()}


def _put_back(party: PartyData, then: Kept, day: date, calendar: Calendar) -> None:
    """Set a filing to its state on `day`; `is_backfilled` still says that it came later."""
    status = PublicStatus(then["standing"])
    due, filed = date.fromisoformat(then["due_on"]), then["filed_on"]
    filed_on = date.fromisoformat(filed) if filed else None
    is_waived = status == PublicStatus.WAIVED
    timeliness = timeliness_of(
        state=FilingState.WAIVED if is_waived else FilingState.PENDING,
        due_on=due,
        submitted_on=filed_on,
        on=day,
    )
    is_late = timeliness in (Timeliness.LATE, Timeliness.MISSING)
    is_missing = timeliness == Timeliness.MISSING
    party["is_backfilled"] = is_missing and party["timeliness"] != Timeliness.MISSING
    party["part"] = part_of(status).value
    party["filing_state"] = str(status.label)
    party["timeliness"] = timeliness.value
    party["timeliness_label"] = timeliness.label
    party["due_on"], party["submitted_on"] = then["due_on"], filed
    party["awaits_review"] = filed is not None and status != PublicStatus.ACCEPTED
    party["workdays_late"] = workdays_between(due, filed_on or day, calendar) if is_late else 0


def _standings(period: Period, on: date) -> list[StandingData]:
    """Return for each agency: debts in other periods, and duties that ended after the due day."""
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
