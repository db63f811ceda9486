"""Two concurrent steps on one instruction, on the real PostgreSQL: exactly one succeeds."""

import pytest
from django.core.exceptions import ValidationError

from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError
from measures.instructions.actions import (
    close_instruction,
    reply_to_instruction,
    withdraw_instruction,
    write_instruction,
)
from measures.instructions.tests.factories import make_instruction
from measures.models import Instruction, InstructionReply
from measures.tests.factories import NOW, make_agency, make_measure, make_user
from measures.tests.threads import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def errors(runs):
    return [type(run.error) for run in runs if run.error]


def test_the_same_words_sent_twice_at_once_are_one_instruction():
    agency = make_agency()
    measure, leader = make_measure(lead=agency), make_user(Role.LEADER)

    def write():
        said = {"text": "请抓紧。", "agencies": [agency], "due_on": None}
        return write_instruction(measure, by=leader, at=NOW, **said)

    assert errors(at_once(write, write)) == [ValidationError]
    assert Instruction.objects.count() == Event.objects.count() == 1


def test_the_same_answer_sent_twice_at_once_is_one():
    agency = make_agency()
    row, liaison = make_instruction(agency), make_user(Role.LIAISON, agency)

    def reply():
        return reply_to_instruction(row, agency=agency, by=liaison, text="已办。", at=NOW)

    assert errors(at_once(reply, reply)) == [ValidationError]
    assert InstructionReply.objects.count() == Event.objects.count() == 1


def test_an_answer_and_taking_back_at_once_leave_one_of_them():
    agency = make_agency()
    row, liaison = make_instruction(agency), make_user(Role.LIAISON, agency)
    runs = at_once(
        lambda: reply_to_instruction(row, agency=agency, by=liaison, text="已办。", at=NOW),
        lambda: withdraw_instruction(row, by=row.by, at=NOW),
    )
    assert errors(runs) == [DomainError]
    row.refresh_from_db()
    assert InstructionReply.objects.exists() != (row.withdrawn_at is not None)


def test_two_leaders_closing_at_once_close_it_once():
    agency = make_agency()
    row = make_instruction(agency, answered=[agency])
    leaders = (make_user(Role.LEADER), make_user(Role.LEADER))
    runs = at_once(
        *(lambda by=by: close_instruction(row, by=by, words="", at=NOW) for by in leaders)
    )
    assert errors(runs) == [DomainError]
    assert Event.objects.filter(action="instruction.close").count() == 1
