"""Raise a 需协调事项, and take each step until the asker closes it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.inbox.messages import settle_asked, tell
from agencies.models import Agency, User
from agencies.permissions import Perm, Role
from lib.errors import DomainError
from measures.access import coordination_acts, parts_in, speaks_for
from measures.choices import CoordinationAct, CoordinationState, MeasureMessage, Stage
from measures.lights.refresh import refresh_light
from measures.models import CoordinationItem, CoordinationStep, Measure, Note, Responsibility
from measures.rules.coordination import (
    COORDINATION_STEPS,
    LEADERS,
    WITH_HOLDER,
    CoordinationParty,
    StepFact,
    answer_words,
    demand_step,
    is_refusal,
    options_in,
    standing_of,
)
from measures.rules.instructions import PAST, is_past

A = CoordinationAct
KEPT = (
    *("state", "holder_agency", "holder_leader", "holder_name", "due_on", "advice", "moved_at"),
    *("options", "doer", "doer_name"),
)


class Holder(NamedTuple):
    """Who must answer: an agency, or one leader."""

    agency: Agency | None = None
    leader: User | None = None
    name: str = ""


@transaction.atomic
def raise_item(
    measure: Measure,
    *,
    by: User,
    asked_by: Agency,
    words: str,
    background: str = "",
    options: str = "",
    agency: Agency | None = None,
    leader: User | None = None,
    doer: Agency | None = None,
    due_on: date,
    note: Note | None = None,
    at: datetime,
) -> CoordinationItem:
    """Raise a matter of an agency with another agency or a leader; notify them and the commission.

    `note`: the note from whose 需协调事项 it comes; the commission may raise it for the agency only
    from a submitted note. Raises PermissionDenied, DomainError for a measure that is done or not
    the agency's, ValidationError for a past day, without a holder, or if it was raised already.
    """
    measure = Measure.objects.select_related("notice").get(pk=measure.pk)
    on = localdate(at)
    _demand_may_raise(measure, asked_by, note, by)
    _demand_asking(measure, asked_by, on=on)
    holder = _holder(agency, leader, due_on, on=on)
    item = CoordinationItem(
        measure=measure,
        note=note,
        asked_by=asked_by,
        asked_by_name=_named(asked_by, on=on),
        words=" ".join(words.split()),
        background=background.strip(),
        raised_by=by,
        raised_at=at,
        state=CoordinationState.OPEN,
        moved_at=at,
    )
    _put(item, holder, due_on)
    _put_question(item, holder, options, doer, on=on)
    item.save_checked()
    asks = f"提出需协调事项，请{item.holder_shown}于{due_on:%Y-%m-%d}前答复"
    _finish(item, A.RAISE, item.words, asks, by, at)
    people = _speaking(holder.agency, holder.leader, at) | _speaking(asked_by, None, at)
    _tell(item, people, f"{item.asked_by_name}{asks}", item.words, by, at)
    return item


def pass_on(
    item: CoordinationItem,
    *,
    by: User,
    words: str,
    agency: Agency | None = None,
    leader: User | None = None,
    doer: Agency | None = None,
    options: str = "",
    due_on: date,
    at: datetime,
) -> CoordinationItem:
    """Pass it on to another holder, with a reason; the commission's reason is its advice.

    All actions below raise PermissionDenied if the person may not act, DomainError if the step is
    not possible any more, ValidationError without a text or with an invalid one.
    """

    def change(found: CoordinationItem) -> str:
        holder = _holder(agency, leader, due_on, on=localdate(at))
        if (holder.agency, holder.leader) == (found.holder_agency, found.holder_leader):
            words_for = f"这件事已经在{found.holder_shown}，请转给别的单位或领导。"
            raise ValidationError(words_for)
        if by.can(Perm.READ_UNACCEPTED):
            found.advice = words.strip()
        _put(found, holder, due_on)
        _put_question(found, holder, options, doer, on=localdate(at))
        return f"转交{found.holder_shown}，请于{due_on:%Y-%m-%d}前答复"

    return _step(item, A.PASS_ON, words, by, at, change)


def ask_back(item: CoordinationItem, *, by: User, words: str, at: datetime) -> CoordinationItem:
    """Ask the asker a question, as the holder, before answering."""
    return _step(item, A.ASK_BACK, words, by, at, lambda found: f"请{found.asked_by_name}先说明")


def explain(item: CoordinationItem, *, by: User, words: str, at: datetime) -> CoordinationItem:
    """Answer the holder's question; then it is the holder's turn again."""
    return _step(item, A.EXPLAIN, words, by, at, lambda found: "补充说明")


def advise(item: CoordinationItem, *, by: User, words: str, at: datetime) -> CoordinationItem:
    """Add the commission's advice; the newest is shown beside the item."""

    def change(found: CoordinationItem) -> str:
        found.advice = words.strip()
        return "提出意见"

    return _step(item, A.ADVISE, words, by, at, change)


