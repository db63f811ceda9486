"""责任调整: who is responsible for a measure, from a day on."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate, now

from agencies.guards import POST, allowed_to
from agencies.models import Event
from agencies.permissions import Perm
from lib.forms import carried_out, carry_out, form_page
from lib.http import UserRequest, redirect_with
from measures.access import eligible_agencies
from measures.choices import ResponsibilityRole
from measures.chosen_notice import turn_to
from measures.models import Measure, Responsibility
from measures.responsibilities import actions
from measures.responsibilities.forms import (
    ResponsibilityAddForm,
    ResponsibilityChangeForm,
    ResponsibilityEndForm,
)
from measures.responsibilities.reassigning import handouts_for, still_owed
from measures.rules.responsibilities import may_take_back

TOLD = "相关单位联络员将收到通知。"


@allowed_to(Perm.KEEP_NOTICE)
def responsibilities(request: UserRequest, pk: int) -> HttpResponse:
    on = localdate()
    found = Measure.objects.visible_to(request.user).select_related("notice").with_gaps()
    measure = get_object_or_404(found.with_responsibilities(on=on), pk=pk)
    turn_to(request, measure.notice_id)
    form = ResponsibilityAddForm(request.POST or None, on=on, agencies=eligible_agencies(on=on))
    if made := carry_out(request, form, actions.add_responsibility, measure):
        messages.success(request, f"{_now(made, measure, on=on)}{TOLD}")
        return redirect("measures:responsibilities", pk)
    rows = measure.responsibilities.select_related("agency")
    past = rows.filter(valid_to__lt=on).order_by("-valid_to", "order")
    events = Event.objects.filter(target_type="measures.measure", target_id=measure.pk)
    context = {
        "measure": measure,
        "planned": rows.filter(valid_from__gt=on).order_by("valid_from", "order"),
        "past": [(row, _may_take_back(row, on)) for row in past],
        "handouts": handouts_for(measure, on=on),
        "form": None if measure.lacks_agencies and not form.errors else form,
        "gap": measure.gaps.agencies().first() if measure.lacks_agencies else None,
        "events": events.filter(action__startswith="responsibility."),
    }
    return form_page(request, "measures/responsibilities/responsibilities.html", context, form)


@allowed_to(Perm.KEEP_NOTICE)
def responsibility(request: UserRequest, pk: int, row_pk: int) -> HttpResponse:
    row, on = _row(pk, row_pk), localdate()
    form = ResponsibilityChangeForm(request.POST or None, on=on, row=row)
    if made := carry_out(request, form, actions.change_responsibility, row):
        led = row.role == ResponsibilityRole.LEAD
        messages.success(request, f"{_now(made, row.measure, on=on, led=led)}{TOLD}")
        return redirect("measures:responsibilities", pk)
    return _row_page(request, row, change=form)


@allowed_to(Perm.KEEP_NOTICE, methods=POST)
def responsibility_end(request: UserRequest, pk: int, row_pk: int) -> HttpResponse:
    row = _row(pk, row_pk)
    form = ResponsibilityEndForm(request.POST, on=localdate())
    owed = still_owed(row, on=localdate())
    words = f"已终止{row.agency}的责任{f'，{owed}' * bool(owed)}。{TOLD}"
    if carried_out(request, form, actions.end_responsibility, row, words):
        return redirect("measures:responsibilities", pk)
    return _row_page(request, row, end=form)


@allowed_to(Perm.KEEP_NOTICE, methods=POST)
def responsibility_take_back(request: UserRequest, pk: int, row_pk: int) -> HttpResponse:
    rows = Responsibility.objects.select_related("measure__notice", "agency")
    row = get_object_or_404(rows, pk=row_pk, measure=pk)
    actions.take_back_change(row, by=request.user, at=now())
    words = f"已撤销{row.agency}的责任变更。"
    if _begins_later(row, localdate()):
        words = f"已撤销{row.agency}自{row.valid_from:%Y-%m-%d}起的责任安排，现在的责任不变。"
    return redirect_with(request, f"{words}{TOLD}", "measures:responsibilities", pk)


def _now(row: Responsibility, measure: Measure, *, on: date, led: bool = False) -> str:
    """Return what a new row means; `led`: its agency led the measure already."""
    words = f"{row.agency}自{row.valid_from:%Y-%m-%d}起为{measure}的{row.get_role_display()}"
    if row.role == ResponsibilityRole.LEAD and not led:
        words += "，原牵头单位转为责任单位"
    if _begins_later(row, on):
        words += "，此前不变，可以撤销；填报任务到日后按各期涵盖的时间布置"
    return f"{words}。"


def _begins_later(row: Responsibility, on: date) -> bool:
    return row.valid_from is not None and row.valid_from > on


def _may_take_back(row: Responsibility, on: date) -> bool:
    ended_on = localdate(row.ended_at) if row.ended_at else None
    return ended_on is not None and may_take_back(row.valid_to, ended_on=ended_on, on=on)


def _row(pk: int, row_pk: int) -> Responsibility:
    rows = Responsibility.objects.select_related("measure__notice", "agency")
    return get_object_or_404(rows.filter(valid_to=None), pk=row_pk, measure=pk)


def _row_page(
    request: UserRequest,
    row: Responsibility,
    *,
    change: ResponsibilityChangeForm | None = None,
    end: ResponsibilityEndForm | None = None,
) -> HttpResponse:
    turn_to(request, row.measure.notice_id)
    on = localdate()
    context = {
        "row": row,
        "measure": row.measure,
        "owed": still_owed(row, on=on),
        "change": change or ResponsibilityChangeForm(on=on, row=row),
        "end": end or ResponsibilityEndForm(on=on),
    }
    return form_page(request, "measures/responsibilities/responsibility.html", context, change, end)
