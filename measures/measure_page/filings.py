"""The filings of a measure for its page: plain rows, with period and accepted text."""

from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from lib.prepared import Prepared, prepared
from measures.lights.current import fact_url
from measures.models import Filing, Period
from measures.models.filing import FilingFacts


class NoteWords(NamedTuple):
    progress: str
    problems: str
    next_steps: str
    is_unchanged: bool
    unchanged_reason: str


class _Columns(NamedTuple):
    pk: int
    measure_id: int
    agency_id: int
    agency_name: str
    role: str
    state: str
    due_on: date
    first_submitted_at: datetime | None
    mend_by: date | None
    accepted_note_id: int | None
    written_off_at: datetime | None
    period: Period
    note: NoteWords | None  # the accepted one


class MeasureFilingRow(_Columns, FilingFacts):
    """A filing that is only shown."""

    @property
    def url(self) -> str:
        return fact_url(self.measure_id, filing_id=self.pk, cause="")


OWN = _Columns._fields[:-2]
PERIOD = (
    *("id", "kind", "label", "covers_from", "covers_to"),
    *("due_on", "closes_on", "state", "closed_at"),
)
COLUMNS = (
    *OWN,
    *(f"period__{name}" for name in PERIOD),
    *(f"accepted_note__{name}" for name in NoteWords._fields),
)


def filings_of(measure_id: int) -> list[MeasureFilingRow]:
    """Return all filings of opened periods, newest period first; one query."""
    periods: dict[int, Period] = {}
    found = []
    for row in _of_measure().rows([measure_id]):
        own, of_period, of_note = row[: len(OWN)], row[len(OWN) : -5], row[-5:]
        if of_period[0] not in periods:
            periods[of_period[0]] = Period(**dict(zip(PERIOD, of_period, strict=True)))
        note = NoteWords(*of_note) if own[-2] else None
        found.append(MeasureFilingRow._make((*own, periods[of_period[0]], note)))
    return sorted(found, key=lambda one: one.period.covers_from, reverse=True)


@cache
def _of_measure() -> Prepared:
    return prepared(Filing.objects.filter(measure=-1).order_by().values_list(*COLUMNS), "bigint")
