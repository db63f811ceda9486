"""节点: staff set, move, complete and delete the milestones of a measure."""

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate

from agencies.guards import POST, allowed_to
from agencies.permissions import Perm
from lib.forms import carried_out, carry_out, form_page
from lib.http import UserRequest, redirect_with
from measures.bars import MILESTONE
from measures.indicators import milestones as actions
from measures.indicators.events import events_of
from measures.indicators.milestone_forms import (
    DoneForm,
    MilestoneChangeForm,
    MilestoneForm,
    RemoveForm,
    UndoForm,
)
from measures.indicators.views import kept_measure, possible_agencies
from measures.models import Milestone


@allowed_to(Perm.UPDATE_STATUS)
def milestones(request: UserRequest, pk: int) -> HttpResponse:
    measure = kept_measure(request, pk)
    agencies = possible_agencies(measure)
    form = MilestoneForm(request.POST or None, measure=measure, agencies=agencies, on=localdate())
    if made := carry_out(request, form, actions.add_milestone, measure):
        return redirect_with(request, f"已设定节点“{made.title}”。", "measures:milestones", pk)
    on = localdate()
    context = {
        "measure": measure,
        "milestones": [(one, one.is_overdue(on=on)) for one in measure.milestones.all()],
        "form": form,
        "events": events_of(measure, "milestone"),
    }
    return form_page(request, "measures/indicators/milestones.html", context, form)


@allowed_to(Perm.UPDATE_STATUS, Perm.DECIDE)
def milestone(request: UserRequest, pk: int, row_pk: int) -> HttpResponse:
    row = _row(request, pk, row_pk)
    agencies = possible_agencies(kept_measure(request, pk), also=row.agency_id)
    form = MilestoneChangeForm(
        request.POST or None, measure=row.measure, agencies=agencies, milestone=row
    )
    words = "已调整节点，原来的内容保留在变更记录中。"
    if carried_out(request, form, actions.change_milestone, row, words):
        return redirect("measures:milestone", pk, row_pk)
    return _page(request, row, form)


@allowed_to(Perm.UPDATE_STATUS, Perm.DECIDE, methods=POST)
def milestone_done(request: UserRequest, pk: int, row_pk: int) -> HttpResponse:
    row = _row(request, pk, row_pk)
    form = DoneForm(request.POST, on=localdate())
    if carried_out(request, form, actions.complete_milestone, row, f"已登记{row}完成。"):
        return redirect("measures:milestone", pk, row_pk)
    return _page(request, row, done_form=form)


@allowed_to(Perm.UPDATE_STATUS, Perm.DECIDE, methods=POST)
def milestone_undo(request: UserRequest, pk: int, row_pk: int) -> HttpResponse:
    row = _row(request, pk, row_pk)
    form = UndoForm(request.POST, name="undo")
    if carried_out(request, form, actions.reopen_milestone, row, f"已撤销{row}的完成登记。"):
        return redirect("measures:milestone", pk, row_pk)
    return _page(request, row, undo_form=form)


@allowed_to(Perm.UPDATE_STATUS, methods=POST)
def milestone_remove(request: UserRequest, pk: int, row_pk: int) -> HttpResponse:
    row = _row(request, pk, row_pk)
    form = RemoveForm(request.POST, name="remove")
    if carried_out(request, form, actions.remove_milestone, row, f"已删除{row}。"):
        return redirect("measures:milestones", pk)
    return _page(request, row, remove_form=form)


def _row(request: UserRequest, pk: int, row_pk: int) -> Milestone:
    rows = Milestone.objects.visible_to(request.user).select_related(
        "measure__notice", "agency", "done_by"
    )
    return get_object_or_404(rows, pk=row_pk, measure=pk)


def _page(
    request: UserRequest,
    row: Milestone,
    form: Form | None = None,
    *,
    done_form: Form | None = None,
    undo_form: Form | None = None,
    remove_form: Form | None = None,
) -> HttpResponse:
    on = localdate()
    agencies = possible_agencies(kept_measure(request, row.measure_id), also=row.agency_id)
    context = {
        "milestone": row,
        "measure": row.measure,
        "is_overdue": row.is_overdue(on=on),
        "form": form or MilestoneChangeForm(measure=row.measure, agencies=agencies, milestone=row),
        "done_form": done_form or DoneForm(on=on),
        "undo_form": undo_form or UndoForm(name="undo"),
        "remove_form": remove_form or RemoveForm(name="remove"),
        "refusal": ""
        if MILESTONE.allows(row, request.user)
        else MILESTONE.refusal(row, request.user),
        "may_keep": request.user.can(Perm.UPDATE_STATUS),
        "why_kept": actions.why_kept(row, by=request.user, on=on),
        "events": events_of(row.measure, "milestone", row.pk),
    }
    own = (form, done_form, undo_form, remove_form)
    return form_page(request, "measures/indicators/milestone.html", context, *own)
