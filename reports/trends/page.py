"""The parts of 趋势 as its template takes them: charts, and tables of the same numbers."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from lib.charts.bars import Bars, bars
from lib.charts.spark import Spark, spark
from lib.charts.stacked import StackedPart
from measures.choices import Light, Stage
from measures.indicators.charts import Charted, charted
from measures.models.measure import ONGOING_DONE
from reports.choices import Timeliness
from reports.filing_status.data import COUNTED
from reports.period.choosing import section_label
from reports.period.shown import Word
from reports.trends.data import Column, Flow, SectionTrend, Standpoint, Trends

LIGHTS = (Light.GREEN, Light.YELLOW, Light.RED, Light.GREY)


class TrendNumber(NamedTuple):
    """A number with its name and the list it opens."""

    label: str
    tone: str
    shape: str
    value: int
    url: str


class TableRow(NamedTuple):
    """One period of a table."""

    label: str
    cells: list[TrendNumber]
    total: int
    more: str = ""  # one figure more, in words


class BarChart(NamedTuple):
    """A chart of bars with its table, newest period first in the table as in the chart."""

    title: str
    total_label: str
    more_label: str
    chart: Bars
    rows: list[TableRow]


class SectionPart(NamedTuple):
    """One section: two small lines and the numbers behind them."""

    label: str
    is_lost: bool
    shares: Spark
    percents: Spark | None  # None: it has no dated measure
    rows: list[tuple[str, str, str, list[TrendNumber]]]  # period, filed, percent, stages


class Move(NamedTuple):
    """How many measures went from one stage to another."""

    before: Word
    after: Word
    is_kept: bool
    value: int
    share: int  # of all, in percent, for its bar
    url: str


class FlowPart(NamedTuple):
    """One step from a period to the next."""

    label: str
    moved: int
    kept: int
    moves: list[Move]


class IndicatorPart(NamedTuple):
    """One indicator with its charts, and the measure it belongs to."""

    measure_id: int
    measure: str
    shown: Charted


class TrendsPage(NamedTuple):
    """What the template takes."""

    data: Trends
    lights: BarChart
    stages: BarChart
    filings: BarChart
    sections: list[SectionPart]
    has_percents: bool
    flows: list[FlowPart]
    indicators: list[IndicatorPart]


def page_of(data: Trends) -> TrendsPage:
    """Lay out the trends."""
    columns = list(reversed(data.columns))
    sections = [_section(section, data.columns) for section in data.sections]
    return TrendsPage(
        data=data,
        lights=_chart("各期预警灯", columns, _light_cells),
        stages=_chart("各期进度", columns, _stage_cells),
        filings=_chart("各期报送", columns, _filing_cells, total="应报", more=_rates),
        sections=sections,
        has_percents=any(section.percents for section in sections),
        flows=[_flow(flow) for flow in data.flows],
        indicators=[
            IndicatorPart(pk, data.names[pk], charted(reading))
            for reading in data.readings
            for pk in [reading.indicator.measure_id]
        ],
    )


def overview_url(column: Column, **filters: str) -> str:
    """The list of the measures that a figure of a period counts."""
    period = {"period": column.key} if column.key else {}
    query = urlencode(period | filters)
    return reverse("reports:overview") + (f"?{query}" if query else "")


def _chart(
    title: str,
    columns: Iterable[Column],
    cells_of: Callable[[Column], list[TrendNumber]],
    *,
    total: str = "合计",
    more: Callable[[Column], str] = lambda column: "",
) -> BarChart:
    rows = [TableRow(c.label, cells_of(c), 0, more(c)) for c in columns]
    rows = [row._replace(total=sum(cell.value for cell in row.cells)) for row in rows]
    laid = bars([(_short(row.label), _counts(row), _parts(row)) for row in rows])
    return BarChart(title, total, "按时率" if any(row.more for row in rows) else "", laid, rows)


def _counts(row: TableRow) -> dict[str, int]:
    return {str(number): cell.value for number, cell in enumerate(row.cells)}


def _parts(row: TableRow) -> list[StackedPart]:
    return [
        StackedPart(str(number), cell.label, cell.tone, cell.shape, cell.url)
        for number, cell in enumerate(row.cells)
    ]


def _short(label: str) -> str:
    """The present is told by its first word in a chart; the table has the whole of it."""
    return label.partition(" · ")[0]


def _light_cells(column: Column) -> list[TrendNumber]:
    then = {point.light: point.light_label for point in column.points}
    return [
        TrendNumber(
            then.get(light.value, str(light.label)),
            light.tone,
            light.shape,
            column.lights[light.value],
            overview_url(column, light=light),
        )
        for light in LIGHTS
    ]


def _stage_cells(column: Column) -> list[TrendNumber]:
    return _stages_of(column, column.points)


def _stages_of(column: Column, points: Iterable[Standpoint], **more: str) -> list[TrendNumber]:
    """By stage; 已中止 is left out where nothing is."""
    points = list(points)
    then = _stage_names(points)
    counts = {stage: sum(point.stage == stage for point in points) for stage in Stage}
    return [
        TrendNumber(
            then.get(stage.value, str(stage.label)),
            stage.tone,
            "",
            counts[stage],
            overview_url(column, **more, stage=stage),
        )
        for stage in Stage
        if stage != Stage.SUSPENDED or counts[stage]
    ]


def _stage_names(points: Iterable[Standpoint]) -> dict[str, str]:
    """What stages were called; a routine measure's own word does not stand for the stage."""
    found: dict[str, str] = {}
    for point in points:
        if point.stage_label != ONGOING_DONE:
            found[point.stage] = point.stage_label
    return found


