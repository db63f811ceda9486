"""The plans of measures, gathered for the rules."""

from collections import defaultdict
from collections.abc import Iterable

from measures.models.measure import Measure
from measures.models.milestone import Milestone
from measures.rules.plan import Plan, plan_of


def plans_of(measures: Iterable[Measure]) -> dict[int, Plan]:
    """The plan of each measure that has one, by its id; one query for any number.

    A measure that is not there has none: no milestone says a percent, or it is ongoing. What a
    plan expects on a day is `rules.plan.percent_by_plan(plan, on=day)`.
    """
    points: defaultdict[int, list] = defaultdict(list)
    rows = Milestone.objects.planning().filter(measure__in=measures)
    for pk, due_on, percent in rows.values_list("measure", "due_on", "planned_percent"):
        points[pk].append((due_on, percent))
    return {pk: plan_of(found) for pk, found in points.items()}
