"""指标: an indicator's page for everybody; staff create and change indicators."""

from functools import partial

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST, require_safe

from agencies.guards import allowed_to
from agencies.models import Agency
from agencies.permissions import Perm
from lib.forms import carried_out, carry_out, form_page
from lib.http import UserRequest, redirect_with
from measures.access import eligible_agencies
from measures.chosen_notice import turn_to
from measures.fields import ReasonForm
from measures.indicators import actions
from measures.indicators.charts import charted
from measures.indicators.events import events_of
from measures.indicators.forms import (
    BaselineForm,
    IndicatorChangeForm,
    IndicatorForm,
    TargetForm,
    ValueForm,
)
from measures.indicators.readings import reading_of, readings_of
from measures.models import Indicator, Measure


@require_safe
@allowed_to(Perm.READ)
def indicator(request: UserRequest, pk: int) -> HttpResponse:
    found, on = found_indicator(request, pk), localdate()
    context = {
        "indicator": found,
        "measure": found.measure,
        "shown": charted(reading_of(found, on=on)),
        "values": found.values.select_related("by", "ended_by", "note__filing__period"),
        "may_keep": request.user.can(Perm.UPDATE_STATUS),
    }
    return render(request, "measures/indicators/indicator.html", context)


@allowed_to(Perm.UPDATE_STATUS)
def indicators(request: UserRequest, pk: int) -> HttpResponse:
    measure, on = kept_measure(request, pk), localdate()
    agencies = possible_agencies(measure)
    form = IndicatorForm(request.POST or None, agencies=agencies, on=on)
    if made := carry_out(request, form, actions.add_indicator, measure):
        return redirect_with(request, f"已设立指标“{made.name}”。", "measures:indicators", pk)
    context = {
        "measure": measure,
        "readings": readings_of([measure.pk], on=on),
        "form": form,
    }
    return form_page(request, "measures/indicators/indicators.html", context, form)


@allowed_to(Perm.UPDATE_STATUS)
def indicator_edit(request: UserRequest, pk: int) -> HttpResponse:
    found, on = found_indicator(request, pk), localdate()
    agencies = possible_agencies(kept_measure(request, found.measure_id), also=found.reporter_id)
    form = IndicatorChangeForm(request.POST or None, agencies=agencies, on=on, indicator=found)
    words = "已调整指标，原来的内容保留在变更记录中。"
    if carried_out(request, form, actions.change_indicator, found, words):
        return redirect("measures:indicator_edit", pk)
    return edit_page(request, found, form=form)


@require_POST
@allowed_to(Perm.UPDATE_STATUS)
def indicator_retire(request: UserRequest, pk: int) -> HttpResponse:
    found = found_indicator(request, pk)
    form, retired = ReasonForm(request.POST, name="retire"), request.POST.get("retired") == "1"
    words = "已停用指标，已有数值仍可查看。" if retired else "已恢复指标。"
    if carried_out(request, form, partial(actions.set_retired, retired=retired), found, words):
        return redirect("measures:indicator_edit", pk)
    return edit_page(request, found, retire_form=form)


@require_POST
@allowed_to(Perm.UPDATE_STATUS)
def indicator_remove(request: UserRequest, pk: int) -> HttpResponse:
    found = found_indicator(request, pk)
    form = ReasonForm(request.POST, name="remove")
    if carried_out(request, form, actions.remove_indicator, found, f"已删除{found}。"):
        return redirect("measures:indicators", found.measure_id)
    return edit_page(request, found, remove_form=form)


def found_indicator(request: UserRequest, pk: int) -> Indicator:
    rows = Indicator.objects.visible_to(request.user).with_figures()
    found = get_object_or_404(rows.select_related("measure__notice", "reporter"), pk=pk)
    turn_to(request, found.measure.notice_id)
    return found


def edit_page(request: UserRequest, found: Indicator, **forms: Form) -> HttpResponse:
    on = localdate()
    form = forms.get("form")
    if form is None:
        measure = kept_measure(request, found.measure_id)
        agencies = possible_agencies(measure, also=found.reporter_id)
        form = IndicatorChangeForm(agencies=agencies, on=on, indicator=found)
    context = {
        "indicator": found,
        "measure": found.measure,
        "shown": reading_of(found, on=on),
        "values": found.values.current().select_related("by"),
        "is_barred": request.user.acts_for(found.reporter_id),
        "why_kept": actions.why_kept(found),
        "events": events_of(found.measure, "indicator", found.pk),
        "form": form,
        "value_form": ValueForm(indicator=found),
        "baseline_form": BaselineForm(indicator=found) if not found.is_yes_or_no else None,
        "target_form": TargetForm(indicator=found),
        "retire_form": ReasonForm(name="retire"),
        "remove_form": ReasonForm(name="remove"),
    }
    context |= forms | {"form": form}
    return form_page(request, "measures/indicators/indicator_edit.html", context, *forms.values())


def kept_measure(request: UserRequest, pk: int) -> Measure:
    found = Measure.objects.visible_to(request.user).select_related("notice")
    found = found.with_gaps().with_responsibilities(on=localdate())
    measure = get_object_or_404(found, pk=pk)
    turn_to(request, measure.notice_id)
    return measure


def possible_agencies(measure: Measure, also: int | None = None) -> list[Agency]:
    """Return agencies for the select: the responsible ones, or all if unknown; plus `also`."""
    everybody = eligible_agencies(on=localdate())
    known = {duty.agency_id for duty in measure.duties}
    if not known:
        return everybody
    return [agency for agency in everybody if agency.pk in known or agency.pk == also]