def decide(
    item: CoordinationItem,
    *,
    by: User,
    option: str,
    words: str = "",
    doer: Agency | None = None,
    due_on: date | None = None,
    at: datetime,
) -> CoordinationItem:
    """Answer as a leader: an agency carries it out by a day, or nothing is left to do.

    Nothing is left if it was refused, if no agency is named, or if the asker carries it out itself.
    """
    asker = item.asked_by
    is_carried_out = doer is not None and doer != asker and not is_refusal(option)
    if not is_carried_out or doer is None:
        said = answer_words(option, words, doer="", due_on=None, asker="")
        return _step(item, A.ANSWER, said, by, at, lambda found: "答复")
    if due_on is None:
        raise ValidationError({"due_on": "请写明办理期限。"})
    name = _named(doer, on=localdate(at))
    said = answer_words(option, words, doer=name, due_on=due_on, asker=item.asked_by_name)

    def change(found: CoordinationItem) -> str:
        _put(found, _holder(doer, None, due_on, on=localdate(at)), due_on)
        return "定下"

    return _step(item, A.DECIDE, said, by, at, change)


def answer(item: CoordinationItem, *, by: User, words: str, at: datetime) -> CoordinationItem:
    """Answer as the holder; the asker decides whether that settles the matter."""
    return _step(item, A.ANSWER, words, by, at, lambda found: "答复")


def close_item(
    item: CoordinationItem, *, by: User, words: str = "", at: datetime
) -> CoordinationItem:
    """Close a settled matter, as its asker."""
    return _step(item, A.CLOSE, words, by, at, lambda found: "办结")


def reopen(
    item: CoordinationItem, *, by: User, words: str, due_on: date, at: datetime
) -> CoordinationItem:
    """Reopen an unsettled matter, as its asker: its last holder must answer again by a new day."""

    def change(found: CoordinationItem) -> str:
        if is_past(due_on, on=localdate(at)):
            raise ValidationError({"due_on": PAST})
        found.due_on = due_on
        return f"重新提出，请{found.holder_shown}于{due_on:%Y-%m-%d}前答复"

    return _step(item, A.REOPEN, words, by, at, change)


def withdraw_item(
    item: CoordinationItem, *, by: User, words: str = "", at: datetime
) -> CoordinationItem:
    """Withdraw a matter, as its asker."""
    return _step(item, A.WITHDRAW, words, by, at, lambda found: "撤回")


# How a step is taken ------------------------------------------------------------------------------


@transaction.atomic
def _step(
    item: CoordinationItem,
    act: CoordinationAct,
    words: str,
    by: User,
    at: datetime,
    change: Callable[[CoordinationItem], str],
) -> CoordinationItem:
    """Lock the item, check step and person, change it; add the step, an event and messages.

    `change` sets the fields that the step changes beside the state, and returns the step in words.
    """
    # Of two concurrent steps the second waits here and sees the state after the first.
    rows = CoordinationItem.objects.with_parties().select_for_update(of=("self",), no_key=True)
    found: CoordinationItem = rows.get(pk=item.pk)
    _demand_act(found, act, by)
    words = words.strip()
    if COORDINATION_STEPS[act].needs_words and not words:
        raise ValidationError({"words": "请写明内容。"})
    people = _speaking(found.holder_agency, found.holder_leader, at)
    said = change(found)
    found.moved_at = at
    _finish(found, act, words, said, by, at)
    people |= _speaking(found.holder_agency, found.holder_leader, at)
    people |= _speaking(found.asked_by, None, at)
    _tell(found, people, f"{by}{said}", words, by, at)
    return found


def _demand_act(item: CoordinationItem, act: CoordinationAct, by: User) -> None:
    """Raise PermissionDenied if the person may not act, DomainError if the step is impossible."""
    parties = COORDINATION_STEPS[act].parties
    if not parties & parts_in(item, by):
        if CoordinationParty.HOLDER in parties and _was_asked(item, by):
            raise DomainError("这件需协调事项已不在您这里，请刷新页面查看最新状态。")
        raise PermissionDenied
    demand_step(act, item.state_choice)
    if act not in coordination_acts(item, by):
        raise PermissionDenied


def _was_asked(item: CoordinationItem, by: User) -> bool:
    """Whether the person was once its holder: a second click is not a forbidden action."""
    held = Q(holder_leader=by) | Q(holder_agency__in=by.own_agencies())
    return item.steps.filter(held).exists()


def _finish(
    item: CoordinationItem, act: CoordinationAct, words: str, said: str, by: User, at: datetime
) -> None:
    """Add the step, store the new state on the item, record an event and notify."""
    now = standing_of([*item.step_facts(), StepFact(act, item.holder_name, localdate(at))])
    assert now is not None  # at least the new step
    item.state = now.state
    step = CoordinationStep(
        item=item,
        act=act,
        words=words,
        state=item.state,
        holder_agency=item.holder_agency,
        holder_leader=item.holder_leader,
        holder_name=item.holder_name,
        due_on=item.due_on,
        by=by,
        at=at,
    )
    step.save_checked()
    item.save_checked(update_fields=KEPT)
    trail.record(
        f"coordination.{act}",
        item,
        by=by,
        at=at,
        sentence=f"{said}（{item}）" + (f"：{words}" if words else "。"),
        after={"state": item.state, "due_on": item.due_on, "holder": item.holder_name},
    )
    refresh_light(item.measure_id, on=localdate(at))


