"""Views for staff: an indicator's values, baseline and targets."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from agencies.guards import allowed_to
from agencies.permissions import Perm
from lib.forms import carried_out, carry_out, form_page
from lib.http import UserRequest
from measures.chosen_notice import turn_to
from measures.fields import ReasonForm
from measures.indicators import actions as indicators
from measures.indicators import targets, values
from measures.indicators.forms import BaselineForm, TargetForm, ValueForm
from measures.indicators.views import edit_page, found_indicator
from measures.models import IndicatorTarget, IndicatorValue


@require_POST
@allowed_to(Perm.UPDATE_STATUS)
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


@require_POST
@allowed_to(Perm.UPDATE_STATUS)
def indicator_baseline(request: UserRequest, pk: int) -> HttpResponse:
    found = found_indicator(request, pk)
    if found.is_yes_or_no:
        raise Http404
    form = BaselineForm(request.POST, indicator=found)
    if carried_out(request, form, indicators.set_baseline, found, f"已核定{found}的基线。"):
        return redirect("measures:indicator_edit", pk)
    return edit_page(request, found, baseline_form=form)


@require_POST
@allowed_to(Perm.UPDATE_STATUS)
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


@require_POST
@allowed_to(Perm.UPDATE_STATUS)
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
