"""A preview of the lights that another set of thresholds would change."""

from collections import Counter
from datetime import date
from typing import NamedTuple

from measures.choices import Light
from measures.lights.facts import gather
from measures.models import LightThresholds, Measure
from measures.rules.light import light_of
from measures.rules.thresholds import Thresholds, thresholds_on

SHOWN_MOST = 100


class Turned(NamedTuple):
    """One measure whose light would change."""

    measure: Measure
    before: Light
    after: Light
    sentence: str  # of the new light


class Preview(NamedTuple):
    """The lights that would change on a day, computed from the present facts."""

    day: date
    total: int  # of all measures
    changed: int  # how many would change
    kinds: list[tuple[Light, Light, int]]  # old light, new light, how many
    turned: list[Turned]  # the first ones


def preview_of(values: Thresholds, *, since: date, on: date) -> Preview:
    """Return which lights differ between the day's stored thresholds and `values`."""
    day = max(since, on)
    measures = list(Measure.objects.defer("text").order_by("notice", "ordinal"))
    effective = thresholds_on(LightThresholds.objects.as_scale(), day)
    gathered = gather(measures, on=day)
    turned = []
    for measure in measures:
        before, after = (
            light_of(
                gathered.facts(measure, day, one),
                on=day,
                calendar=gathered.calendar,
                thresholds=one,
            )
            for one in (effective, values)
        )
        if before.light != after.light:
            turned.append(Turned(measure, before.light, after.light, after.sentence))
    kinds = Counter((one.before, one.after) for one in turned)
    return Preview(
        day=day,
        total=len(measures),
        changed=len(turned),
        kinds=[(old, new, count) for (old, new), count in kinds.most_common()],
        turned=turned[:SHOWN_MOST],
    )
