"""What a measure's page tells of its light: why, how it went, and what a person has said."""

from datetime import date
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from agencies.models import User
from agencies.permissions import Perm
from lib.arrays import array_of, from_array
from measures.access import may_end_override
from measures.choices import Light, Stage
from measures.lights.current import fact_url, url_of
from measures.models import LightChange, Measure, OverrideRequest
from measures.rules.facts import Verdict
from measures.rules.light_runs import (
    LightBand,
    LightRun,
    LightStep,
    StripDay,
    days_under,
    judged_since,
    runs_of,
    strip_of,
)

STEPS_MOST = 400
RECENT = 3  # so many runs stand open, the older ones fold


class LightHistory(NamedTuple):
    """The parts of the page about the light."""

    fact_url: str
    computed_url: str  # where the fact behind the rule's own light is, if a person set another
    runs: list[LightRun]  # the newest first
    strip: list[LightBand]
    days: list[StripDay]  # named under the strip
    judged_since: date | None  # from when on the present rule judges, where an older one did before
    overrides: list[OverrideRequest]  # as far as the reader may see them, the newest first
    open: OverrideRequest | None  # waits for the chief
    holding: OverrideRequest | None
    may_ask: bool
    may_end: bool
    is_staff: bool  # may open a request under 审批

    @property
    def recent(self) -> list[LightRun]:
        return self.runs[:RECENT]

    @property
    def older(self) -> list[LightRun]:
        return self.runs[RECENT:]


def change_rows(*, on: date) -> ArraySubquery:
    """The newest changes of the outer query's measure up to a day; for light_history_of()."""
    rows = LightChange.objects.filter(on__lte=on).of_measure(OuterRef("pk"), STEPS_MOST)
    names = ("on", "light", "label", "sentence", "worst_sentence", "severity", "is_old_rule")
    return array_of(rows, *names, "filing_id", "cause", "until")


def overrides_of(measure: Measure, reader: User, *, on: date) -> QuerySet[OverrideRequest]:
    """The requests to set its light by hand that the reader may see, the newest first."""
    found = OverrideRequest.objects.visible_to(reader, on=on).filter(measure=measure)
    return found.select_related("asked_by", "decided_by", "ended_by")


def light_history_of(measure: Measure, verdict: Verdict, *, reader: User, on: date) -> LightHistory:
    """Gather it, in one query; the measure comes with change_rows() as `changes_found`."""
    newest = from_array(LightChange, measure.changes_found)
    runs = runs_of([_step(measure, change) for change in reversed(newest)], on=on)
    strip = strip_of(runs, on=on)
    overrides = list(overrides_of(measure, reader, on=on))
    waiting = next((one for one in overrides if one.is_open), None)
    holding = next((one for one in overrides if one.holds(on=on)), None)
    is_free = waiting is None and holding is None and measure.stage != Stage.DONE
    return LightHistory(
        fact_url=url_of(measure.pk, verdict),
        computed_url=url_of(measure.pk, verdict.computed) if verdict.computed else "",
        runs=runs[::-1],
        strip=strip,
        days=days_under(strip, on=on),
        judged_since=judged_since(runs),
        overrides=overrides,
        open=waiting,
        holding=holding,
        may_ask=is_free and reader.can(Perm.UPDATE_STATUS),
        may_end=holding is not None and may_end_override(holding, reader),
        is_staff=reader.can(Perm.READ_UNACCEPTED),
    )


def _step(measure: Measure, change: LightChange) -> LightStep:
    return LightStep(
        change.on,
        Light(change.light),
        change.label,
        change.worst_sentence or change.sentence,
        fact_url(measure.pk, filing_id=change.filing_id, cause=change.cause),
        cause=change.cause,
        until=change.until,
        severity=change.severity,
        is_old_rule=change.is_old_rule,
    )
