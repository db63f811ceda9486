"""The indicators of each measure as text: newest value in the period, and its change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from lib.numbers import figure
from measures.choices import Direction, IndicatorState
from measures.indicators.readings import SHOWN_MOST, Reading, readings_of, telling_order
from measures.rules.attainment import YES, DatedValue, Gauge, shown
from reports.datasets.schema import FigureData

_TIMES = ("小时", "工作日", "日", "天", "分钟")  # values in these units get longer or shorter


def figures_by_measure(measure_ids: Iterable[int], *, on: date) -> Mapping[int, list[FigureData]]:
    """Return the indicators in use that have a value as of a day, by measure; one query."""
    readings = [
        one
        for one in readings_of(measure_ids, on=on)
        if one.attainment.newest and (one.indicator.retired_on or date.max) > on
    ]
    # The same choice as on 总览: in the order of the notice, then by importance.
    in_order = sorted(readings, key=lambda one: (one.indicator.measure_id, one.indicator.pk))
    told = {id(one) for one in sorted(in_order, key=telling_order)[:SHOWN_MOST]}
    found: defaultdict[int, list[FigureData]] = defaultdict(list)
    for one in in_order:
        found[one.indicator.measure_id].append(figure_of(one, on=on, is_import=id(one) in told))
    return found


def figure_of(reading: Reading, *, on: date, is_import: bool = False) -> FigureData:
    """Return one indicator as text; its newest value is on or before `on`."""
    gauge, attainment = reading.gauge, reading.attainment
    newest, goal = attainment.newest, attainment.goal
    assert newest is not None  # the caller leaves out indicators without a value
    before = _before(gauge, newest)
    reporter = reading.indicator.reporter
    return {
        "name": reading.indicator.name,
        "unit": gauge.unit,
        "value": shown(gauge, newest.value),
        "day": newest.on.isoformat(),
        "previous": shown(gauge, before.value) if before else "",
        "previous_day": before.on.isoformat() if before else None,
        "change": _change(gauge, newest, before) if before else "",
        "target": reading.goal,
        "target_day": goal.due_on.isoformat() if goal and goal.due_on else None,
        "share": f"{figure(attainment.share, 1)}%" if attainment.share is not None else "",
        "direction": gauge.direction.value,
        "is_reached": attainment.state == IndicatorState.REACHED,
        "is_worse": attainment.worsening is not None,
        "is_cumulative": gauge.is_cumulative,
        "is_import": is_import,
        "reporter": reporter.short_name if reporter else "",
    }


def day_of_change(day: date, *, beside: date) -> str:
    """Return how to write a day relative to another: 6月末, 上年末, 2024年6月15日."""
    is_end = (day + timedelta(days=1)).day == 1
    if is_end and day.month == 12 and day.year == beside.year - 1:
        return "上年末"
    year = "" if day.year == beside.year else f"{day.year}年"
    return f"{year}{day.month}月末" if is_end else f"{year}{day.month}月{day.day}日"


def _before(gauge: Gauge, newest: DatedValue) -> DatedValue | None:
    """Return the value before, or the baseline; if cumulative only a value of the same year."""
    earlier = [point for point in gauge.points if point.on < newest.on]
    if gauge.is_cumulative:
        earlier = [point for point in earlier if point.on.year == newest.on.year]
        return earlier[-1] if earlier else None
    start = gauge.baseline
    if earlier:
        return earlier[-1]
    return start if start and start.on < newest.on else None


def _change(gauge: Gauge, newest: DatedValue, before: DatedValue) -> str:
    day = day_of_change(before.on, beside=newest.on)
    moved = newest.value - before.value
    if gauge.direction == Direction.REACH:
        return _reach_words(newest.value, moved)
    if moved == 0:
        return f"与{day}持平"
    amount = figure(abs(moved), gauge.decimals)
    if gauge.unit in ("%", "％"):
        return f"比{day}{'提高' if moved > 0 else '下降'}{amount}个百分点"
    verbs = ("延长", "缩短") if gauge.unit.endswith(_TIMES) else ("增加", "减少")
    return f"比{day}{verbs[moved < 0]}{amount}{gauge.unit}"


def _reach_words(value: Decimal, moved: Decimal) -> str:
    if moved == 0:
        return ""
    return "本期已实现" if value >= YES else "此前已实现"
