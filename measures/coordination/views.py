"""需协调事项: the list, 等您定的事, one item with its steps, and raising one."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate

from agencies.guards import POST, SAFE, allowed_to
from agencies.models import Agency
from agencies.permissions import Perm
from lib.forms import carry_out, form_page
from lib.http import UserRequest, redirect_with
from lib.numbers import row_number
from measures.access import coordination_acts, speaks_for
from measures.choices import CoordinationAct
from measures.chosen_notice import turn_to
from measures.coordination import actions
from measures.coordination.askable import AGENCY, Askable
from measures.coordination.forms import RaiseForm, RespondForm, StepForm
from measures.coordination.page import (
    AwaitedRow,
    choices_for,
    decisions_for,
    items_for,
    proposed_day,
    rows_of,
    seen_by,
)
from measures.models import CoordinationItem, Measure, Note, Workday
from measures.rules.coordination import split_words

PARTIES = (Perm.INSTRUCT, Perm.READ_UNACCEPTED, Perm.FILE, Perm.APPROVE_IN_AGENCY)
DECIDING = (Perm.INSTRUCT, Perm.DECIDE)
VERBS: dict[CoordinationAct, Callable[..., CoordinationItem]] = {
    CoordinationAct.PASS_ON: actions.pass_on,
    CoordinationAct.ASK_BACK: actions.ask_back,
    CoordinationAct.DECIDE: actions.decide,
    CoordinationAct.ANSWER: actions.answer,
    CoordinationAct.EXPLAIN: actions.explain,
    CoordinationAct.ADVISE: actions.advise,
    CoordinationAct.CLOSE: actions.close_item,
    CoordinationAct.REOPEN: actions.reopen,
    CoordinationAct.WITHDRAW: actions.withdraw_item,
}
RESPONSES = frozenset(
    {
        CoordinationAct.DECIDE,
        CoordinationAct.ANSWER,
        CoordinationAct.PASS_ON,
        CoordinationAct.ASK_BACK,
    }
)
DONE = {
    CoordinationAct.DECIDE: "已发出答复，办理单位和提出单位将收到通知。",
    CoordinationAct.ANSWER: "已发出答复，提出单位将收到通知。",
    CoordinationAct.PASS_ON: "已转交，接办的一方将收到通知。",
    CoordinationAct.ASK_BACK: "已请提出单位先说明。",
    CoordinationAct.EXPLAIN: "已补充说明，请办的一方将收到通知。",
    CoordinationAct.ADVISE: "意见已附上，各方将收到通知。",
    CoordinationAct.CLOSE: "这件事已办结。",
    CoordinationAct.REOPEN: "已重新提出，请办的一方将收到通知。",
    CoordinationAct.WITHDRAW: "已撤回，请办的一方将收到通知。",
}
# The steps other than a response, in the order of the page.
STEPS = (
    CoordinationAct.EXPLAIN,
    CoordinationAct.CLOSE,
    CoordinationAct.REOPEN,
    CoordinationAct.ADVISE,
    CoordinationAct.WITHDRAW,
)


class Answerable(NamedTuple):
    line: AwaitedRow
    form: RespondForm


@allowed_to(*PARTIES, methods=SAFE)
def coordination(request: UserRequest) -> HttpResponse:
    said = {name: request.GET.get(name, "") for name in ("state", "agency", "notice")}
    found = items_for(request.user, **said, number=request.GET.get("page"), on=localdate())
    return render(request, "measures/coordination/coordination.html", {"found": found})


@allowed_to(*DECIDING, methods=SAFE)
def decisions(request: UserRequest) -> HttpResponse:
    return _decisions(request)


@allowed_to(*PARTIES, methods=SAFE)
def coordination_item(request: UserRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


@allowed_to(*PARTIES, methods=SAFE + POST)
def coordination_raise(request: UserRequest, pk: int) -> HttpResponse:
    on = localdate()
    measures = Measure.objects.visible_to(request.user).with_responsibilities(on=on)
    measure = get_object_or_404(measures.select_related("notice"), pk=pk)
    turn_to(request, measure.notice_id)
    note = _note(request, measure)
    choices = choices_for(measure, on=on)
    askers = _askers(request, measure, note, choices)
    if not askers:
        raise Http404
    words, background = split_words(note.help_needed) if note else ("", "")
    initial = {
        "words": words,
        "background": background,
        "due_on": proposed_day(on, Workday.objects.as_calendar()),
    }
    initial["to"] = _named_in(note.help_needed, choices, but=askers[0]) if note else ""
    data = request.POST if request.method == "POST" else None
    form = RaiseForm(data, choices=choices, askers=askers, on=on, initial=initial)

    def act(measure: Measure, **said: Any) -> CoordinationItem:
        return actions.raise_item(measure, note=note, **said)

    if made := carry_out(request, form, act, measure):
        messages.success(request, f"已提出，{made.holder_shown}和市商务委将收到通知。")
        return redirect("measures:coordination_item", made.pk)
    context = {"measure": measure, "form": form, "note": note}
    return form_page(request, "measures/coordination/raise.html", context, form)


@allowed_to(*PARTIES, methods=POST)
def coordination_respond(request: UserRequest, pk: int) -> HttpResponse:
    """Take the holder's response, from the item's page or from 等您定的事."""
    item = _found(request, pk)
    on, calendar = localdate(), Workday.objects.as_calendar()
    form = _respond_form(
        request, item, choices_for(None, on=on), proposed_day(on, calendar), request.POST
    )
    from_list = "from_list" in request.POST

    def act(item: CoordinationItem, **said: Any) -> CoordinationItem:
        return VERBS[form.verb](item, **said)

    if carry_out(request, form, act, item):
        messages.success(request, DONE[form.verb])
        if from_list:
            return redirect("measures:decisions")
        return redirect("measures:coordination_item", item.pk)
    item = _found(request, pk)  # somebody may have answered meanwhile
    still_waits = bool(coordination_acts(item, request.user) & RESPONSES)
    if from_list and still_waits:
        return _decisions(request, form, item)
    return _page(request, item, form)


@allowed_to(*PARTIES, methods=POST)
def coordination_step(request: UserRequest, pk: int, act: str) -> HttpResponse:
    """Take a further step: the asker's, or the commission's advice."""
    item = _found(request, pk)
    step = next((one for one in STEPS if one.value == act), None)
    if step is None:
        raise Http404
    on = localdate()
    form = StepForm(request.POST, act=step, on=on, proposed=on)
    if carry_out(request, form, VERBS[step], item):
        return redirect_with(request, DONE[step], "measures:coordination_item", item.pk)
    return _page(request, item, form)


def _found(request: UserRequest, pk: int) -> CoordinationItem:
    found: CoordinationItem = get_object_or_404(seen_by(request.user), pk=pk)
    return found


def _note(request: UserRequest, measure: Measure) -> Note | None:
    """Return the note to raise an item from, if the person may; 404 for any other."""
    number = request.GET.get("note", "")
    if not number:
        return None
    notes = Note.objects.kept().exclude(help_needed="").select_related("filing__agency")
    note = get_object_or_404(notes, pk=row_number(number), filing__measure=measure)
    user = request.user
    is_handed_in = note.left_at is not None and user.can(Perm.REVIEW)
    if not (speaks_for(user, note.filing.agency, measure) or is_handed_in):
        raise Http404
    return note


def _askers(
    request: UserRequest, measure: Measure, note: Note | None, choices: Askable
) -> list[Agency]:
    """Return the agencies for which the person may raise an item; for a note only its own."""
    if note is not None:
        return [one for one in choices.agencies if one.pk == note.filing.agency_id]
    wanted = {one.agency_id for one in measure.duties} | {measure.notice.coordinator_id}
    known = (one for one in choices.agencies if one.pk in wanted)
    return [one for one in known if speaks_for(request.user, one, measure)]


def _named_in(text: str, choices: Askable, *, but: Agency) -> str:
    """Return the first agency named in a text, as the form's value."""
    places = [(text.find(one.name_then), one.pk) for one in choices.agencies if one != but]
    found = min(((place, pk) for place, pk in places if place >= 0), default=None)
    return f"{AGENCY}{found[1]}" if found else ""


