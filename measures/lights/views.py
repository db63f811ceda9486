"""人工认定, requested or ended on a measure's page, and 参数, the thresholds set by the chief."""

from itertools import zip_longest

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now

from agencies.guards import POST, SAFE, allowed_to
from agencies.permissions import Perm
from lib.forms import carried_out, carry_out, form_page
from lib.http import UserRequest, redirect_with
from measures.bars import END_OVERRIDE
from measures.chosen_notice import turn_to
from measures.dated_sets import set_lines
from measures.lights.current import verdicts_for
from measures.lights.forms import LABELS, OverrideEndForm, OverrideForm, ThresholdsForm
from measures.lights.overrides import ask_override, end_override, last_day
from measures.lights.thresholds import drop_thresholds, preview_of, set_thresholds
from measures.models import LightThresholds, Measure, OverrideRequest
from measures.rules.thresholds import Thresholds, thresholds_on


@allowed_to(Perm.READ_UNACCEPTED, methods=SAFE)
def thresholds(request: UserRequest) -> HttpResponse:
    """Show the effective set, earlier and future ones, and the chief's form."""
    return _page(request)


@allowed_to(Perm.DECIDE, methods=POST)
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


@allowed_to(Perm.DECIDE, methods=POST)
def thresholds_set(request: UserRequest) -> HttpResponse:
    form = ThresholdsForm(request.POST)
    row = carry_out(request, form, set_thresholds)
    if row is None:
        return _page(request, form)
    return redirect_with(request, f"已设定{row}。", "measures:thresholds")


@allowed_to(Perm.READ_UNACCEPTED, methods=POST)
def thresholds_drop(request: UserRequest, pk: int) -> HttpResponse:
    """Delete a set that is not effective yet."""
    row = get_object_or_404(LightThresholds, pk=pk)
    drop_thresholds(row, by=request.user, at=now())
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


@allowed_to(Perm.UPDATE_STATUS)
def override_ask(request: UserRequest, pk: int) -> HttpResponse:
    """Request a light to be set by hand."""
    measure = get_object_or_404(Measure.objects.visible_to(request.user), pk=pk)
    turn_to(request, measure.notice_id)
    form = OverrideForm(request.POST or None)
    words = "已申请人工认定，负责人审批后生效。"
    if carried_out(request, form, ask_override, measure, words):
        return redirect("measures:measure", measure.pk)
    verdict = verdicts_for([measure], on=localdate())[measure.pk]
    context = {
        "measure": measure,
        "form": form,
        "rule": verdict.computed or verdict,
        "latest": last_day(localdate()),
    }
    return form_page(request, "measures/lights/override_form.html", context, form)


@allowed_to(Perm.UPDATE_STATUS, Perm.DECIDE)
def override_end(request: UserRequest, pk: int) -> HttpResponse:
    """End an effective override before its last day."""
    rows = OverrideRequest.objects.visible_to(request.user, on=localdate()).with_people()
    override = get_object_or_404(rows, pk=pk)
    END_OVERRIDE.demand(override, request.user)
    turn_to(request, override.measure.notice_id)
    form = OverrideEndForm(request.POST or None)
    words = "人工认定已提前结束，预警灯重新按规则评定。"
    if carried_out(request, form, end_override, override, words):
        return redirect("measures:measure", override.measure_id)
    context = {"override": override, "measure": override.measure, "form": form}
    return form_page(request, "measures/lights/override_end.html", context, form)
