"""The steps of filings: each calls one verb as the right person."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from agencies.inbox.actions import read_all
from agencies.models import Agency, User
from measures.demonstration import scenarios, texts
from measures.demonstration.indicators import figures_of
from measures.demonstration.parts import FilingKey, Scene
from measures.filings import drafts, submission
from measures.models import Measure, Note
from measures.periods import actions as periods
from measures.reviews import actions as reviews
from measures.status.actions import update_status


def create(scene: Scene, number: int, *, at: datetime) -> None:
    span = scene.spans[number]
    scene.periods[number] = periods.create_period(
        scene.notice, by=scene.cast.coordinator, covering=span.quarter, due_on=span.due_on, at=at
    )


def open_(scene: Scene, number: int, *, at: datetime) -> None:
    period = scene.periods[number]
    periods.open_period(period, by=scene.cast.coordinator, at=at)
    for filing in period.filings.select_related("measure", "agency"):
        scene.filings[FilingKey(number, filing.measure.ordinal, filing.agency.code)] = filing


def close(scene: Scene, number: int, *, at: datetime) -> None:
    periods.close_period(scene.periods[number], by=scene.cast.coordinator, at=at)


def read_messages(people: Iterable[User], *, at: datetime) -> None:
    for user in people:
        read_all(by=user, at=at)


def want_inner_approval(scene: Scene, *, at: datetime) -> None:
    """Switch on 本单位审核 in one agency."""
    agency = Agency.objects.get(code=scenarios.INNER_APPROVAL)
    submission.set_inner_approval(agency, by=scene.cast.head, needed=True, at=at)


def set_status(scene: Scene, number: int, measure: Measure, *, at: datetime) -> None:
    period = scene.periods[number]
    accepted = Note.objects.filter(
        pk__in=period.filings.filter(measure=measure).values("accepted_note")
    )
    update_status(
        measure,
        by=scene.cast.coordinator,
        stage=texts.stage_of(number, measure.ordinal),
        percent=Measure.objects.get(pk=measure.pk).percent,  # it may have got a date since
        reason=texts.status_of(number, measure.ordinal),
        period=period,
        notes=list(accepted),
        at=at,
    )


def _save(scene: Scene, key: FilingKey, *, at: datetime, mended: bool = False) -> None:
    drafts.save_note(
        scene.filings[key],
        by=scene.cast.liaisons[key.agency],
        content=texts.content_of(
            key.period, scene.spans[key.period].quarter, key.measure, key.agency, mended=mended
        )
        | {"figures": figures_of(scene, key)},
        revision=0,
        at=at,
    )


def _act(verb: Callable[..., object], scene: Scene, key: FilingKey, *, at: datetime) -> None:
    """Take one step on a filing as the right person."""
    actors: dict[object, User] = {
        submission.submit_note: scene.cast.liaisons[key.agency],
        submission.approve_note: scene.cast.head,
    }
    verb(scene.filings[key], by=actors.get(verb, scene.cast.coordinator), at=at)


def _return(scene: Scene, key: FilingKey, *, at: datetime) -> None:
    reviews.return_note(
        scene.filings[key], by=scene.cast.coordinator, comment=texts.comment_of(*key), at=at
    )


# The verbs of story.FATES.
VERBS: dict[str, Callable[..., None]] = {
    "save": _save,
    "mend": partial(_save, mended=True),
    "submit": partial(_act, submission.submit_note),
    "hand_in": partial(_act, submission.submit_note),
    "approve": partial(_act, submission.approve_note),
    "begin_review": partial(_act, reviews.begin_review),
    "accept": partial(_act, reviews.accept_note),
    "return": _return,
}
