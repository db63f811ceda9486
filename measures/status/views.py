"""The commission says how far a measure has got, on a page of its own."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now

from agencies.guards import allowed_to
from agencies.permissions import Perm
from lib.errors import DomainError
from lib.forms import status_of, submit
from lib.http import UserRequest
from measures.choices import Stage
from measures.models import Measure, StatusUpdate
from measures.status.actions import update_status
from measures.status.page import StatusDesk, status_desk
from measures.status.update_form import CORRECT, RESUME, SUSPEND, StatusForm

HEADINGS = {"": "更新进度", CORRECT: "更正最近一次进度", SUSPEND: "中止", RESUME: "恢复"}


@allowed_to(Perm.UPDATE_STATUS)
def status(request: UserRequest, pk: int) -> HttpResponse:
    """Update; ?as= says that it suspends, resumes or corrects the last word."""
    found = Measure.objects.visible_to(request.user).select_related("notice", "section")
    measure = get_object_or_404(found, pk=pk)
    if measure.completed_on is not None:
        raise DomainError(f"{measure}已办结，不能再更新进度。")
    desk = status_desk(measure, on=localdate())
    as_ = _meant(request.GET.get("as", ""), desk)
    form = StatusForm(request.POST or None, desk=desk, as_=as_)
    if submit(request, form, lambda: _updated(request, form)) is not None:
        messages.success(request, f"{measure}的进度已保存。")
        return redirect(reverse("measures:measure", args=[pk]) + "#status")
    context = {"measure": measure, "desk": desk, "form": form, "as_": as_, "to": HEADINGS[as_]}
    page = "measures/status/page.html"
    return render(request, page, context, status=status_of(request, form))


def _meant(word: str, desk: StatusDesk) -> str:
    """What the address means, as far as it can be done now."""
    is_off = desk.measure.stage == Stage.SUSPENDED
    can = {SUSPEND: not is_off, RESUME: is_off, CORRECT: desk.newest is not None}
    return word if can.get(word) else ""


def _updated(request: UserRequest, form: StatusForm) -> StatusUpdate:
    return update_status(
        form.desk.measure,
        by=request.user,
        **form.said,
        corrects=form.corrects,
        period=form.desk.period,
        notes=form.chosen_notes,
        seen=form.cleaned_data["seen_status"],
        at=now(),
    )
