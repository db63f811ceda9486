"""Reminders of 批示: before, on and after the deadline, once each, in the person's one message."""

from datetime import date, timedelta

import pytest

from agencies.models import Event, Message
from agencies.permissions import Role
from lib.workdays import add_workdays
from measures.chasing.job import chase, rehearse
from measures.choices import InstructionRung
from measures.instructions.actions import close_instruction
from measures.instructions.tests.factories import make_instruction
from measures.models import InstructionTold
from measures.rules.chasing import instruction_rungs
from measures.tests.factories import NOW, TODAY, make_agency, make_filing, make_period, make_user

pytestmark = pytest.mark.django_db
DUE = add_workdays(TODAY, 3, {})  # a Thursday
BEFORE, ON_DAY, LATE = InstructionRung

RUNGS = [
    # on, reached
    ("2026-11-23", []),
    ("2026-11-24", [BEFORE]),
    ("2026-11-25", [BEFORE]),
    ("2026-11-26", [BEFORE, ON_DAY]),
    ("2026-11-27", [BEFORE, ON_DAY, LATE]),
    ("2027-11-27", [BEFORE, ON_DAY, LATE]),
]


@pytest.mark.parametrize(("on", "reached"), RUNGS)
def test_the_reminders_reached(on: str, reached: list[InstructionRung]) -> None:
    found = instruction_rungs(DUE, on=date.fromisoformat(on), calendar={})
    assert found == reached


def test_a_deadline_on_a_day_off_is_told_the_working_day_before() -> None:
    sunday = date(2026, 11, 29)
    friday = date(2026, 11, 27)
    assert instruction_rungs(sunday, on=friday, calendar={}) == [BEFORE, ON_DAY]


@pytest.fixture
def instruction(agency, people):
    answered = make_agency(name="市财政局")
    return make_instruction(agency, answered, answered=[answered], by=people.leader, due_on=DUE)


def run(day: date) -> dict:
    moment = NOW + (day - TODAY)
    before = set(Message.objects.values_list("pk", flat=True))
    chase(at=moment)
    chase(at=moment + timedelta(hours=2))
    return {one.user: one.sentence for one in Message.objects.exclude(pk__in=before)}


def test_each_is_told_once_to_who_has_not_answered_and_late_to_leader_and_chief(
    instruction, people
):
    addressed = {people.liaison, people.head}
    told = {day: run(TODAY + timedelta(days=day)) for day in range(12)}
    assert {day: set(found) for day, found in told.items() if found} == {
        1: addressed,
        3: addressed,
        4: addressed | {people.leader, people.chief},
    }
    assert told[1][people.head].endswith("将于2026-11-26到期，市农业农村委还没有回复。")
    assert "今日到期" in told[3][people.liaison]
    assert "已于2026-11-26到期，现已逾期" in told[4][people.chief]
    actions = Event.objects.values_list("action", flat=True)
    assert list(actions) == ["instruction.remind"] * 3


def test_what_was_missed_is_passed_over(instruction, people):
    assert run(DUE + timedelta(days=4))
    rows = InstructionTold.objects.values_list("rung", "is_passed")
    assert dict(rows) == {"before": True, "due": True, "late": False}


def test_it_stands_in_the_one_message_of_the_day(instruction, measure, people):
    make_filing(measure=measure, period=make_period(due_on=DUE))
    found = run(DUE)
    assert "1项将到期" in found[people.liaison]
    assert "今日到期" in found[people.liaison]
    assert "将到期" not in found[people.head]
    assert Message.objects.count() == 2


def test_what_has_ended_is_left_in_peace(instruction, people):
    close_instruction(instruction, by=people.leader, words="不再需要。", at=NOW)
    Message.objects.all().delete()
    assert run(DUE) == {}


def test_a_rehearsal_names_it_and_writes_nothing(instruction, people):
    found = list(rehearse(on=DUE))
    assert {one.person for one in found} == {people.liaison, people.head}
    assert {one.why for one in found} == {"批示到期提醒"}
    assert not InstructionTold.objects.exists()


def test_a_leader_without_a_post_or_switched_off_is_not_told(instruction, people):
    people.leader.is_active = False
    people.leader.save()
    make_user(Role.LEADER)
    assert people.leader not in run(DUE + timedelta(days=1))
