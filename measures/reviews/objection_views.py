"""异议: raised by agencies, answered by the commission."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Value
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now

from agencies.guards import POST, allowed_to
from agencies.models import User
from agencies.permissions import Perm
from lib.forms import carried_out, form_page
from lib.http import UserRequest
from measures.access import led_by
from measures.bars import ANSWER
from measures.chosen_notice import turn_to
from measures.lights.current import verdicts_for
from measures.models import Measure, Objection
from measures.models.objection import ONE_AT_A_TIME, ObjectionQuerySet, left_to_others_q
from measures.reviews import objections as actions
from measures.reviews.filing_views import find_filing
from measures.reviews.forms import AnswerForm, ObjectionForm

PARTIES = (Perm.FILE, Perm.APPROVE_IN_AGENCY, Perm.READ_UNACCEPTED)  # who can be a party
RAISED = "异议已提出，市商务委将在5个工作日内答复。"


@allowed_to(*PARTIES)
def objections(request: UserRequest) -> HttpResponse:
    user, found = request.user, _visible(request.user)
    is_commission = user.can(Perm.READ_UNACCEPTED)
    is_others = left_to_others_q(user) if is_commission else Value(False)
    rows = list(found.open().annotate(is_others=is_others))
    context = {
        "waiting": [(one, one.is_overdue(on=localdate())) for one in rows if not one.is_others],
        "others": [(one, one.is_overdue(on=localdate())) for one in rows if one.is_others],
        "decided": found.decided()[:100],
        "is_commission": is_commission,
        "may_review": user.can(Perm.REVIEW),
    }
    return render(request, "measures/reviews/objections.html", context)


@allowed_to(*PARTIES)
def objection(request: UserRequest, pk: int) -> HttpResponse:
    return _page(request, get_object_or_404(_visible(request.user), pk=pk))


@allowed_to(*PARTIES, methods=POST)
def objection_decide(request: UserRequest, pk: int) -> HttpResponse:
    objection = get_object_or_404(_visible(request.user), pk=pk)
    ANSWER.demand(objection, request.user)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, objection, form)
    verb = actions.uphold_objection if form.is_upheld else actions.dismiss_objection
    verb(objection, by=request.user, answer=form.cleaned_data["answer"], at=now())
    messages.success(request, f"已答复，{objection.agency_name}将收到通知。")
    return redirect("measures:objections")


@allowed_to(Perm.READ)
def filing_object(request: UserRequest, pk: int) -> HttpResponse:
    filing = find_filing(request, pk)
    if not request.user.acts_for(filing.agency_id):
        raise PermissionDenied
    if request.method != "POST" and (waiting := _waiting(filing=filing)):
        return _to_waiting(request, waiting)
    form = ObjectionForm(request.POST or None)
    mend_by = actions.mend_by_of_contested(filing, on=localdate())
    moved = f"补正截止顺延到{mend_by:%Y-%m-%d}。" if mend_by != filing.mend_by else ""
    if carried_out(request, form, actions.object_to_return, filing, RAISED + moved):
        return redirect("measures:filing", filing.pk)
    review = actions.returned_by_commission(filing)
    context = {
        "measure": filing.measure,
        "what": f"{filing.agency_name}{filing.period}进展被退回",
        "against": review.comment if review else "",
        "answerer": "未参与该决定的人员",
        "moved": moved,
        "back_url": reverse("measures:filing", args=[filing.pk]),
        "form": form,
    }
    return form_page(request, "measures/reviews/objection_form.html", context, form)


@allowed_to(Perm.READ)
def measure_object(request: UserRequest, pk: int) -> HttpResponse:
    measures = Measure.objects.visible_to(request.user).select_related("notice")
    measure = get_object_or_404(measures, pk=pk)
    turn_to(request, measure.notice_id)
    agency = led_by(request.user, measure, on=localdate())
    if agency is None:
        raise PermissionDenied
    waiting = _waiting(measure=measure, agency=agency, filing=None)
    if request.method != "POST" and waiting:
        return _to_waiting(request, waiting)
    form = ObjectionForm(request.POST or None)
    verb = partial(actions.object_to_light, agency=agency)
    if carried_out(request, form, verb, measure, RAISED):
        return redirect("measures:measure", measure.pk)
    verdict = verdicts_for([measure], on=localdate())[measure.pk]
    context = {
        "measure": measure,
        "what": "预警灯",
        "against": f"{verdict.light.label}：{verdict.sentence}",
        "back_url": reverse("measures:measure", args=[measure.pk]),
        "form": form,
    }
    return form_page(request, "measures/reviews/objection_form.html", context, form)


def _waiting(**about: object) -> Objection | None:
    """Return the objection that is not answered yet; there is at most one."""
    return Objection.objects.open().filter(**about).first()


def _to_waiting(request: UserRequest, objection: Objection) -> HttpResponse:
    messages.info(request, ONE_AT_A_TIME)
    return redirect("measures:objection", objection.pk)


def _visible(user: User) -> ObjectionQuerySet:
    rows = Objection.objects.visible_to(user).annotate(notice_number=F("measure__notice__number"))
    return rows.select_related(
        "measure", "filing__period", "raised_by", "contested_by", "decided_by"
    )


def _page(
    request: UserRequest, objection: Objection, form: AnswerForm | None = None
) -> HttpResponse:
    turn_to(request, objection.measure.notice_id)
    user, is_open = request.user, objection.is_open
    is_commission = user.can(Perm.READ_UNACCEPTED)
    may_answer = is_open and ANSWER.allows(objection, user)
    context = {
        "objection": objection,
        "is_overdue": objection.is_overdue(on=localdate()),
        "refusal": ANSWER.refusal(objection, user)
        if is_open and is_commission and not may_answer
        else "",
        "form": (form or AnswerForm()) if may_answer else None,
    }
    return render(request, "measures/reviews/objection.html", context, status=422 if form else 200)
