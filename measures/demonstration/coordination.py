"""需协调事项: three wait for a leader, one for the chief; others are further."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple

from agencies.models import Agency
from measures.coordination import actions
from measures.demonstration import scenarios, texts
from measures.demonstration.parts import FilingKey, Scene
from measures.demonstration.requests import PlannedEvent
from measures.models import CoordinationItem, Measure, Note

FORTNIGHT = timedelta(days=14)
LEADER = "leader"  # asked instead of an agency
Made = dict[str, CoordinationItem]


class PlannedItem(NamedTuple):
    """An item with asker, addressee and text; `days`: its deadline from the day of loading."""

    measure: int
    asker: str
    of: str
    days: int
    doer: str = ""
    options: str = ""
    is_of_note: bool = False  # the item is from the asker's note of the open period


ITEMS = {
    "data_16": PlannedItem(16, "kawlb", "jjxxw", 0),
    "premium_13": PlannedItem(13, "sww", LEADER, 3, doer="czj", options="同意列支、不同意"),
    "land_14": PlannedItem(14, "sww", "d500106", 7),
    "trains_5": PlannedItem(5, "sww", "kawlb", 10, is_of_note=True),
    "rights_17": PlannedItem(17, "zscqj", LEADER, 5, doer="cqcustoms"),
    "papers_2": PlannedItem(2, "yjj", "cqcustoms", 5, is_of_note=True),
    "exempt_12": PlannedItem(12, "kjj", "sww", 6),
}


def moves(scene: Scene, *, on: date) -> Iterator[PlannedEvent]:
    """Yield all of them, relative to the day of loading the demonstration."""
    middle, last, end = scenarios.OPEN - 1, scenarios.OPEN, scenarios.LAST
    made: Made = {}

    def then(verb: Callable[..., None], *said: object) -> Callable[..., object]:
        return partial(verb, scene, made, on, *said)

    yield PlannedEvent(middle, 3, "10:05", then(_raise, "data_16"))
    yield PlannedEvent(middle, 6, "15:05", then(_say, actions.answer, "data_16", "jjxxw", "answer"))
    yield PlannedEvent(middle, 8, "09:05", then(_close, "data_16", "kawlb"))
    yield PlannedEvent(last, -7, "10:20", then(_raise, "premium_13"))
    yield PlannedEvent(last, -6, "11:20", then(_say, actions.advise, "premium_13", "", "advise"))
    yield PlannedEvent(last, -5, "09:25", then(_raise, "land_14"))
    yield PlannedEvent(last, -3, "14:20", then(_to_leader, "land_14", "市级统筹、由所在区平衡"))
    yield PlannedEvent(last, -4, "10:15", then(_raise, "rights_17"))
    yield PlannedEvent(last, -2, "16:20", then(_decide, "rights_17"))
    yield PlannedEvent(last, 1, "09:15", then(_raise, "trains_5"))
    yield PlannedEvent(last, 1, "09:30", then(_raise, "papers_2"))
    yield PlannedEvent(
        last, 1, "14:40", then(_say, actions.ask_back, "trains_5", "kawlb", "ask_back")
    )
    yield PlannedEvent(last, 1, "15:40", then(_say, actions.explain, "trains_5", "sww", "explain"))
    yield PlannedEvent(last, end, "09:20", then(_to_leader, "trains_5", "同意优先、不同意"))
    yield PlannedEvent(last, end, "10:05", then(_raise, "exempt_12"))
    yield PlannedEvent(
        last, end, "11:25", then(_say, actions.answer, "papers_2", "cqcustoms", "answer")
    )


def _raise(scene: Scene, made: Made, on: date, name: str, *, at: datetime) -> None:
    asked = ITEMS[name]
    agencies = {one.code: one for one in Agency.objects.all()}
    note = _note(scene, asked) if asked.is_of_note else None
    made[name] = actions.raise_item(
        Measure.objects.get(notice=scene.notice, ordinal=asked.measure),
        by=scene.cast.coordinator if note else scene.cast.liaisons[asked.asker],
        asked_by=agencies[asked.asker],
        words=texts.request_of(f"{name}_asks"),
        background=texts.request_of(f"{name}_because"),
        options=asked.options,
        agency=agencies.get(asked.of),
        leader=scene.cast.leader if asked.of == LEADER else None,
        doer=agencies.get(asked.doer),
        due_on=max(on + timedelta(days=asked.days), at.date()) if asked.days else _later(at),
        note=note,
        at=at,
    )


def _say(
    scene: Scene,
    made: Made,
    on: date,
    verb: Callable[..., object],
    name: str,
    who: str,
    what: str,
    *,
    at: datetime,
) -> None:
    """Take a step that only needs a text, as an agency's liaison, or else as the coordinator."""
    by = scene.cast.liaisons[who] if who else scene.cast.coordinator
    verb(made[name], by=by, words=texts.request_of(f"{name}_{what}"), at=at)


def _close(scene: Scene, made: Made, on: date, name: str, who: str, *, at: datetime) -> None:
    actions.close_item(made[name], by=scene.cast.liaisons[who], at=at)


def _to_leader(
    scene: Scene, made: Made, on: date, name: str, options: str, *, at: datetime
) -> None:
    """Pass it on to the leader with the commission's advice; the earlier holder carries it out."""
    item = made[name]
    actions.pass_on(
        item,
        by=scene.cast.coordinator,
        words=texts.request_of(f"{name}_advise"),
        leader=scene.cast.leader,
        doer=item.holder_agency,
        options=options,
        due_on=max(item.due_on, at.date()),
        at=at,
    )


def _decide(scene: Scene, made: Made, on: date, name: str, *, at: datetime) -> None:
    item = made[name]
    due_on = max(on + FORTNIGHT, at.date())
    by = scene.cast.leader
    actions.decide(item, by=by, option="同意", doer=item.doer, due_on=due_on, at=at)


def _note(scene: Scene, asked: PlannedItem) -> Note:
    filing = scene.filings[FilingKey(scenarios.OPEN, asked.measure, asked.asker)]
    return Note.objects.kept().filter(filing=filing.pk).latest("version")


def _later(at: datetime) -> date:
    return at.date() + FORTNIGHT
