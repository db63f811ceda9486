"""The rows for a measure's page and its folds."""

from collections import defaultdict
from datetime import date, datetime
from functools import cache, cached_property
from typing import NamedTuple

from django.db.models import CharField, DateField, Exists, Model, OuterRef, Q, QuerySet, Value
from django.http import Http404
from django.utils.timezone import localdate

from agencies.models import Event, User
from agencies.permissions import Perm
from agencies.statements import for_readers, objects_for_readers
from lib.arrays import array_of, from_array
from lib.prepared import PreparedObjects
from measures.access import Reader, reader_of
from measures.approvals.page import Requests, requests_from, requests_of
from measures.choices import GapKind
from measures.indicators.readings import Reading, readings_of_measure
from measures.instructions.page import InstructionLine, instructions_of
from measures.measure_page.filings import MeasureFilingRow, filings_of
from measures.models import (
    AlternateFiling,
    ClosingRequest,
    CoordinationItem,
    DueDateRequest,
    Filing,
    Gap,
    Measure,
    Milestone,
    NoticeChange,
    Objection,
    OverrideRequest,
    Period,
    RelatedDocument,
    Responsibility,
    StatusUpdate,
)
from measures.models.alternate_filing import able_to_alternate, is_proposed
from measures.models.coordination import BriefItem, brief_items, briefs_of
from measures.models.notice_change import REVISION_FIELDS
from measures.models.period import PeriodQuerySet
from measures.models.request import RequestFacts
from measures.models.responsibility import NAMES, named_of

EVENTS_MOST = 180
UNTOLD = ("filing.save", "filing.correct", "filing.drop", "filing.remark")
SAID = ("state", "asked_at", "decided_at")
NONE = Value(None, output_field=DateField())
FOUND = (
    "gaps_found",
    "revised_found",
    "coordination_found",
    "alternate_found",
    "skipped_found",
    "milestones_found",
    "objections_found",
    "able_found",
    "has_related",
)


class _Asked(NamedTuple):
    kind: str
    pk: int
    state: str
    asked_at: datetime
    decided_at: datetime | None
    from_on: date | None
    to_on: date | None


class Asked(_Asked, RequestFacts):
    """A request to the chief or a status update, with the columns that closed folds show."""


def measure_for(pk: int, *, reader: User) -> Measure:
    """Return the measure with notice and section. Raises Http404 if the reader may not see it.

    Its filled gaps and revisions are read in the same query: short lists.
    """
    for measure in _measure(reader, localdate(), pk):
        found: Measure = measure
        return found
    raise Http404


@objects_for_readers(related={"notice": (), "section": ()}, added=FOUND)
def _measure(reader: User, on: date) -> QuerySet:
    gaps = Gap.objects.filter(measure=OuterRef("pk")).order_by("pk")
    revised = NoticeChange.objects.standing().filter(measure=OuterRef("pk"))
    asked = CoordinationItem.objects.visible_to(reader).filter(measure=OuterRef("pk"))
    milestones = Milestone.objects.filter(measure=OuterRef("pk")).order_by("due_on", "pk")
    objections = Objection.objects.visible_to(reader).open().filter(measure=OuterRef("pk"))
    own = Measure.objects.filter(pk=OuterRef("pk"))
    lists = {
        "gaps_found": array_of(gaps, "id", "kind", "shown_meanwhile", "confirmed_at", "source"),
        "revised_found": array_of(revised, *REVISION_FIELDS),
        "coordination_found": brief_items(asked),
        "alternate_found": array_of(
            AlternateFiling.objects.current().filter(measure=OuterRef("pk")), "id", "begun_at"
        ),
        "skipped_found": array_of(_newest_skipping(), "label", "covers_from"),
        "milestones_found": array_of(milestones, *_columns(Milestone)),
        "objections_found": array_of(objections, *_columns(Objection)),
        "able_found": able_to_alternate(own if reader.can(Perm.KEEP_PERIODS) else own.none(), on),
        "has_related": Exists(RelatedDocument.objects.filter(notice=OuterRef("notice"))),
    }
    return Measure.objects.visible_to(reader).filter(pk=-1).annotate(**lists)


def _columns(model: type[Model]) -> list[str]:
    return [one.attname for one in model._meta.concrete_fields]


def _newest_skipping() -> PeriodQuerySet:
    """Return the newest period of the main kind, if it skips the measure."""
    own = Period.objects.opened().main().filter(notice=OuterRef("notice"))
    later = (
        Period.objects.opened()
        .main()
        .filter(notice=OuterRef("notice"), covers_from__gt=OuterRef("covers_from"))
    )
    return own.filter(~Exists(later), skipped=OuterRef("pk"))


@for_readers
def _asked(reader: User, on: date) -> QuerySet:
    requests = (
        (DueDateRequest, ("from_on", "to_on")),
        (ClosingRequest, ("completed_on", "completed_on")),
        (OverrideRequest, ("starts_on", "ends_on")),
    )
    parts = [
        _told(model.slug, model.objects.visible_to(reader, on=on), *SAID, *days)
        for model, days in requests
    ]
    words = _told("status", StatusUpdate.objects.all(), "stage", "at", "at", NONE, NONE)
    return words.union(*parts, all=True)


