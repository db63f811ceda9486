"""进度流向: numbers of measures by change of stage, as a chart and in words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from lib.charts.flow import FlowChart, FlowNode, Ribbon, flow_chart
from lib.http import address_of
from measures.choices import Stage
from measures.models.measure import ONGOING_DONE
from measures.rules.comparison import is_backward
from reports.trends.data import (
    MOST_MOMENTS,
    Column,
    Flow,
    NamedMeasure,
    Standpoint,
    Trends,
    is_named,
)
from reports.trends.strips import list_url

ORDER = (
    *(Stage.DONE, Stage.NEARLY_DONE, Stage.UNDER_WAY, Stage.NOT_STARTED),
    *(Stage.SUSPENDED, Stage.ENDED),
)


class StageCount(NamedTuple):
    """How many measures are at a stage, and where it is drawn."""

    label: str  # its label at the time
    tone: str
    value: int
    url: str
    node: FlowNode


class MovedMeasure(NamedTuple):
    """A measure that went from one stage to another."""

    mark: str
    title: str
    url: str


class Move(NamedTuple):
    """Measures that went from one stage to another between two periods, or stayed."""

    words: str  # 推进中→基本完成
    value: int
    url: str
    named: list[MovedMeasure]  # empty if there are too many
    ribbon: Ribbon


class FlowMoment(NamedTuple):
    """One period: its stages, and the changes that led to them."""

    label: str
    is_now: bool
    x: float
    stages: list[StageCount]
    moves: list[Move]  # from the period before


class FlowPart(NamedTuple):
    """The whole chart, with a summary sentence."""

    chart: FlowChart
    moments: list[FlowMoment]
    sentence: str


def flow_part(data: Trends, labels: Sequence[str]) -> FlowPart | None:
    """Return the chart of the newest periods, with their `labels`; None for fewer than two."""
    columns, flows = data.columns[-MOST_MOMENTS:], data.flows
    if len(columns) < 2:
        return None
    counts = [{pair: moved.number for pair, moved in flow.moves.items()} for flow in flows]
    chart = flow_chart([column.stages for column in columns], counts, ORDER)
    steps = [[], *(_moves(flow, own, data) for flow, own in zip(flows, chart.ribbons, strict=True))]
    moments = [
        FlowMoment(label, column.is_live, nodes[0].x, _stages(column, nodes), moves)
        for column, label, nodes, moves in zip(
            columns, labels[-MOST_MOMENTS:], chart.nodes, steps, strict=True
        )
    ]
    return FlowPart(chart, moments, _sentence(flows))


def stage_names(points: Iterable[Standpoint]) -> dict[str, str]:
    """Return the labels of stages at the time, ignoring the special label of routine measures."""
    return {p.stage: p.stage_label for p in points if p.stage_label != ONGOING_DONE}


def _stages(column: Column, nodes: Sequence[FlowNode]) -> list[StageCount]:
    then = stage_names(column.points)
    return [
        StageCount(
            then.get(node.key, str(Stage(node.key).label)),
            node.key,
            node.value,
            list_url(column.key, stage=node.key),
            node,
        )
        for node in nodes
    ]


def _moves(flow: Flow, ribbons: Sequence[Ribbon], data: Trends) -> list[Move]:
    names = (stage_names(flow.before.points), stage_names(flow.after.points))
    return [_move(flow, ribbon, names, data) for ribbon in ribbons]


def _move(flow: Flow, ribbon: Ribbon, names: tuple[Mapping[str, str], ...], data: Trends) -> Move:
    pair = (ribbon.before, ribbon.after)
    labels = [
        then.get(stage, str(Stage(stage).label)) for stage, then in zip(pair, names, strict=True)
    ]
    moved = flow.moves[pair]
    ordinals = sorted(moved.ordinals) if is_named(pair, moved) else ()
    query = {"from": flow.before.key, "to": flow.after.key, "was": pair[0], "stage": pair[1]}
    return Move(
        words="→".join(labels),
        value=moved.number,
        url=f"{address_of('reports:compare')}?{urlencode(query)}",
        named=[moved_measure(data.named[number]) for number in ordinals],
        ribbon=ribbon,
    )


def moved_measure(own: NamedMeasure) -> MovedMeasure:
    return MovedMeasure(own.mark, own.title, address_of("measures:measure", own.measure_id))


def _sentence(flows: Sequence[Flow]) -> str:
    """Return the summary: 两次共3项次推进，无回退."""
    moved = {
        pair: sum(flow.moves[pair].number for flow in flows if pair in flow.moves)
        for flow in flows
        for pair in flow.moves
        if pair[0] != pair[1]
    }
    ended = sum(count for pair, count in moved.items() if pair[1] == Stage.ENDED)
    off = sum(count for pair, count in moved.items() if {Stage.SUSPENDED, Stage.ENDED} & {*pair})
    off -= ended
    back = sum(
        count
        for (before, after), count in moved.items()
        if is_backward((before, None), (after, None))
    )
    ahead = sum(moved.values()) - back - off - ended
    words = [f"推进{ahead}项次" if ahead else "无推进", f"回退{back}项次" if back else "无回退"]
    words += [f"中止或恢复{off}项次"] if off else []
    words += [f"终止{ended}项次"] if ended else []
    return "，".join(words)
