"""What another set of thresholds would turn, before anybody confirms it."""

from collections import Counter
from datetime import date
from typing import NamedTuple

from measures.choices import Light
from measures.lights.facts import gather
from measures.models import Measure
from measures.rules.light import light_of
from measures.rules.thresholds import Thresholds

SHOWN_MOST = 100


class Turned(NamedTuple):
    """One measure whose light would be another one."""

    measure: Measure
    before: Light
    after: Light
    sentence: str  # of the light after


class Preview(NamedTuple):
    """What would turn, judged for one day by the facts as they are now."""

    day: date
    total: int  # of all measures
    changed: int  # would turn
    kinds: list[tuple[Light, Light, int]]  # before, after, how many
    turned: list[Turned]  # the first ones


def preview_of(values: Thresholds, *, since: date, on: date) -> Preview:
    """Compare the set with the one that would hold from that day on.

    Counted in SQL, three queries and those of the word; only what is shown is told in sentences.
    """
    day = max(since, on)
    measures = Measure.objects.order_by().only("pk")
    before = {row.pk: Light(row.light_now) for row in measures.with_light(on=day)}
    after = measures.with_light(on=day, thresholds=values)
    lit = {row.pk: Light(row.light_now) for row in after}
    changed = [pk for pk in before if lit[pk] != before[pk]]
    kinds = Counter((before[pk], lit[pk]) for pk in changed)
    shown = list(Measure.objects.filter(pk__in=changed).order_by("notice", "ordinal")[:SHOWN_MOST])
    return Preview(
        day=day,
        total=len(before),
        changed=len(changed),
        kinds=[(old, new, count) for (old, new), count in kinds.most_common()],
        turned=_told(shown, before, values, day),
    )


def _told(
    measures: list[Measure], before: dict[int, Light], values: Thresholds, day: date
) -> list[Turned]:
    if not measures:
        return []
    gathered = gather(measures, on=day)
    found = []
    for measure in measures:
        facts = gathered.facts(measure, day)
        verdict = light_of(facts, on=day, calendar=gathered.calendar, thresholds=values)
        found.append(Turned(measure, before[measure.pk], verdict.light, verdict.sentence))
    return found
