"""The 需协调事项 of measures that nobody had answered on a day: what reports list of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from django.utils.timezone import localdate

from lib.workdays import Calendar
from measures.choices import CoordinationState
from measures.models import CoordinationItem, CoordinationStep
from measures.rules.coordination import UNANSWERED, Standing, stuck_words, waited
from reports.datasets.frozen import clean
from reports.datasets.schema import ItemData


def items_by_measure(
    measures: Collection[int], *, on: date, calendar: Calendar
) -> Mapping[int, list[ItemData]]:
    """Return them by measure, the oldest first, each as it stood on a day; one query."""
    steps = CoordinationStep.objects.filter(item__measure__in=measures, at__date__lte=on)
    last = steps.order_by("item_id", "-pk").distinct("item_id").select_related("item__asked_by")
    found: defaultdict[int, list[ItemData]] = defaultdict(list)
    for step in sorted(last, key=lambda one: (one.item.raised_at, one.item_id)):
        if step.state in UNANSWERED:
            found[step.item.measure_id].append(_item(step.item, step, on, calendar))
    return found


def _item(item: CoordinationItem, step: CoordinationStep, on: date, calendar: Calendar) -> ItemData:
    days = waited(localdate(item.raised_at), on=on, calendar=calendar)
    now = Standing(CoordinationState(step.state), step.holder_name)
    return {
        "asked_by": item.asked_by_name,
        "code": item.asked_by.code,
        "words": clean(item.words),
        "stuck": stuck_words(now, item.asked_by_name, days),
        "due_on": step.due_on.isoformat(),
    }
