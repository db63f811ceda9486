"""参数: the light's thresholds and their history; the chief sets them after a preview."""

from itertools import zip_longest

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_POST, require_safe

from agencies.guards import allowed_to
from agencies.permissions import Perm
from lib.forms import carry_out, form_page
from lib.http import UserRequest, redirect_with
from measures.dated_sets import set_lines
from measures.lights import thresholds as actions
from measures.lights.forms import LABELS, ThresholdsForm
from measures.lights.thresholds import preview_of
from measures.models import LightThresholds
from measures.rules.thresholds import Thresholds, thresholds_on


@require_safe
@allowed_to(Perm.READ_UNACCEPTED)
def thresholds(request: UserRequest) -> HttpResponse:
    """Show the effective set, earlier and future ones, and the chief's form."""
    return _page(request)


@require_POST
@allowed_to(Perm.DECIDE)
def thresholds_preview(request: UserRequest) -> HttpResponse:
    """Show the lights that the set would change; nothing is written."""
    form = ThresholdsForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    since = form.cleaned_data["valid_from"]
    if since < localdate():
        form.add_error("valid_from", "过去的日子已按当时的参数评定，请从今天或以后起用。")
        return _page(request, form)
    preview = preview_of(form.values, since=since, on=localdate())
    context = {"form": form, "preview": preview, "changes": _changes(form)}
    return render(request, "measures/lights/threshold_preview.html", context)


@require_POST
@allowed_to(Perm.DECIDE)
def thresholds_set(request: UserRequest) -> HttpResponse:
    form = ThresholdsForm(request.POST)
    row = carry_out(request, form, actions.set_thresholds)
    if row is None:
        return _page(request, form)
    return redirect_with(request, f"已设定{row}。", "measures:thresholds")


@require_POST
@allowed_to(Perm.READ_UNACCEPTED)
def thresholds_drop(request: UserRequest, pk: int) -> HttpResponse:
    """Delete a set that is not effective yet."""
    row = get_object_or_404(LightThresholds, pk=pk)
    actions.drop_thresholds(row, by=request.user, at=now())
    return redirect_with(request, f"已撤销{row}。", "measures:thresholds")


def _changes(form: ThresholdsForm) -> list[tuple[str, object, object]]:
    """Return the values that would change: name, before, after."""
    before = thresholds_on(LightThresholds.objects.as_scale(), form.cleaned_data["valid_from"])
    pairs = zip(before._fields, before, form.values, strict=True)
    return [(str(form.fields[name].label), old, new) for name, old, new in pairs if old != new]


def _moved(row: LightThresholds, before: LightThresholds | None) -> list[tuple[str, object]]:
    """Return the values in which a set differs from the one before; for the first set, all."""
    return [
        (LABELS[name], getattr(row, name))
        for name in Thresholds._fields
        if before is None or getattr(row, name) != getattr(before, name)
    ]


def _page(request: UserRequest, form: ThresholdsForm | None = None) -> HttpResponse:
    on = localdate()
    rows = list(LightThresholds.objects.select_related("set_by"))
    scale = [(row.valid_from, row.values) for row in reversed(rows)]
    holding = thresholds_on(scale, on)
    moved = [(row, _moved(row, before)) for row, before in zip_longest(rows, rows[1:])]
    may_set = request.user.can(Perm.DECIDE)
    blank = ThresholdsForm(initial=holding._asdict() | {"valid_from": on})
    context = {
        "lines": set_lines(moved, on=on),
        "numbers": [(blank.fields[n].label, value) for n, value in holding._asdict().items()],
        "form": (form or blank) if may_set else None,
    }
    return form_page(request, "measures/lights/thresholds.html", context, form)
