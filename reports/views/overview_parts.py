"""The parts of 总览 as its template takes them: bars, figures, bands, choices."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from django.http import QueryDict

from measures.choices import Change, Light, Stage
from measures.models.measure import ONGOING_DONE
from measures.standing import Standing
from policy_tracker.lib.charts.stacked import Part, Segment, stacked_bar
from policy_tracker.lib.chinese import chinese_number
from policy_tracker.lib.numbers import shares
from reports.data.overview_rows import (
    Line,
    Overview,
    Row,
    SectionHead,
    select,
    select_lines,
)
from reports.views.choosing import (
    Chip,
    Option,
    address,
    chips_of,
    filters_of,
    period_options,
    section_label,
    word,
)


class Figure(NamedTuple):
    """A number and the list it opens."""

    label: str
    tone: str
    value: str
    url: str = ""
    help: str = ""


class Band(NamedTuple):
    """A section with those of its measures that are shown."""

    section: SectionHead
    label: str
    rows: list[Row]


class Page(NamedTuple):
    """What the template of 总览 takes."""

    data: Overview
    heading: str
    lights: list[Segment]
    stages: list[Segment]
    changes: list[Figure]
    filings: list[Figure]
    rate_help: str
    bands: list[Band]
    lines: list[Line] | None  # the filings that a figure opens, instead of the ledger
    lines_label: str
    found: int
    chips: list[Chip]
    filters: dict[str, str]
    clear_url: str
    periods: list[Option]
    sections: list[Option]
    agencies: list[Option]


def page_of(data: Overview, query: QueryDict) -> Page:
    """Lay out the overview as the address asks."""
    filters = filters_of(query)
    rows = select(data.rows, filters)
    named = named_then(data)
    standing = word(query, "filing")
    is_lines = standing in Standing.values
    lines = select_lines(data.lines, standing) if is_lines else None
    return Page(
        data=data,
        heading=heading_of(len(data.rows)),
        lights=_lights(data, query, named),
        stages=_stages(data, query, named),
        changes=_changes(data, query),
        filings=_filings(data, query, named),
        rate_help=_rate_help(data),
        bands=_bands(rows),
        lines=lines,
        lines_label=named[standing] if is_lines else "",
        found=len(rows) if lines is None else len(lines),
        chips=chips_of(query, filters, named) if lines is None else [],
        filters=filters,
        clear_url=address(query),
        periods=period_options(data.shown, query),
        sections=_sections(data.rows, filters),
        agencies=_agencies(data.rows, filters),
    )


def heading_of(count: int) -> str:
    """十七项措施进展总览; from 100 on in figures."""
    return f"{chinese_number(count) if count < 100 else count}项措施进展总览"


def named_then(data: Overview) -> dict[str, str]:
    """What lights, stages and standings were called in what is shown; else as they are today.

    No word stands for two things: the three lists share no value.
    """
    today = {one.value: str(one.label) for one in (*Light, *Stage, *Standing)}
    if data.shown.is_live:
        return today
    then = {row.light: row.light_label for row in data.rows}
    then |= {row.stage: row.stage_label for row in data.rows if row.stage_label != ONGOING_DONE}
    return today | then | {line.standing.value: line.standing_label for line in data.lines}


def _lights(data: Overview, query: QueryDict, named: Mapping[str, str]) -> list[Segment]:
    counts = {light.value: len(select(data.rows, {"light": light})) for light in Light}
    parts = [
        Part(light, named[light], light.tone, light.shape, address(query, light=light))
        for light in (Light.GREEN, Light.YELLOW, Light.RED, Light.GREY)
    ]
    return stacked_bar(counts, parts)


def _stages(data: Overview, query: QueryDict, named: Mapping[str, str]) -> list[Segment]:
    """As the notice counts them; 已中止 is left out while nothing is."""
    counts = {stage.value: len(select(data.rows, {"stage": stage})) for stage in Stage}
    parts = [
        Part(stage, named[stage], stage.tone, "", address(query, stage=stage))
        for stage in Stage
        if stage != Stage.SUSPENDED or counts[stage]
    ]
    return stacked_bar(counts, parts)


def _changes(data: Overview, query: QueryDict) -> list[Figure]:
    counts = [(change, len(select(data.rows, {"change": change}))) for change in Change]
    return [
        Figure(
            change.label,
            change.tone if count else "grey",
            str(count),
            address(query, change=change),
            change.help,
        )
        for change, count in counts
    ]


def _filings(data: Overview, query: QueryDict, named: Mapping[str, str]) -> list[Figure]:
    late = Standing.MISSED if data.shown.is_over else Standing.LATE
    found = []
    for standing in (Standing.ACCEPTED, Standing.WAITING, late):
        count = len(select_lines(data.lines, standing))
        tone = standing.tone if count else "grey"
        found.append(Figure(named[standing], tone, str(count), address(query, filing=standing)))
    return [*found, Figure("报送率", "plain", _rate(data), help=_rate_help(data))]


def _rate_help(data: Overview) -> str:
    return (
        f"报送率＝已报送{data.filed}项÷应报{data.owed}项；"
        "已报送含待审核和退回修改的，应报不含免报的。"
    )


def _rate(data: Overview) -> str:
    if not data.owed:
        return "—"
    share: Decimal = shares({"filed": data.filed, "open": data.owed - data.filed})["filed"]
    return f"{share}%"


def _bands(rows: Iterable[Row]) -> list[Band]:
    return [
        Band(section, section_label(section), list(group))
        for section, group in groupby(rows, key=lambda row: row.section)
    ]


def _sections(rows: Iterable[Row], filters: dict[str, str]) -> list[Option]:
    chosen = filters.get("section")
    heads = dict.fromkeys(row.section for row in rows)
    return [
        Option(str(head.ordinal), section_label(head), str(head.ordinal) == chosen)
        for head in heads
    ]


def _agencies(rows: Iterable[Row], filters: dict[str, str]) -> list[Option]:
    chosen = filters.get("agency")
    names = dict.fromkeys(name for row in rows for name, _ in row.agencies)
    return [Option(name, name, name == chosen) for name in names]
