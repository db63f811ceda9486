"""What a request for another date would do to the light, and how long the percent has stood."""

from datetime import date
from typing import NamedTuple

from measures.choices import Nature
from measures.lights.facts import gather
from measures.models import DueDateRequest, LightThresholds
from measures.rules.facts import Verdict
from measures.rules.light import light_of
from measures.rules.thresholds import thresholds_on


class DatePreview(NamedTuple):
    """The measure as it would stand with the date that is asked for."""

    verdict: Verdict
    percent: int  # as it is now
    unmoved_since: date | None  # None: it has no date now, so no percent is watched
    unmoved_days: int
    unmoved_periods: int  # due periods since it last changed


def preview_of(request: DueDateRequest, *, on: date) -> DatePreview:
    """Judge the measure by the rule of today, with the date that is asked for in force."""
    measure, scale = request.measure, LightThresholds.objects.as_scale()
    gathered, thresholds = gather([measure], on=on, scale=scale), thresholds_on(scale, on)
    facts = gathered.facts(measure, on, thresholds)
    moved = facts._replace(
        nature=Nature.ONGOING if request.to_on is None else Nature.DATED,
        due_on=request.to_on,
        percent=facts.percent if request.to_on else None,
        original_due_on=facts.original_due_on or request.from_on,
    )
    since = facts.unmoved_since
    return DatePreview(
        verdict=light_of(moved, on=on, calendar=gathered.calendar, thresholds=thresholds),
        percent=facts.percent or 0,
        unmoved_since=since,
        unmoved_days=(on - since).days if since else 0,
        unmoved_periods=facts.unmoved_periods,
    )