def _tell(item: CoordinationItem, people: Q, said: str, words: str, by: User, at: datetime) -> None:
    """Send one message to each, except the person who acted; it replaces earlier ones."""
    url = reverse("measures:coordination_item", args=[item.pk])
    settle_asked(MeasureMessage.COORDINATION, url=url, at=at)
    about = f"需协调事项“{item.words}”" if words != item.words else "需协调事项"
    told = User.objects.active().filter(people | _staff(at)).exclude(pk=by.pk)
    rows = told.annotate(is_asked=ExpressionWrapper(_asked(item, at), BooleanField()))
    for is_asked, is_news in ((True, False), (False, True)):
        tell(
            [person for person in rows if bool(person.is_asked) is is_asked],
            kind=MeasureMessage.COORDINATION,
            sentence=f"{said}，{item.measure.mark}{about}" + (f"：{words}" if words else "。"),
            url=url,
            at=at,
            is_news=is_news,
        )


def _asked(item: CoordinationItem, at: datetime) -> Q:
    """Return who has to act next; nobody once it has ended."""
    if item.state in (CoordinationState.ASKED_BACK, CoordinationState.ANSWERED):
        return _speaking(item.asked_by, None, at)
    if item.state in WITH_HOLDER:
        return _speaking(item.holder_agency, item.holder_leader, at)
    return Q(pk__in=[])


def _speaking(agency: Agency | None, leader: User | None, at: datetime) -> Q:
    """Return who acts for the agency, or the leader; the commission's staff always get messages."""
    if agency is None:
        return Q(pk=leader.pk) if leader else Q(pk__in=())
    people = User.objects.holding_in(agency.pk, Role.LIAISON, Role.AGENCY_HEAD, on=localdate(at))
    return Q(pk__in=people.values("pk"))


def _staff(at: datetime) -> Q:
    people = User.objects.holding(Role.COORDINATOR, Role.CHIEF, on=localdate(at))
    return Q(pk__in=people.values("pk"))


# What a step needs --------------------------------------------------------------------------------


def _demand_may_raise(measure: Measure, asked_by: Agency, note: Note | None, by: User) -> None:
    is_of_note = note is not None and (note.filing.measure_id, note.filing.agency_id) == (
        measure.pk,
        asked_by.pk,
    )
    if note is not None and not is_of_note:
        raise PermissionDenied
    if speaks_for(by, asked_by, measure):
        return
    is_handed_in = note is not None and note.left_at is not None
    if not (is_handed_in and by.can(Perm.REVIEW)):
        raise PermissionDenied


def _demand_asking(measure: Measure, asked_by: Agency, *, on: date) -> None:
    """Raise DomainError if this agency can raise nothing for the measure."""
    if measure.stage == Stage.DONE:
        raise DomainError("这项措施已经办结，不再提出需协调事项。")
    duties = Responsibility.objects.valid(on=on).filter(measure=measure, agency=asked_by)
    if asked_by.pk != measure.notice.coordinator_id and not duties.exists():
        raise DomainError("提出单位不是这项措施的责任单位，不能就此提出需协调事项。")


def _put(item: CoordinationItem, holder: Holder, due_on: date) -> None:
    item.holder_agency, item.holder_leader = holder.agency, holder.leader
    item.holder_name, item.due_on = holder.name, due_on


def _put_question(
    item: CoordinationItem, holder: Holder, options: str, doer: Agency | None, *, on: date
) -> None:
    """Set the options for a leader, and who would carry the answer out."""
    to_do = doer if holder.leader else None
    item.options = _checked(options) if holder.leader else ""
    item.doer, item.doer_name = to_do, _named(to_do, on=on) if to_do else ""


def _checked(options: str) -> str:
    try:
        options_in(options)
    except ValueError as refusal:
        raise ValidationError({"options": str(refusal)}) from refusal
    return options.strip()


def _holder(agency: Agency | None, leader: User | None, due_on: date, *, on: date) -> Holder:
    """Return who must answer; raises ValidationError if holder or day is not possible."""
    if is_past(due_on, on=on):
        raise ValidationError({"due_on": PAST})
    if (agency is None) == (leader is None):
        raise ValidationError("请选择一个请办单位，或者一位市领导。")
    if leader is not None:
        if not User.objects.holding(Role.LEADER, on=on).filter(pk=leader.pk).exists():
            raise ValidationError("所选人员现在不是市领导，请重新选择。")
        return Holder(leader=leader, name=LEADERS)
    assert agency is not None  # checked above: exactly one of them is given
    return Holder(agency=agency, name=_named(agency, on=on))


def _named(agency: Agency, *, on: date) -> str:
    """Return its name on the day; raises ValidationError if it has ended."""
    found = Agency.objects.existing(on=on).named(on=on).filter(pk=agency.pk).first()
    if found is None:
        raise ValidationError("所选单位已经撤销，请重新选择。")
    return str(found.name_then or found.short_name)
