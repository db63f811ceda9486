"""预警参数: previews and sets the light's thresholds, from today on or from a later day."""

from collections import Counter
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.models import User
from agencies.permissions import Perm
from lib.errors import DomainError, demand_reason
from measures.choices import Light
from measures.dated_sets import demand_no_past_day, drop_set
from measures.lights.facts import gather
from measures.lights.refresh import doubt_lights
from measures.models import LightThresholds, Measure
from measures.rules.light import light_of
from measures.rules.thresholds import Thresholds, thresholds_on

SHOWN_MOST = 100


@transaction.atomic
def set_thresholds(
    values: Thresholds, *, by: User, valid_from: date, reason: str, at: datetime
) -> LightThresholds:
    """Save a set effective from a day until the next set's; if today, update all lights.

    Raises PermissionDenied except for chiefs, DomainError for a past day, without a reason, or if
    nothing changes, ValidationError for values out of bounds or a day that has a set.
    """
    by.demand(Perm.DECIDE)
    demand_no_past_day(valid_from, name="预警参数", at=at)
    before = thresholds_on(LightThresholds.objects.as_scale(), valid_from)
    reason = demand_reason(reason, "设定预警参数")
    row = LightThresholds(
        valid_from=valid_from, reason=reason, set_by=by, set_at=at, **values._asdict()
    )
    row.full_clean()
    if values == before:
        raise DomainError(f"与{valid_from:%Y-%m-%d}起本来要用的参数完全相同，不需要设定。")
    row.save()
    trail.record(
        "thresholds.set",
        row,
        by=by,
        at=at,
        sentence=f"设定{row}：{row.reason}",
        before=_plain(before),
        after=_facts(row),
    )
    if valid_from == localdate(at):
        doubt_lights(on=valid_from)
    return row


def drop_thresholds(row: LightThresholds, *, by: User, at: datetime) -> None:
    """Delete a set that is not effective yet. Raises as drop_set."""
    drop_set(row, perm=Perm.DECIDE, action="thresholds.drop", before=_facts(row), by=by, at=at)


def _plain(values: Thresholds) -> dict[str, object]:
    return {name: f"{value}" for name, value in values._asdict().items()}


def _facts(row: LightThresholds) -> dict[str, object]:
    return {"valid_from": row.valid_from, **_plain(row.values)}


class Turned(NamedTuple):
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
