"""A period's filings for the cells of 责任矩阵; for a large notice also only counted."""

from collections import Counter
from datetime import date, datetime
from functools import cache, lru_cache
from typing import NamedTuple

from agencies.models.fields import holds_q
from lib.prepared import Prepared, prepared
from measures.models import DutyTotal, Filing, Measure
from measures.models.filing import FilingFacts
from measures.models.public_status import public_status_of
from reports.filing_status.data import FiledCount, PeriodEnd
from reports.period.filings import alike_in, told_alike
from reports.period.shown import LAST, Party, Shown, notice_key, parties_of
from reports.rules.timeliness import timeliness_of_filing


class OwnColumns(NamedTuple):
    """The columns that are read of a filing."""

    pk: int
    measure_id: int
    agency_id: int
    state: str
    due_on: date
    first_submitted_at: datetime | None
    mend_by: date | None
    accepted_note_id: int | None
    written_off_at: datetime | None
    period__closed_at: datetime | None


class OwnFiling(OwnColumns, FilingFacts):
    """A filing for display only, as the rules take it."""

    @property
    def period(self) -> PeriodEnd:
        return PeriodEnd("", self.period__closed_at)


class FilingMark(NamedTuple):
    filing_id: int
    counted: FiledCount
    is_backfilled: bool  # 补报: it first left its agency after the period had closed
    is_written_off: bool  # 核销: it is no longer owed


def filings_in(
    shown: Shown, first: int = 0, last: int = LAST, *, on: date
) -> dict[int, dict[int, FilingMark]]:
    """Return filings by measure and agency, for ordinals from `first` to `last`; one query."""
    found: dict[int, dict[int, FilingMark]] = {}
    rows = _of_period().rows([shown.period.pk, first, last]) if shown.period else []
    for filing in map(OwnFiling._make, rows):
        found.setdefault(filing.measure_id, {})[filing.agency_id] = FilingMark(
            filing.pk,
            _counted(filing, shown, on),
            filing.is_backfilled,
            filing.written_off_at is not None,
        )
    return found


@cache
def _of_period() -> Prepared:
    rows = Filing.objects.filter(period=-1, measure__ordinal__range=(-2, -3))
    columns = rows.order_by().values_list(*OwnColumns._fields)
    return prepared(columns, "bigint", "bigint", "bigint")


def _counted(filing: OwnFiling, shown: Shown, on: date) -> FiledCount:
    status = public_status_of(filing, is_over=shown.is_over, on=on)
    return FiledCount(filing.agency_id, status, timeliness_of_filing(filing, on=on))


def filed_counted(shown: Shown, *, on: date) -> Counter[FiledCount]:
    """Return counts of the period's filings by status, from the kept totals; one query."""
    found: Counter[FiledCount] = Counter()
    for row in _totals().rows([shown.period.pk]) if shown.period else []:
        [agency], filings, number = told_alike(row)
        status = public_status_of(filings, is_over=shown.is_over, on=on)
        found[FiledCount(agency, status, timeliness_of_filing(filings, on=on))] += number
    return found


@cache
def _totals() -> Prepared:
    return prepared(alike_in(-1, "agency_id"), "bigint")


def duties_counted(shown: Shown, *, on: date) -> Counter[Party]:
    """Return counts of measures by agency and role, from the kept totals; one query."""
    rows = _parts(shown.duty_day(on), shown.name_day(on)).rows([notice_key(shown)])
    found: Counter[Party] = Counter()
    for *party, count in rows:
        found[Party(*party)] += count
    return found


def skipped_counted(shown: Shown, *, on: date) -> Counter[int]:
    """Return the number of skipped measures (隔期填报) by agency; none or two queries."""
    ordinals = shown.period.skipped_found if shown.period else ()
    own = Measure.objects.filter(notice=notice_key(shown), ordinal__in=ordinals)
    keys = list(own.values_list("pk", flat=True)) if ordinals else []
    parties = parties_of(keys, shown, on=on) if keys else {}
    return Counter(party.agency_id for parts in parties.values() for party in parts)


@lru_cache(maxsize=20)  # one for each day and period shown
def _parts(duty_day: date, name_day: date) -> Prepared:
    named = DutyTotal.objects.filter(
        holds_q(duty_day), holds_q(name_day, "agency__names__valid_"), notice=-1
    )
    party = ("agency_id", "agency__names__short_name", "agency__order", "role", "lead_basis")
    return prepared(named.summed(*party), "bigint")
