"""批示: the list, one instruction, and the actions of leaders and agencies."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now

from agencies.accounts.memberships import COMMISSION
from agencies.guards import POST, SAFE, allowed_to
from agencies.models import Agency
from agencies.permissions import Perm
from lib.forms import carried_out, carry_out, form_page
from lib.http import UserRequest, redirect_with
from lib.workdays import add_workdays
from measures.choices import InstructionState
from measures.chosen_notice import turn_to
from measures.instructions import actions
from measures.instructions.forms import CloseForm, InstructionForm, ReplyForm
from measures.instructions.page import (
    instructions_for,
    owing_agencies,
    recipients_of,
    seen_by,
)
from measures.models import Addressee, Instruction, Measure, Workday

PARTIES = (Perm.INSTRUCT, Perm.READ_UNACCEPTED, Perm.FILE, Perm.APPROVE_IN_AGENCY)

TIME_TO_ANSWER = 10  # working days that the form proposes


@allowed_to(*PARTIES, methods=SAFE)
def instructions(request: UserRequest) -> HttpResponse:
    said = {name: request.GET.get(name, "") for name in ("state", "notice")}
    found = instructions_for(request.user, **said, number=request.GET.get("page"), on=localdate())
    context = {"found": found, "writes": request.user.can(Perm.INSTRUCT)}
    return render(request, "measures/instructions/instructions.html", context)


@allowed_to(*PARTIES, methods=SAFE)
def instruction(request: UserRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


@allowed_to(Perm.INSTRUCT)
def instruction_write(request: UserRequest, pk: int) -> HttpResponse:
    measure = get_object_or_404(
        Measure.objects.visible_to(request.user).with_responsibilities(on=localdate()), pk=pk
    )
    turn_to(request, measure.notice_id)
    on = localdate()
    agencies = list(Agency.objects.existing(on=on).named(on=on))
    proposed = add_workdays(on, TIME_TO_ANSWER, Workday.objects.as_calendar())
    form = InstructionForm(
        request.POST or None, measure=measure, agencies=agencies, on=on, proposed=proposed
    )
    if written := carry_out(request, form, actions.write_instruction, measure):
        _tell_written(request, written)
        return redirect("measures:instruction", written.pk)
    context = {
        "measure": measure,
        "form": form,
        "recipients": recipients_of(agencies, on=on),
        "owing": owing_agencies(measure, agencies, on=on),
    }
    return form_page(request, "measures/instructions/instruction_form.html", context, form)


@allowed_to(*PARTIES, methods=POST)
def instruction_reply(request: UserRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    own = _own(request, found)
    if not own:
        raise PermissionDenied
    form = ReplyForm(request.POST, parties=own)
    words = "已回复，批示人和市商务委将收到通知。"
    if carried_out(request, form, actions.reply_to_instruction, found, words):
        return redirect("measures:instruction", found.pk)
    return _page(request, found, reply_form=form)


@allowed_to(*PARTIES, methods=POST)
def instruction_close(request: UserRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    request.user.demand(Perm.INSTRUCT)
    form = CloseForm(request.POST, is_answered=found.state == InstructionState.ANSWERED)
    words = "批示已办结，办理单位将收到通知。"
    if carried_out(request, form, actions.close_instruction, found, words):
        return redirect("measures:instruction", found.pk)
    return _page(request, found, close_form=form)


@allowed_to(*PARTIES, methods=POST)
def instruction_withdraw(request: UserRequest, pk: int) -> HttpResponse:
    actions.withdraw_instruction(_found(request, pk), by=request.user, at=now())
    return redirect_with(request, "批示已撤回，办理单位将收到通知。", "measures:instruction", pk)


def _found(request: UserRequest, pk: int) -> Instruction:
    found: Instruction = get_object_or_404(
        seen_by(request.user, on=localdate()).with_parties(), pk=pk
    )
    turn_to(request, found.measure.notice_id)
    return found


def _own(request: UserRequest, found: Instruction) -> list[Addressee]:
    return [one for one in found.parties if request.user.acts_for(one.agency_id)]


def _tell_written(request: UserRequest, written: Instruction) -> None:
    parties = written.addressees.exclude(agency__code=COMMISSION)
    names = "、".join(map(str, parties))
    messages.success(request, f"批示已作出，{names}{'和' if names else ''}市商务委将收到通知。")
    if deaf := actions.unreached(written, on=localdate()):
        lacking = "、".join(deaf)
        messages.warning(request, f"{lacking}还没有联络员或分管领导的账号，请另行通知。")


def _page(
    request: UserRequest,
    found: Instruction,
    *,
    reply_form: ReplyForm | None = None,
    close_form: CloseForm | None = None,
) -> HttpResponse:
    own = _own(request, found)
    leads = request.user.can(Perm.INSTRUCT)
    answered = found.state == InstructionState.ANSWERED
    context = {
        "instruction": found,
        # Show a refused form again, even if it was refused because nothing is open.
        "reply_form": reply_form or (ReplyForm(parties=own) if found.is_open and own else None),
        "close_form": close_form
        or (CloseForm(is_answered=answered) if found.is_open and leads else None),
        "may_withdraw": leads
        and found.by_id == request.user.pk
        and found.is_open
        and not found.answered,
    }
    page = "measures/instructions/instruction.html"
    return form_page(request, page, context, reply_form, close_form)
