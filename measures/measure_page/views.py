"""措施: a measure's page; folded parts are loaded when somebody opens them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.timezone import localdate

from agencies.guards import SAFE, allowed_to
from agencies.permissions import Perm
from lib.http import UserRequest
from measures.chosen_notice import turn_to
from measures.measure_page.folds import Fold, content_of, fold_of
from measures.measure_page.page import measure_page_of
from measures.measure_page.rows import MeasureRows, measure_for


@allowed_to(Perm.READ, methods=SAFE)
def measure(request: UserRequest, pk: int) -> HttpResponse:
    """The page; with ?whole=1 all folds are open, for printing or searching."""
    rows = _rows(request, pk)
    content = measure_page_of(rows)
    is_whole = "whole" in request.GET
    context = {
        "measure": rows.measure,
        "content": content,
        "folds": [(fold, _body(fold, rows) if is_whole else "") for fold in content.folds],
        "is_whole": is_whole,
        "may_keep": request.user.can(Perm.KEEP_NOTICE),
        "may_chase": request.user.can(Perm.CHASE),
        "may_update": request.user.can(Perm.UPDATE_STATUS),
    }
    return render(request, "measures/measure_page/page.html", context)


@allowed_to(Perm.READ, methods=SAFE)
def measure_fold(request: UserRequest, pk: int, name: str) -> HttpResponse:
    """The content of one fold: a fragment for htmx, or a separate page without scripts."""
    rows = _rows(request, pk)
    fold = fold_of(name, rows)
    body = _body(fold, rows)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(body)
    context = {"measure": rows.measure, "fold": fold, "body": body}
    return render(request, "measures/measure_page/fold_page.html", context)


def _rows(request: UserRequest, pk: int) -> MeasureRows:
    measure = measure_for(pk, reader=request.user)
    turn_to(request, measure.notice_id)
    return MeasureRows(measure, reader=request.user, on=localdate())


def _body(fold: Fold, rows: MeasureRows) -> str:
    may_update = rows.reader.can(Perm.UPDATE_STATUS)
    context = {"measure": rows.measure, "may_update": may_update} | content_of(fold, rows)
    return render_to_string(f"measures/measure_page/folds/{fold.name}.html", context)
