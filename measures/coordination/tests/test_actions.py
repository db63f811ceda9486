"""需协调事项: raised by the asker, answered by the holder, closed by the asker."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InternalError, transaction

from agencies.choices import OutboxAction, OutboxState
from agencies.models import Event, Message, OutboxItem
from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import CoordinationAct, CoordinationState, Stage
from measures.coordination import actions
from measures.coordination.tests.factories import make_item
from measures.models import CoordinationItem
from measures.tests.asking import only_event, told
from measures.tests.factories import (
    NOW,
    TODAY,
    commission,
    make_agency,
    make_filing,
    make_note,
    make_user,
)

pytestmark = pytest.mark.django_db
A, S = CoordinationAct, CoordinationState
DUE = TODAY + timedelta(days=10)
YESTERDAY = TODAY - timedelta(days=1)
WORDS = "补贴从哪项资金列支"


@pytest.fixture
def finance():
    return make_agency(name="市财政局")


@pytest.fixture
def official(finance):
    """Create a person of the requested agency."""
    return make_user(Role.LIAISON, finance)


@pytest.fixture
def item(measure, agency, people, finance):
    """Create an item from the measure's lead to another agency."""
    found = make_item(measure=measure, asked_by=agency, agency=finance, by=people.liaison)
    Message.objects.all().delete()
    return found


@pytest.fixture
def decided(measure, agency, people, finance):
    """Create an item for a leader, to be carried out by an agency."""
    found = make_item(
        measure=measure, asked_by=agency, leader=people.leader, doer=finance, by=people.liaison
    )
    Message.objects.all().delete()
    return found


def events_since(item):
    own = Event.objects.filter(target_type="measures.coordinationitem", target_id=item.pk)
    return own.exclude(action="coordination.raise")


def now(item):
    return CoordinationItem.objects.with_parties().get(pk=item.pk)


def raise_it(measure, asked_by, by, **said):
    said = {"words": WORDS, "due_on": DUE, "at": NOW} | said
    return actions.raise_item(measure, by=by, asked_by=asked_by, **said)


def test_only_whose_act_it_waits_for_has_a_todo_elsewhere(
    settings, measure, agency, people, finance, official
):
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = "https://gateway.example/", "0123456789abcdef"

    def open_todos():
        begun = OutboxItem.objects.filter(action=OutboxAction.CREATE, ends__isnull=True)
        return {one.user for one in begun.exclude(state=OutboxState.VOID).select_related("user")}

    item = raise_it(measure, agency, people.liaison, agency=finance)
    assert open_todos() == {official}
    actions.ask_back(item, by=official, words="哪一年的？", at=NOW)
    assert open_todos() == {people.liaison, people.head}
    actions.explain(item, by=people.liaison, words="今年的。", at=NOW)
    assert open_todos() == {official}
    actions.withdraw_item(item, by=people.liaison, at=NOW)
    assert open_todos() == set()


# Raising -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["liaison", "head"])
def test_an_agencys_people_ask_another_and_it_and_the_commission_are_told(
    measure, agency, people, finance, official, who
):
    by = getattr(people, who)
    item = raise_it(measure, agency, by, agency=finance)
    assert item.state == S.OPEN
    assert item.holder_name == "市财政局"
    own = {people.liaison, people.head} - {by}
    assert told(WORDS) == own | {official, people.coordinator, people.chief}
    event = only_event()
    assert event.action == "coordination.raise"
    assert event.sentence.endswith(f"：{WORDS}")
    assert WORDS not in event.sentence.partition("：")[0]


@pytest.mark.parametrize("who", ["other_liaison", "other_head", "coordinator", "chief", "leader"])
def test_nobody_else_asks_for_an_agency(measure, agency, people, finance, who):
    with pytest.raises(PermissionDenied):
        raise_it(measure, agency, getattr(people, who), agency=finance)


@pytest.mark.parametrize("who", ["coordinator", "chief"])
def test_the_commission_asks_for_itself(measure, people, finance, who):
    item = raise_it(measure, commission(), getattr(people, who), agency=finance)
    assert item.asked_by == commission()


def test_who_is_not_responsible_for_a_measure_does_not_ask_for_it(measure, finance, official):
    with pytest.raises(DomainError, match="不是这项措施的责任单位"):
        raise_it(measure, finance, official, agency=make_agency())


def test_nothing_is_asked_for_a_measure_that_is_done(measure, agency, people, finance):
    measure.stage, measure.completed_on = Stage.DONE, TODAY
    measure.save()
    with pytest.raises(DomainError, match="已经办结"):
        raise_it(measure, agency, people.liaison, agency=finance)


def test_it_asks_exactly_one_and_by_a_day_to_come(measure, agency, people, finance):
    asks = {"agency": finance, "leader": people.leader}
    for refused in ({}, asks, {"agency": agency}, {"agency": make_agency(ended_on=TODAY)}):
        with pytest.raises(ValidationError):
            raise_it(measure, agency, people.liaison, **refused)
    with pytest.raises(ValidationError, match="不能早于今日"):
        raise_it(measure, agency, people.liaison, agency=finance, due_on=YESTERDAY)
    with pytest.raises(ValidationError, match="不是市领导"):
        raise_it(measure, agency, people.liaison, leader=people.chief)
    with pytest.raises(ValidationError):
        raise_it(measure, agency, people.liaison, agency=finance, words=" ")
    assert not CoordinationItem.objects.exists()


