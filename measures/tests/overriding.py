"""Factories for overrides of lights."""

from datetime import timedelta

from measures.choices import Light
from measures.lights import overrides as verbs
from measures.lights import refresh as lights
from measures.lights.current import verdicts_for
from measures.models import Measure
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_filing,
    make_measure,
    make_period,
)

DAY = timedelta(days=1)
END = TODAY + 30 * DAY
LONG_AGO = TODAY - 40 * DAY  # 28 working days


def red_measure():
    """Create a red measure: its lead has owed a filing for longer than the threshold."""
    measure = make_measure(lead=make_agency(name="市农业农村委"))
    make_filing(measure=measure, period=make_period(due_on=LONG_AGO))
    lights.refresh_all_lights(on=TODAY)
    return Measure.objects.get()


def ask(measure, by, **said):
    said = {"light": Light.YELLOW, "reason": "已商定补报时间。", "ends_on": END} | said
    return verbs.ask_override(measure, by=by, at=NOW, **said)


def agreed(measure, coordinator, chief, **said):
    return verbs.agree_override(ask(measure, coordinator, **said), by=chief, at=NOW)


def shown(on=TODAY):
    return verdicts_for(Measure.objects.all(), on=on)[Measure.objects.get().pk]
