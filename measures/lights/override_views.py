"""人工认定: requested from the measure's page, or ended early; decided under 审批."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate

from agencies.guards import allowed_to
from agencies.permissions import Perm
from lib.forms import carried_out, form_page
from lib.http import UserRequest
from measures.bars import END_OVERRIDE
from measures.chosen_notice import turn_to
from measures.lights import overrides as actions
from measures.lights.current import verdicts_for
from measures.lights.forms import OverrideEndForm, OverrideForm
from measures.models import Measure, OverrideRequest


@allowed_to(Perm.UPDATE_STATUS)
def override_ask(request: UserRequest, pk: int) -> HttpResponse:
    """Request a light to be set by hand."""
    measure = get_object_or_404(Measure.objects.visible_to(request.user), pk=pk)
    turn_to(request, measure.notice_id)
    form = OverrideForm(request.POST or None)
    words = "已申请人工认定，负责人审批后生效。"
    if carried_out(request, form, actions.ask_override, measure, words):
        return redirect("measures:measure", measure.pk)
    verdict = verdicts_for([measure], on=localdate())[measure.pk]
    context = {
        "measure": measure,
        "form": form,
        "rule": verdict.computed or verdict,
        "latest": actions.last_day(localdate()),
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
    if carried_out(request, form, actions.end_override, override, words):
        return redirect("measures:measure", override.measure_id)
    context = {"override": override, "measure": override.measure, "form": form}
    return form_page(request, "measures/lights/override_end.html", context, form)