def test_the_same_words_are_one_item_until_it_ends(measure, agency, people, finance, official):
    item = raise_it(measure, agency, people.liaison, agency=finance)
    with pytest.raises(ValidationError, match="同样内容"), transaction.atomic():
        raise_it(measure, agency, people.liaison, agency=finance)
    actions.answer(item, by=official, words="可以。", at=NOW)
    actions.close_item(item, by=people.liaison, at=NOW)
    raise_it(measure, agency, people.liaison, agency=finance)


# From a note -------------------------------------------------------------------------------------


@pytest.fixture
def note(measure, agency, people):
    """Create a submitted note with a request to others."""
    filing = make_filing(measure=measure, agency=agency)
    return make_note(filing, author=people.liaison, submitted=True, help_needed=f"{WORDS}。")


def test_a_coordinator_raises_what_a_note_that_was_handed_in_asks_for(
    note, measure, agency, people, finance
):
    item = raise_it(measure, agency, people.coordinator, agency=finance, note=note)
    assert (item.asked_by, item.raised_by, item.note) == (agency, people.coordinator, note)
    assert people.liaison in told(WORDS)
    with pytest.raises(PermissionDenied):
        raise_it(measure, agency, people.chief, agency=finance, note=note, words="别的")


def test_a_coordinator_does_not_raise_from_what_has_not_left_the_agency(
    measure, agency, people, finance
):
    draft = make_note(make_filing(measure=measure, agency=agency), author=people.liaison)
    with pytest.raises(PermissionDenied):
        raise_it(measure, agency, people.coordinator, agency=finance, note=draft)


def test_a_note_becomes_one_item_however_its_words_are_changed(
    note, measure, agency, people, finance
):
    first = raise_it(measure, agency, people.liaison, agency=finance, note=note)
    with pytest.raises(ValidationError, match="已经提出"), transaction.atomic():
        raise_it(measure, agency, people.liaison, agency=finance, note=note, words="换句话说")
    actions.withdraw_item(first, by=people.liaison, at=NOW)
    raise_it(measure, agency, people.liaison, agency=finance, note=note)


def test_a_note_of_another_agency_or_measure_is_not_ones_own(note, people, finance, measure):
    with pytest.raises(PermissionDenied):
        raise_it(measure, people_agency(people), people.other_liaison, agency=finance, note=note)


def people_agency(people):
    return people.other_liaison.current_memberships[0].agency


# Steps -------------------------------------------------------------------------------------------


def test_who_is_asked_answers_and_who_asked_closes(item, people, official):
    found = actions.answer(item, by=official, words="可从专项列支。", at=NOW)
    assert found.state == S.ANSWERED
    assert told("可从专项列支") == {people.liaison, people.head, people.coordinator, people.chief}
    actions.close_item(item, by=people.head, at=NOW)
    assert now(item).state == S.CLOSED
    acts = [one.act for one in item.steps.all()]
    assert acts == [A.RAISE, A.ANSWER, A.CLOSE]


def test_a_question_goes_back_and_the_explanation_returns_it(item, people, official):
    actions.ask_back(item, by=official, words="要多少？", at=NOW)
    assert now(item).state == S.ASKED_BACK
    with pytest.raises(DomainError, match="待说明"):
        actions.answer(item, by=official, words="可以。", at=NOW)
    actions.explain(item, by=people.liaison, words="200万元。", at=NOW)
    assert now(item).state == S.OPEN
    assert official in told("200万元")


def test_it_is_passed_on_with_a_reason_and_the_new_one_answers(item, people, official):
    tax = make_agency(name="市税务局")
    taxman = make_user(Role.LIAISON, tax)
    actions.pass_on(item, by=official, words="属税务职责。", agency=tax, due_on=DUE, at=NOW)
    found = now(item)
    assert (found.state, found.holder_name, found.advice) == (S.PASSED_ON, "市税务局", "")
    assert {taxman, people.liaison} <= told("属税务职责")
    with pytest.raises(DomainError, match="已不在您这里"):
        actions.answer(item, by=official, words="可以。", at=NOW)
    actions.answer(item, by=taxman, words="可以。", at=NOW)


def test_it_is_not_passed_to_who_has_it_or_to_who_asked(item, agency, official, finance):
    for target in (finance, agency):
        with pytest.raises(ValidationError), transaction.atomic():
            actions.pass_on(item, by=official, words="请办。", agency=target, due_on=DUE, at=NOW)
    with pytest.raises(ValidationError, match="写明内容"):
        actions.pass_on(item, by=official, words=" ", agency=make_agency(), due_on=DUE, at=NOW)


