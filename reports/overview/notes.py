"""The three short notes of 总览: filings, indicators, dates; each number opens its list."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from django.db.models import TextChoices
from django.http import QueryDict

from measures.choices import Cause, Direction, IndicatorState, Stage
from measures.indicators.readings import SHOWN_MOST, Reading, telling_order
from measures.models.public_status import PublicStatus
from reports.overview.rows import (
    GROUPS,
    PAST_DUE,
    UNREPORTED,
    MeasureRow,
    Overview,
    UndoneMilestone,
)
from reports.period.choosing import address
from reports.period.shown import LeftNumber

DEBTORS_MOST = 4
DATES_MOST = 3
INDICATOR_CAUSES = (Cause.INDICATOR_WORSE, Cause.INDICATOR_MISSED, Cause.INDICATOR_STALE)
DATE_CAUSES = (Cause.OVERDUE, Cause.MILESTONE_OVERDUE, Cause.MILESTONE_LATE, Cause.DATE_MOVED)


class Standing(TextChoices):
    """The standing of an indicator, by which the note counts it; the worst that applies."""

    REACHED = "reached", "达标"
    WORSE = "worse", "反向变动"
    MISSED = "missed", "到期未达"
    STALE = "stale", "数据过旧"
    OTHER = "other", "其余"


class Number(NamedTuple):
    """A number and the address of the list it opens."""

    label: str
    value: int
    url: str


class FilingNote(NamedTuple):
    """应报 = 已通过 + 待审核 + 退回 + 未报; 免报 beside it."""

    owed: int
    accepted: Number
    rest: list[Number]
    is_ahead: bool  # none of the unreported filings is due yet
    apart: Number | None  # the part of the unreported that is late, or not due yet, if not all are
    waived: Number | None
    contested: LeftNumber | None  # the part of the returned whose objections are not answered
    debtors: list[Number]  # the agencies with the most overdue filings, by name
    more_debtors: int


class GaugedIndicator(NamedTuple):
    """One indicator as the note and its list show it."""

    reading: Reading
    measure: MeasureRow
    standing: Standing

    @property
    def arrow(self) -> str:
        """An arrow for its intended direction."""
        return {Direction.UP: "↑", Direction.DOWN: "↓"}.get(
            Direction(self.reading.indicator.direction), ""
        )

    @property
    def goal(self) -> str:
        """The target without its unit, which the value already has; empty: 待定."""
        return self.reading.goal.removesuffix(self.reading.gauge.unit)

    @property
    def doubt(self) -> str:
        """A remark of two characters beside its day; empty if there is none."""
        bad = {Standing.WORSE: "反向", Standing.MISSED: "未达", Standing.STALE: "过旧"}
        return f" {bad[self.standing]}" if self.standing in bad else ""

    @property
    def standing_words(self) -> str:
        """Its standing in words; without a remark, its share of the way to the target."""
        own = self.reading.attainment.state
        return str((own if self.standing == Standing.OTHER else self.standing).label)

    @property
    def on(self) -> date | None:
        """The day of the newest value."""
        newest = self.reading.attainment.newest
        return newest.on if newest else None


class GaugeNote(NamedTuple):
    """The indicators by standing, and the figures of the first few."""

    total: Number
    kinds: list[Number]
    shown: list[GaugedIndicator]


class DueNote(NamedTuple):
    """A milestone or a measure that is overdue, or whose day was moved."""

    measure: MeasureRow
    title: str  # of the milestone; empty for the measure itself
    agency: str
    due_on: date | None
    original: date
    days: int  # overdue; 0 if it is not
    stood: str = ""  # for how many periods it has made no progress, if the rule found that


class DateNote(NamedTuple):
    """The overdue dates, the longest overdue first, and the moved dates."""

    late: list[DueNote]
    moved: list[DueNote]
    late_number: Number
    moved_number: Number

    @property
    def shown(self) -> list[DueNote]:
        """All dates that fit on the page."""
        return [*self.late_shown, *self.moved_shown]

    def with_rows(self, rows: Mapping[int, MeasureRow]) -> "DateNote":
        """Return a copy with the complete rows of the measures shown."""
        late = [*with_rows(self.late_shown, rows), *self.late[len(self.late_shown) :]]
        moved = [*with_rows(self.moved_shown, rows), *self.moved[len(self.moved_shown) :]]
        return self._replace(late=late, moved=moved)

    @property
    def late_shown(self) -> list[DueNote]:
        """Those that fit on the page."""
        return self.late[:DATES_MOST]

    @property
    def late_more(self) -> int:
        return len(self.late) - len(self.late_shown)

    @property
    def moved_shown(self) -> list[DueNote]:
        """Those that fit on the page."""
        return self.moved[: max(DATES_MOST - len(self.late_shown), 1)]

    @property
    def moved_more(self) -> int:
        return len(self.moved) - len(self.moved_shown)


class SaidNote(NamedTuple):
    """The cause of a light as kept in a snapshot."""

    measure: MeasureRow
    sentence: str


class Notes(NamedTuple):
    """The three notes. For a closed period, indicators and dates come from its snapshot."""

    filings: FilingNote | None
    gauges: GaugeNote | None
    dates: DateNote | None
    said_gauges: list[SaidNote]
    said_dates: list[SaidNote]


def notes_of(data: Overview, query: QueryDict) -> Notes:
    is_live = data.shown.is_live
    return Notes(
        filings=_filing_note(data, query) if data.shown.period else None,
        gauges=_gauge_note(data, query) if is_live else None,
        dates=_date_note(data, query) if is_live else None,
        said_gauges=[] if is_live else _said(data.rows, INDICATOR_CAUSES),
        said_dates=[] if is_live else _said(data.rows, DATE_CAUSES),
    )


def gauges_of(data: Overview, standing: str = "") -> list[GaugedIndicator]:
    """Return the indicators with this standing, or all if it is empty."""
    rows = {row.measure_id: row for row in data.noted}
    found = [
        GaugedIndicator(one, rows[one.indicator.measure_id], _standing(one))
        for one in data.readings
        if one.indicator.measure_id in rows
    ]
    found.sort(key=lambda one: one.measure.ordinal)
    return [one for one in found if standing not in Standing.values or one.standing == standing]


def late_of(data: Overview) -> list[DueNote]:
    """Return overdue milestones and measures that are not done."""
    on = data.as_of
    found = [
        _milestone(row, one, on) for row in data.noted for one in row.undone if one.due_on < on
    ]
    found += [
        DueNote(row, "", row.lead, row.due_on, row.due_on, (on - row.due_on).days)
        for row in data.noted
        if row.due_on is not None and row.due_on < on and row.stage != Stage.DONE
    ]
    return sorted(found, key=lambda one: -one.days)


def moved_of(data: Overview) -> list[DueNote]:
    """Return measures, then milestones, that are not done and whose date was moved."""
    found = [
        DueNote(row, "", row.lead, row.due_on, row.first_due, 0, _stood(row))
        for row in data.noted
        if row.first_due not in (None, row.due_on) and row.stage != Stage.DONE
        if row.first_due is not None
    ]
    return found + [
        _milestone(row, one, data.as_of)
        for row in data.noted
        for one in row.undone
        if one.due_on != one.original_due_on
    ]


def with_rows(notes: Iterable[DueNote], rows: Mapping[int, MeasureRow]) -> list[DueNote]:
    """Return the notes with the complete rows of their measures, which name the lead."""
    return [
        one._replace(
            measure=row, agency=one.agency or row.lead, stood="" if one.title else _stood(row)
        )
        for one in notes
        if (row := rows[one.measure.measure_id])
    ]


def _filing_note(data: Overview, query: QueryDict) -> FilingNote:
    def number(label: str, status: str, **only: str) -> Number:
        count = data.number_of(status, only.get("agency", ""))
        return Number(label, count, address(query, filing=status, **only))

    unreported = number("未报", UNREPORTED)
    late, ahead = number("逾期", PublicStatus.LATE), number("未到截止日", PublicStatus.AHEAD)
    apart = late if late.value else ahead
    is_ahead = 0 < ahead.value == unreported.value
    waived = number("免报", PublicStatus.WAIVED)
    counts = _debtors(data)
    return FilingNote(
        owed=data.owed,
        accepted=number("已通过", PublicStatus.ACCEPTED),
        rest=[
            number("待审核", PublicStatus.WAITING),
            number("退回", PublicStatus.MENDING),
            unreported._replace(label="待报") if is_ahead else unreported,
        ],
        is_ahead=is_ahead,
        apart=apart if 0 < apart.value < unreported.value else None,
        waived=waived if waived.value else None,
        contested=data.contested,
        debtors=[number(name, PAST_DUE, agency=name) for name in counts[:DEBTORS_MOST]],
        more_debtors=max(len(counts) - DEBTORS_MOST, 0),
    )


def _debtors(data: Overview) -> list[str]:
    """Return agencies with overdue filings, the most first, then in protocol order."""
    found: Counter[str] = Counter()
    for one in sorted(data.counts, key=lambda one: one.agency_order):
        if one.status in GROUPS[PAST_DUE]:
            found[one.agency] += data.counts[one]
    return [name for name, _ in found.most_common()]


def _gauge_note(data: Overview, query: QueryDict) -> GaugeNote:
    gauges = gauges_of(data)
    counts = Counter(one.standing for one in gauges)
    if set(counts) == {Standing.OTHER}:  # 其余 needs something beside it
        counts.clear()
    kinds = [
        Number(str(one.label), counts[one], address(query, indicator=one))
        for one in Standing
        if counts[one]
    ]
    told = [one for one in gauges if one.on is not None]
    told.sort(key=lambda one: telling_order(one.reading))
    return GaugeNote(
        Number("项", len(gauges), address(query, indicator="all")), kinds, told[:SHOWN_MOST]
    )


def _standing(one: Reading) -> Standing:
    attainment = one.attainment
    if attainment.worsening is not None:
        return Standing.WORSE
    if attainment.state == IndicatorState.MISSED:
        return Standing.MISSED
    if attainment.is_stale:
        return Standing.STALE
    return Standing.REACHED if attainment.state == IndicatorState.REACHED else Standing.OTHER


def _date_note(data: Overview, query: QueryDict) -> DateNote:
    late, moved = late_of(data), moved_of(data)
    return DateNote(
        late,
        moved,
        Number("逾期", len(late), address(query, dates="late")),
        Number("改期", len(moved), address(query, dates="moved")),
    )


def _milestone(row: MeasureRow, one: UndoneMilestone, on: date) -> DueNote:
    days = max((on - one.due_on).days, 0)
    return DueNote(row, one.title, one.agency or row.lead, one.due_on, one.original_due_on, days)


def _stood(row: MeasureRow) -> str:
    """Return 进度85%连续2期未提高, if the rule found no progress.

    The day is left out: the finding's day is not the day since when there is no progress.
    """
    still = (Cause.DATE_MOVED, Cause.UNMOVED)
    periods = next((one.severity for one in row.findings if one.cause in still), None)
    return f"进度{row.percent or 0}%连续{periods}期未提高" if periods else ""


def _said(rows: Iterable[MeasureRow], causes: Iterable[Cause]) -> list[SaidNote]:
    wanted = set(causes)
    found = ((row, one) for row in rows for one in row.findings if one.cause in wanted)
    return [SaidNote(row, one.sentence) for row, one in found]
