"""批示 in the demonstration: one closed, one answered, one overdue, one partly answered."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.utils.timezone import localdate

from agencies.models import Agency
from measures.demonstration import scenarios, texts
from measures.demonstration.parts import Scene
from measures.demonstration.requests import PlannedEvent
from measures.instructions.actions import (
    close_instruction,
    reply_to_instruction,
    write_instruction,
)
from measures.models import Measure

AHEAD = timedelta(days=7)  # from the day of loading to the deadline of the open one


def moves(scene: Scene, *, on: date) -> Iterator[PlannedEvent]:
    """Yield all of them, relative to the day of loading the demonstration."""
    middle, last = scenarios.OPEN - 1, scenarios.OPEN
    made: dict[str, Any] = {}  # the instructions by their names in this module

    def then(verb: Callable[..., None], *said: object) -> Callable[..., object]:
        return partial(verb, scene, made, *said)

    yield PlannedEvent(middle, 5, "09:30", then(_write, "instruct_6", 6, (), None))
    yield PlannedEvent(middle, 7, "15:20", then(_reply, "instruct_6", None))
    yield PlannedEvent(middle, 8, "10:40", then(_close, "instruct_6"))
    yield PlannedEvent(
        last, -7, "09:35", then(_write, "instruct_13", 13, (), on - timedelta(days=1))
    )
    yield PlannedEvent(last, -6, "09:45", then(_write, "instruct_4", 4, (), None))
    yield PlannedEvent(last, -3, "16:10", then(_reply, "instruct_4", None))
    waits = then(_write, "instruct_14", 14, ("cqcustoms", "jjxxw"), on + AHEAD)
    yield PlannedEvent(last, scenarios.LAST, "10:50", waits)
    yield PlannedEvent(last, scenarios.LAST, "16:50", then(_reply, "instruct_14", "jjxxw"))


def _write(
    scene: Scene,
    made: dict[str, Any],
    name: str,
    ordinal: int,
    codes: tuple[str, ...],
    due_on: date | None,
    *,
    at: datetime,
) -> None:
    """Write one to the lead of a measure and some others."""
    measure = Measure.objects.get(ordinal=ordinal)
    made[name] = write_instruction(
        measure,
        by=scene.cast.leader,
        text=texts.request_of(name),
        agencies=[_lead(measure, at), *Agency.objects.filter(code__in=codes)],
        due_on=due_on,
        at=at,
    )


def _reply(
    scene: Scene, made: dict[str, Any], name: str, code: str | None, *, at: datetime
) -> None:
    """Reply as an agency, by default the lead."""
    instruction = made[name]
    agency = Agency.objects.get(code=code) if code else _lead(instruction.measure, at)
    reply_to_instruction(
        instruction,
        agency=agency,
        by=scene.cast.liaisons[agency.code],
        text=texts.request_of(name.replace("instruct", "reply")),
        at=at,
    )


def _close(scene: Scene, made: dict[str, Any], name: str, *, at: datetime) -> None:
    words = texts.request_of(name.replace("instruct", "close"))
    close_instruction(made[name], by=scene.cast.leader, words=words, at=at)


def _lead(measure: Measure, at: datetime) -> Agency:
    leads = measure.responsibilities.leads(on=localdate(at))
    return leads.select_related("agency").get().agency
