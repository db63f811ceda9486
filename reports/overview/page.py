"""总览 as its template takes it: bars, figures, bands, what is chosen."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from math import ceil
from typing import NamedTuple

from django.http import QueryDict

from lib.charts.stacked import Segment, StackedPart, stacked_bar
from lib.chinese import chinese_number
from measures.choices import Light, Stage
from measures.models.measure import ONGOING_DONE
from measures.models.public_status import PublicStatus
from reports.choices import Order
from reports.overview.choices import Choices, choices_of, order_of
from reports.overview.figures import (
    LinkedFigure,
    change_figures,
    filing_figures,
    instruction_figures,
    rate_help,
)
from reports.overview.rows import (
    MeasureFiling,
    MeasureRow,
    Overview,
    select,
    select_lines,
    sort_rows,
)
from reports.overview.stuck import Movers, movers_of, stuck_of
from reports.period.choosing import (
    Chip,
    address,
    chips_of,
    filters_of,
    section_label,
    word,
)
from reports.period.shown import SectionHead

__all__ = ["LinkedFigure", "OverviewPage", "heading_of", "named_then", "page_of"]


# What the sheet has room for: lines of causes beside the measures, and signs a line.
CAUSE_LINES = 32
CAUSE_LINE = 15


class Band(NamedTuple):
    """A section with those of its measures that are shown; without a section all of them."""

    section: SectionHead | None
    label: str
    rows: list[MeasureRow]


class OverviewPage(NamedTuple):
    """What the template of 总览 takes."""

    data: Overview
    heading: str
    lights: list[Segment]
    stages: list[Segment]
    changes: list[LinkedFigure]
    filings: list[LinkedFigure]
    instructions: list[LinkedFigure]
    rate_help: str
    stuck: list[MeasureRow]  # the worst lights
    movers: Movers  # who owes what
    bands: list[Band]
    lines: list[MeasureFiling] | None  # the filings that a figure opens, instead of the ledger
    lines_label: str
    found: int
    chips: list[Chip]
    filters: dict[str, str]
    kept: dict[str, str]  # what stays in the address when another period is chosen
    choices: Choices
    clear_url: str

    @property
    def routine(self) -> str:
        """已完成含常态化1项: closed ongoing measures count as 已完成, in their rows as 常态化."""
        done = select(self.data.rows, {"stage": Stage.DONE})
        count = sum(row.is_ongoing for row in done)
        return f"{Stage.DONE.label}含{ONGOING_DONE}{count}项" if count else ""

    @property
    def is_wordy(self) -> bool:
        """Whether the causes are too long to stand whole on one printed sheet."""
        return sum(ceil(len(row.sentence) / CAUSE_LINE) for row in self.data.rows) > CAUSE_LINES


def page_of(data: Overview, query: QueryDict) -> OverviewPage:
    """Lay out the overview as the address asks."""
    filters, order = filters_of(query), order_of(query)
    rows = sort_rows(select(data.rows, filters), order)
    named = named_then(data)
    status, agency = word(query, "filing"), filters.get("agency", "")
    is_lines = status in PublicStatus.values
    lines = select_lines(data.lines, status, agency) if is_lines else None
    return OverviewPage(
        data=data,
        heading=heading_of(len(data.rows)),
        lights=_lights(data, query, named),
        stages=_stages(data, query, named),
        changes=change_figures(data, query),
        filings=filing_figures(data, query, named),
        instructions=instruction_figures(data),
        rate_help=rate_help(data),
        stuck=stuck_of(data.rows),
        movers=movers_of(data, query, named),
        bands=_bands(rows, order),
        lines=lines,
        lines_label=f"{agency}{named[status]}" if is_lines else "",
        found=len(rows) if lines is None else len(lines),
        chips=chips_of(query, filters, named) if lines is None else [],
        filters=filters,
        kept={k: word(query, k) for k in ("notice", "sort") if query.get(k)} | filters,
        choices=choices_of(data, query, filters, named),
        clear_url=address(query),
    )


def heading_of(count: int) -> str:
    """十七项措施进展总览; from 100 on in figures."""
    return f"{chinese_number(count) if count < 100 else count}项措施进展总览"


def named_then(data: Overview) -> dict[str, str]:
    """What lights, stages and statuses were called in what is shown; else as they are today.

    No word stands for two things: the three lists share no value.
    """
    today = {one.value: str(one.label) for one in (*Light, *Stage, *PublicStatus)}
    if data.shown.is_live:
        return today
    then = {row.light: row.light_label for row in data.rows}
    then |= {row.stage: row.stage_label for row in data.rows if row.stage_label != ONGOING_DONE}
    return today | then | {line.status.value: line.status_label for line in data.lines}


def _lights(data: Overview, query: QueryDict, named: Mapping[str, str]) -> list[Segment]:
    counts = {light.value: len(select(data.rows, {"light": light})) for light in Light}
    parts = [
        StackedPart(light, named[light], light.tone, light.shape, address(query, light=light))
        for light in (Light.GREEN, Light.YELLOW, Light.RED, Light.GREY)
    ]
    return stacked_bar(counts, parts)


def _stages(data: Overview, query: QueryDict, named: Mapping[str, str]) -> list[Segment]:
    """As the notice counts them; 已中止 is left out while nothing is."""
    counts = {stage.value: len(select(data.rows, {"stage": stage})) for stage in Stage}
    parts = [
        StackedPart(stage, named[stage], stage.tone, "", address(query, stage=stage))
        for stage in Stage
        if stage != Stage.SUSPENDED or counts[stage]
    ]
    return stacked_bar(counts, parts)


def _bands(rows: Iterable[MeasureRow], order: Order) -> list[Band]:
    """By section in the order of the notice; in any other order all in one."""
    if order != Order.ORDINAL:
        return [Band(None, str(order.label), found)] if (found := list(rows)) else []
    return [
        Band(section, section_label(section), list(group))
        for section, group in groupby(rows, key=lambda row: row.section)
    ]
