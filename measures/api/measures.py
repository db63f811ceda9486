"""Measures over HTTP."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.utils.timezone import localdate
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.viewsets import ReadOnlyModelViewSet

from measures.api.person import demand_read, person
from measures.api.shapes import (
    BY_ID,
    REFUSED,
    IndicatorShape,
    MeasureShape,
    MilestoneShape,
    ShapedSerializer,
)
from measures.approvals.page import original_of
from measures.indicators.readings import Reading, readings_of
from measures.lights.current import url_of, verdicts_for
from measures.models import Measure, Milestone
from measures.rules.facts import Verdict


class MeasureSerializer(ShapedSerializer):
    """Read only; the context has all verdicts and readings."""

    def to_representation(self, measure: Measure) -> MeasureShape:
        """Decimals as text; null is 待定 or not there yet."""
        verdict: Verdict = self.context["verdicts"][measure.pk]
        return {
            "id": measure.pk,
            "ordinal": measure.ordinal,
            "title": measure.shown_title,
            "nature": measure.nature,
            "due_on": measure.due_on,
            "original_due_on": original_of(measure, measure.moves),
            "completed_on": measure.completed_on,
            "stage": measure.stage,
            "percent": measure.percent,
            "agencies": [{"name": d.agency.name_then, "role": d.role} for d in measure.duties],
            "milestones": [_milestone(one, self.context["on"]) for one in measure.milestones.all()],
            "indicators": [_indicator(one) for one in self.context["readings"].get(measure.pk, [])],
            # The colour, its sentence, where the fact is, and until when if a person set it.
            "light": {
                "colour": verdict.light.value,
                "sentence": verdict.sentence,
                "fact": url_of(measure.pk, verdict),
                "manual_until": verdict.until,
            },
            # What pages call the light; of the two greens it says which.
            "light_label": str(verdict.light.label),
            "light_since": verdict.since,
            # The agencies that can end it, then those behind the other conditions.
            "waits_for": [*verdict.agencies, *verdict.others],
            # Every condition of the rule, the one that decides first.
            "findings": [
                {
                    "colour": one.light.value,
                    "cause": one.cause.value,
                    "sentence": one.sentence,
                    "agencies": list(one.agencies),
                    "since": one.since,
                }
                for one in verdict.findings
            ],
        }


@extend_schema_view(
    list=extend_schema(responses={200: MeasureSerializer} | REFUSED),
    retrieve=extend_schema(responses={200: MeasureSerializer} | REFUSED, parameters=[BY_ID]),
)
class MeasureViewSet(ReadOnlyModelViewSet[Measure]):
    """All measures, in the notice's order."""

    serializer_class = MeasureSerializer

    def get_queryset(self) -> Any:
        demand_read(self.request)
        rows = Measure.objects.visible_to(person(self.request)).select_related("notice")
        rows = rows.with_responsibilities(on=localdate()).with_moves()
        rows = rows.prefetch_related("milestones")
        return rows.order_by("notice", "ordinal")

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """Work out the lights of what is shown, all at once."""
        shown: Any = args[0] if args else []
        measures: list[Measure] = list(shown) if kwargs.get("many") else [shown]
        on = localdate()
        context = {
            **self.get_serializer_context(),
            "verdicts": verdicts_for(measures, on=on),
            "readings": _readings(measures, on),
            "on": on,
        }
        if kwargs.get("many"):
            args = (measures,)
        return MeasureSerializer(*args, context=context, **kwargs)


def _readings(measures: list[Measure], on: date) -> dict[int, list[Reading]]:
    """By measure; one query."""
    found: defaultdict[int, list[Reading]] = defaultdict(list)
    for reading in readings_of([measure.pk for measure in measures], on=on):
        found[reading.indicator.measure_id].append(reading)
    return found


def _milestone(one: Milestone, on: date) -> MilestoneShape:
    return {
        "title": one.title,
        "due_on": one.due_on,
        "original_due_on": one.original_due_on,
        "agency": one.agency_name,
        "planned_percent": one.planned_percent,
        "done_on": one.done_on,
        "is_overdue": one.is_overdue(on=on),
    }


def _indicator(reading: Reading) -> IndicatorShape:
    indicator, stands = reading.indicator, reading.attainment
    goal, newest, base = stands.goal, stands.newest, reading.gauge.baseline
    return {
        "id": indicator.pk,
        "name": indicator.name,
        "unit": indicator.unit,
        "direction": indicator.direction,
        "baseline": str(base.value) if base else None,
        "target": str(goal.value) if goal and goal.value is not None else None,
        "target_on": goal.due_on if goal else None,
        "value": str(newest.value) if newest else None,
        "as_of": newest.on if newest else None,
        "state": stands.state.value,
        "percent_of_way": str(stands.share) if stands.share is not None else None,
        "wrong_way": stands.wrong_way,
        "is_stale": stands.is_stale,
    }
