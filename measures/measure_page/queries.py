"""The querysets of a measure's page.

A page makes at most 14 queries, and some twenty kinds of rows hang on a measure. What the page
reasons about comes as rows, one queryset a kind. Short lists that it only shows come as arrays
with the row they belong to.
"""

from datetime import date

from django.db.models import OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from agencies.models import Event, User
from lib.arrays import array_of
from measures.instructions.page import instruction_rows
from measures.lights.history import change_rows
from measures.models import Filing, Measure, Milestone, Objection, Responsibility

EVENTS_MOST = 180
UNTOLD = ("filing.save", "filing.correct", "filing.drop", "filing.remark")


def measure_for(pk: int, *, reader: User, on: date) -> Measure:
    """The measure with the lists that are only shown; 404 where the reader sees none such."""
    milestones = Milestone.objects.filter(measure=OuterRef("pk"))
    columns = [field.attname for field in Milestone._meta.concrete_fields]
    objections = Objection.objects.visible_to(reader).open().filter(measure=OuterRef("pk"))
    lists = {
        "changes_found": change_rows(on=on),
        "instructions_found": instruction_rows(reader, on=on),
        "milestones_found": array_of(milestones, *columns),
        "objections_found": array_of(objections, "id", "agency_name", "subject", "decide_by"),
    }
    found = Measure.objects.visible_to(reader).select_related("notice", "section").with_gaps()
    return get_object_or_404(found.annotate(**lists), pk=pk)


def responsibilities_of(measure: Measure, *, on: date) -> QuerySet[Responsibility]:
    """All it ever had, each agency with its names on a day and on the day of the notice."""
    found = Responsibility.objects.filter(measure=measure)
    return found.with_agencies(on=on, issued_on=measure.notice.issued_on)


def filings_of(measure: Measure) -> QuerySet[Filing]:
    """All filings of opened periods, newest period first, with the files of accepted notes."""
    return (
        Filing.objects.filter(measure=measure)
        .select_related("period", "accepted_note", "agency")
        .with_files()
        .order_by("-period__covers_from", "agency__order")
    )


def events_of(measure: Measure, filings: list[Filing]) -> QuerySet[Event]:
    own = Q(target_type="measures.measure", target_id=measure.pk)
    theirs = Q(target_type="measures.filing", target_id__in=[filing.pk for filing in filings])
    found = Event.objects.filter(own | theirs).exclude(action__in=UNTOLD)
    return found.order_by("-pk")[:EVENTS_MOST]
