"""Reminders of 批示 before, on and after their deadline."""

from datetime import date, datetime
from typing import NamedTuple

from agencies.models import User
from agencies.permissions import Role
from lib.chinese import listed
from lib.workdays import Calendar
from measures.choices import InstructionRung
from measures.models import Addressee, Instruction, InstructionTold
from measures.rules.chasing import instruction_rungs

ANSWERING = (Role.LIAISON, Role.AGENCY_HEAD)


class DueInstruction(NamedTuple):
    instruction: Instruction
    rung: InstructionRung
    passed: tuple[InstructionRung, ...]
    sentence: str
    people: frozenset[int]


def due_instructions(*, on: date, calendar: Calendar) -> list[DueInstruction]:
    """Return the reminders due on a day of open instructions with an answer missing."""
    rows = Instruction.objects.open().filter(measure__notice__archived_at__isnull=True)
    found = []
    for one in rows.with_parties().prefetch_related("told").order_by("due_on", "pk"):
        if one.due_on is None:  # no deadline
            continue
        silent = [party for party in one.parties if not party.said]
        told = {told.rung for told in one.told.all()}
        reached = instruction_rungs(one.due_on, on=on, calendar=calendar)
        if not silent or not reached or reached[-1] in told:
            continue
        rung = reached[-1]
        ids = [party.agency_id for party in silent]
        asked = User.objects.holding_in_any(ids, *ANSWERING, on=on)
        people = set(asked.values_list("pk", flat=True))
        if rung == InstructionRung.LATE:
            people |= set(User.objects.holding(Role.CHIEF, on=on).values_list("pk", flat=True))
            people |= {one.by_id} if one.by.is_active else set()
        passed = tuple(step for step in reached[:-1] if step not in told)
        sentence = _sentence(one, rung.day_word(one.due_on), silent)
        found.append(DueInstruction(one, rung, passed, sentence, frozenset(people)))
    return found


def record_told(due: DueInstruction, *, at: datetime) -> None:
    """Record the reminder sent, and those skipped."""
    rows = [InstructionTold(instruction=due.instruction, rung=due.rung, at=at)]
    rows += [
        InstructionTold(instruction=due.instruction, rung=rung, at=at, is_passed=True)
        for rung in due.passed
    ]
    InstructionTold.objects.bulk_create(rows)


def _sentence(one: Instruction, when: str, silent: list[Addressee]) -> str:
    names = [party.agency_name for party in silent]
    return f"{one}{when}，{listed(names)}还没有回复"
