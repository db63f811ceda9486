"""The context of 总览's template: figures, measures that need action, choices."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from math import ceil
from typing import Any, NamedTuple

from django.core.paginator import Page
from django.http import QueryDict

from lib.chinese import chinese_number
from lib.http import page_of_row
from measures.choices import Light, Stage
from measures.models.measure import ONGOING_DONE
from measures.models.public_status import PublicStatus
from reports.choices import Order
from reports.overview.choices import Choices, choices_of, order_of
from reports.overview.figures import HANDS_MOST, Figures, figures_of
from reports.overview.lights import ChangeFigure, LightSummary, change_figures, light_summary
from reports.overview.notes import (
    Notes,
    Standing,
    gauges_of,
    late_of,
    moved_of,
    notes_of,
    with_rows,
)
from reports.overview.rows import (
    GROUPS,
    PAST_DUE,
    UNREPORTED,
    MeasureRow,
    Overview,
    select_lines,
    sort_rows,
)
from reports.period.choosing import (
    Chip,
    address,
    chips_of,
    filters_of,
    section_label,
    word,
)
from reports.period.measures import is_large, page_of_list
from reports.period.shown import SectionHead

# How many lines of causes fit on the printed sheet, and how many characters on a line.
CAUSE_LINES = 30
CAUSE_LINE = 22
DATES = {"late": "已逾期的节点和时限", "moved": "改过日期的节点和时限"}


class Band(NamedTuple):
    """A section with its measures on this page; without a section, all measures."""

    section: SectionHead | None
    label: str
    rows: list[MeasureRow]
    total: int  # number of measures found, on all pages


class ListedRows(NamedTuple):
    """The list that a number in the notes opens; shown instead of the measures."""

    label: str
    kind: str  # lines (MeasureFiling), gauges (GaugedIndicator) or dates (DueNote)
    page: Page[Any]

    @property
    def found(self) -> int:
        return self.page.paginator.count


class OverviewPage(NamedTuple):
    """The context of 总览's template."""

    data: Overview
    heading: str
    lights: LightSummary
    changes: list[ChangeFigure]
    figures: Figures  # over all measures
    hands: list[MeasureRow]  # measures that need action, as far as shown
    notes: Notes
    listed: ListedRows | None
    bands: list[Band]
    pages: Page[MeasureRow]
    chips: list[Chip]
    filters: dict[str, str]
    choices: Choices
    clear_url: str
    measures_url: str  # the address of a measure's page up to the key

    @property
    def found(self) -> int:
        return self.pages.paginator.count

    @property
    def more_hands(self) -> int:
        """How many more measures need action."""
        return self.figures.stuck_total - len(self.hands)

    @property
    def is_whole(self) -> bool:
        """Whether the whole page is shown: no filter and no opened list."""
        return not (self.chips or self.listed)

    @property
    def is_chosen(self) -> bool:
        """Whether a filter, an order or a period was chosen, so that the form stays open."""
        return bool(self.chips) or not self.choices.orders[0].is_chosen

    @property
    def is_wordy(self) -> bool:
        """Whether the full causes do not fit on one printed sheet."""
        return sum(ceil(len(row.sentence) / CAUSE_LINE) for row in self.hands) > CAUSE_LINES

    @property
    def total(self) -> str:
        """十七; from 100 on in figures."""
        return count_words(len(self.data.rows))


def page_of(data: Overview, query: QueryDict) -> OverviewPage:
    """Return the page's context, with the filters and the order of the query string."""
    filters, order = filters_of(query), order_of(query)
    figures = data.figures or figures_of(data.rows)
    rows, sections = data.meeting(filters)
    if order != Order.ORDINAL:
        rows = sort_rows(rows, order)
    named, pages = states_then(data), _pages(data, rows, query)
    listed, notes = _listed(data, query), notes_of(data, query)
    hands = figures.stuck[:HANDS_MOST] if is_large(len(data.rows)) else figures.stuck
    own = [*hands, *pages, *(one.measure for one in (notes.dates.shown if notes.dates else ()))]
    whole = {row.measure_id: row for row in data.whole(own)}
    return OverviewPage(
        data=data,
        heading=heading_of(len(data.rows)),
        lights=light_summary(data, figures, query, named),
        changes=change_figures(figures, query),
        figures=figures,
        hands=[whole[row.measure_id] for row in hands],
        notes=notes._replace(dates=notes.dates and notes.dates.with_rows(whole)),
        listed=listed,
        bands=_bands([whole[row.measure_id] for row in pages], order, sections),
        pages=pages,
        chips=chips_of(query, filters, named) if listed is None else [],
        filters=filters,
        choices=choices_of(data, figures, query, filters, named),
        clear_url=address(query),
        measures_url=page_of_row("measures:measure"),
    )


def _listed(data: Overview, query: QueryDict) -> ListedRows | None:
    status, agency = word(query, "filing"), filters_of(query).get("agency", "")
    if status in GROUPS or status in PublicStatus.values:
        label = f"{agency}{_status_then(data, status)}的填报任务"
        lines = select_lines(data.lines, status, agency)
        return ListedRows(label, "lines", _pages(data, lines, query))
    if standing := word(query, "indicator"):
        label = str(Standing(standing).label) if standing in Standing.values else "全部"
        return ListedRows(f"{label}指标", "gauges", _pages(data, gauges_of(data, standing), query))
    if (dates := word(query, "dates")) in DATES:
        found = late_of(data) if dates == "late" else moved_of(data)
        pages = _pages(data, found, query)
        whole = {row.measure_id: row for row in data.whole([one.measure for one in pages])}
        pages.object_list = with_rows(pages, whole)
        return ListedRows(DATES[dates], "dates", pages)
    return None


def _pages(data: Overview, rows: Sequence[Any], query: QueryDict) -> Page[Any]:
    return page_of_list(rows, query, measures=len(data.rows))


def count_words(count: int) -> str:
    """Return a count in Chinese numerals: 十七; from 100 on in figures."""
    return chinese_number(count) if count < 100 else str(count)


def heading_of(count: int) -> str:
    """Return the heading: 十七项措施进展."""
    return f"{count_words(count)}项措施进展"


def states_then(data: Overview) -> dict[str, str]:
    """Return the labels of lights and stages in the data shown, or else today's.

    One mapping is enough, because lights, stages and changes share no value.
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
    """Return the label of a filing status in the data shown."""
    if status in GROUPS:
        late = PublicStatus.MISSED if data.shown.is_over else PublicStatus.LATE
        return {UNREPORTED: "未报", PAST_DUE: str(late.label)}[status]
    then = (line.status_label for line in data.lines if line.status == status)
    return next(then, str(PublicStatus(status).label))


def _bands(rows: Iterable[MeasureRow], order: Order, counts: Counter[SectionHead]) -> list[Band]:
    """Return one band per section in the order of the notice; in other orders a single band."""
    if order != Order.ORDINAL:
        found = list(rows)
        return [Band(None, str(order.label), found, counts.total())] if found else []
    return [
        Band(section, section_label(section), list(group), counts[section])
        for section, group in groupby(rows, key=lambda row: row.section)
    ]
