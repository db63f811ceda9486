"""责任矩阵: who is responsible for what, and how that stands in a period. No format."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from lib.chinese import ordinal
from lib.prepared import Prepared, prepared
from measures.choices import GapKind, LeadBasis, Light, ResponsibilityRole
from measures.lights.current import fact_url, url_of, verdicts_for
from measures.models import Filing, Measure
from measures.models.filing import FilingFacts
from measures.models.public_status import PublicStatus, public_status_of
from reports.choices import MatrixView, Timeliness
from reports.filing_status.data import PeriodEnd
from reports.period.measures import gaps_in, measures_in
from reports.period.shown import Party, SectionHead, Shown, Word, newest_snapshots, parties_in
from reports.rules.timeliness import timeliness_of_filing

NO_FILING = Word("本期无填报任务", "plain", "·")


class AgencyColumn(NamedTuple):
    """An agency, as it was called, and what it has."""

    agency_id: int
    name: str
    total: int
    leads: int


class OwnColumns(NamedTuple):
    """What is read of a filing."""

    pk: int
    measure_id: int
    agency_id: int
    state: str
    due_on: date
    first_submitted_at: datetime | None
    mend_by: date | None
    accepted_note_id: int | None
    written_off_at: datetime | None
    period__state: str
    period__closed_at: datetime | None


class OwnFiling(OwnColumns, FilingFacts):
    """A filing that is only shown."""

    @property
    def period(self) -> PeriodEnd:
        """Its period."""
        return PeriodEnd(self.period__state, self.period__closed_at)


class FilingMark(NamedTuple):
    """One filing, as its place tells it."""

    filing_id: int
    agency_id: int
    status: PublicStatus
    timeliness: Timeliness
    is_backfilled: bool  # 补报: it first left its agency after the period had closed
    is_written_off: bool  # 核销: it is owed no more


class Mark(NamedTuple):
    """An agency's responsibility for a measure."""

    party: Party
    line: FilingMark | None  # None: nothing is owed in the period shown

    @property
    def status(self) -> PublicStatus | None:
        """Where its filing stands, if it owes one."""
        return self.line.status if self.line else None

    @property
    def role(self) -> ResponsibilityRole:
        """The role with its mark and label."""
        return self.party.role_choice

    @property
    def filed(self) -> Word:
        """Where the agency's filing stands."""
        if self.status is None:
            return NO_FILING
        return Word(str(self.status.label), self.status.tone, self.status.sign)


class _Lit(NamedTuple):
    """A light as it was called, with what explains it."""

    light: Light
    label: str
    sentence: str
    fact_url: str
    until: date | None
    title: str = ""  # of the measure, as it was called; empty for today's


class MatrixRow(NamedTuple):
    """One measure, with a place for each column."""

    measure_id: int
    ordinal: int
    title: str
    section: SectionHead
    lost: frozenset[str]
    is_title_ours: bool
    light: Word
    light_value: str
    sentence: str
    fact_url: str  # where the fact behind the sentence is
    manual_until: date | None  # a person set the light, to hold until that day
    places: tuple[Mark | None, ...]

    @property
    def mark(self) -> str:
        """Its number as the notice prints it: （三）."""
        return ordinal(self.ordinal)

    @property
    def lacks_title(self) -> bool:
        """Whether its title was lost."""
        return GapKind.TITLE in self.lost

    @property
    def lacks_agencies(self) -> bool:
        """Whether its list of agencies was lost."""
        return GapKind.AGENCIES in self.lost

    @property
    def total(self) -> int:
        """How many agencies it has."""
        return sum(place is not None for place in self.places)


class Held(NamedTuple):
    """One responsibility: its measure, and the agency's mark in it."""

    row: MatrixRow
    mark: Mark

    def word_in(self, view: MatrixView) -> Word:
        """What its cell tells in a view; a light has no sign in it, the row says it in words."""
        if view == MatrixView.ROLES:
            role = self.mark.role
            return Word(str(role.label), "blue" if self.mark.party.is_lead else "plain")
        if view == MatrixView.LIGHTS:
            return Word(self.row.light.label, self.row.light.tone)
        return self.mark.filed


