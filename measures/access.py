"""Who may read what of a filing, who leads a measure, and who may review, answer or decide.

docs/permissions.md lists the same in tables. A page makes one Reader and asks it about each filing.
"""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from agencies.models import Agency, Membership, User
from agencies.permissions import ACTING, GRANTS, Perm
from lib.prepared import Prepared, prepared
from measures.choices import CoordinationAct, FilingState, ObjectionState
from measures.models import (
    ClosingRequest,
    CoordinationItem,
    Filing,
    Measure,
    Milestone,
    Note,
    NoticeChange,
    Objection,
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


# Who may not review or answer --------------------------------------------------------------------


def bars_review(filing: Filing, user: User) -> bool:
    """Whether a person may not review a filing: who files or filed for this agency.

    A current liaison or head of the agency, and whoever wrote on, handed in or approved any version
    for it in this period; also whose return of it was found wrong (Objection).
    """
    # Most who ask about their own agency's filing need no query.
    if user.acts_for(filing.agency_id):
        return True
    return bool(_part_in_filing().rows([user.pk, filing.pk]))


@cache
def _part_in_filing() -> Prepared:
    """The filing, if a person had a part in it: the person, the filing."""
    rows = Filing.objects.filter(_had_part(-1, OuterRef), pk=-2)
    return prepared(rows.order_by().values_list("pk"), "bigint", "bigint")


def barred_from_review(user: User) -> Q:
    """Return bars_review as a condition on filings, for a whole queue."""
    return Q(agency__in=user.own_agencies()) | _had_part(user.pk, OuterRef)


def free_for_review(user: User) -> Q:
    """Return the opposite of the same.

    Denied one by one, so that PostgreSQL can look the person's notes up once for all filings; of
    `NOT (… OR …)` it asks for each filing, which took half a minute in a notice of 10,000 measures.
    """
    worked_on, overruled = _parts(user.pk, OuterRef)
    return ~Q(agency__in=user.own_agencies()) & ~worked_on & ~overruled


def all_barred_from_review(people: QuerySet[User], *, on: date) -> Q:
    """Return the filings from which each of these people is barred, without asking who they are."""

    def of_filing(name: str) -> OuterRef:
        return OuterRef(OuterRef(name))

    roles = [role for role, perms in GRANTS.items() if perms & ACTING]
    posts = Membership.objects.current(on=on).filter(role__in=roles, user=OuterRef("pk"))
    acts = Exists(posts.filter(agency=of_filing("agency")))
    return Q(~Exists(people.exclude(acts | _had_part(OuterRef("pk"), of_filing))))


def bars_answer(objection: Objection, user: User) -> bool:
    """Whether a person may not answer an objection: who returned the note, or has a part in it.

    A part has who acts for the agency that objects, or worked on its filings in this period.
    """
    if user.pk == objection.contested_by_id or user.acts_for(objection.agency_id):
        return True
    filing = objection.filing
    if filing is None:
        return False
    return _worked_on(user.pk, agency=objection.agency_id, period=filing.period_id).exists()


def bars_milestone(milestone: Milestone, user: User) -> bool:
    """Whether a person may not record that a milestone was reached: who acts for its agency."""
    return user.acts_for(milestone.agency_id)


# Requests to the chief ----------------------------------------------------------------------------


def speaks_for_lead(user: User, lead: Agency, measure: Measure) -> bool:
    """Whether a person asks the chief in the lead's name; needs the measure's notice.

    Its liaisons and heads; where the commission itself leads, its coordinators too.
    """
    if user.acts_for(lead.pk):
        return True
    return lead.pk == measure.notice.coordinator_id and user.can(Perm.KEEP_NOTICE)


def bars_decision(request: ChiefRequest, user: User) -> bool:
    """Whether a person may not decide on a request to the chief, of any kind.

    Who asked, and who has a part in the lead agency. Persons are barred, not agencies.
    """
    return user.pk == request.asked_by_id or has_part(request, user)


def bars_confirmation(change: NoticeChange, user: User) -> bool:
    """Whether a person may not confirm a change of the notice's text: who wrote any of it."""
    return user.pk in change.writers


def has_part(request: ChiefRequest, user: User) -> bool:
    """A current liaison or head of the lead, or who wrote or approved for it on this measure."""
    lead = request.agency_id
    if user.acts_for(lead):
        return True
    return _worked_on(user.pk, agency=lead, measure=request.measure_id).exists()


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


def _had_part(person: int | OuterRef, of_filing: Callable[[str], OuterRef]) -> Q:
    """Who worked for this agency in this period, and whose return of this filing was wrong."""
    worked_on, overruled = _parts(person, of_filing)
    return worked_on | overruled


def _parts(person: int | OuterRef, of_filing: Callable[[str], OuterRef]) -> tuple[Exists, Exists]:
    worked_on = _worked_on(person, agency=of_filing("agency"), period=of_filing("period"))
    overruled = Objection.objects.filter(state=ObjectionState.UPHELD, contested_by=person)
    return Exists(worked_on), Exists(overruled.filter(filing=of_filing("pk")))


def _worked_on(person: int | OuterRef, **filing: int | OuterRef) -> QuerySet[Note]:
    """The versions a person ever wrote on, handed in or approved, of filings with these fields."""
    fields = {f"filing__{name}": value for name, value in filing.items()}
    touched = Q(writers__contains=[person]) | Q(submitted_by=person) | Q(approved_by=person)
    return Note.objects.filter(touched, **fields)
