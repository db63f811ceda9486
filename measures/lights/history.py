"""The light on a measure's page: its cause, its history, and overrides."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from agencies.models import User
from agencies.permissions import Perm
from lib.prepared import Prepared, prepared
from measures.bars import END_OVERRIDE
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
STEP = (
    *("on", "light", "label", "worst_sentence", "sentence", "filing_id", "cause"),
    *("until", "severity", "is_old_rule"),
)
RECENT = 3  # runs shown open; older ones are folded


class LightHistory(NamedTuple):
    fact_url: str
    computed_url: str  # URL of the fact behind the rule's own light, if a person set another
    runs: list[LightRun]  # the newest first
    strip: list[LightBand]
    days: list[StripDay]  # written under the strip
    judged_since: date | None  # first day of the present rule, if an older one was used before

    @property
    def recent(self) -> list[LightRun]:
        return self.runs[:RECENT]

    @property
    def older(self) -> list[LightRun]:
        return self.runs[RECENT:]


class Overrides(NamedTuple):
    requests: list[OverrideRequest]  # those that the reader may see, the newest first
    holding: OverrideRequest | None
    may_ask: bool
    may_end: bool
    is_staff: bool  # may open a request under 审批


def light_history_of(measure: Measure, verdict: Verdict, *, on: date) -> LightHistory:
    """Return the history of a measure's light; one query."""
    rows = _newest(on).rows([measure.pk])
    steps = [
        LightStep(
            day,
            Light(light),
            label,
            worst or sentence,
            fact_url(measure.pk, filing_id=filing, cause=cause),
            cause,
            *rest,
        )._replace(begun=sentence)
        for day, light, label, worst, sentence, filing, cause, *rest in rows
    ]
    if steps and _goes_on(steps[0], verdict):
        # Without this its figures could differ slightly from those at the head of the page.
        steps[0] = steps[0]._replace(sentence=verdict.sentence, begun="")
    runs = runs_of(steps[::-1], on=on)
    strip = strip_of(runs, on=on)
    return LightHistory(
        fact_url=url_of(measure.pk, verdict),
        computed_url=url_of(measure.pk, verdict.computed) if verdict.computed else "",
        runs=runs[::-1],
        strip=strip,
        days=days_under(strip, on=on),
        judged_since=judged_since(runs),
    )


@lru_cache(maxsize=2)
def _newest(on: date) -> Prepared:
    rows = LightChange.objects.filter(on__lte=on).of_measure(-1, STEPS_MOST)
    return prepared(rows.values_list(*STEP), "bigint")


def overrides_of(measure: Measure, reader: User, *, on: date) -> Overrides:
    """Return the overrides that a reader may see; one query, two if one is effective."""
    rows = OverrideRequest.objects.visible_to(reader, on=on).filter(measure=measure)
    found = list(rows.select_related("asked_by", "decided_by", "ended_by"))
    holding = next((one for one in found if one.holds(on=on)), None)
    is_free = holding is None and measure.stage != Stage.DONE
    is_free = is_free and not any(one.is_open for one in found)
    return Overrides(
        requests=found,
        holding=holding,
        may_ask=is_free and reader.can(Perm.UPDATE_STATUS),
        may_end=holding is not None and END_OVERRIDE.allows(holding, reader),
        is_staff=reader.can(Perm.READ_UNACCEPTED),
    )


def _goes_on(newest: LightStep, verdict: Verdict) -> bool:
    """Whether a verdict continues the newest run and is at least as severe as its worst day."""
    kind = (verdict.light, verdict.cause, verdict.until, False)
    return newest.kind == kind and verdict.severity >= newest.severity
