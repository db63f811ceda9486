"""What the API returns, field by field: mypy holds the code to it, the description is made of it.

Decimals are text, so that no digit is lost; days are ISO.
"""

from datetime import date
from typing import Any, NotRequired, TypedDict

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.plumbing import resolve_type_hint
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers


class AgencyShape(TypedDict):
    name: str
    role: str


class MilestoneShape(TypedDict):
    title: str
    due_on: date
    original_due_on: date
    agency: str
    planned_percent: int | None
    done_on: date | None
    is_overdue: bool


class IndicatorShape(TypedDict):
    id: int
    name: str
    unit: str
    direction: str
    baseline: str | None
    target: str | None
    target_on: date | None
    value: str | None
    as_of: date | None
    state: str
    percent_of_way: str | None
    wrong_way: str
    is_stale: bool


class LightShape(TypedDict):
    colour: str
    sentence: str
    fact: str
    manual_until: date | None


class FindingShape(TypedDict):
    colour: str
    cause: str
    sentence: str
    agencies: list[str]
    since: date | None


class MeasureShape(TypedDict):
    id: int
    ordinal: int
    title: str
    nature: str
    due_on: date | None
    original_due_on: date | None
    completed_on: date | None
    stage: str
    percent: int | None
    agencies: list[AgencyShape]
    milestones: list[MilestoneShape]
    indicators: list[IndicatorShape]
    light: LightShape
    light_label: str
    light_since: date | None
    waits_for: list[str]
    findings: list[FindingShape]


class NoteShape(TypedDict):
    version: int
    progress: str
    confidence: str
    figures: dict[str, str]
    problems: NotRequired[str]
    next_steps: NotRequired[str]
    help_needed: NotRequired[str]


class FilingShape(TypedDict):
    id: int
    measure: int
    agency: str
    period: str
    role: str
    state: str
    due_on: date
    note: NoteShape | None


class ShapedSerializer(serializers.BaseSerializer[Any]):
    """Read only; `to_representation` returns a shape, which the description takes over."""


class ShapeOfSerializer(OpenApiSerializerExtension):
    target_class = ShapedSerializer
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return resolve_type_hint(self.target.to_representation.__annotations__["return"])


class RefusalSerializer(serializers.Serializer[Any]):
    """Why not, in a sentence; of a body that is not as asked, by field."""

    detail = serializers.CharField()


BY_ID = OpenApiParameter("id", int, OpenApiParameter.PATH)
UNREADABLE = {400: OpenApiTypes.OBJECT, 415: RefusalSerializer}
REFUSED = {403: RefusalSerializer, 404: RefusalSerializer, 406: RefusalSerializer}
AGAINST_A_RULE = {409: RefusalSerializer}
