"""Who may read what of a filing, which agency leads a measure, and who acts for an agency.

docs/permissions.md has the same rules as tables. A page makes one Reader and uses it for each
filing. Who may not review, answer or decide is in measures.bars; that all but the administrators
may read every measure, in BusinessQuerySet.visible_to (agencies.models.fields).
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
    """The facts that decide what a person may read; made once for each page."""

    agency_ids: frozenset[int]  # the agencies for which the person files or approves
    led_measure_ids: frozenset[int]  # the measures led by one of these agencies
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
    """Return the lead of a measure on a day, with its name then; None while it is 待核对."""
    leads = Responsibility.objects.leads(on=on).filter(measure=measure)
    return Agency.objects.named(on=on).filter(pk__in=leads.values("agency")).first()


def led_by(user: User, measure: Measure, *, on: date) -> Agency | None:
    lead = lead_of(measure, on=on)
    return lead if lead is not None and user.acts_for(lead.pk) else None


def eligible_agencies(*, on: date) -> list[Agency]:
    """Return the agencies that existed on a day, with their names then, in protocol order."""
    found = Agency.objects.existing(on=on).named(on=on)
    return [agency for agency in found if agency.name_then]


# What a person reads of a filing -----------------------------------------------------------------


def reader_for(user: User, *, on: date) -> Reader:
    """Return the Reader of a person on a day; one query beside the memberships."""
    own = user.own_agencies()
    led = Responsibility.objects.leads(on=on).filter(agency__in=own)
    return _reader(user, led.values_list("measure_id", flat=True) if own else ())


def reader_of(user: User, measure: Measure) -> Reader:
    """Return the Reader for one measure with fetched responsibilities; no query."""
    leads = measure.lead is not None and user.acts_for(measure.lead.agency_id)
    return _reader(user, [measure.pk] if leads else ())


def is_own(reader: Reader, filing: FilingFacts) -> bool:
    return filing.agency_id in reader.agency_ids


def reads_unaccepted(reader: Reader, filing: FilingFacts) -> bool:
    """Whether the reader sees submitted notes that are not accepted.

    These are the agency itself, the commission, and the measure's lead.
    """
    return (
        is_own(reader, filing)
        or reader.is_commission
        or filing.measure_id in reader.led_measure_ids
    )


def reads_whole(reader: Reader, filing: FilingFacts) -> bool:
    """Whether the reader sees problems and help needed beside the progress.

    Everybody who sees unaccepted notes, and leaders (Perm.READ_TROUBLE).
    """
    return reads_unaccepted(reader, filing) or reader.sees_trouble


def reads_note_whole(reader: Reader, filing: Filing, note: Note) -> bool:
    """Whether the reader sees this version with problems, help needed and evidence."""
    return reads_whole(reader, filing) and _may_read(reader, filing, note)


def reads_closing_files(reader: Reader, request: ClosingRequest) -> bool:
    """Whether the reader sees the files of a request to close a measure.

    As with notes: the lead and the commission; leaders once the request was agreed to.
    """
    is_lead = request.agency_id in reader.agency_ids or (
        request.measure_id in reader.led_measure_ids
    )
    return is_lead or reader.is_commission or (reader.sees_trouble and request.took_effect)


def tells_state(reader: Reader, filing: FilingFacts) -> bool:
    """Whether the reader may see the filing's state, including the steps inside its agency.

    Everybody else sees its status (measures.models.public_status).
    """
    inside = (FilingState.PENDING, FilingState.DRAFT, FilingState.IN_AGENCY)
    never_left = filing.first_submitted_at is None and filing.state != FilingState.WAIVED
    return is_own(reader, filing) or not (filing.state in inside or never_left)


def shown_status(reader: Reader, filing: FilingFacts, *, on: date) -> FilingState | PublicStatus:
    """Return the state, or the status if the reader may not see it; needs the period fetched."""
    if tells_state(reader, filing):
        return FilingState(filing.state)
    return public_status_of(filing, is_over=filing.period.is_closed, on=on)


def versions_for(reader: Reader, filing: Filing, notes: Iterable[Note]) -> list[VersionView]:
    """Return the versions a person may see; drafts of other agencies are left out.

    `notes`: all versions of the filing, newest first.
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
    """Whether a person may make requests to the chief for the lead; needs the measure's notice.

    Its liaisons and heads; if the commission itself leads, its coordinators too.
    """
    if user.acts_for(lead.pk):
        return True
    return lead.pk == measure.notice.coordinator_id and user.can(Perm.KEEP_NOTICE)


def may_withdraw(request: ChiefRequest, user: User) -> bool:
    """Whether a person may withdraw a request to the chief; needs the measure's notice.

    The requester and the lead's people. A request to set a light: any coordinator.
    """
    if isinstance(request, OverrideRequest):
        return user.can(Perm.UPDATE_STATUS)
    if user.pk == request.asked_by_id:
        return True
    return speaks_for_lead(user, request.agency, request.measure)


# What is asked of others --------------------------------------------------------------------------


def speaks_for(user: User, agency: Agency | None, measure: Measure) -> bool:
    """Whether a person may ask and answer for an agency; needs the measure's notice.

    Its liaisons and heads; for the commission its coordinators and chiefs too.
    """
    if agency is None:
        return False
    if user.acts_for(agency.pk):
        return True
    return agency.pk == measure.notice.coordinator_id and user.can(Perm.READ_UNACCEPTED)


def parts_in(item: CoordinationItem, user: User) -> frozenset[CoordinationParty]:
    """Return a person's parties in a 需协调事项; needs with_parties().

    If the leader asked no longer holds the post, any leader counts as the holder.
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
    """Return the steps that a person may take now; DECIDE only if a leader is the holder."""
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
