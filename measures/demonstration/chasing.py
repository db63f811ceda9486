"""催报 in the demonstration: the job on the ladder's days, reminders by hand, agencies' answers."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from lib.workdays import Calendar, add_workdays
from measures.chasing.actions import answer_chases, chase_by_hand
from measures.chasing.job import chase
from measures.demonstration import scenarios, texts
from measures.demonstration.parts import FilingKey, Scene
from measures.demonstration.requests import PlannedEvent
from measures.rules.chasing import DEFAULT_LADDER

MIDDLE, LAST = scenarios.OPEN - 1, scenarios.OPEN
CHASED = {
    MIDDLE: ((7, "kjj"), (13, "jrjgj")),
    LAST: ((3, "nyncw"), (12, "czj"), (14, "cqcustoms"), (16, "cqcustoms")),
}
PROMISED = 3  # working days from the answer to the promised day


def moves(scene: Scene, calendar: Calendar) -> Iterator[PlannedEvent]:
    """Yield the events up to the day of loading; a rung is never sent before its day."""

    def then(verb: Callable[..., object], *said: object) -> Callable[..., object]:
        return partial(verb, scene, *said)

    runs = (
        PlannedEvent(number, step.offset, "10:05", chase)
        for number in range(len(scene.spans))
        for step in DEFAULT_LADDER
    )
    by_hand = (
        PlannedEvent(MIDDLE, 7, "10:20", then(_chase, MIDDLE)),
        PlannedEvent(MIDDLE, 8, "09:20", then(_answer, calendar, MIDDLE, 7, "kjj")),
        PlannedEvent(MIDDLE, 8, "15:10", then(_answer, None, MIDDLE, 13, "jrjgj")),
        PlannedEvent(LAST, 2, "10:20", then(_chase, LAST)),
        PlannedEvent(LAST, 2, "15:30", then(_answer, calendar, LAST, 3, "nyncw")),
    )
    for event in (*runs, *by_hand):
        span = scene.spans[event.period]
        if add_workdays(span.due_on, event.days, calendar) <= span.last_on:
            yield event


def _chase(scene: Scene, period: int, *, at: datetime) -> None:
    filings = [scene.filings[FilingKey(period, *chased)].pk for chased in CHASED[period]]
    words = texts.request_of(f"chase_{period}")
    chase_by_hand(filings, by=scene.cast.coordinator, words=words, at=at)


def _answer(
    scene: Scene, calendar: Calendar | None, period: int, measure: int, agency: str, *, at: datetime
) -> None:
    """Answer with a day if the calendar is given, or else with a text only."""
    answer_chases(
        [scene.filings[FilingKey(period, measure, agency)].pk],
        by=scene.cast.liaisons[agency],
        words=texts.request_of(f"chase_{period}_{agency}"),
        promised_on=None if calendar is None else add_workdays(at.date(), PROMISED, calendar),
        at=at,
    )
