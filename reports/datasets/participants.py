"""The agencies of each measure: their filings' timeliness and notes; and one agency's part."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils.timezone import localdate

from lib.workdays import Calendar, workdays_between
from measures.choices import Confidence, Decision, ResponsibilityRole, Stage
from measures.models import Filing, Note, Period, Review, Urge
from measures.models.public_status import public_status_of
from reports.choices import Timeliness
from reports.datasets.context import NamedAgency
from reports.datasets.frozen import clean
from reports.datasets.schema import NoteData, PartyData, ProgressData, measures_of
from reports.datasets.totals import fill_totals
from reports.rules.timeliness import part_of, timeliness_of_filing


def parties_by_measure(
    period: Period, *, is_over: bool, on: date, calendar: Calendar
) -> Mapping[int, list[PartyData]]:
    """Return the agencies that owe a filing, by measure and in protocol order; one query.

    `is_over`: the period has closed. `on` is the day up to which a missing filing is late.
    """
    returns = (
        Review.objects.filter(note__filing=OuterRef("pk"), decision=Decision.RETURN)
        .exclude(note__left_at=None)
        .order_by()
        .values("note__filing")
        .annotate(n=Count("pk"))
    )
    chases = Urge.objects.chases().filter(filing=OuterRef("pk"))
    days = chases.annotate(day=TruncDate("sent_at")).order_by("day").values("day").distinct()
    filings = (
        Filing.objects.filter(period=period)
        .select_related("accepted_note")
        .annotate(
            returned=Coalesce(Subquery(returns.values("n")), 0),
            chased_on=ArraySubquery(days),
            agency_code=F("agency__code"),
            agency_order=F("agency__order"),
        )
        .order_by("measure__ordinal", "agency__order")
    )
    found: defaultdict[int, list[PartyData]] = defaultdict(list)
    for filing in filings.iterator():
        filing.period = period  # avoids a query per filing
        party = _filed_party(filing, is_over=is_over, on=on, calendar=calendar)
        found[filing.measure_id].append(party)
    return found


def _filed_party(filing: Any, *, is_over: bool, on: date, calendar: Calendar) -> PartyData:
    submitted = filing.first_submitted_at
    submitted_on = localdate(submitted) if submitted else None
    timeliness = timeliness_of_filing(filing, on=on)
    party = party_of(filing.agency_name, filing.agency_code, filing.agency_order, filing.role)
    party["filing"] = filing.pk
    status = public_status_of(filing, is_over=is_over, on=on)
    party["filing_state"] = str(status.label)
    party["part"] = part_of(status).value
    party["timeliness"] = timeliness.value
    party["timeliness_label"] = timeliness.label
    party["due_on"] = filing.due_on.isoformat()
    party["submitted_on"] = submitted_on.isoformat() if submitted_on else None
    party["awaits_review"] = submitted_on is not None and filing.accepted_note_id is None
    party["is_backfilled"] = filing.is_backfilled
    party["is_written_off"] = filing.written_off_at is not None
    party["returned"] = filing.returned
    party["chased_on"] = [day.isoformat() for day in filing.chased_on]
    if timeliness in (Timeliness.LATE, Timeliness.MISSING):
        came = submitted_on if timeliness == Timeliness.LATE else None
        party["workdays_late"] = workdays_between(filing.due_on, came or on, calendar)
    party["note"] = note_data(filing.accepted_note) if filing.accepted_note else None
    party["version"] = filing.accepted_note.version if filing.accepted_note else 0
    return party


def party_of(agency: str, code: str, order: int, role: str) -> PartyData:
    choice = ResponsibilityRole(role)
    return {
        "agency": agency,
        "code": code,
        "order": order,
        "role": choice.value,
        "role_label": choice.label,
        "role_mark": choice.mark,
        "filing": None,
        "version": 0,
        "filing_state": "",
        "part": "",
        "timeliness": "",
        "timeliness_label": "",
        "due_on": None,
        "submitted_on": None,
        "awaits_review": False,
        "is_backfilled": False,
        "is_written_off": False,
        "returned": 0,
        "workdays_late": 0,
        "note": None,
    }


def note_data(note: Note) -> NoteData:
    return {
        "progress": clean(note.progress),
        "problems": clean(note.problems),
        "next_steps": clean(note.next_steps),
        "help_needed": clean(note.help_needed),
        "stage": str(Stage(note.claimed_stage).label),
        "percent": note.claimed_percent,
        "confidence": Confidence(note.confidence).label,
        "confidence_reason": clean(note.confidence_reason),
    }


def narrow_to_agency(data: ProgressData, who: NamedAgency) -> ProgressData:
    """Restrict `data` to one agency's measures and its part in them, and count again. Pure."""
    code = who.agency.code
    for section in data["sections"]:
        for measure in section["measures"]:
            measure["parties"] = [one for one in measure["parties"] if one["code"] == code]
            if "items" in measure:
                measure["items"] = [one for one in measure["items"] if one["code"] == code]
        section["measures"] = [one for one in section["measures"] if one["parties"]]
    data["sections"] = [section for section in data["sections"] if section["measures"]]
    data["corrections"] = [one for one in data["corrections"] if one["code"] == code]
    data["agency"] = who.short
    return fill_totals(data)


def submitted_notes(period: Period, who: NamedAgency) -> dict[int, Note]:
    """Return the note that the agency last submitted in the period, by filing; one query."""
    notes = Note.objects.filter(filing__period=period, filing__agency=who.agency)
    return {note.filing_id: note for note in notes.last_submitted()}


def put_in_notes(data: ProgressData, notes: Mapping[int, Note]) -> ProgressData:
    """Replace the accepted notes by these notes, accepted or not. Pure."""
    for measure in measures_of(data):
        for party in measure["parties"]:
            note = notes.get(party["filing"] or 0)
            party["note"] = note_data(note) if note else None
            party["version"] = note.version if note else 0
    return data
