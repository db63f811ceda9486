"""The rows that a measure's page and its folds are made of."""

from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from django.db.models import CharField, Count, DateTimeField, Max, OuterRef, Q, QuerySet, Value
from django.shortcuts import get_object_or_404

from agencies.models import Event, User
from lib.arrays import array_of, from_array
from measures.access import Reader, reader_of
from measures.approvals.page import Requests, requests_of
from measures.indicators.readings import Reading, readings_of
from measures.instructions.page import InstructionLine, instructions_of
from measures.models import (
    Filing,
    Measure,
    Milestone,
    Objection,
    OverrideRequest,
    Responsibility,
    StatusUpdate,
)

EVENTS_MOST = 180
UNTOLD = ("filing.save", "filing.correct", "filing.drop", "filing.remark")


class Tally(NamedTuple):
    """How many rows of a kind hang on a measure, and the moment of the newest."""

    number: int = 0
    newest: datetime | None = None


def measure_for(pk: int, *, reader: User, on: date) -> Measure:
    """The measure with two short lists that come with it; 404 where the reader sees none such."""
    milestones = Milestone.objects.filter(measure=OuterRef("pk"))
    columns = [field.attname for field in Milestone._meta.concrete_fields]
    objections = Objection.objects.visible_to(reader).open().filter(measure=OuterRef("pk"))
    lists = {
        "milestones_found": array_of(milestones, *columns),
        "objections_found": array_of(objections, "id", "agency_name", "subject", "decide_by"),
    }
    found = Measure.objects.visible_to(reader).select_related("notice", "section").with_gaps()
    return get_object_or_404(found.annotate(**lists), pk=pk)


class MeasureRows:
    """What hangs on one measure, as one person may read it: each kind is read when first asked for.

    So the page and each fold ask only for what they show. Takes a measure that measure_for()
    found, and sets its responsibilities.
    """

    def __init__(self, measure: Measure, *, reader: User, on: date) -> None:
        self.measure, self.reader, self.on = measure, reader, on
        duties = Responsibility.objects.filter(measure=measure).valid(on=on)
        measure.duties = list(duties.with_agencies(on=on))
        for duty in measure.duties:
            duty.agency.name_then = duty.name_then
        self.seen: Reader = reader_of(reader, measure)

    @property
    def leads(self) -> bool:
        """Whether the reader acts for the lead."""
        return self.measure.pk in self.seen.led_measure_ids

    @cached_property
    def filings(self) -> list[Filing]:
        """All filings of opened periods, newest period first."""
        found = Filing.objects.filter(measure=self.measure)
        found = found.select_related("period", "accepted_note")
        return list(found.order_by("-period__covers_from", "agency__order"))

    @cached_property
    def main_filings(self) -> list[Filing]:
        """Those of the notice's main kind of period."""
        kind = self.measure.notice.main_kind
        return [filing for filing in self.filings if filing.period.kind == kind]

    def accepted_filings(self) -> QuerySet[Filing]:
        """Those of the main kind with accepted words, in full, with agency and files."""
        found = Filing.objects.filter(measure=self.measure, accepted_note__isnull=False)
        found = found.filter(period__kind=self.measure.notice.main_kind).with_files()
        return found.select_related("period", "accepted_note", "agency").order_by(
            "-period__covers_from"
        )

    @cached_property
    def milestones(self) -> list[Milestone]:
        return from_array(Milestone, self.measure.milestones_found)

    @cached_property
    def objections(self) -> list[Objection]:
        """Those that wait for an answer, as far as the reader may see them."""
        return from_array(Objection, self.measure.objections_found)

    @cached_property
    def instructions(self) -> list[InstructionLine]:
        """As far as the reader may see them, the newest first."""
        return instructions_of(self.measure, reader=self.reader, on=self.on)

    @cached_property
    def requests(self) -> Requests:
        """Those of its dates and its closing, without people and files."""
        return self.requests_told(in_full=False)

    def requests_told(self, *, in_full: bool = True) -> Requests:
        return requests_of(
            self.measure, reader=self.reader, leads=self.leads, on=self.on, in_full=in_full
        )

    @cached_property
    def readings(self) -> list[Reading]:
        """Its indicators."""
        return readings_of([self.measure.pk], on=self.on)

    @cached_property
    def tallies(self) -> dict[str, Tally]:
        """Of the rows that only a fold shows, by the fold's name; one query."""
        updates = StatusUpdate.objects.filter(measure=self.measure)
        overrides = OverrideRequest.objects.visible_to(self.reader, on=self.on)
        overrides = overrides.filter(measure=self.measure)
        counted = _tally("status", updates, "at").union(
            _tally("override", overrides, "asked_at"), all=True
        )
        return {name: Tally(number, newest) for name, number, newest in counted}

    def events(self) -> QuerySet[Event]:
        """The newest steps on the measure and on its filings."""
        own = Q(target_type="measures.measure", target_id=self.measure.pk)
        ids = [filing.pk for filing in self.filings]
        theirs = Q(target_type="measures.filing", target_id__in=ids)
        found = Event.objects.filter(own | theirs).exclude(action__in=UNTOLD)
        return found.order_by("-pk")[:EVENTS_MOST]


def _tally(name: str, rows: QuerySet, moment: str) -> QuerySet:
    named = rows.order_by().annotate(fold=Value(name, output_field=CharField())).values("fold")
    newest = Max(moment, output_field=DateTimeField())
    return named.annotate(number=Count("pk"), newest=newest).values_list("fold", "number", "newest")