def _filing_cells(column: Column) -> list[TrendNumber]:
    period = str(column.period.pk) if column.period else ""
    address = reverse("reports:status")
    return [
        TrendNumber(
            str(timeliness.label),
            timeliness.tone,
            "",
            column.timeliness[timeliness],
            f"{address}?{urlencode({'period': period, 'show': timeliness.value})}",
        )
        for timeliness in COUNTED
        if timeliness != Timeliness.AWAITED or column.timeliness[timeliness]
    ]


def _rates(column: Column) -> str:
    """按时率, of what is due by now."""
    due = column.owed - column.timeliness[Timeliness.AWAITED]
    return f"{100 * column.timeliness[Timeliness.IN_TIME] / due:.1f}%" if due else "—"


def _section(section: SectionTrend, columns: Iterable[Column]) -> SectionPart:
    columns = list(columns)
    names = [_short(column.label) for column in columns]
    has_percents = any(value is not None for value in section.percents)
    rows = [
        (
            column.label,
            _percent(share),
            _percent(percent),
            [
                cell
                for cell in _stages_of(
                    column,
                    column.of_section(section.head.ordinal),
                    section=str(section.head.ordinal),
                )
                if cell.value
            ],
        )
        for column, share, percent in zip(columns, section.shares, section.percents, strict=True)
    ]
    return SectionPart(
        label=section_label(section.head),
        is_lost=not section.head.title,
        shares=spark(section.shares, names),
        percents=spark(section.percents, names) if has_percents else None,
        rows=list(reversed(rows)),
    )


def _percent(value: object) -> str:
    return "—" if value is None else f"{value}%"


def _flow(flow: Flow) -> FlowPart:
    names = (_stage_names(flow.before.points), _stage_names(flow.after.points))
    total = sum(flow.moves.values())
    order = {stage.value: number for number, stage in enumerate(Stage)}
    pairs = sorted(flow.moves, key=lambda p: (p[0] == p[1], order[p[0]], order[p[1]]))
    moves = [_move(flow, pair, names, total) for pair in pairs]
    return FlowPart(
        label=f"{flow.before.label} → {flow.after.label}",
        moved=sum(move.value for move in moves if not move.is_kept),
        kept=sum(move.value for move in moves if move.is_kept),
        moves=moves,
    )


def _move(
    flow: Flow, pair: tuple[str, str], names: tuple[Mapping[str, str], ...], total: int
) -> Move:
    words = [
        Word(then.get(stage, str(Stage(stage).label)), Stage(stage).tone)
        for stage, then in zip(pair, names, strict=True)
    ]
    value = flow.moves[pair]
    query = {"from": flow.before.key, "to": flow.after.key, "was": pair[0], "stage": pair[1]}
    address = f"{reverse('reports:compare')}?{urlencode(query)}"
    return Move(words[0], words[1], pair[0] == pair[1], value, 100 * value // total, address)
