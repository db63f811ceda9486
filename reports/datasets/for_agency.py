"""A dataset restricted to one agency: its measures, its part in them, its own notes."""

from collections.abc import Mapping

from measures.models import Note, Period
from reports.datasets.context import NamedAgency
from reports.datasets.participants import note_data
from reports.datasets.schema import ProgressData, measures_of
from reports.datasets.totals import fill_totals


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
