"""Steps on a filing that need a reason: 更正, 免报, and undoing either; and 留言."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from agencies.guards import allowed_to
from agencies.permissions import Perm
from lib.http import UserRequest
from measures.fields import ReasonForm
from measures.filings.locking import place_of
from measures.reviews import corrections, remarks, waivers
from measures.reviews.filing_views import filing_page, find_filing, unaccept_form
from measures.reviews.forms import RemarkForm
from measures.rules.workflow import STEPS
from measures.status.actions import resting_on

# Steps that need only a reason: the action, and the message after it.
REASONED: dict[str, tuple[Callable[..., object], str]] = {
    "correct": (corrections.correct_note, "已另存一版草稿，请修改后提交。"),
    "waive": (waivers.waive_filing, "{agency}本期免报这一项。"),
    "unwaive": (waivers.unwaive_filing, "已取消免报，联络员将收到通知。"),
    "write_off": (waivers.write_off_debt, "已核销这项欠报，联络员将收到通知。"),
    "restore_debt": (waivers.restore_debt, "已取消核销，联络员将收到通知。"),
}


@require_POST
@allowed_to(Perm.READ)
def filing_reasoned(request: UserRequest, pk: int, name: str) -> HttpResponse:
    filing = find_filing(request, pk)
    perm = STEPS[name].perm if name in STEPS else Perm.REVIEW
    request.user.demand(perm, filing.agency_id)
    form = ReasonForm(request.POST, name=name)
    if not form.is_valid():
        return filing_page(request, filing, refused=(name, form))
    action, said = REASONED[name]
    action(filing, by=request.user, at=now(), **form.said())
    messages.success(request, said.format(agency=filing.agency_name))
    return redirect(place_of(filing)) if name == "correct" else redirect("measures:filing", pk)


@require_POST
@allowed_to(Perm.READ)
def filing_drop(request: UserRequest, pk: int) -> HttpResponse:
    filing = find_filing(request, pk)
    corrections.drop_correction(filing, by=request.user, at=now())
    messages.success(request, "已放弃更正，此前已通过的版本继续有效。")
    return redirect("measures:filing", pk)


@require_POST
@allowed_to(Perm.READ)
def filing_unaccept(request: UserRequest, pk: int) -> HttpResponse:
    filing = find_filing(request, pk)
    request.user.demand(STEPS["unaccept"].perm, filing.agency_id)
    form = unaccept_form(filing, request.POST)
    if not form.is_valid():
        return filing_page(request, filing, refused=("unaccept", form))
    restores = form.cleaned_data.get("restores_status", False)
    said = {"reason": form.cleaned_data["ground"], "restores_status": restores}
    has_ground = resting_on(filing) is not None
    corrections.unaccept_note(filing, by=request.user, at=now(), **said)
    _tell_unaccepted(request, has_ground, restores)
    return redirect("measures:filing", pk)


@require_POST
@allowed_to(Perm.READ)
def filing_remark(request: UserRequest, pk: int) -> HttpResponse:
    filing = find_filing(request, pk)
    if not (request.user.acts_for(filing.agency_id) or request.user.can(Perm.REVIEW)):
        raise PermissionDenied
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return filing_page(request, filing, remark=form)
    remarks.add_remark(filing, by=request.user, text=form.cleaned_data["text"], at=now())
    messages.success(request, "留言已发出，对方将收到通知。")
    return redirect(f"{reverse('measures:filing', args=[pk])}#remarks")


def _tell_unaccepted(request: UserRequest, has_ground: bool, restores: bool) -> None:
    messages.success(request, "已取消通过，重新等待审核。")
    if restores:
        messages.success(request, "已恢复此前的进度。")
    elif has_ground:
        messages.warning(
            request, "措施现在的进度是依据这一版定的，已在措施页标明，请重新核定进度。"
        )
