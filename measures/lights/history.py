"""What a measure's page tells of its light: why, how it went, and what a person has said."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from agencies.models import User
from agencies.permissions import Perm
from measures.access import may_end_override
from measures.choices import Light, Stage
from measures.lights.current import fact_url, url_of
from measures.models import LightChange, Measure, OverrideRequest
from measures.rules.facts import Verdict
from measures.rules.light_runs import LightBand, LightRun, LightStep, runs_of, strip_of

STEPS_MOST = 400


class LightStory(NamedTuple):
    """The parts of the page about the light."""

    fact_url: str
    computed_url: str  # where the fact behind the rule's own light is, if a person set another
    runs: list[LightRun]  # the newest first
    strip: list[LightBand]
    overrides: list[OverrideRequest]  # as far as the reader may see them, the newest first
    open: OverrideRequest | None  # waits for the chief
    holding: OverrideRequest | None
    may_ask: bool
    may_end: bool
    is_staff: bool  # may open a request under 审批


def changes_of(measure: Measure, *, on: date) -> QuerySet[LightChange]:
    """The newest changes of its light up to a day, the newest first."""
    return LightChange.objects.filter(on__lte=on).of_measure(measure.pk, STEPS_MOST)


def overrides_of(measure: Measure, reader: User, *, on: date) -> QuerySet[OverrideRequest]:
    """What was asked of its light by hand, as far as the reader may see it."""
    found = OverrideRequest.objects.visible_to(reader, on=on).filter(measure=measure)
    return found.select_related("asked_by", "decided_by", "ended_by")


def light_story(
    measure: Measure,
    verdict: Verdict,
    changes: Iterable[LightChange],
    asked: Iterable[OverrideRequest],
    *,
    reader: User,
    on: date,
) -> LightStory:
    """Tell it from changes_of() and overrides_of()."""
    runs = runs_of(_steps(measure, list(changes)), on=on)
    overrides = list(asked)
    waiting = next((one for one in overrides if one.is_open), None)
    holding = next((one for one in overrides if one.holds(on=on)), None)
    is_free = waiting is None and holding is None and measure.stage != Stage.DONE
    return LightStory(
        fact_url=url_of(measure.pk, verdict),
        computed_url=url_of(measure.pk, verdict.computed) if verdict.computed else "",
        runs=runs[::-1],
        strip=strip_of(runs, on=on),
        overrides=overrides,
        open=waiting,
        holding=holding,
        may_ask=is_free and reader.can(Perm.UPDATE_STATUS),
        may_end=holding is not None and may_end_override(holding, reader),
        is_staff=reader.can(Perm.READ_UNACCEPTED),
    )


def _steps(measure: Measure, newest: Sequence[LightChange]) -> list[LightStep]:
    """The changes, the oldest first."""
    return [
        LightStep(
            change.on,
            Light(change.light),
            change.label,
            change.sentence,
            fact_url(measure.pk, filing_id=change.filing_id, cause=change.cause),
            change.until,
        )
        for change in reversed(newest)
    ]