def _told(kind: str, rows: QuerySet, *columns: str | Value) -> QuerySet:
    named = Value(kind, output_field=CharField())
    return rows.filter(measure=-1).order_by().values_list(named, "pk", *columns)


@cache
def _duties() -> PreparedObjects:
    rows = Responsibility.objects.filter(measure=-1).with_names()
    return PreparedObjects(rows, "bigint", added=NAMES)


class MeasureRows:
    """The data of one measure, as one person may read them: each kind is read at first use.

    So the page and each fold only read what they show. Takes a measure from measure_for(), and
    sets its responsibilities.
    """

    def __init__(self, measure: Measure, *, reader: User, on: date) -> None:
        self.measure, self.reader, self.on = measure, reader, on
        measure.duties = named_of(_duties().rows([measure.pk]), on=on)
        self.seen: Reader = reader_of(reader, measure)

    @property
    def leads(self) -> bool:
        """Whether the reader acts for the lead."""
        return self.measure.pk in self.seen.led_measure_ids

    @cached_property
    def filings(self) -> list[MeasureFilingRow]:
        """All filings of opened periods, newest period first."""
        return filings_of(self.measure.pk)

    @cached_property
    def main_filings(self) -> list[MeasureFilingRow]:
        """Filings of the notice's main kind of period."""
        kind = self.measure.notice.main_kind
        return [filing for filing in self.filings if filing.period.kind == kind]

    def accepted_filings(self) -> QuerySet[Filing]:
        """Filings of the main kind with accepted text, in full, with agency and files."""
        found = Filing.objects.filter(measure=self.measure, accepted_note__isnull=False)
        found = found.filter(period__kind=self.measure.notice.main_kind).with_files()
        return found.select_related("period", "accepted_note", "agency").order_by(
            "-period__covers_from"
        )

    @cached_property
    def milestones(self) -> list[Milestone]:
        return from_array(Milestone, self.measure.milestones_found)

    @cached_property
    def filled_gaps(self) -> list[Gap]:
        """Parts missing in the notice that are filled now."""
        return [one for one in self._gaps if one.confirmed_at is not None]

    @property
    def agencies_gap(self) -> Gap | None:
        """The open gap of the list of agencies: all of it is missing, or a part."""
        kinds = {GapKind.AGENCIES, GapKind.OTHERS}
        found = (one for one in self._gaps if one.kind in kinds)
        return next((one for one in found if one.confirmed_at is None), None)

    @cached_property
    def _gaps(self) -> list[Gap]:
        return from_array(Gap, self.measure.gaps_found)

    @cached_property
    def alternate(self) -> AlternateFiling | None:
        """隔期填报, if it is confirmed."""
        return next(iter(from_array(AlternateFiling, self.measure.alternate_found)), None)

    @cached_property
    def skipped_in(self) -> Period | None:
        """The newest period, if it skips the measure."""
        return next(iter(from_array(Period, self.measure.skipped_found)), None)

    @cached_property
    def may_alternate(self) -> bool:
        """Whether 隔期填报 is proposed, and the reader may confirm it."""
        return is_proposed(self.measure.light, self.measure.able_found)

    @cached_property
    def coordination(self) -> list[BriefItem]:
        """Items that the reader may see, oldest first."""
        return briefs_of(self.measure.coordination_found)

    @cached_property
    def revisions(self) -> list[NoticeChange]:
        """Revisions by later documents, newest first."""
        return from_array(NoticeChange, self.measure.revised_found)

    @cached_property
    def objections(self) -> list[Objection]:
        """Open objections that the reader may see."""
        return from_array(Objection, self.measure.objections_found)

    @cached_property
    def instructions(self) -> list[InstructionLine]:
        """Instructions that the reader may see, newest first."""
        return instructions_of(self.measure, reader=self.reader, on=self.on)

    @cached_property
    def asked(self) -> defaultdict[str, list[Asked]]:
        """Requests that the reader may see, and status updates; newest first."""
        found = defaultdict(list)
        rows = (Asked(*row) for row in _asked(self.reader, self.on, self.measure.pk))
        for row in sorted(rows, key=lambda one: (one.asked_at, one.pk), reverse=True):
            found[row.kind].append(row)
        return found

    @cached_property
    def requests(self) -> Requests:
        """Requests about its dates and closing, with the columns that closed folds show."""
        return requests_from(
            self.measure,
            self.asked["due-date"],
            self.asked["closing"],
            reader=self.reader,
            leads=self.leads,
        )

    def requests_told(self) -> Requests:
        """Requests about its dates and closing in full."""
        return requests_of(self.measure, reader=self.reader, leads=self.leads, on=self.on)

    @cached_property
    def readings(self) -> list[Reading]:
        return readings_of_measure(self.measure.pk, on=self.on)

    def events(self) -> QuerySet[Event]:
        own = Q(target_type="measures.measure", target_id=self.measure.pk)
        ids = [filing.pk for filing in self.filings]
        theirs = Q(target_type="measures.filing", target_id__in=ids)
        found = Event.objects.filter(own | theirs).exclude(action__in=UNTOLD)
        return found.order_by("-pk")[:EVENTS_MOST]
