"""欠报 in the story: one filed after its period had closed, one given up by the commission."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from measures.demonstration import filings as act
from measures.demonstration import scenarios, texts
from measures.demonstration.parts import FilingKey, Scene
from measures.demonstration.requests import PlannedEvent
from measures.reviews.waivers import write_off_debt

FILED_AFTERWARDS = FilingKey(1, 16, "fgw")
GIVEN_UP = FilingKey(0, 12, "czj")


def moves(scene: Scene) -> Iterator[PlannedEvent]:
    """All of them, while the newest period is open."""
    for days, time, verb in (
        (-5, "10:10", "save"),
        (-5, "10:40", "submit"),
        (-3, "11:05", "accept"),
    ):
        happen = partial(act.VERBS[verb], scene, FILED_AFTERWARDS)
        yield PlannedEvent(scenarios.OPEN, days, time, happen)
    yield PlannedEvent(scenarios.OPEN, -2, "16:10", partial(_give_up, scene))


def _give_up(scene: Scene, *, at: datetime) -> None:
    write_off_debt(
        scene.filings[GIVEN_UP],
        by=scene.cast.coordinator,
        reason=texts.request_of("write_off_12"),
        at=at,
    )
