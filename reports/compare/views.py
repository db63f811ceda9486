"""两期对照: every measure at two moments, side by side."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from agencies.guards import allowed_to
from agencies.permissions import Perm
from lib.http import UserRequest
from measures.choices import Change, Stage
from reports.compare.data import (
    PeriodComparison,
    chosen_sides,
    comparison_of,
    select_pairs,
    sides_to_choose,
)
from reports.overview.figures import LinkedFigure
from reports.period.choosing import (
    Chip,
    Option,
    filters_of,
    label_of,
    number_or_404,
    section_label,
    word,
)
from reports.period.shown import Shown

ONLY = "只看有变化"


@require_safe
@allowed_to(Perm.READ)
def compare(request: UserRequest) -> HttpResponse:
    """Two closed periods, or one and the present; without a closed one it says what is missing."""
    wanted = [number_or_404(request.GET, name) for name in ("from", "to")]
    sides = chosen_sides(*wanted, on=localdate())
    if sides is None and wanted != [None, None]:
        raise Http404
    page = _page(*sides, request.GET) if sides else None
    return render(request, "reports/compare/page.html", {"page": page})


def _page(earlier: Shown, later: Shown, query: QueryDict) -> dict[str, object]:
    data = comparison_of(earlier, later, on=localdate())
    filters = _filters(query)
    heads = dict.fromkeys(pair.row.section for pair in data.pairs)
    closed = [(str(p.pk), p.label) for p in sides_to_choose(earlier.periods)]
    chosen = filters.get("section")
    return {
        "data": data,
        "pairs": select_pairs(data.pairs, filters),
        "figures": [_figure(data, change) for change in Change],
        "chips": _chips(data, filters),
        "filters": filters,
        "clear_url": _address(data),
        "changed_url": _address(data, only="changed"),
        "changed": len(select_pairs(data.pairs, {"only": "changed"})),
        "sections": [
            Option(str(head.ordinal), section_label(head), str(head.ordinal) == chosen)
            for head in heads
        ],
        "before": [Option(key, label, key == data.before.key) for key, label in closed],
        "after": [
            Option(key, label, key == data.after.key) for key, label in [("", "当前情况"), *closed]
        ],
    }


def _filters(query: QueryDict) -> dict[str, str]:
    known = filters_of(query)
    kept = ("change", "section", "stage")
    found: dict[str, str] = {name: known[name] for name in kept if name in known}
    if word(query, "was") in Stage.values:
        found["was"] = word(query, "was")
    if word(query, "only") == "changed":
        found["only"] = "changed"
    return found


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
    ]


def _chip_label(data: PeriodComparison, name: str, value: str) -> str:
    if name == "only":
        return ONLY
    if name in ("was", "stage"):
        side = data.before if name == "was" else data.after
        then = {row.stage: row.stage_label for row in side.rows.values()}
        return f"{side.label}{then.get(value, Stage(value).label)}"
    return label_of(name, value)
