"""The page on which the commission updates a measure's status."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.guards import allowed_to
from agencies.permissions import Perm
from lib.errors import DomainError
from lib.forms import carried_out, form_page
from lib.http import UserRequest
from measures.choices import Stage
from measures.chosen_notice import turn_to
from measures.models import Measure
from measures.status.actions import ENDED, update_status
from measures.status.page import StatusDesk, status_desk
from measures.status.update_form import CORRECT, RESUME, SUSPEND, StatusForm

HEADINGS = {"": "更新进度", CORRECT: "更正最近一次进度", SUSPEND: "中止", RESUME: "恢复"}


@allowed_to(Perm.UPDATE_STATUS)
def status(request: UserRequest, pk: int) -> HttpResponse:
    """Update the status; ?as= suspends, resumes or corrects the last update."""
    found = Measure.objects.visible_to(request.user).select_related("notice", "section")
    measure = get_object_or_404(found, pk=pk)
    turn_to(request, measure.notice_id)
    if measure.completed_on is not None:
        raise DomainError(f"{measure}已办结，不能再更新进度。")
    if measure.stage == Stage.ENDED:
        raise DomainError(ENDED)
    desk = status_desk(measure, on=localdate())
    as_ = _meant(request.GET.get("as", ""), desk)
    form = StatusForm(request.POST or None, desk=desk, as_=as_)
    update = partial(update_status, corrects=form.corrects, period=desk.period)
    if carried_out(request, form, update, measure, f"{measure}的进度已保存。"):
        return redirect(reverse("measures:measure", args=[pk]) + "#status")
    context = {"measure": measure, "desk": desk, "form": form, "as_": as_, "to": HEADINGS[as_]}
    return form_page(request, "measures/status/page.html", context, form)


def _meant(word: str, desk: StatusDesk) -> str:
    """Return the step named in the URL if it is possible now, else an update."""
    is_off = desk.measure.stage == Stage.SUSPENDED
    can = {SUSPEND: not is_off, RESUME: is_off, CORRECT: desk.newest is not None}
    return word if can.get(word) else ""
