"""节点与期限: all measures over time."""

from typing import NamedTuple

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.timezone import localdate

from agencies.guards import SAFE, allowed_to
from agencies.permissions import Perm
from lib.charts.gantt import PlacedLane, gantt, window_of
from lib.http import UserRequest
from measures.measure_page.timeline import legend_of
from reports.dates.data import (
    ALL,
    DATED_ONLY,
    OVERDUE_ONLY,
    DateFilter,
    DateRow,
    Dates,
    dates_for,
)
from reports.period.choosing import (
    Chip,
    Option,
    address,
    notice_or_404,
    section_label,
    word,
)
from reports.period.measures import page_of_list

BACK = 6  # quarters drawn before today, unless all are asked for
WORDS = ("section", "agency", "only", "span")
UNKNOWN = {"section": "没有这个部分", "agency": "没有这个责任单位"}
ONLY = {"": "有时限或节点", OVERDUE_ONLY: "只看逾期", DATED_ONLY: "只看有时限", ALL: "全部"}


class RowsShown(NamedTuple):
    """A choice of which measures are shown: its label, its address, whether it is active."""

    label: str
    url: str
    is_chosen: bool


class Drawn(NamedTuple):
    row: DateRow
    lane: PlacedLane


@allowed_to(Perm.READ, methods=SAFE)
def dates(request: UserRequest) -> HttpResponse:
    """Measures as lanes: those with a date or a milestone; ?only= chooses others, or all.

    ?section= and ?agency= filter; ?span=all shows the whole past.
    """
    wanted = DateFilter(*(word(request.GET, name) for name in DateFilter._fields))
    data = dates_for(notice_or_404(request), wanted, on=localdate())
    return render(request, "reports/dates/page.html", page_of(data, request.GET))


def page_of(data: Dates, query: QueryDict) -> dict[str, object]:
    chosen = {name: word(query, name) for name in WORDS if query.get(name)}
    only = chosen["only"] if chosen.get("only") in ONLY else ""
    back = None if chosen.get("span") == "all" else BACK
    window = window_of(data.outline, today=data.on, back=back)
    pages = page_of_list(data.rows, query, measures=data.total)
    rows = list(pages)
    chart = gantt([row.lane for row in rows], today=data.on, window=window)
    return {
        "data": data,
        "chart": chart,
        "rows": [Drawn(row, lane) for row, lane in zip(rows, chart.lanes, strict=True)],
        "pages": pages,
        "sections": _sections(data, chosen),
        "agencies": _agencies(data, chosen),
        "chips": _chips(data, chosen),
        "kept": {name: chosen[name] for name in ("only", "span") if name in chosen},
        "only": [
            RowsShown(
                label,
                address(QueryDict(), **_without(chosen, "only"), **_only(value)),
                value == only,
            )
            for value, label in ONLY.items()
        ],
        "span": _span(chosen),
        "legend": legend_of(data.outline),
    }


def _only(value: str) -> dict[str, str]:
    return {"only": value} if value else {}


def _span(chosen: dict[str, str]) -> Chip:
    """A link to the other length of the axis."""
    if chosen.get("span") == "all":
        return Chip("只看近期", address(QueryDict(), **_without(chosen, "span")))
    return Chip("从起始日看起", address(QueryDict(), **chosen | {"span": "all"}))


def _sections(data: Dates, chosen: dict[str, str]) -> list[Option]:
    wanted = chosen.get("section")
    return [
        Option(str(head.ordinal), section_label(head), str(head.ordinal) == wanted)
        for head in data.sections
    ]


def _agencies(data: Dates, chosen: dict[str, str]) -> list[Option]:
    wanted = chosen.get("agency")
    return [
        Option(str(one.agency_id), one.name, str(one.agency_id) == wanted) for one in data.agencies
    ]


def _chips(data: Dates, chosen: dict[str, str]) -> list[Chip]:
    """Each filter in words, with the address that removes it."""
    options = {"section": _sections(data, chosen), "agency": _agencies(data, chosen)}
    labels = {
        name: next((one.label for one in found if one.is_chosen), UNKNOWN[name])
        for name, found in options.items()
    }
    return [
        Chip(labels[name], address(QueryDict(), **_without(chosen, name)))
        for name in ("section", "agency")
        if chosen.get(name)
    ]


def _without(chosen: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in chosen.items() if key != name}
