"""责任矩阵: responsibilities and their filings in a period. No formatting."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from lib.chinese import ordinal
from measures.choices import GapKind, LeadBasis, Light, ResponsibilityRole
from measures.lights.current import fact_url, url_of, verdicts_for
from measures.models import Measure
from measures.models.public_status import PublicStatus
from reports.choices import MatrixView
from reports.filing_status.data import FiledCount
from reports.matrix.filings import (
    FilingMark,
    duties_counted,
    filed_counted,
    filings_in,
    skipped_counted,
)
from reports.period.measures import (
    Gaps,
    LazyRows,
    Ordinals,
    gaps_in,
    kept_total,
    measures_between,
    measures_in,
    measures_unless_large,
)
from reports.period.shown import (
    Party,
    SectionHead,
    Shown,
    Word,
    newest_snapshots,
    notice_key,
    parties_in,
)

NO_FILING = Word("本期无填报任务", "plain", "·")
UNASKED = "skipped"
SKIPPED = Word("隔期填报，本期不要求报送", "plain", "隔")


class AgencyColumn(NamedTuple):
    agency_id: int
    name: str
    total: int
    leads: int


class Mark(NamedTuple):
    party: Party
    line: FilingMark | None  # None: nothing is owed in the period shown
    is_skipped: bool = False  # 隔期填报: no filing in this period

    @property
    def status(self) -> PublicStatus | None:
        """The status of its filing; None if it owes none."""
        return self.line.counted.status if self.line else None

    @property
    def standing(self) -> str:
        """The status as a query parameter; if nothing is owed, UNASKED (隔期填报) or empty."""
        return self.status or (UNASKED if self.is_skipped else "")

    @property
    def role(self) -> ResponsibilityRole:
        return self.party.role_choice

    @property
    def filed(self) -> Word:
        """The status of the agency's filing, as a word."""
        status = self.status
        if status is None:
            return SKIPPED if self.is_skipped else NO_FILING
        return Word(str(status.label), status.tone, status.sign)


class _Lit(NamedTuple):
    """A light with its label at the time and its explanation."""

    light: Light
    label: str
    sentence: str
    fact_url: str
    until: date | None
    title: str = ""  # the measure's title at the time; empty for today's


class MatrixRow(NamedTuple):
    measure_id: int
    ordinal: int
    title: str
    section: SectionHead
    lost: frozenset[str]
    is_title_ours: bool
    light: Word
    light_value: str
    sentence: str
    fact_url: str  # the address of the fact behind the sentence
    manual_until: date | None  # the last day of a light that a person set
    places: tuple[Mark | None, ...]

    @property
    def mark(self) -> str:
        """Its number as the notice prints it: （三）."""
        return ordinal(self.ordinal)

    @property
    def lacks_title(self) -> bool:
        """Whether the notice's text lacks its title."""
        return GapKind.TITLE in self.lost

    @property
    def lacks_agencies(self) -> bool:
        """Whether the notice's text lacks its list of agencies."""
        return GapKind.AGENCIES in self.lost

    @property
    def lacks_others(self) -> bool:
        """Whether its list of agencies is incomplete."""
        return GapKind.OTHERS in self.lost

    @property
    def marks(self) -> list[Mark]:
        """The marks of its responsible agencies."""
        return [place for place in self.places if place is not None]

    @property
    def total(self) -> int:
        return len(self.marks)


class Held(NamedTuple):
    row: MatrixRow
    mark: Mark

    def word_in(self, view: MatrixView) -> Word:
        """Return the content of its cell in a view; the row has the light in words, so no sign."""
        if view == MatrixView.ROLES:
            role = self.mark.role
            return Word(str(role.label), "blue" if self.mark.party.is_lead else "plain")
        if view == MatrixView.LIGHTS:
            return Word(self.row.light.label, self.row.light.tone)
        return self.mark.filed


class Matrix(NamedTuple):
    shown: Shown
    as_of: date
    filed: Counter[FiledCount]  # all filings of the period, counted as in the other views
    columns: list[AgencyColumn]  # in protocol order
    rows: Sequence[MatrixRow]  # for a large notice read page by page
    bases: dict[LeadBasis, int]  # number of leads by basis
    gaps: Gaps
    skipped: Counter[int]  # agency → responsibilities without a filing (隔期填报)

    @property
    def held(self) -> list[Held]:
        """All responsibilities, in the order of the measures, then of the agencies."""
        return [Held(row, mark) for row in self.rows for mark in row.marks]

    def called(self, light: Light) -> str:
        """Return the label of a light in the data shown; today's label if no measure has it."""
        then = {row.light_value: row.light.label for row in self.rows}
        return then.get(light.value, str(light.label))

    @property
    def marks(self) -> int:
        return sum(column.total for column in self.columns)

    @property
    def gap_rows(self) -> int:
        """The number of measures whose agencies are unknown."""
        return sum(GapKind.AGENCIES in kinds for measure, kinds in self.gaps.items() if measure)

    @property
    def leads(self) -> int:
        return sum(self.bases.values())


