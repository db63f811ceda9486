"""The words with which this app's tables are asked."""

from measures.querysets.filing import FilingQuerySet, NoteQuerySet
from measures.querysets.measure import GapQuerySet, MeasureQuerySet, ResponsibilityQuerySet
from measures.querysets.period import PeriodQuerySet, WorkdayQuerySet

__all__ = [
    "FilingQuerySet",
    "GapQuerySet",
    "MeasureQuerySet",
    "NoteQuerySet",
    "PeriodQuerySet",
    "ResponsibilityQuerySet",
    "WorkdayQuerySet",
]
