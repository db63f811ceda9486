"""Lights set by hand, as tests ask for them."""

from datetime import timedelta

from measures.actions import overrides as verbs
from measures.choices import Light
from measures.lights import verdicts_for
from measures.models import Measure
from measures.tests.factories import (
    NOW,
    TODAY,
)

DAY = timedelta(days=1)
END = TODAY + 30 * DAY
LONG_AGO = TODAY - 20 * DAY


def ask(measure, by, **said):
    said = {"light": Light.YELLOW, "reason": "已商定补报时间。", "ends_on": END} | said
    return verbs.ask_override(measure, by=by, at=NOW, **said)


def agreed(measure, coordinator, chief, **said):
    return verbs.agree_override(ask(measure, coordinator, **said), by=chief, at=NOW)


def shown(on=TODAY):
    return verdicts_for(Measure.objects.all(), on=on)[Measure.objects.get().pk]
