"""总览 as its template takes it: what is counted, what needs a hand, what is chosen."""

from collections.abc import Iterable
from itertools import groupby
from math import ceil
from typing import NamedTuple

from django.http import QueryDict

from lib.chinese import chinese_number
from measures.choices import Light, Stage
from measures.models.measure import ONGOING_DONE
from measures.models.public_status import PublicStatus
from reports.choices import Order
from reports.overview.choices import Choices, choices_of, order_of
from reports.overview.figures import ChangeFigure, change_figures
from reports.overview.lights import LightSummary, light_summary
from reports.overview.notes import (
    DueNote,
    GaugedIndicator,
    Notes,
    Standing,
    gauges_of,
    late_of,
    moved_of,
    notes_of,
)
from reports.overview.rows import (
    GROUPS,
    PAST_DUE,
    UNREPORTED,
    MeasureFiling,
    MeasureRow,
    Overview,
    select,
    select_lines,
    sort_rows,
    stuck_first,
)
from reports.period.choosing import (
    Chip,
    address,
    chips_of,
    filters_of,
    section_label,
    word,
)
from reports.period.shown import SectionHead

# What the sheet has room for: lines of causes, and signs a line.
CAUSE_LINES = 30
CAUSE_LINE = 22
DATES = {"late": "已逾期的节点和时限", "moved": "改过日期的节点和时限"}


class Band(NamedTuple):
    """A section with those of its measures that are shown; without a section all of them."""

    section: SectionHead | None
    label: str
    rows: list[MeasureRow]


class ListedRows(NamedTuple):
    """What a number of the notes opens, instead of the measures: one of the three is a list."""

    label: str
    lines: list[MeasureFiling] | None = None
    gauges: list[GaugedIndicator] | None = None
    dates: list[DueNote] | None = None

    @property
    def found(self) -> int:
        """How many rows it has."""
        return len(self.lines or self.gauges or self.dates or ())


class OverviewPage(NamedTuple):
    """What the template of 总览 takes."""

    data: Overview
    heading: str
    lights: LightSummary
    changes: list[ChangeFigure]
    stuck: list[MeasureRow]  # what needs a hand, the worst first
    notes: Notes
    listed: ListedRows | None
    bands: list[Band]
    found: int
    chips: list[Chip]
    filters: dict[str, str]
    choices: Choices
    clear_url: str

    @property
    def is_whole(self) -> bool:
        """Whether nothing is filtered and no list is opened: the whole page is shown."""
        return not (self.chips or self.listed)

    @property
    def is_chosen(self) -> bool:
        """Whether filters, another order or another period were chosen: the form stays open."""
        return bool(self.chips) or not self.choices.orders[0].is_chosen

    @property
    def is_wordy(self) -> bool:
        """Whether the causes are too long to stand whole on one printed sheet."""
        return sum(ceil(len(row.sentence) / CAUSE_LINE) for row in self.stuck) > CAUSE_LINES

    @property
    def total(self) -> str:
        """十七; from 100 on in figures."""
        return count_words(len(self.data.rows))


def page_of(data: Overview, query: QueryDict) -> OverviewPage:
    """Lay out the overview as the address asks."""
    filters, order = filters_of(query), order_of(query)
    rows = sort_rows(select(data.rows, filters), order)
    named = states_then(data)
    listed = _listed(data, query)
    return OverviewPage(
        data=data,
        heading=heading_of(len(data.rows)),
        lights=light_summary(data, query, named),
        changes=change_figures(data, query),
        stuck=stuck_first(data.rows),
        notes=notes_of(data, query),
        listed=listed,
        bands=_bands(rows, order),
        found=len(rows),
        chips=chips_of(query, filters, named) if listed is None else [],
        filters=filters,
        choices=choices_of(data, query, filters, named),
        clear_url=address(query),
    )


def _listed(data: Overview, query: QueryDict) -> ListedRows | None:
    status, agency = word(query, "filing"), filters_of(query).get("agency", "")
    if status in GROUPS or status in PublicStatus.values:
        label = f"{agency}{_status_then(data, status)}的填报任务"
        return ListedRows(label, lines=select_lines(data.lines, status, agency))
    if standing := word(query, "indicator"):
        label = str(Standing(standing).label) if standing in Standing.values else "全部"
        return ListedRows(f"{label}指标", gauges=gauges_of(data, standing))
    if (dates := word(query, "dates")) in DATES:
        found = late_of(data) if dates == "late" else moved_of(data)
        return ListedRows(DATES[dates], dates=found)
    return None


def count_words(count: int) -> str:
    """十七; from 100 on in figures."""
    return chinese_number(count) if count < 100 else str(count)


def heading_of(count: int) -> str:
    """十七项措施进展."""
    return f"{count_words(count)}项措施进展"


def states_then(data: Overview) -> dict[str, str]:
    """What lights and stages were called in what is shown; else as they are today.

    No word stands for two things: lights, stages and changes share no value.
    """
    today = {one.value: str(one.label) for one in (*Light, *Stage)}
    if data.shown.is_live:
        return today
    then = {row.light: row.light_label for row in data.rows}
    return (
        today
        | then
        | {row.stage: row.stage_label for row in data.rows if row.stage_label != ONGOING_DONE}
    )


def _status_then(data: Overview, status: str) -> str:
    """What a status was called in what is shown."""
    if status in GROUPS:
        return {UNREPORTED: "未报", PAST_DUE: "逾期未报"}[status]
    then = (line.status_label for line in data.lines if line.status == status)
    return next(then, str(PublicStatus(status).label))


def _bands(rows: Iterable[MeasureRow], order: Order) -> list[Band]:
    """By section in the order of the notice; in any other order all in one."""
    if order != Order.ORDINAL:
        return [Band(None, str(order.label), found)] if (found := list(rows)) else []
    return [
        Band(section, section_label(section), list(group))
        for section, group in groupby(rows, key=lambda row: row.section)
    ]
