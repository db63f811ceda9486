"""指标: an indicator's page for everybody; staff keep indicators, their values and targets."""

from functools import partial

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate

from agencies.guards import POST, SAFE, allowed_to
from agencies.models import Agency
from agencies.permissions import Perm
from lib.forms import carried_out, carry_out, form_page
from lib.http import UserRequest, redirect_with
from measures.access import eligible_agencies
from measures.chosen_notice import turn_to
from measures.fields import ReasonForm
from measures.indicators import actions, targets, values
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
from measures.models import Indicator, IndicatorTarget, IndicatorValue, Measure


@allowed_to(Perm.READ, methods=SAFE)
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


@allowed_to(Perm.UPDATE_STATUS, methods=POST)
def indicator_retire(request: UserRequest, pk: int) -> HttpResponse:
    found = found_indicator(request, pk)
    form, retired = ReasonForm(request.POST, name="retire"), request.POST.get("retired") == "1"
    words = "已停用指标，已有数值仍可查看。" if retired else "已恢复指标。"
    if carried_out(request, form, partial(actions.set_retired, retired=retired), found, words):
        return redirect("measures:indicator_edit", pk)
    return edit_page(request, found, retire_form=form)


@allowed_to(Perm.UPDATE_STATUS, methods=POST)
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


@allowed_to(Perm.UPDATE_STATUS, methods=POST)
def indicator_value(request: UserRequest, pk: int) -> HttpResponse:
    found = found_indicator(request, pk)
    stands = list(found.values.current().values_list("as_of", "value"))
    form = ValueForm(request.POST, indicator=found, stands=stands)
    if made := carry_out(request, form, values.record_value, found):
        messages.success(request, f"已登记{found}截至{made.as_of:%Y-%m-%d}的数值。")
        return redirect("measures:indicator_edit", pk)
    return edit_page(request, found, value_form=form)


@allowed_to(Perm.UPDATE_STATUS)
def value_withdraw(request: UserRequest, pk: int) -> HttpResponse:
    rows = IndicatorValue.objects.current().select_related("indicator__measure__notice", "by")
    value = get_object_or_404(rows, pk=pk)
    turn_to(request, value.indicator.measure.notice_id)
    form = ReasonForm(request.POST or None, name="withdraw")
    if carried_out(request, form, values.withdraw_value, value, "已撤下数值，原值和理由保留可查。"):
        return redirect("measures:indicator", value.indicator_id)
    context = {
        "value": value,
        "words": value.words,
        "indicator": value.indicator,
        "form": form,
    }
    return form_page(request, "measures/indicators/value_withdraw.html", context, form)


@allowed_to(Perm.UPDATE_STATUS, methods=POST)
def indicator_baseline(request: UserRequest, pk: int) -> HttpResponse:
    found = found_indicator(request, pk)
    if found.is_yes_or_no:
        raise Http404
    form = BaselineForm(request.POST, indicator=found)
    if carried_out(request, form, actions.set_baseline, found, f"已核定{found}的基线。"):
        return redirect("measures:indicator_edit", pk)
    return edit_page(request, found, baseline_form=form)


@allowed_to(Perm.UPDATE_STATUS, methods=POST)
def indicator_target(request: UserRequest, pk: int) -> HttpResponse:
    found = found_indicator(request, pk)
    form = TargetForm(request.POST, indicator=found)
    if carried_out(request, form, targets.add_target, found, f"已为{found}设定目标。"):
        return redirect("measures:indicator_edit", pk)
    return edit_page(request, found, target_form=form)


@allowed_to(Perm.UPDATE_STATUS)
def target(request: UserRequest, pk: int) -> HttpResponse:
    row = _target(pk)
    form = TargetForm(request.POST or None, indicator=row.indicator, target=row)
    words = "已调整目标，原来的目标保留在变更记录中。"
    if carried_out(request, form, targets.change_target, row, words):
        return redirect("measures:indicator_edit", row.indicator_id)
    return _target_page(request, row, form)


@allowed_to(Perm.UPDATE_STATUS, methods=POST)
def target_remove(request: UserRequest, pk: int) -> HttpResponse:
    row = _target(pk)
    form = ReasonForm(request.POST, name="remove")
    if carried_out(request, form, targets.remove_target, row, "已删除目标，变更记录中仍可查看。"):
        return redirect("measures:indicator_edit", row.indicator_id)
    own = TargetForm(indicator=row.indicator, target=row)
    return _target_page(request, row, own, remove_form=form)


def _target(pk: int) -> IndicatorTarget:
    rows = IndicatorTarget.objects.select_related("indicator__measure__notice")
    return get_object_or_404(rows, pk=pk)


def _target_page(
    request: UserRequest,
    row: IndicatorTarget,
    form: TargetForm,
    *,
    remove_form: ReasonForm | None = None,
) -> HttpResponse:
    turn_to(request, row.indicator.measure.notice_id)
    context = {
        "target": row,
        "indicator": row.indicator,
        "form": form,
        "remove_form": remove_form or ReasonForm(name="remove"),
    }
    page = "measures/indicators/indicator_target.html"
    return form_page(request, page, context, form, remove_form)
