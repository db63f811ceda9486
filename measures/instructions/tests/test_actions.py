"""批示: written by a leader, answered by the addressed agencies, closed by a leader."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Event, Message
from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import InstructionState
from measures.instructions.actions import (
    close_instruction,
    reply_to_instruction,
    unreached,
    withdraw_instruction,
    write_instruction,
)
from measures.instructions.tests.factories import make_instruction
from measures.models import Instruction
from measures.tests.asking import only_event, told
from measures.tests.factories import NOW, TODAY, make_agency, make_user

pytestmark = pytest.mark.django_db
TEXT = "请抓紧落实。"
NOT_LEADERS = ("liaison", "head", "other_liaison", "coordinator", "chief", "auditor")


def write(measure, by, *agencies, text=TEXT, due_on=None):
    return write_instruction(measure, by=by, text=text, agencies=agencies, due_on=due_on, at=NOW)


def reply(row, agency, by, text="已落实。"):
    return reply_to_instruction(row, agency=agency, by=by, text=text, at=NOW)


def close(row, by, words="很好。"):
    return close_instruction(row, by=by, words=words, at=NOW)


def state_of(row):
    return Instruction.objects.with_state(on=TODAY).get(pk=row.pk).state


@pytest.fixture
def written(measure, agency, people):
    """Create an instruction to the agency and one more."""
    row = make_instruction(agency, make_agency(), measure=measure, by=people.leader)
    Message.objects.all().delete()
    return row


def test_a_leader_writes_and_the_addressed_and_the_commission_are_told(measure, agency, people):
    other = make_agency(name="市财政局", order=5)
    row = write(measure, people.leader, agency, other, due_on=TODAY)
    assert [str(one) for one in row.addressees.all()] == ["市财政局", agency.short_name]
    assert state_of(row) == InstructionState.WAITING
    assert told(TEXT) == {people.liaison, people.head, people.coordinator, people.chief}
    event = only_event()
    assert event.action == "instruction.write"
    assert event.sentence.endswith(f"，请市财政局、{agency}于2026-11-23前办理：{TEXT}")


@pytest.mark.parametrize("who", NOT_LEADERS)
def test_nobody_else_writes(measure, agency, people, who):
    with pytest.raises(PermissionDenied):
        write(measure, getattr(people, who), agency)


def test_it_wants_text_an_agency_and_no_past_deadline(measure, agency, people):
    with pytest.raises(ValidationError):
        write(measure, people.leader, agency, text="  ")
    with pytest.raises(ValidationError, match="至少选择一个"):
        write(measure, people.leader)
    with pytest.raises(ValidationError, match="不能早于今日"):
        write(measure, people.leader, agency, due_on=TODAY - timedelta(days=1))
    with pytest.raises(ValidationError, match="已经撤销"):
        write(measure, people.leader, make_agency(ended_on=TODAY))
    assert not Instruction.objects.exists()


def test_the_same_words_twice_are_one_until_it_is_closed(measure, agency, people):
    row = write(measure, people.leader, agency)
    with pytest.raises(ValidationError, match="同样内容"):
        write(measure, people.leader, agency)
    close(row, people.leader)
    write(measure, people.leader, agency)


@pytest.mark.parametrize("who", ["liaison", "head"])
def test_the_addressed_answer_and_the_author_and_the_commission_are_told(
    written, agency, people, who
):
    reply(written, agency, getattr(people, who))
    assert told("已落实。") == {people.leader, people.coordinator, people.chief}
    assert only_event().action == "instruction.reply"
    assert state_of(written) == InstructionState.WAITING  # the other still owes its answer
    reply(written, agency, getattr(people, who), text="又有进展。")
    with pytest.raises(ValidationError, match="同样内容"):
        reply(written, agency, getattr(people, who))


def test_it_is_answered_when_all_have(written, people):
    for party in written.addressees.all():
        reply(written, party.agency, make_user(Role.LIAISON, party.agency))
    assert state_of(written) == InstructionState.ANSWERED


@pytest.mark.parametrize("who", ["other_liaison", "other_head", "coordinator", "chief", "leader"])
def test_nobody_else_answers(written, agency, people, who):
    with pytest.raises(PermissionDenied):
        reply(written, agency, getattr(people, who))


def test_an_agency_that_is_not_addressed_does_not_answer(written):
    other = make_agency()
    with pytest.raises(PermissionDenied):
        reply(written, other, make_user(Role.LIAISON, other))


def test_an_answer_says_something(written, agency, people):
    with pytest.raises(ValidationError):
        reply(written, agency, people.liaison, text=" ")


def test_another_leader_may_close_and_the_author_is_told_too(written, people):
    close(written, make_user(Role.LEADER))
    assert told("很好。") == {people.liaison, people.head, people.leader}
    assert state_of(written) == InstructionState.CLOSED
    assert only_event().action == "instruction.close"


@pytest.mark.parametrize("who", NOT_LEADERS)
def test_nobody_else_closes(written, people, who):
    with pytest.raises(PermissionDenied):
        close(written, getattr(people, who))


def test_closing_wants_words_only_where_somebody_has_not_answered(agency, people):
    silent = make_instruction(agency)
    with pytest.raises(ValidationError, match="请写明办结意见"):
        close(silent, people.leader, words=" ")
    close(make_instruction(agency, answered=[agency]), people.leader, words="")


def test_its_author_takes_it_back_while_nobody_has_answered(written, people):
    withdraw_instruction(written, by=people.leader, at=NOW)
    assert state_of(written) == InstructionState.WITHDRAWN
    assert told("撤回了") == {people.liaison, people.head, people.coordinator, people.chief}


def test_another_leader_does_not_take_it_back(written):
    with pytest.raises(PermissionDenied):
        withdraw_instruction(written, by=make_user(Role.LEADER), at=NOW)


def test_what_was_answered_is_not_taken_back(agency, people):
    row = make_instruction(agency, make_agency(), answered=[agency], by=people.leader)
    with pytest.raises(DomainError, match="已有单位回复"):
        withdraw_instruction(row, by=people.leader, at=NOW)


@pytest.mark.parametrize("ended", [InstructionState.CLOSED, InstructionState.WITHDRAWN])
def test_what_has_ended_takes_no_step(written, agency, people, ended):
    if ended == InstructionState.CLOSED:
        close(written, people.leader)
    else:
        withdraw_instruction(written, by=people.leader, at=NOW)
    before = Event.objects.count()
    with pytest.raises(DomainError, match=ended.label):
        reply(written, agency, people.liaison)
    with pytest.raises(DomainError, match=ended.label):
        close(written, people.leader)
    with pytest.raises(DomainError, match=ended.label):
        withdraw_instruction(written, by=people.leader, at=NOW)
    assert Event.objects.count() == before


def test_the_agencies_without_accounts_are_named(agency, people):
    row = make_instruction(agency, make_agency(name="巫山县"))
    assert unreached(row, on=TODAY) == ["巫山县"]
