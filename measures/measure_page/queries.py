"""What a measure's page asks of the database: many small questions, put in one statement."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from agencies.models import Agency, Event, User
from agencies.permissions import Perm
from lib.together import fetch_together, hand_out
from measures.approvals.page import closings_of, dates_of
from measures.indicators.readings import indicators_of
from measures.instructions.page import seen_by
from measures.lights.history import changes_of, overrides_of
from measures.models import (
    Addressee,
    ClosingRequest,
    DueDateRequest,
    Filing,
    Gap,
    Indicator,
    Instruction,
    InstructionReply,
    LightChange,
    Measure,
    Milestone,
    Objection,
    OverrideRequest,
    Responsibility,
    StatusUpdate,
)
from measures.models.instruction import told_replies
from measures.status.history import grounds_of, hang_grounds, updates_of

EVENTS_MOST = 90
UNTOLD = ("filing.save", "filing.correct", "filing.drop", "filing.remark")


class Asked(NamedTuple):
    """The questions, each a queryset that holds its rows."""

    gaps: QuerySet[Gap]
    duties: QuerySet[Responsibility]
    named_in_text: QuerySet[Agency]
    filings: QuerySet[Filing]
    dates: QuerySet[DueDateRequest]
    closings: QuerySet[ClosingRequest]
    milestones: QuerySet[Milestone]
    changes: QuerySet[LightChange]
    overrides: QuerySet[OverrideRequest]
    updates: QuerySet[StatusUpdate]  # with their grounds
    grounds: QuerySet
    objections: QuerySet[Objection]
    indicators: QuerySet[Indicator]
    instructions: QuerySet[Instruction]  # with their parties
    addressees: QuerySet[Addressee]
    replies: QuerySet[InstructionReply]
    own_events: QuerySet[Event]  # these two are for whoever sees the trail
    filing_events: QuerySet[Event]


def ask(measure: Measure, *, reader: User, on: date) -> Asked:
    """Ask them all: one statement, and one for the files behind accepted notes."""
    asked = Asked(
        gaps=Gap.objects.unconfirmed().filter(measure=measure),
        duties=Responsibility.objects.valid(on=on).filter(measure=measure).with_agencies(on=on),
        named_in_text=_named_in_text(measure),
        filings=_filings(measure),
        dates=dates_of(measure, reader, on=on),
        closings=closings_of(measure, reader, on=on),
        milestones=Milestone.objects.filter(measure=measure),
        changes=changes_of(measure, on=on),
        overrides=overrides_of(measure, reader, on=on),
        updates=updates_of(measure),
        grounds=grounds_of(measure),
        objections=_objections(measure, reader),
        indicators=indicators_of([measure.pk]),
        instructions=seen_by(reader, on=on).filter(measure=measure).with_people(),
        addressees=Addressee.objects.filter(instruction__measure=measure),
        replies=told_replies().filter(addressee__instruction__measure=measure),
        own_events=_events(reader, "measures.measure", [measure.pk]),
        filing_events=_events(reader, "measures.filing", _ids_of_filings(measure)),
    )
    fetch_together(*asked)
    hang_grounds(asked.updates, asked.grounds)
    hand_out(asked.addressees, asked.replies, by="addressee_id", to="said")
    hand_out(asked.instructions, asked.addressees, by="instruction_id", to="parties")
    return asked


def newest_first(asked: Asked) -> list[Event]:
    """The events of both kinds."""
    return sorted(
        (*asked.own_events, *asked.filing_events), key=lambda event: event.pk, reverse=True
    )


def _filings(measure: Measure) -> QuerySet[Filing]:
    """All filings of opened periods, newest period first."""
    return (
        Filing.objects.filter(measure=measure)
        .select_related("period", "accepted_note", "agency")
        .prefetch_related("accepted_note__evidence")
        .order_by("-period__covers_from", "agency__order")
    )


def _ids_of_filings(measure: Measure) -> QuerySet:
    return Filing.objects.filter(measure=measure).order_by().values("pk")


def _named_in_text(measure: Measure) -> QuerySet[Agency]:
    """What changed later, names and responsibilities, is not the notice's own text."""
    issued = measure.notice.issued_on
    duties = measure.responsibilities.valid(on=issued).filter(valid_from__isnull=True)
    agencies = Agency.objects.named(on=issued).filter(responsibilities__in=duties)
    return agencies.order_by("responsibilities__order")


def _objections(measure: Measure, reader: User) -> QuerySet[Objection]:
    found = Objection.objects.visible_to(reader).filter(measure=measure).open()
    return found.select_related("measure", "raised_by")


def _events(reader: User, target_type: str, ids: Sequence[int] | QuerySet) -> QuerySet[Event]:
    """The newest events of some things; none for who sees no measure's trail."""
    if not (reader.can(Perm.READ_UNACCEPTED) or reader.own_agencies()):
        return Event.objects.none()
    found = Event.objects.filter(target_type=target_type, target_id__in=ids)
    return found.exclude(action__in=UNTOLD)[:EVENTS_MOST]
