"""更正, 中止, 恢复 and 欠报: a premature status, a suspended measure, two debts."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from measures.choices import Stage
from measures.demonstration import filings as act
from measures.demonstration import scenarios, texts
from measures.demonstration.parts import FilingKey, Scene
from measures.demonstration.requests import PlannedEvent
from measures.models import Measure, Note
from measures.reviews.waivers import write_off_debt
from measures.status.actions import update_status

TOO_EARLY, STOOD_STILL = 17, 14
FILED_AFTERWARDS = FilingKey(1, 16, "fgw")
GIVEN_UP = FilingKey(0, 12, "czj")


def moves(scene: Scene) -> Iterator[PlannedEvent]:
    middle = scenarios.OPEN - 1

    def then(
        period: int, ordinal: int, stage: Stage, name: str, *, corrects: bool = False
    ) -> Callable[..., object]:
        return partial(_say, scene, period, ordinal, stage, name, corrects=corrects)

    # Based on the first period's notes, because the middle one's are not submitted yet.
    yield PlannedEvent(middle, -2, "10:05", then(0, STOOD_STILL, Stage.SUSPENDED, "suspend_14"))
    yield PlannedEvent(middle, 4, "09:30", then(middle, STOOD_STILL, Stage.UNDER_WAY, "resume_14"))
    yield PlannedEvent(
        middle, 5, "10:05", then(middle, TOO_EARLY, Stage.NEARLY_DONE, "too_early_17")
    )
    right = then(middle, TOO_EARLY, Stage.UNDER_WAY, "correct_17", corrects=True)
    yield PlannedEvent(middle, 5, "11:20", right)
    # While the newest period is open, one debt is filed as 补报 and one written off.
    for days, time, verb in (
        (-5, "10:10", "save"),
        (-5, "10:40", "submit"),
        (-3, "11:05", "accept"),
    ):
        happen = partial(act.VERBS[verb], scene, FILED_AFTERWARDS)
        yield PlannedEvent(scenarios.OPEN, days, time, happen)
    yield PlannedEvent(scenarios.OPEN, -2, "16:10", partial(_give_up, scene))


def _say(
    scene: Scene,
    period: int,
    ordinal: int,
    stage: Stage,
    name: str,
    *,
    corrects: bool,
    at: datetime,
) -> None:
    """Update the status based on the period's notes accepted by then."""
    measure = Measure.objects.get(ordinal=ordinal)
    filings = scene.periods[period].filings.filter(measure=measure)
    update_status(
        measure,
        by=scene.cast.coordinator,
        stage=stage,
        percent=measure.percent,
        reason=texts.request_of(name),
        corrects=measure.status_updates.first() if corrects else None,
        notes=list(Note.objects.filter(pk__in=filings.values("accepted_note"))),
        at=at,
    )


def _give_up(scene: Scene, *, at: datetime) -> None:
    write_off_debt(
        scene.filings[GIVEN_UP],
        by=scene.cast.coordinator,
        reason=texts.request_of("write_off_12"),
        at=at,
    )
