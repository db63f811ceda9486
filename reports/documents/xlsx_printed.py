"""The measures of a frozen dataset as the printed ledger tells them. Pure."""

from collections.abc import Iterator

from measures.sheets.printed_ledger import (
    AgencyWords,
    MeasureWords,
    agency_words,
    filing_words,
    light_words,
    nature_words,
    stage_words,
    trouble_words,
)
from reports.datasets.schema import MeasureData, PartyData, ProgressData, measures_of
from reports.documents.tables import marked_title, waiting_agencies
from reports.documents.wording import day_words


def printed_measures(data: ProgressData) -> Iterator[MeasureWords]:
    return map(_measure, measures_of(data))


def _measure(measure: MeasureData) -> MeasureWords:
    return MeasureWords(
        mark=measure["mark"],
        title=marked_title(measure),
        nature=nature_words(measure["nature_label"], _day(measure["due_on"])),
        stage=stage_words(measure["stage_label"], measure["percent"]),
        light=light_words(
            measure["light"],
            measure["light_label"],
            measure["sentence"],
            since=_day(measure["since"]),
            waits_for=waiting_agencies(measure),
        ),
        agencies=[_agency(party) for party in measure["parties"]]
        or [AgencyWords(measure["agencies_mark"])],
    )


def _agency(party: PartyData) -> AgencyWords:
    note = party["note"]
    return AgencyWords(
        agency=agency_words(party["agency"], party["role"]),
        filing=filing_words(
            party["filing_state"], party["timeliness_label"], _day(party["submitted_on"])
        ),
        progress=note["progress"] if note else "",
        trouble=trouble_words(note["problems"], note["help_needed"]) if note else "",
        next_steps=note["next_steps"] if note else "",
    )


def _day(day: str | None) -> str:
    return day_words(day) if day else ""
