"""责任矩阵: who is responsible for what, and how that stands in a period. No format."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F

from lib.chinese import ordinal
from measures.choices import GapKind, LeadBasis, Light, ResponsibilityRole
from measures.lights.current import fact_url, url_of, verdicts_for
from measures.models import Measure
from measures.models.public_status import PublicStatus
from reports.choices import MatrixView
from reports.filing_status.data import FilingLine, agency_lines
from reports.period.shown import (
    Party,
    SectionHead,
    Shown,
    Word,
    newest_snapshots,
    notice_of,
    parties_in,
)

NO_FILING = Word("本期无填报任务", "plain", "·")
SKIPPED = Word("隔期填报，本期不要求报送", "plain", "隔")


class AgencyColumn(NamedTuple):
    """An agency, as it was called, and what it has."""

    agency_id: int
    name: str
    total: int
    leads: int


class Mark(NamedTuple):
    """An agency's responsibility for a measure."""

    party: Party
    line: FilingLine | None  # None: nothing is owed in the period shown
    is_skipped: bool = False  # 隔期填报: nothing was asked

    @property
    def status(self) -> PublicStatus | None:
        """Where its filing stands, if it owes one."""
        return self.line.status if self.line else None

    @property
    def is_backfilled(self) -> bool:
        """补报: whether its filing came after the period had closed."""
        return self.line is not None and self.line.is_backfilled

    @property
    def is_written_off(self) -> bool:
        """核销: whether its filing is owed no more."""
        return self.line is not None and self.line.is_written_off

    @property
    def role(self) -> ResponsibilityRole:
        """The role with its mark and label."""
        return self.party.role_choice

    @property
    def filed(self) -> Word:
        """Where the agency's filing stands."""
        if self.status is None:
            return SKIPPED if self.is_skipped else NO_FILING
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
    lines: list[FilingLine]  # all filings of the period, as the other views have them
    columns: list[AgencyColumn]  # in protocol order
    rows: list[MatrixRow]
    bases: dict[LeadBasis, int]  # how leads are known, and how many are known so
    is_demo: bool  # what stands in it besides the notice is made up

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
    """Gather the matrix of a period; five queries beside the one that chose the period.

    Lights take none where today's have been worked out, else five.
    """
    measures = _measures(shown)
    parties = parties_in(measures[0].notice_id, shown, on=on) if measures else {}
    lines = [line for own in agency_lines(shown, on=on) for line in own.lines]
    filings = {(line.measure_id, line.agency_id): line for line in lines}
    columns = _columns(parties)
    lights = _lights(measures, shown, on=on)
    rows = [
        MatrixRow(
            measure_id=measure.pk,
            ordinal=measure.ordinal,
            title=lit.title or measure.shown_title,
            section=SectionHead(measure.section.ordinal, measure.section.title),
            lost=frozenset(measure.open_gaps),
            is_title_ours=GapKind.TITLE in measure.open_gaps and bool(measure.working_title),
            light=Word(lit.label, lit.light.tone, lit.light.shape),
            light_value=lit.light.value,
            sentence=lit.sentence,
            fact_url=lit.fact_url,
            manual_until=lit.until,
            places=_places(parties.get(measure.pk, ()), columns, filings, measure, shown),
        )
        for measure in measures
        if (lit := lights.get(measure.pk))
    ]
    bases = Counter(LeadBasis(p.basis) for row in parties.values() for p in row if p.is_lead)
    is_demo = any(measure.demonstrated_at for measure in measures)
    return Matrix(shown, on, lines, columns, rows, dict(bases.most_common()), is_demo)


def _measures(shown: Shown) -> list[Any]:
    """The measures with what their text lost; one query."""
    own = Measure.objects.filter(notice=notice_of(shown)).select_related("section").defer("text")
    told = own.annotate(demonstrated_at=F("notice__demonstrated_at")).with_gaps(at=shown.closed_at)
    return list(told.order_by("ordinal"))


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
    parties: tuple[Party, ...],
    columns: list[AgencyColumn],
    filings: Mapping[tuple[int, int], FilingLine],
    measure: Measure,
    shown: Shown,
) -> tuple[Mark | None, ...]:
    is_skipped = shown.is_skipped(measure.ordinal)
    marks = {
        party.agency_id: Mark(party, filings.get((measure.pk, party.agency_id)), is_skipped)
        for party in parties
    }
    return tuple(marks.get(column.agency_id) for column in columns)
