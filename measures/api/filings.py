"""Filings over HTTP: read, and one address for each verb that needs no form."""

from typing import Any

from django.utils.timezone import localdate, now
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from measures.access import Reader, reader_for, shown_status, versions_for
from measures.api.person import demand_read, person
from measures.api.shapes import (
    AGAINST_A_RULE,
    BY_ID,
    REFUSED,
    UNREADABLE,
    FilingShape,
    NoteShape,
    ShapedSerializer,
)
from measures.filings import submission
from measures.models import Filing
from measures.models.limits import SHORT_MOST
from measures.reviews import actions as reviews


class FilingSerializer(ShapedSerializer):
    """Read only; the context has the reader."""

    def to_representation(self, filing: Filing) -> FilingShape:
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


class SubmitSerializer(serializers.Serializer[Any]):
    is_sure = serializers.BooleanField(
        default=False, help_text="提交与退回的版本完全相同的内容时须为true。"
    )


class ReturnSerializer(AcceptSerializer):
    comment = serializers.CharField(max_length=SHORT_MOST)


def _writes(body: type[serializers.Serializer]) -> dict[str, Any]:
    """What the description says of an address that takes a step with a filing."""
    responses = {200: FilingSerializer} | UNREADABLE | REFUSED | AGAINST_A_RULE
    return {"request": body, "responses": responses, "parameters": [BY_ID]}


@extend_schema_view(
    list=extend_schema(responses={200: FilingSerializer} | REFUSED),
    retrieve=extend_schema(responses={200: FilingSerializer} | REFUSED, parameters=[BY_ID]),
)
class FilingViewSet(ReadOnlyModelViewSet[Filing]):
    """Filings, the newest first; one action for each verb that needs no form."""

    serializer_class = FilingSerializer

    def get_queryset(self) -> Any:
        demand_read(self.request)
        rows = Filing.objects.visible_to(person(self.request)).select_related("measure", "period")
        # By their key: sorted by period, all of them would be read for a page of fifty.
        return rows.with_notes().order_by("-id")

    def get_serializer_context(self) -> dict[str, Any]:
        reader = reader_for(person(self.request), on=localdate())
        return {**super().get_serializer_context(), "reader": reader}

    @extend_schema(**_writes(SubmitSerializer))
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        body = SubmitSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        submission.submit_note(
            self.get_object(), by=person(request), at=now(), **body.validated_data
        )
        return self.retrieve(request, pk=pk)

    @extend_schema(**_writes(AcceptSerializer))
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        filing = self.get_object()
        body = AcceptSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        reviews.accept_note(filing, by=person(request), at=now(), **body.validated_data)
        return self.retrieve(request, pk=pk)

    @extend_schema(**_writes(ReturnSerializer))
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request: Request, pk: str) -> Response:
        filing = self.get_object()
        body = ReturnSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        reviews.return_note(filing, by=person(request), at=now(), **body.validated_data)
        return self.retrieve(request, pk=pk)


def _note(reader: Reader, filing: Filing) -> NoteShape | None:
    kept = [note for note in filing.versions if note.dropped_at is None]
    seen = versions_for(reader, filing, kept)
    if not seen:
        return None
    note = seen[0].note
    said: NoteShape = {
        "version": note.version,
        "progress": note.progress,
        "confidence": note.confidence,
        "figures": {figure.name: figure.words for figure in note.shown_figures},
    }
    if seen[0].is_whole:
        said["problems"] = note.problems
        said["next_steps"] = note.next_steps
        said["help_needed"] = note.help_needed
    return said
