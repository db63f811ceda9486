"""两期对照: every measure at two moments, side by side."""

from collections import Counter
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.timezone import localdate

from agencies.guards import SAFE, allowed_to
from agencies.permissions import Perm
from lib.http import UserRequest
from measures.choices import Change, Light, Stage
from reports.compare.data import (
    PeriodComparison,
    chosen_sides,
    comparison_of,
    select_pairs,
)
from reports.overview.rows import MeasureRow
from reports.period.choosing import (
    Chip,
    Option,
    filters_of,
    label_of,
    notice_or_404,
    number_or_404,
    word,
)
from reports.period.measures import page_of_list
from reports.period.shown import Shown
from reports.trends.page import differences, short_labels
from reports.trends.strips import arrivals_of, filing_strip, light_strip

CHANGED = {"only": "changed"}  # what is shown where nothing is asked for


class LinkedFigure(NamedTuple):
    label: str
    tone: str
    value: str
    url: str
    help: str


@allowed_to(Perm.READ, methods=SAFE)
def compare(request: UserRequest) -> HttpResponse:
    """Two closed periods, or one and the present; without a closed one it says what is missing."""
    wanted = [number_or_404(request.GET, name) for name in ("from", "to")]
    sides = chosen_sides(*wanted, on=localdate(), notice=notice_or_404(request))
    if sides is None and wanted != [None, None]:
        raise Http404
    page = _page(*sides, request.GET) if sides else None
    return render(request, "reports/compare/page.html", {"page": page})


def _page(earlier: Shown, later: Shown, query: QueryDict) -> dict[str, object]:
    on = localdate()
    data = comparison_of(earlier, later, on=on)
    sides = (data.before, data.after)
    labels = short_labels(side.short for side in sides)
    arrivals = arrivals_of((side.period for side in sides if side.period), on=on)
    filters = _filters(query)
    lights = [Counter((r.light, r.light_label) for r in side.rows.values()) for side in sides]
    closed = [(str(p.pk), p.label) for p in earlier.closed]
    figures = [_figure(data, change) for change in Change]
    return {
        "data": data,
        "labels": labels,
        "pairs": page_of_list(select_pairs(data.pairs, filters), query, measures=len(data.pairs)),
        "figures": [figure for figure in figures if figure.value != "0"],
        "chips": _chips(data, filters),
        "filters": filters,
        "clear_url": _address(data),
        "whole_url": _address(data, show="all"),
        "changed": len(select_pairs(data.pairs, CHANGED)),
        "before": [Option(key, label, key == data.before.key) for key, label in closed],
        "after": [
            Option(key, label, key == data.after.key) for key, label in [("", "当前情况"), *closed]
        ],
        "lights": [
            light_strip(label, own, key=side.key)
            for label, own, side in zip(labels, lights, sides, strict=True)
        ],
        "differences": differences(*lights),
        "filings": [
            filing_strip(label, arrivals.get(side.period_id, {}), side.period, is_now=side.is_live)
            for label, side in zip(labels, sides, strict=True)
        ],
        "is_undivided": any(_is_undivided(row) for row in data.before.rows.values()),
        "lacks_dates": any(not row.knows_due for row in data.before.rows.values()),
    }


def _filters(query: QueryDict) -> dict[str, str]:
    known = filters_of(query)
    kept = ("change", "section", "stage")
    found: dict[str, str] = {name: known[name] for name in kept if name in known}
    if word(query, "was") in Stage.values:
        found["was"] = word(query, "was")
    is_counted = not {"change", "was", "stage"}.isdisjoint(found)  # by a figure, unchanged ones too
    if word(query, "only") == "changed" or not (is_counted or word(query, "show") == "all"):
        found |= CHANGED
    return found


def _is_undivided(row: MeasureRow) -> bool:
    return row.light == Light.GREEN and "·" not in row.light_label


def _figure(data: PeriodComparison, change: Change) -> LinkedFigure:
    count = len(select_pairs(data.pairs, {"change": change}))
    tone = change.tone if count else "grey"
    return LinkedFigure(change.label, tone, str(count), _address(data, change=change), change.help)


def _address(data: PeriodComparison, **chosen: str) -> str:
    return "?" + urlencode({"from": data.before.key, "to": data.after.key} | chosen)


def _chips(data: PeriodComparison, filters: dict[str, str]) -> list[Chip]:
    return [
        Chip(
            _chip_label(data, name, value),
            _address(data, **{key: other for key, other in filters.items() if key != name}),
        )
        for name, value in filters.items()
        if name not in CHANGED
    ]


def _chip_label(data: PeriodComparison, name: str, value: str) -> str:
    if name in ("was", "stage"):
        side = data.before if name == "was" else data.after
        then = {row.stage: row.stage_label for row in side.rows.values()}
        return f"{side.label}{then.get(value, Stage(value).label)}"
    return label_of(name, value)