class Matrix(NamedTuple):
    """The whole page."""

    shown: Shown
    as_of: date
    lines: list[FilingMark]  # all filings of the period, as the other views have them
    columns: list[AgencyColumn]  # in protocol order
    rows: list[MatrixRow]
    bases: dict[LeadBasis, int]  # how leads are known, and how many are known so

    @property
    def held(self) -> list[Held]:
        """All responsibilities, in the order of the measures, then of the agencies."""
        return [Held(row, mark) for row in self.rows for mark in row.places if mark is not None]

    def called(self, light: Light) -> str:
        """What a light was called in what is shown; as today where none was lit so."""
        then = {row.light_value: row.light.label for row in self.rows}
        return then.get(light.value, str(light.label))

    @property
    def marks(self) -> int:
        """How many there are."""
        return sum(row.total for row in self.rows)

    @property
    def leads(self) -> int:
        """How many of them lead."""
        return sum(self.bases.values())

    @property
    def gap_rows(self) -> int:
        """Measures whose agencies are not known."""
        return sum(row.lacks_agencies for row in self.rows)


def matrix_for(shown: Shown, *, on: date) -> Matrix:
    """Gather the matrix of a period; four queries beside the one that chose the period.

    Lights take none where today's have been worked out, else five.
    """
    measures = measures_in(shown)
    parties = parties_in(measures[0].notice_id, shown, on=on) if measures else {}
    filings = _filings(shown, on=on)
    columns = _columns(parties)
    gaps, lights = gaps_in(shown), _lights(measures, shown, on=on)
    rows = [
        _row(
            measure,
            lit,
            frozenset(gaps.get(measure.pk, ())),
            _places(parties.get(measure.pk, ()), columns, filings.get(measure.pk, {})),
        )
        for measure in measures
        if (lit := lights.get(measure.pk))
    ]
    lines = [line for own in filings.values() for line in own.values()]
    bases = Counter(LeadBasis(p.basis) for row in parties.values() for p in row if p.is_lead)
    return Matrix(shown, on, lines, columns, rows, dict(bases.most_common()))


def _row(
    measure: Measure, lit: _Lit, lost: frozenset[str], places: tuple[Mark | None, ...]
) -> MatrixRow:
    return MatrixRow(
        measure_id=measure.pk,
        ordinal=measure.ordinal,
        title=lit.title or measure.shown_title,
        section=SectionHead(measure.section.ordinal, measure.section.title),
        lost=lost,
        is_title_ours=GapKind.TITLE in lost and bool(measure.working_title),
        light=Word(lit.label, lit.light.tone, lit.light.shape),
        light_value=lit.light.value,
        sentence=lit.sentence,
        fact_url=lit.fact_url,
        manual_until=lit.until,
        places=places,
    )


def _filings(shown: Shown, *, on: date) -> defaultdict[int, dict[int, FilingMark]]:
    """The filings of the period, by measure and agency; one query."""
    found: defaultdict[int, dict[int, FilingMark]] = defaultdict(dict)
    rows = _of_period().rows([shown.period.pk]) if shown.period else []
    for filing in map(OwnFiling._make, rows):
        found[filing.measure_id][filing.agency_id] = FilingMark(
            filing.pk,
            filing.agency_id,
            public_status_of(filing, is_over=shown.is_over, on=on),
            timeliness_of_filing(filing, on=on),
            filing.is_backfilled,
            filing.written_off_at is not None,
        )
    return found


@cache
def _of_period() -> Prepared:
    rows = Filing.objects.filter(period=-1).order_by()
    return prepared(rows.values_list(*OwnColumns._fields), "bigint")


def _lights(measures: list[Measure], shown: Shown, *, on: date) -> dict[int, _Lit]:
    """Each measure's light as it was called; of the snapshot where the period is frozen."""
    if shown.is_live:
        return {
            pk: _Lit(v.light, v.light.label, v.sentence, url_of(pk, v), v.until)
            for pk, v in verdicts_for(measures, on=on).items()
        }
    return {
        pk: _Lit(
            Light(s.light),
            s.light_label,
            s.sentence,
            fact_url(pk, filing_id=s.filing_id, cause=s.cause),
            s.manual_until,
            s.title_label,
        )
        for (_, pk), s in newest_snapshots(shown.period).items()
    }


def _columns(parties: Mapping[int, tuple[Party, ...]]) -> list[AgencyColumn]:
    everybody = [party for row in parties.values() for party in row]
    totals = Counter(party.agency_id for party in everybody)
    leads = Counter(party.agency_id for party in everybody if party.is_lead)
    named = {party.agency_id: party for party in everybody}
    return [
        AgencyColumn(party.agency_id, party.name, totals[party.agency_id], leads[party.agency_id])
        for party in sorted(named.values(), key=lambda party: party.order)
    ]


def _places(
    parties: tuple[Party, ...], columns: list[AgencyColumn], filings: Mapping[int, FilingMark]
) -> tuple[Mark | None, ...]:
    marks = {party.agency_id: Mark(party, filings.get(party.agency_id)) for party in parties}
    return tuple(marks.get(column.agency_id) for column in columns)