def test_the_commission_passes_it_to_a_leader_with_its_advice(item, people, finance):
    said = {"leader": people.leader, "doer": finance, "options": "市级统筹、由所在区平衡"}
    actions.pass_on(item, by=people.coordinator, words="建议统筹。", due_on=DUE, at=NOW, **said)
    found = now(item)
    assert (found.holder_leader, found.advice) == (people.leader, "建议统筹。")
    assert (found.doer_name, found.options) == ("市财政局", "市级统筹、由所在区平衡")
    assert people.leader in told("建议统筹")


def test_the_commission_adds_its_advice_and_nobody_else(item, people, official):
    actions.advise(item, by=people.chief, words="可从专项列支。", at=NOW)
    assert now(item).advice == "可从专项列支。"
    assert now(item).state == S.OPEN
    for who in (official, people.liaison, people.leader):
        with pytest.raises(PermissionDenied):
            actions.advise(item, by=who, words="另有看法。", at=NOW)


def test_a_leader_decides_and_an_agency_carries_it_out(decided, people, finance, official):
    said = {"option": "同意", "doer": finance, "due_on": DUE}
    actions.decide(decided, by=people.leader, at=NOW, **said)
    found = now(decided)
    assert (found.state, found.holder_agency) == (S.DECIDED, finance)
    assert official in told("同意。请市财政局于2026-12-03前办理并答复市农业农村委")
    actions.answer(decided, by=official, words="已列支。", at=NOW)
    assert now(decided).state == S.ANSWERED


@pytest.mark.parametrize("said", [{"option": "不同意"}, {"option": "同意"}])
def test_a_refusal_or_a_word_that_leaves_nothing_to_do_is_the_answer(decided, people, said):
    actions.decide(decided, by=people.leader, at=NOW, **said)
    assert now(decided).state == S.ANSWERED


def test_what_the_asking_agency_does_itself_is_answered(decided, agency, people):
    actions.decide(decided, by=people.leader, option="同意", doer=agency, due_on=DUE, at=NOW)
    assert now(decided).state == S.ANSWERED


def test_another_leader_decides_only_once_the_asked_one_has_left(decided, people):
    other = make_user(Role.LEADER)
    with pytest.raises(PermissionDenied):
        actions.decide(decided, by=other, option="同意", at=NOW)
    people.leader.memberships.update(valid_to=TODAY - timedelta(days=1))
    actions.decide(decided, by=other, option="同意", at=NOW)


def test_an_agency_does_not_decide_what_others_carry_out(item, official, finance):
    with pytest.raises(PermissionDenied):
        actions.decide(item, by=official, option="同意", doer=make_agency(), due_on=DUE, at=NOW)


def test_who_asked_raises_it_again_by_a_new_day(item, people, official):
    actions.answer(item, by=official, words="再研究。", at=NOW)
    with pytest.raises(ValidationError, match="不能早于今日"), transaction.atomic():
        actions.reopen(item, by=people.liaison, words="没有解决。", due_on=YESTERDAY, at=NOW)
    later = DUE + timedelta(days=3)
    actions.reopen(item, by=people.liaison, words="没有解决。", due_on=later, at=NOW)
    found = now(item)
    assert (found.state, found.due_on, found.holder_name) == (S.OPEN, later, "市财政局")


def test_who_asked_takes_it_back_before_the_answer(item, people, official):
    actions.withdraw_item(item, by=people.liaison, at=NOW)
    assert now(item).state == S.WITHDRAWN
    with pytest.raises(DomainError, match="已撤回"):
        actions.answer(item, by=official, words="可以。", at=NOW)


STEPS = {
    "answer": {"words": "可以。"},
    "ask_back": {"words": "多少？"},
    "advise": {"words": "可以。"},
    "withdraw_item": {},
}
MAY = {
    "answer": {"official"},
    "ask_back": {"official"},
    "advise": {"coordinator", "chief"},
    "withdraw_item": {"liaison", "head"},
}
WHO = (
    "liaison",
    "head",
    "other_liaison",
    "other_head",
    "coordinator",
    "chief",
    "leader",
    "auditor",
)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("who", [*WHO, "official"])
def test_each_step_is_its_partys_alone(item, people, official, step, who):
    by = official if who == "official" else getattr(people, who)
    act = getattr(actions, step)
    if who in MAY[step]:
        act(item, by=by, at=NOW, **STEPS[step])
        assert events_since(item)
    else:
        with pytest.raises(PermissionDenied):
            act(item, by=by, at=NOW, **STEPS[step])
        assert not events_since(item)


def test_a_message_takes_the_place_of_the_one_before(item, people, official):
    actions.ask_back(item, by=official, words="要多少？", at=NOW)
    actions.explain(item, by=people.liaison, words="200万元。", at=NOW)
    unread = Message.objects.to(people.coordinator).unread()
    assert [one.sentence.rpartition("：")[2] for one in unread] == ["200万元。"]


def test_steps_are_never_changed(item):
    with pytest.raises(InternalError), transaction.atomic():
        item.steps.update(words="别的")
    with pytest.raises(InternalError), transaction.atomic():
        item.steps.all().delete()
