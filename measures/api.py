"""Measures and filings over HTTP: read by the same words, written by the same verbs."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.utils.timezone import localdate, now
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from agencies.models import User
from agencies.permissions import Perm
from measures.access import Reader, reader_for, shown_status, versions_for
from measures.approvals.page import original_of
from measures.filings import submission
from measures.indicators.readings import Reading, readings_of
from measures.lights.current import url_of, verdicts_for
from measures.models import Filing, Measure, Milestone
from measures.models.limits import SHORT_MOST
from measures.reviews import actions as reviews
from measures.rules.facts import Verdict


class MeasureSerializer(serializers.BaseSerializer[Measure]):
    """Read only; the context has all verdicts and readings."""

    def to_representation(self, measure: Measure) -> dict[str, object]:
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


class MeasureViewSet(ReadOnlyModelViewSet[Measure]):
    """All measures, in the notice's order."""

    serializer_class = MeasureSerializer

    def get_queryset(self) -> Any:
        _demand(self.request, Perm.READ)
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


class FilingSerializer(serializers.BaseSerializer[Filing]):
    """Read only; the context has the reader."""

    def to_representation(self, filing: Filing) -> dict[str, object]:
        reader = self.context["reader"]
        return {
            "id": filing.pk,
            "measure": filing.measure_id,
            "agency": filing.agency_name,
            "period": filing.period.label,
            "role": filing.role,
            "state": str(shown_status(reader, filing, on=localdate()).value),
            "due_on": filing.due_on,
            "note": _note(reader, filing),
        }


class AcceptSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=1, max_value=9999, source="seen")


class SubmitSerializer(serializers.Serializer):
    is_sure = serializers.BooleanField(
        default=False, help_text="提交与退回的版本完全相同的内容时须为true。"
    )


class ReturnSerializer(AcceptSerializer):
    comment = serializers.CharField(max_length=SHORT_MOST)


class FilingViewSet(ReadOnlyModelViewSet[Filing]):
    """Filings, newest period first; one action for each verb that needs no form."""

    serializer_class = FilingSerializer

    def get_queryset(self) -> Any:
        _demand(self.request, Perm.READ)
        rows = Filing.objects.visible_to(person(self.request)).select_related("measure", "period")
        return rows.with_notes().order_by("-period__covers_from", "id")

    def get_serializer_context(self) -> dict[str, Any]:
        reader = reader_for(person(self.request), on=localdate())
        return {**super().get_serializer_context(), "reader": reader}

    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        body = SubmitSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        submission.submit_note(
            self.get_object(), by=person(request), at=now(), **body.validated_data
        )
        return self.retrieve(request, pk=pk)

    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        filing = self.get_object()
        body = AcceptSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        reviews.accept_note(filing, by=person(request), at=now(), **body.validated_data)
        return self.retrieve(request, pk=pk)

    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request: Request, pk: str) -> Response:
        filing = self.get_object()
        body = ReturnSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        reviews.return_note(filing, by=person(request), at=now(), **body.validated_data)
        return self.retrieve(request, pk=pk)


def person(request: Request) -> User:
    """Who asks; IsAuthenticated stands before every view."""
    assert isinstance(request.user, User)
    return request.user


def _readings(measures: list[Measure], on: date) -> dict[int, list[Reading]]:
    """By measure; one query."""
    found: defaultdict[int, list[Reading]] = defaultdict(list)
    for reading in readings_of([measure.pk for measure in measures], on=on):
        found[reading.indicator.measure_id].append(reading)
    return found


def _milestone(one: Milestone, on: date) -> dict[str, object]:
    return {
        "title": one.title,
        "due_on": one.due_on,
        "original_due_on": one.original_due_on,
        "agency": one.agency_name,
        "planned_percent": one.planned_percent,
        "done_on": one.done_on,
        "is_overdue": one.is_overdue(on=on),
    }


def _note(reader: Reader, filing: Filing) -> dict[str, object] | None:
    kept = [note for note in filing.versions if note.dropped_at is None]
    seen = versions_for(reader, filing, kept)
    if not seen:
        return None
    note = seen[0].note
    whole = {name: getattr(note, name) for name in ("problems", "next_steps", "help_needed")}
    return {
        "version": note.version,
        "progress": note.progress,
        "confidence": note.confidence,
        "figures": {figure.name: figure.words for figure in note.shown_figures},
    } | (whole if seen[0].is_whole else {})


def _indicator(reading: Reading) -> dict[str, object]:
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


def _demand(request: Request, perm: Perm) -> None:
    if not person(request).can(perm):
        raise PermissionDenied("没有权限。")
