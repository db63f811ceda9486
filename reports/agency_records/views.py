"""单位: who has what to do, and one agency with its record."""

from collections.abc import Iterable

from django.db.models import TextChoices
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from agencies.guards import allowed_to
from agencies.models import Agency
from agencies.permissions import Perm
from lib.charts.bars import Bars, bars
from lib.charts.stacked import StackedPart
from lib.http import UserRequest
from measures.choices import Light, ResponsibilityRole
from reports.agency_records.data import DutyFilter, Record, agency_data, agency_rows
from reports.filing_status.sorting import orders_of, sorted_as
from reports.period.choosing import (
    Chip,
    address,
    period_options,
    shown_or_404,
    word,
)

CHOICES: dict[str, type[TextChoices]] = {"role": ResponsibilityRole, "light": Light}
PARTS = [
    StackedPart("in_time", "按时", "green", "■"),
    StackedPart("late", "迟报", "yellow", "●"),
    StackedPart("missing", "未报", "red", "▲"),
    StackedPart("awaited", "未到期", "grey", "○"),
]


@require_safe
@allowed_to(Perm.READ)
def agencies(request: UserRequest) -> HttpResponse:
    shown, on = shown_or_404(request.GET), localdate()
    context = {
        "rows": sorted_as(request.GET, agency_rows(shown, on=on), lambda row: row.lateness),
        "orders": orders_of(request.GET),
        "shown": shown,
        "periods": period_options(shown, request.GET),
        "on": on,
    }
    return render(request, "reports/agency_records/list.html", context)


@require_safe
@allowed_to(Perm.READ)
def agency(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Agency, pk=pk)
    shown, on = shown_or_404(request.GET), localdate()
    data, wanted = agency_data(found, shown, on=on), _wanted(request.GET)
    context = {
        "data": data,
        "chart": record_chart(data.records),
        "duties": data.duties_of(wanted),
        "chips": _chips(request.GET, wanted),
        "shown": shown,
        "periods": period_options(shown, request.GET),
        "on": on,
    }
    return render(request, "reports/agency_records/page.html", context)


def _wanted(query: QueryDict) -> DutyFilter:
    found = {name: word(query, name) for name in CHOICES}
    return DutyFilter(**{name: v for name, v in found.items() if v in CHOICES[name].values})


def _chips(query: QueryDict, wanted: DutyFilter) -> list[Chip]:
    held = {name: value for name, value in wanted._asdict().items() if value}
    return [
        Chip(
            str(CHOICES[name](value).label),
            address(query, **{key: other for key, other in held.items() if key != name}),
        )
        for name, value in held.items()
    ]


def record_chart(records: Iterable[Record]) -> Bars:
    """A bar a period: in time, late, missing, not due yet; the waived count nowhere."""
    return bars(
        [
            (record.period.label, {str(t): n for t, n in record.line.counts.items()}, PARTS)
            for record in records
            if record.line.owed
        ]
    )
