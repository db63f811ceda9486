"""What a person may read of a filing: which versions, and which parts of them."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from agencies.models import Agency, User
from agencies.permissions import Perm
from measures.choices import FilingState, PeriodState
from measures.models import ClosingRequest, Filing, Measure, Note, Objection, Responsibility
from measures.models.filing_status import Standing, standing_of
from measures.models.request import EFFECTIVE


class Reader(NamedTuple):
    """What decides what somebody may read; made once a page."""

    agency_ids: frozenset[int]  # those on whose behalf the person files or approves
    led_measure_ids: frozenset[int]  # those that one of these agencies leads
    is_commission: bool
    sees_trouble: bool


class VersionView(NamedTuple):
    """One version as one person may see it."""

    note: Note
    is_whole: bool  # problems, next steps and help needed are shown too
    is_accepted: bool
    is_in_hand: bool
    is_dropped: bool


def reader_for(user: User, *, on: date) -> Reader:
    """What a person may read on a day; one query beside the memberships."""
    own = user.own_agencies()
    led = Responsibility.objects.valid(on=on).filter(role="lead", agency__in=own)
    return _reader(
        user, own, frozenset(led.values_list("measure_id", flat=True)) if own else frozenset()
    )


def reader_of(user: User, measure: Measure) -> Reader:
    """The same for what is of one measure, whose responsibilities are fetched; no query."""
    own = user.own_agencies()
    leads = measure.lead is not None and measure.lead.agency_id in own
    return _reader(user, own, frozenset([measure.pk] if leads else []))


def _reader(user: User, own: frozenset[int], led: frozenset[int]) -> Reader:
    return Reader(
        agency_ids=own,
        led_measure_ids=led,
        is_commission=user.can(Perm.READ_UNACCEPTED),
        sees_trouble=user.can(Perm.READ_TROUBLE),
    )


def is_own(reader: Reader, filing: Filing) -> bool:
    """Whether the filing is of one of the reader's agencies."""
    return filing.agency_id in reader.agency_ids


def reads_unaccepted(reader: Reader, filing: Filing) -> bool:
    """Whether the reader sees what has left the agency but is not accepted."""
    return (
        is_own(reader, filing)
        or reader.is_commission
        or filing.measure_id in reader.led_measure_ids
    )


def reads_whole(reader: Reader, filing: Filing) -> bool:
    """Whether the reader sees problems and help needed beside the progress."""
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
    takes_effect = request.state in EFFECTIVE
    return is_lead or reader.is_commission or (reader.sees_trouble and takes_effect)


def tells_state(reader: Reader, filing: Filing) -> bool:
    """Whether the reader is told the filing's very state: what goes on inside an agency is its own.

    Everybody else is told where it stands (measures.models.filing_status).
    """
    inside = (FilingState.PENDING, FilingState.DRAFT, FilingState.IN_AGENCY)
    never_left = filing.first_submitted_at is None and filing.state != FilingState.WAIVED
    return is_own(reader, filing) or not (filing.state in inside or never_left)


def shown_standing(reader: Reader, filing: Filing, *, on: date) -> FilingState | Standing:
    """The state, or the standing for those who are not told it; needs the period fetched."""
    if tells_state(reader, filing):
        return FilingState(filing.state)
    is_over = filing.period.state == PeriodState.CLOSED
    return standing_of(filing, is_over=is_over, on=on)


def versions_for(reader: Reader, filing: Filing, notes: Iterable[Note]) -> list[VersionView]:
    """The versions a person may see, newest first. Another agency's draft does not exist."""
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


def _may_read(reader: Reader, filing: Filing, note: Note) -> bool:
    if is_own(reader, filing):
        return True
    if note.pk == filing.accepted_note_id:
        return True
    return note.left_at is not None and reads_unaccepted(reader, filing)


def led_by(user: User, measure: Measure, *, on: date) -> Agency | None:
    """The agency that leads a measure on a day, where the person files or approves for it."""
    leads = Responsibility.objects.valid(on=on).filter(measure=measure, role="lead")
    duty = leads.filter(agency__in=user.own_agencies()).select_related("agency").first()
    return duty.agency if duty else None


def eligible_agencies(*, on: date) -> list[Agency]:
    """The agencies and districts that existed on a day, in protocol order, named as then."""
    found = Agency.objects.existing(on=on).named(on=on)
    return [agency for agency in found if agency.name_then]


def bars_review(filing: Filing, user: User) -> bool:
    """Whether a person may not review a filing: who files or filed for this agency.

    A current liaison or head of the agency, and whoever wrote, handed in or approved any version
    for it in this period; also whose return of it was found wrong (Objection).
    """
    if user.acts_for(filing.agency_id):
        return True
    same = {"filing__agency": filing.agency_id, "filing__period": filing.period_id}
    if Note.objects.touched_by(user).filter(**same).exists():
        return True
    return Objection.objects.overruling(user).filter(filing=filing).exists()