def matrix_for(shown: Shown, *, on: date, in_pages: bool = False) -> Matrix:
    """Return the matrix of a period; four queries besides the one that chose the period.

    Lights take five more if today's have not been computed yet. `in_pages`: read the rows of a
    large notice by page; eight queries, and one more if the period skips measures.
    """
    unless_large = measures_unless_large(shown) if in_pages else None
    gaps = gaps_in(shown, unless_large)
    if in_pages and unless_large is None and (ordinals := _ordinals(shown, gaps)) is not None:
        return _in_pages(shown, ordinals, gaps, on=on)
    measures = measures_in(shown) if unless_large is None else unless_large
    lights = _lights(measures, shown, on=on)
    measures = [one for one in measures if one.pk in lights]
    parties = parties_in(measures[0].notice_id, shown, on=on) if measures else {}
    filings = filings_in(shown, on=on)
    duties = Counter(party for one in measures for party in parties.get(one.pk, ()))
    columns = _columns(duties)
    rows = [_row(shown, one, lights[one.pk], gaps, columns, parties, filings) for one in measures]
    marks = (mark for row in rows for mark in row.marks)
    return Matrix(
        shown,
        on,
        Counter(line.counted for own in filings.values() for line in own.values()),
        columns,
        rows,
        _bases(duties),
        gaps,
        Counter(mark.party.agency_id for mark in marks if mark.standing == UNASKED),
    )


def _ordinals(shown: Shown, gaps: Gaps) -> Ordinals | None:
    """Return the ordinals of all measures; None if a closed period does not show all alike.

    Such a one skipped or lacks measures, or knew their agencies only later.
    """
    if shown.is_live or shown.period is None:
        return Ordinals(shown)
    is_unknown = any(GapKind.AGENCIES in kinds for measure, kinds in gaps.items() if measure)
    total = 0 if is_unknown or shown.period.skipped_found else kept_total(shown)
    return Ordinals(shown, total) if total else None


def _in_pages(shown: Shown, ordinals: Ordinals, gaps: Gaps, *, on: date) -> Matrix:
    """Return the matrix of a large notice: the database counts, and rows are read by page."""
    duties = duties_counted(shown, on=on)
    columns = _columns(duties)

    def rows(wanted: Sequence[int]) -> list[MatrixRow]:
        first, last = wanted[0], wanted[-1]
        measures = measures_between(shown, first, last)
        lights = _lights(measures, shown, on=on, is_part=True)
        parties = parties_in(notice_key(shown), shown, first, last, on=on, unknown=())
        filings = filings_in(shown, first, last, on=on)
        return [
            _row(shown, one, lights[one.pk], gaps, columns, parties, filings) for one in measures
        ]

    filed, lazy = filed_counted(shown, on=on), LazyRows(ordinals, rows)
    skipped = skipped_counted(shown, on=on)
    return Matrix(shown, on, filed, columns, lazy, _bases(duties), gaps, skipped)


def _row(
    shown: Shown,
    measure: Measure,
    lit: _Lit,
    gaps: Gaps,
    columns: list[AgencyColumn],
    parties: Mapping[int, tuple[Party, ...]],
    filings: Mapping[int, Mapping[int, FilingMark]],
) -> MatrixRow:
    lost, filed = frozenset(gaps.get(measure.pk, ())), filings.get(measure.pk, {})
    own, is_skipped = parties.get(measure.pk, ()), shown.is_skipped(measure.ordinal)
    marks = {party.agency_id: Mark(party, filed.get(party.agency_id), is_skipped) for party in own}
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
        places=tuple(marks.get(column.agency_id) for column in columns),
    )


def _lights(
    measures: list[Measure], shown: Shown, *, on: date, is_part: bool = False
) -> dict[int, _Lit]:
    """Return each measure's light with its label; from the snapshot if the period is frozen."""
    if shown.is_live:
        return {
            pk: _Lit(v.light, v.light.label, v.sentence, url_of(pk, v), v.until)
            for pk, v in verdicts_for(measures, on=on).items()
        }
    keys = [one.pk for one in measures] if is_part else None
    return {
        pk: _Lit(
            Light(s.light),
            s.light_label,
            s.sentence,
            fact_url(pk, filing_id=s.filing_id, cause=s.cause),
            s.manual_until,
            s.title_label,
        )
        for (_, pk), s in newest_snapshots(shown.period, measures=keys).items()
    }


def _columns(parties: Counter[Party]) -> list[AgencyColumn]:
    totals, leads, named = Counter[int](), Counter[int](), dict[int, Party]()
    for party, count in parties.items():
        totals[party.agency_id] += count
        leads[party.agency_id] += count * party.is_lead
        named[party.agency_id] = party
    return [
        AgencyColumn(party.agency_id, party.name, totals[party.agency_id], leads[party.agency_id])
        for party in sorted(named.values(), key=lambda party: party.order)
    ]


def _bases(parties: Counter[Party]) -> dict[LeadBasis, int]:
    found = Counter[LeadBasis]()
    for party, count in parties.items():
        if party.is_lead:
            found[LeadBasis(party.basis)] += count
    return dict(found.most_common())