def _respond_form(
    request: UserRequest,
    item: CoordinationItem,
    choices: Askable,
    proposed: date,
    data: object = None,
) -> RespondForm:
    # If the item has ended, offer all responses: the action refuses and the typed text is kept.
    acts = coordination_acts(item, request.user) & RESPONSES or RESPONSES
    return RespondForm(
        data, item=item, choices=choices, acts=acts, on=localdate(), proposed=proposed
    )


def _decisions(
    request: UserRequest, refused: RespondForm | None = None, item: CoordinationItem | None = None
) -> HttpResponse:
    request.user.demand(Perm.INSTRUCT if request.user.can(Perm.INSTRUCT) else Perm.DECIDE)
    on = localdate()
    calendar = Workday.objects.as_calendar()
    found = decisions_for(request.user, on=on, calendar=calendar)
    choices, proposed = choices_for(None, on=on), proposed_day(on, calendar)
    lines = [
        Answerable(
            line,
            refused
            if refused is not None and line.row.item == item
            else _respond_form(request, line.row.item, choices, proposed),
        )
        for line in found.awaited
    ]
    context = {"found": found, "lines": lines, "refused": refused}
    return form_page(request, "measures/coordination/decisions.html", context, refused)


def _page(
    request: UserRequest, item: CoordinationItem, refused: forms.Form | None = None
) -> HttpResponse:
    turn_to(request, item.measure.notice_id)
    on = localdate()
    acts = coordination_acts(item, request.user)
    calendar = Workday.objects.as_calendar()
    proposed = proposed_day(on, calendar)
    respond = refused if isinstance(refused, RespondForm) else None
    if respond is None and acts & RESPONSES:
        respond = _respond_form(request, item, choices_for(None, on=on), proposed)
    steps = [StepForm(act=act, on=on, proposed=proposed) for act in STEPS if act in acts]
    if isinstance(refused, StepForm):
        # Show a refused form again, even if its step is not possible any more.
        steps = [one for one in steps if one.act != refused.act]
        steps.insert(0, refused)
    context = {
        "row": rows_of([item], on=on, calendar=calendar)[0],
        "item": item,
        "history": item.steps.select_related("by", "holder_leader").order_by("pk"),
        "respond": respond,
        "steps": steps,
    }
    page = "measures/coordination/item.html"
    return form_page(request, page, context, refused)
