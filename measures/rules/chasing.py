"""催报: which rungs of the ladder a filing has reached, and which reminder is sent. Pure.

The question is which rung is reached and not yet recorded, not which day it is. So a day on which
the job did not run loses nothing, and a second run on one day sends nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from lib.workdays import Calendar, add_workdays, is_workday
from measures.choices import ChaseAudience, InstructionRung, Rung
from measures.rules.thresholds import set_on

OFFSET_LEAST, OFFSET_MOST = -20, 60  # working days from the due day
MENDING_RUNGS = (Rung.DUE, Rung.CHASE)  # a correction that is late is chased, but is not 迟报


class LadderStep(NamedTuple):
    """One rung: its offset in working days from the due day, and who is notified."""

    rung: Rung
    offset: int
    audience: ChaseAudience = ChaseAudience.LIAISONS

    @property
    def day_words(self) -> str:
        """Name the rung's day: 截止前5个工作日, 截止当日, 逾期第1个工作日."""
        if self.offset == 0:
            return "截止当日"
        words = f"{abs(self.offset)}个工作日"
        return f"逾期第{words}" if self.offset > 0 else f"截止前{words}"


Ladder = Sequence[LadderStep]
LadderScale = Sequence[tuple[date, Ladder]]  # with first effective days, oldest first
DEFAULT_LADDER: Ladder = (
    LadderStep(Rung.REMIND, -5),
    LadderStep(Rung.DUE, 0),
    LadderStep(Rung.CHASE, 1),
    LadderStep(Rung.LETTER, 5),
    LadderStep(Rung.CIRCULAR, 10, ChaseAudience.WITH_HEADS),
)


class Climb(NamedTuple):
    """What a run does about one filing: it sends at most one rung and skips the lower ones."""

    told: LadderStep | None
    passed: tuple[Rung, ...]


def ladder_on(scale: LadderScale, day: date) -> Ladder:
    """Return the ladder effective on a day; before the first one, the default."""
    return set_on(scale, day, default=DEFAULT_LADDER)


def rung_day(offset: int, due_on: date, calendar: Calendar) -> date:
    """Return the day of a rung. If the due day is a day off, offset 0 is the working day before."""
    if offset == 0 and not is_workday(due_on, calendar):
        return add_workdays(due_on, -1, calendar)
    return add_workdays(due_on, offset, calendar)


def reached(ladder: Ladder, due_on: date, *, on: date, calendar: Calendar) -> list[LadderStep]:
    """Return the rungs whose day has come, the lowest first."""
    climbed = sorted(ladder, key=lambda step: step.offset)
    return [step for step in climbed if rung_day(step.offset, due_on, calendar) <= on]


def applicable(step: LadderStep, *, is_extended: bool, is_mending: bool) -> bool:
    """Whether a rung applies to a filing; an extended one is not chased before its new due day."""
    if is_mending:
        return step.rung in MENDING_RUNGS
    return step.offset >= 0 or not is_extended


def climb(steps: Sequence[LadderStep], recorded: Collection[str]) -> Climb:
    """Return which of the reached rungs is sent: the highest, unless it is recorded already."""
    new = [step for step in steps if step.rung not in recorded]
    told = new[-1] if new and new[-1] == steps[-1] else None
    return Climb(told, tuple(step.rung for step in new if step is not told))


INSTRUCTION_AHEAD = 2  # working days before an instruction's deadline


def instruction_rungs(due_on: date, *, on: date, calendar: Calendar) -> list[InstructionRung]:
    """Return an instruction's reminders whose day has come, the earliest first."""
    if on > due_on:
        return list(InstructionRung)
    days = (
        (InstructionRung.BEFORE, add_workdays(due_on, -INSTRUCTION_AHEAD, calendar)),
        (InstructionRung.DUE, rung_day(0, due_on, calendar)),
    )
    return [rung for rung, day in days if day <= on]


def chased_words(told: Mapping[str, Any] | None, *, filings: int, on: date) -> str:
    """Return the words about chases for a line of debts: ，11-27催报，待答复; empty without any.

    `told`: a row of measures.models.chasing.chase_facts; `filings`: how many the line stands for.
    """
    if told is None or not told["chased_on"]:
        return ""
    return "".join(
        (
            f"，{_short(told['chased_on'], on)}催报",
            _answer_words(told, filings, on),
            "，通报候选" if told["candidates"] else "",
        )
    )


def _answer_words(told: Mapping[str, Any], filings: int, on: date) -> str:
    day = f"拟于{_short(told['promised_on'], on)}报送" if told["promised_on"] else ""
    if not told["answered"]:
        return "，待答复"
    if filings == 1:
        return f"，{day or '已答复'}"
    return f"，已答复{told['answered']}项{f'（{day}）' if day else ''}"


def _short(iso: str, on: date) -> str:
    day = date.fromisoformat(iso)
    return f"{day:%m-%d}" if day.year == on.year else iso
