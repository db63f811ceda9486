"""Who may read what of a filing, who leads a measure, and who speaks for whom.

docs/permissions.md lists the same in tables. A page makes one Reader and asks it about each filing.
Who may not review, answer or decide is in measures.bars.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from agencies.models import Agency, User
from agencies.permissions import Perm
from measures.choices import CoordinationAct, FilingState
from measures.models import (
    ClosingRequest,
    CoordinationItem,
    Filing,
    Measure,
    Note,
    OverrideRequest,
    Responsibility,
)
from measures.models.filing import FilingFacts
from measures.models.public_status import PublicStatus, public_status_of
from measures.models.request import ChiefRequest
from measures.rules.coordination import CoordinationParty, acts_of


class Reader(NamedTuple):
    """What decides what somebody may read; made once a page."""

    agency_ids: frozenset[int]  # those on whose behalf the person files or approves
    led_measure_ids: frozenset[int]  # those that one of these agencies leads
    is_commission: bool
    sees_trouble: bool


class VersionView(NamedTuple):
    note: Note
    is_whole: bool  # problems, next steps and help needed are shown too
    is_accepted: bool
    is_in_hand: bool
    is_dropped: bool


# Who leads a measure -----------------------------------------------------------------------------


def lead_of(measure: Measure, *, on: date) -> Agency | None:
    """Return the agency that leads a measure on a day, named as then; None where it is 待核对."""
    leads = Responsibility.objects.leads(on=on).filter(measure=measure)
    return Agency.objects.named(on=on).filter(pk__in=leads.values("agency")).first()


def led_by(user: User, measure: Measure, *, on: date) -> Agency | None:
    lead = lead_of(measure, on=on)
    return lead if lead is not None and user.acts_for(lead.pk) else None


def eligible_agencies(*, on: date) -> list[Agency]:
    """Return the agencies that existed on a day, in protocol order, named as then."""
    found = Agency.objects.existing(on=on).named(on=on)
    return [agency for agency in found if agency.name_then]


# What a person reads of a filing -----------------------------------------------------------------


def reader_for(user: User, *, on: date) -> Reader:
    """Return what a person may read on a day; one query beside the memberships."""
    own = user.own_agencies()
    led = Responsibility.objects.leads(on=on).filter(agency__in=own)
    return _reader(user, led.values_list("measure_id", flat=True) if own else ())


def reader_of(user: User, measure: Measure) -> Reader:
    """The same for one measure, whose responsibilities are fetched; no query."""
    leads = measure.lead is not None and user.acts_for(measure.lead.agency_id)
    return _reader(user, [measure.pk] if leads else ())


def is_own(reader: Reader, filing: FilingFacts) -> bool:
    return filing.agency_id in reader.agency_ids


def reads_unaccepted(reader: Reader, filing: FilingFacts) -> bool:
    """Whether the reader sees what has left the agency but is not accepted.

    The agency, the commission, and the measure's lead.
    """
    return (
        is_own(reader, filing)
        or reader.is_commission
        or filing.measure_id in reader.led_measure_ids
    )


def reads_whole(reader: Reader, filing: FilingFacts) -> bool:
    """Whether the reader sees problems and help needed beside the progress.

    Whoever sees the unaccepted, and leaders (Perm.READ_TROUBLE).
    """
    return reads_unaccepted(reader, filing) or reader.sees_trouble


def reads_note_whole(reader: Reader, filing: Filing, note: Note) -> bool:
    """Whether the reader sees this version with problems, help needed and evidence."""
    return reads_whole(reader, filing) and _may_read(reader, filing, note)


def reads_closing_files(reader: Reader, request: ClosingRequest) -> bool:
    """Whether the reader sees the files behind a request to close a measure.

    As with notes: the lead and the commission, leaders once it was agreed to.
    """
    is_lead = request.agency_id in reader.agency_ids or (
        request.measure_id in reader.led_measure_ids
    )
    return is_lead or reader.is_commission or (reader.sees_trouble and request.took_effect)


def tells_state(reader: Reader, filing: FilingFacts) -> bool:
    """Whether the reader is told the filing's very state: what goes on inside an agency is its own.

    Everybody else is told its status (measures.models.public_status).
    """
    inside = (FilingState.PENDING, FilingState.DRAFT, FilingState.IN_AGENCY)
    never_left = filing.first_submitted_at is None and filing.state != FilingState.WAIVED
    return is_own(reader, filing) or not (filing.state in inside or never_left)


def shown_status(reader: Reader, filing: FilingFacts, *, on: date) -> FilingState | PublicStatus:
    """Return the state, or the status for those who are not told it; needs the period fetched."""
    if tells_state(reader, filing):
        return FilingState(filing.state)
    return public_status_of(filing, is_over=filing.period.is_closed, on=on)


def versions_for(reader: Reader, filing: Filing, notes: Iterable[Note]) -> list[VersionView]:
    """Return the versions a person may see; another agency's draft does not exist.

    `notes` are all of the filing's, newest first.
    """
    notes = list(notes)
    newest = next((note.pk for note in notes if note.dropped_at is None), None)
    return [
        VersionView(
            note=note,
            is_whole=reads_whole(reader, filing),
            is_accepted=note.pk == filing.accepted_note_id,
            is_in_hand=note.pk == newest,
            is_dropped=note.dropped_at is not None,
        )
        for note in notes
        if _may_read(reader, filing, note)
    ]


# Requests to the chief ----------------------------------------------------------------------------


def speaks_for_lead(user: User, lead: Agency, measure: Measure) -> bool:
    """Whether a person asks the chief in the lead's name; needs the measure's notice.

    Its liaisons and heads; where the commission itself leads, its coordinators too.
    """
    if user.acts_for(lead.pk):
        return True
    return lead.pk == measure.notice.coordinator_id and user.can(Perm.KEEP_NOTICE)


def may_withdraw(request: ChiefRequest, user: User) -> bool:
    """Whether a person may withdraw a request to the chief; needs the measure's notice.

    Who asked, and the lead's people. A light set by hand is the coordinators', whoever asked.
    """
    if isinstance(request, OverrideRequest):
        return user.can(Perm.UPDATE_STATUS)
    if user.pk == request.asked_by_id:
        return True
    return speaks_for_lead(user, request.agency, request.measure)


# What is asked of others --------------------------------------------------------------------------


def speaks_for(user: User, agency: Agency | None, measure: Measure) -> bool:
    """Whether a person asks and answers for an agency; needs the measure's notice.

    Its liaisons and heads; for the commission its coordinators and chiefs too.
    """
    if agency is None:
        return False
    if user.acts_for(agency.pk):
        return True
    return agency.pk == measure.notice.coordinator_id and user.can(Perm.READ_UNACCEPTED)


def parts_in(item: CoordinationItem, user: User) -> frozenset[CoordinationParty]:
    """What a person is in a 需协调事项; needs it with_parties().

    What was asked of a leader whose post has ended is any leader's.
    """
    found = set()
    if speaks_for(user, item.asked_by, item.measure):
        found.add(CoordinationParty.ASKER)
    if speaks_for(user, item.holder_agency, item.measure) or _is_asked_leader(item, user):
        found.add(CoordinationParty.HOLDER)
    if user.can(Perm.READ_UNACCEPTED):
        found.add(CoordinationParty.COMMISSION)
    return frozenset(found)


def coordination_acts(item: CoordinationItem, user: User) -> frozenset[CoordinationAct]:
    """The steps that a person may take now. Only a leader decides what others carry out."""
    found = acts_of(item.state_choice, parts_in(item, user))
    return found if item.holder_leader_id else found - {CoordinationAct.DECIDE}


def _is_asked_leader(item: CoordinationItem, user: User) -> bool:
    if item.holder_leader is None or not user.can(Perm.INSTRUCT):
        return False
    return item.holder_leader == user or not item.holder_leader.can(Perm.INSTRUCT)


# Helpers -----------------------------------------------------------------------------------------


def _reader(user: User, led_measure_ids: Iterable[int]) -> Reader:
    return Reader(
        agency_ids=user.own_agencies(),
        led_measure_ids=frozenset(led_measure_ids),
        is_commission=user.can(Perm.READ_UNACCEPTED),
        sees_trouble=user.can(Perm.READ_TROUBLE),
    )


def _may_read(reader: Reader, filing: Filing, note: Note) -> bool:
    if is_own(reader, filing) or note.pk == filing.accepted_note_id:
        return True
    return note.left_at is not None and reads_unaccepted(reader, filing)
