"""人工认定: asked for from the measure's page, ended early; decided under 审批."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now

from agencies.guards import allowed_to
from agencies.permissions import Perm
from lib.forms import status_of, submit
from lib.http import UserRequest
from measures.access import may_end_override
from measures.choices import Light
from measures.lights import overrides as actions
from measures.lights.current import verdicts_for
from measures.lights.override_forms import OverrideEndForm, OverrideForm
from measures.models import Measure, OverrideRequest


@allowed_to(Perm.UPDATE_STATUS)
def override_ask(request: UserRequest, pk: int) -> HttpResponse:
    """Ask for a light to be set by hand."""
    measure = get_object_or_404(Measure.objects.visible_to(request.user), pk=pk)
    form = OverrideForm(request.POST or None)
    if submit(request, form, lambda: _asked(request, form, measure)) is not None:
        messages.success(request, "已申请人工认定，负责人审批后生效。")
        return redirect("measures:measure", measure.pk)
    verdict = verdicts_for([measure], on=localdate())[measure.pk]
    context = {
        "measure": measure,
        "form": form,
        "rule": verdict.computed or verdict,
        "latest": actions.last_day(localdate()),
    }
    status = status_of(request, form)
    return render(request, "measures/lights/override_form.html", context, status=status)


@allowed_to(Perm.UPDATE_STATUS, Perm.DECIDE)
def override_end(request: UserRequest, pk: int) -> HttpResponse:
    """End one that holds before its last day."""
    rows = OverrideRequest.objects.visible_to(request.user, on=localdate()).with_people()
    override = get_object_or_404(rows, pk=pk)
    if not may_end_override(override, request.user):
        raise PermissionDenied(actions.BARRED)
    form = OverrideEndForm(request.POST or None)
    if submit(request, form, lambda: _ended(request, form, override)) is not None:
        messages.success(request, "人工认定已提前结束，预警灯重新按规则评定。")
        return redirect("measures:measure", override.measure_id)
    context = {"override": override, "measure": override.measure, "form": form}
    status = status_of(request, form)
    return render(request, "measures/lights/override_end.html", context, status=status)


def _asked(request: UserRequest, form: OverrideForm, measure: Measure) -> OverrideRequest:
    said = form.cleaned_data
    return actions.ask_override(
        measure,
        by=request.user,
        light=Light(said["light"]),
        reason=said["reason"],
        ends_on=said["ends_on"],
        at=now(),
    )


def _ended(
    request: UserRequest, form: OverrideEndForm, override: OverrideRequest
) -> OverrideRequest:
    reason = form.cleaned_data["reason"]
    return actions.end_override(override, by=request.user, reason=reason, at=now())
