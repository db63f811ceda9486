"""The words with which this app's tables are asked."""

from measures.querysets.exchange import SheetImportQuerySet
from measures.querysets.filing import FilingQuerySet, NoteQuerySet, ReviewQuerySet
from measures.querysets.indicator import IndicatorQuerySet, IndicatorValueQuerySet
from measures.querysets.instruction import InstructionQuerySet
from measures.querysets.light import (
    LightChangeQuerySet,
    LightThresholdsQuerySet,
    OverrideQuerySet,
)
from measures.querysets.measure import GapQuerySet, MeasureQuerySet, ResponsibilityQuerySet
from measures.querysets.milestone import MilestoneQuerySet
from measures.querysets.objection import ObjectionQuerySet, RemarkQuerySet
from measures.querysets.period import PeriodQuerySet, WorkdayQuerySet
from measures.querysets.request import RequestQuerySet

__all__ = [
    "FilingQuerySet",
    "GapQuerySet",
    "IndicatorQuerySet",
    "IndicatorValueQuerySet",
    "InstructionQuerySet",
    "LightChangeQuerySet",
    "LightThresholdsQuerySet",
    "MeasureQuerySet",
    "MilestoneQuerySet",
    "NoteQuerySet",
    "ObjectionQuerySet",
    "OverrideQuerySet",
    "PeriodQuerySet",
    "RemarkQuerySet",
    "RequestQuerySet",
    "ResponsibilityQuerySet",
    "ReviewQuerySet",
    "SheetImportQuerySet",
    "WorkdayQuerySet",
]
